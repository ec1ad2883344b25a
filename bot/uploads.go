package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"signoff/engine"
	"signoff/store"
)

const (
	// UploadPrefix begins the owner of a file that was handed in and belongs to no
	// execution; [crypto/rand.Text] follows it.
	UploadPrefix = "upload-"
	// uploadLife is how long such a file is kept for somebody to use it.
	uploadLife = 24 * time.Hour
	// uploadLook is how often old ones are looked for.
	uploadLook = time.Hour
)

// sweepUploads removes, until ctx ends, what was handed in and never used. A file
// that an execution, a value or a trigger names is used, and stays.
func (b *Bot) sweepUploads(ctx context.Context) {
	owners, ok := b.Files.(store.Owners)
	if !ok {
		return
	}
	used := make(map[string]bool) // what was seen in use stays, so it is looked for once
	tick := time.NewTicker(uploadLook)
	defer tick.Stop()
	for {
		if err := b.sweepUnused(ctx, owners, used); err != nil && ctx.Err() == nil {
			b.Log.WarnContext(ctx, "unused files stay, will retry", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sweepUnused removes nothing unless everything that may name a file was read.
func (b *Bot) sweepUnused(ctx context.Context, owners store.Owners, used map[string]bool) error {
	all, err := owners.Owners(ctx)
	if err != nil {
		return err
	}
	var old []string
	for _, o := range all {
		if strings.HasPrefix(o.Name, UploadPrefix) && !used[o.Name] && b.Store.Now().Sub(o.Put) > uploadLife {
			old = append(old, o.Name)
		}
	}
	if len(old) == 0 {
		return nil
	}
	if err := b.findUploads(ctx, used); err != nil {
		return err
	}
	for _, name := range old {
		if used[name] {
			continue
		}
		if err := b.Files.Remove(ctx, name); err != nil {
			return err
		}
		b.Log.InfoContext(ctx, "an unused file was removed", "owner", name)
	}
	return nil
}

// findUploads notes every upload that is named anywhere.
func (b *Bot) findUploads(ctx context.Context, used map[string]bool) error {
	name := regexp.MustCompile(UploadPrefix + `[A-Z2-7]{26}`)
	var unread error
	look := func(v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			unread = fmt.Errorf("look for files: %w", err)
			return
		}
		for _, found := range name.FindAllString(string(raw), -1) {
			used[found] = true
		}
	}
	if err := b.eachExecution(ctx, nil, func(x *engine.Execution) { look(x) }); err != nil {
		return err
	}
	triggers, err := b.Store.Triggers(ctx)
	if err != nil {
		return fmt.Errorf("look for files: %w", err)
	}
	look(triggers)
	namespaces, err := b.Store.Namespaces(ctx)
	if err != nil {
		return fmt.Errorf("look for files: %w", err)
	}
	for _, ns := range namespaces {
		values, err := b.Store.KV(ctx, ns)
		if err != nil {
			return fmt.Errorf("look for files: %w", err)
		}
		look(values)
	}
	return unread
}
