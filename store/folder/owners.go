package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"signoff/store"
)

var _ store.Owners = (*Folder)(nil)

// Owners lists whose files there are. See [store.Owners].
func (f *Folder) Owners(ctx context.Context) ([]store.Owner, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("list the owners of files: %w", err)
	}
	var all []store.Owner
	for _, e := range entries {
		if !e.IsDir() || !isOwner(e.Name()) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("look at the files of %s: %w", e.Name(), err)
		}
		all = append(all, store.Owner{Name: e.Name(), Put: info.ModTime()})
	}
	return all, nil
}
