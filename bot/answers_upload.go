package bot

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine/flow"
	"signoff/store"
)

// defaultMaxFile is the largest file that is taken, in bytes, where the
// configuration says nothing else.
const defaultMaxFile = 16 << 20

// handedIn fetches a file from the surface and keeps it: the answer is then its
// address. What is wrong with it is told at its field, and nothing of it is kept.
func (b *Bot) handedIn(ctx context.Context, f flow.Field, u adapters.Upload) (any, error) {
	limit := b.MaxFile
	if limit <= 0 {
		limit = defaultMaxFile
	}
	tooLarge := flow.Unfit(fmt.Sprintf("is larger than %d KiB, which is the most that is kept", limit>>10))
	problem := flow.FileName(f, u.Name)
	switch {
	case b.Files == nil:
		return flow.Unfit("cannot be kept, because this server keeps no files"), nil
	case problem != "":
		return flow.Unfit(problem), nil
	case u.Size > limit:
		return tooLarge, nil
	case u.Read == nil:
		return flow.Unfit("must be a file that was uploaded"), nil
	}
	body, err := u.Read(ctx, limit)
	switch {
	case err != nil:
		b.Log.WarnContext(ctx, "a file that was handed in was not fetched", "err", err)
		return flow.Unfit("could not be fetched from where it was uploaded; send the form again in a minute"), nil
	case int64(len(body)) > limit:
		return tooLarge, nil
	}
	owner := UploadPrefix + rand.Text()
	kept, err := b.Files.Put(ctx, owner, u.Name, bytes.NewReader(body), limit)
	if errors.Is(err, store.ErrTooLarge) {
		return tooLarge, nil
	}
	if err != nil {
		return nil, fmt.Errorf("keep a file that was handed in: %w", err)
	}
	if problem := misfitting(f, kept); problem != "" {
		if err := b.Files.Remove(ctx, owner); err != nil { // it goes with all that is never used
			b.Log.WarnContext(ctx, "a file that does not fit stays for a day", "err", err)
		}
		return flow.Unfit(problem), nil
	}
	return kept.URI, nil
}

// misfitting says why a kept file does not fit a field, or "".
func misfitting(f flow.Field, file store.File) string {
	if problem := flow.FileName(f, file.Name); problem != "" {
		return problem
	}
	if len(f.Extensions) > 0 && !looksLike(file.Name, file.Type) {
		return fmt.Sprintf("is named %s, but its content is %s", prose.OneLine(file.Name), file.Type)
	}
	return ""
}

// handsIn reports whether a file is among given values.
func handsIn(values map[string]any) bool {
	for _, v := range values {
		switch v := v.(type) {
		case adapters.Upload:
			return true
		case map[string]any:
			if handsIn(v) {
				return true
			}
		}
	}
	return false
}
