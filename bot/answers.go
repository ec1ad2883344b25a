package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/engine/flow"
	"signoff/store"
)

// Sealer makes the answer to a SECRET unreadable for everybody without the key.
type Sealer interface {
	Seal(text string) (string, error)
}

// prepared makes of given answers what the engine takes: accounts become people,
// secrets are sealed, and files are kept or looked at. What is wrong with one is
// told with all other faults. Whoever may not answer must be turned away before.
func (b *Bot) prepared(ctx context.Context, fields []flow.Field, raw map[string]any) (map[string]any, error) {
	out, err := b.chosen(ctx, fields, raw)
	if err != nil {
		return nil, err
	}
	if b.Sealer != nil { // without a key the engine refuses them, and says so
		if out, err = flow.Seal(fields, out, b.Sealer.Seal); err != nil {
			return nil, fmt.Errorf("seal an answer: %w", err)
		}
	}
	return flow.Each(fields, out, flow.File, func(f flow.Field, v any) (any, error) { return b.file(ctx, f, v) })
}

// file keeps a file that was handed in, or looks at one that an answer names.
func (b *Bot) file(ctx context.Context, f flow.Field, v any) (any, error) {
	if u, ok := v.(adapters.Upload); ok {
		return b.handedIn(ctx, f, u)
	}
	uri, ok := v.(string)
	if !ok || b.Files == nil {
		return v, nil // refused by the form's own check, or kept elsewhere
	}
	r, file, err := b.Files.Open(ctx, strings.TrimSpace(uri))
	if errors.Is(err, store.ErrNotFound) {
		return flow.Unfit("must be a file that was uploaded; there is none at this address"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("look at a file: %w", err)
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("look at a file: %w", err)
	}
	if problem := misfitting(f, file); problem != "" {
		return flow.Unfit(problem), nil
	}
	return file.URI, nil
}

// looksLike reports whether a file's first bytes fit the ending of its name. An
// ending whose content cannot be told by its first bytes fits anything.
func looksLike(name, media string) bool {
	lower := strings.ToLower(name)
	ending := lower[strings.LastIndexByte(lower, '.')+1:]
	media, _, _ = strings.Cut(media, ";")
	var want []string
	switch ending {
	case "pdf":
		want = []string{"application/pdf"}
	case "png", "gif", "webp", "bmp":
		want = []string{"image/" + ending}
	case "jpg", "jpeg":
		want = []string{"image/jpeg"}
	case "zip", "docx", "xlsx", "pptx", "odt", "ods":
		want = []string{"application/zip"}
	case "gz":
		want = []string{"application/x-gzip"}
	case "txt", "csv", "json", "yaml", "yml", "md", "log", "xml", "svg":
		return strings.HasPrefix(media, "text/")
	default:
		return true
	}
	return slices.Contains(want, media)
}
