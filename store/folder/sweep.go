package folder

import (
	"errors"
	"io/fs"
	"strings"
)

// sweep removes what a crash left: files aside, and one of the two of a file
// without the other. What this package did not make is let alone.
func (f *Folder) sweep() error {
	owners, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, o := range owners {
		if !o.IsDir() || !isOwner(o.Name()) {
			continue
		}
		if err := f.sweepOwner(o.Name()); err != nil {
			return err
		}
	}
	return f.sync(".")
}

func (f *Folder) sweepOwner(owner string) error {
	files, err := fs.ReadDir(f.root.FS(), owner)
	if err != nil {
		return err
	}
	there := make(map[string]bool, len(files))
	for _, file := range files {
		there[file.Name()] = true
	}
	var left int
	for name := range there {
		if !isLeftover(name, there) {
			left++
			continue
		}
		if err := f.root.Remove(owner + "/" + name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if left > 0 {
		return nil
	}
	return f.root.Remove(owner)
}

func isLeftover(name string, there map[string]bool) bool {
	id, isMeta := strings.CutSuffix(name, metaSuffix)
	switch {
	case isAside(name):
		return true
	case !isID(id):
		return false
	case isMeta:
		return !there[id]
	}
	return !there[id+metaSuffix]
}

// isAside reports whether this package wrote a file of that name aside.
func isAside(name string) bool {
	name, dot := strings.CutPrefix(name, ".")
	name, aside := strings.CutSuffix(name, asideSuffix)
	return dot && aside && isID(strings.TrimSuffix(name, metaSuffix))
}
