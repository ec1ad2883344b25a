package task

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// scratch is the folder in which programs work. It remembers, over a crash, which
// calls have begun.
//
//	begun/KEY       a call that may have run
//	work/KEY/files  the working directory of a call, or one that several share
//	work/KEY/tmp    where it puts what nobody needs
type scratch struct{ dir string }

func newScratch(dir string) (*scratch, error) {
	if dir == "" {
		return &scratch{}, nil
	}
	for _, d := range []string{"begun", "work"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return nil, fmt.Errorf("task: make the folder for scripts: %w", err)
		}
	}
	// Nothing runs yet, so what stands there was left by a crash.
	old, err := filepath.Glob(filepath.Join(dir, "work", "call-*"))
	if err != nil {
		return nil, fmt.Errorf("task: look for old folders: %w", err)
	}
	for _, d := range old {
		if err := os.RemoveAll(d); err != nil {
			return nil, fmt.Errorf("task: remove an old folder: %w", err)
		}
	}
	return &scratch{dir: dir}, nil
}

// fileName is a name for a key that may hold anything.
func fileName(prefix, key string) string {
	sum := sha256.Sum256([]byte(key))
	return prefix + hex.EncodeToString(sum[:16])
}

// begin notes that a call begins. It reports false if it had begun before.
func (s *scratch) begin(key string) (bool, error) {
	f, err := os.OpenFile(s.begun(key), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, errors.Join(f.Sync(), f.Close(), syncFolder(filepath.Dir(f.Name())))
}

func (s *scratch) begun(key string) string {
	return filepath.Join(s.dir, "begun", fileName("", key))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// place is a working directory.
type place struct {
	root       string
	files, tmp string
	shared     bool
}

// open makes the working directory of a call.
func (s *scratch) open(key string) (place, error) {
	p := s.place(fileName("call-", key))
	return p, p.make()
}

// share makes the working directory that several calls share, unless one of them
// has. It is filled before it stands at its place, so that it is whole or not
// there, whatever happens and whoever else makes it meanwhile.
func (s *scratch) share(key, shared string, fill func(files string) error) (place, error) {
	p := s.place(fileName("shared-", shared))
	p.shared = true
	if _, err := os.Stat(p.root); err == nil {
		return p, p.make()
	}
	fresh := s.place(fileName("call-", key))
	if err := errors.Join(os.RemoveAll(fresh.root), fresh.make()); err != nil {
		return place{}, err
	}
	err := fill(fresh.files)
	if err == nil {
		err = os.Rename(fresh.root, p.root)
		if _, other := os.Stat(p.root); other == nil {
			err = nil
		}
	}
	return p, errors.Join(err, os.RemoveAll(fresh.root))
}

// shared returns the place of the files that several calls share.
func (s *scratch) shared(name string) string { return s.place(fileName("shared-", name)).files }

func (s *scratch) place(name string) place {
	root := filepath.Join(s.dir, "work", name)
	return place{root: root, files: filepath.Join(root, "files"), tmp: filepath.Join(root, "tmp")}
}

func (p place) make() error {
	return errors.Join(os.MkdirAll(p.files, 0o700), os.MkdirAll(p.tmp, 0o700))
}

// close removes a working directory that nobody shares.
func (p place) close() error {
	if p.shared {
		return nil
	}
	return os.RemoveAll(p.root)
}

// Settle forgets that a call began, once what came of it has been written down.
func (r *Runner) Settle(key string) error {
	if r.scratch.dir == "" {
		return nil
	}
	if err := os.Remove(r.scratch.begun(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("task: settle a call: %w", err)
	}
	return nil
}

// Leave removes a working directory that several scripts shared; see
// [Call.Directory].
func (r *Runner) Leave(directory string) error {
	if r.scratch.dir == "" {
		return nil
	}
	if err := os.RemoveAll(filepath.Join(r.scratch.dir, "work", fileName("shared-", directory))); err != nil {
		return fmt.Errorf("task: remove a working directory: %w", err)
	}
	return nil
}

// Sweep removes the working directories that scripts shared, but those to keep: a
// process that died after the last of them ended had no time to.
func (r *Runner) Sweep(keep []string) error {
	if r.scratch.dir == "" {
		return nil
	}
	kept := make(map[string]bool, len(keep))
	for _, directory := range keep {
		kept[fileName("shared-", directory)] = true
	}
	all, err := filepath.Glob(filepath.Join(r.scratch.dir, "work", "shared-*"))
	for _, d := range all {
		if !kept[filepath.Base(d)] {
			err = errors.Join(err, os.RemoveAll(d))
		}
	}
	if err != nil {
		return fmt.Errorf("task: sweep the working directories: %w", err)
	}
	return nil
}
