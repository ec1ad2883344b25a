// Package folder keeps files in a folder: for each owner a folder, and in it two
// for each file, what was put and a line of JSON that says what it is. What
// people call a file is never a name on the disk.
//
// A file is written aside, synced and renamed, so that it is there whole or not
// at all. What a crash left aside is swept away when the folder is opened, which
// one process may do at a time: the one that holds the data file beside it.
package folder

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"signoff/store"
)

// Folder is a store.Files. It is safe for concurrent use.
type Folder struct{ root *os.Root }

var _ store.Files = (*Folder)(nil)

// Open opens the folder at path, makes it if need be, and sweeps it. It is
// refused, in words, if others may look into it.
func Open(path string) (*Folder, error) {
	f, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("open the folder of files %s: %w", path, err)
	}
	return f, nil
}

func open(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if perm := info.Mode().Perm(); perm&0o077 != 0 {
		return nil, fmt.Errorf("others may read or write it (mode %#o): run chmod 700 on it", perm)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	f := &Folder{root: root}
	if err := f.sweep(); err != nil {
		return nil, errors.Join(fmt.Errorf("sweep it: %w", err), root.Close())
	}
	return f, nil
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Put keeps a file. See [store.Files].
func (f *Folder) Put(ctx context.Context, owner, name string, r io.Reader, limit int64) (store.File, error) {
	if !isOwner(owner) {
		return store.File{}, fmt.Errorf("%.120q cannot own files", owner)
	}
	if err := ctx.Err(); err != nil {
		return store.File{}, err
	}
	place := place{owner: owner, id: strings.ToLower(rand.Text())}
	file := store.File{Owner: owner, Name: cleanName(name)}
	file.URI = place.uri(file.Name)
	err := f.makeOwner(owner)
	if err == nil {
		err = f.put(ctx, place, &file, bounded{r, limit})
	}
	if err == nil {
		return file, nil
	}
	// What is left of it is nobody's; should this fail too, the sweep finds it.
	for _, left := range []string{place.aside(place.data()), place.data(), place.aside(place.meta()), place.meta()} {
		_ = f.root.Remove(left)
	}
	if errors.Is(err, store.ErrTooLarge) || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return store.File{}, err
	}
	return store.File{}, fmt.Errorf("keep a file of %s: %w", owner, err)
}

func (f *Folder) makeOwner(owner string) error {
	err := f.root.Mkdir(owner, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return errors.Join(err, f.sync("."))
}

func (f *Folder) put(ctx context.Context, p place, file *store.File, r bounded) error {
	sum := newSum()
	err := f.write(p, p.data(), func(w io.Writer) error {
		_, err := io.Copy(io.MultiWriter(w, sum), untilDone{ctx, r.reader()})
		if err == nil && sum.size > r.limit {
			err = store.ErrTooLarge
		}
		return err
	})
	if err != nil {
		return err
	}
	file.Size, file.Type, file.SHA256 = sum.size, sum.mediaType(), sum.hex()
	err = f.write(p, p.meta(), func(w io.Writer) error { return encode(w, *file) })
	if err != nil {
		return err
	}
	return f.sync(p.owner)
}

// write makes a file aside, syncs it and puts it in its place.
func (f *Folder) write(p place, name string, fill func(io.Writer) error) error {
	aside, err := f.root.OpenFile(p.aside(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = fill(aside)
	if err == nil {
		err = aside.Sync()
	}
	if err := errors.Join(err, aside.Close()); err != nil {
		return err
	}
	return f.root.Rename(p.aside(name), name)
}

// sync makes the names in a folder durable.
func (f *Folder) sync(name string) error {
	d, err := f.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open reads a file. See [store.Files].
func (f *Folder) Open(ctx context.Context, uri string) (io.ReadCloser, store.File, error) {
	if err := ctx.Err(); err != nil {
		return nil, store.File{}, err
	}
	p, ok := parse(uri)
	if !ok {
		return nil, store.File{}, store.ErrNotFound
	}
	file, err := f.describe(p)
	if err == nil && file.URI != uri {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, store.File{}, err
	}
	data, err := f.root.Open(p.data())
	if err != nil {
		return nil, store.File{}, notFound(err)
	}
	return &checked{file: data, sum: newSum(), want: file}, file, nil
}

func (f *Folder) describe(p place) (store.File, error) {
	text, err := f.root.ReadFile(p.meta())
	if err != nil {
		return store.File{}, notFound(err)
	}
	return decode(p, text)
}

func notFound(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return store.ErrNotFound
	}
	return fmt.Errorf("open a kept file: %w", err)
}

// Remove removes all files of an owner. See [store.Files].
func (f *Folder) Remove(ctx context.Context, owner string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !isOwner(owner) {
		return fmt.Errorf("%.120q cannot own files", owner)
	}
	if err := errors.Join(f.root.RemoveAll(owner), f.sync(".")); err != nil {
		return fmt.Errorf("remove the files of %s: %w", owner, err)
	}
	return nil
}
