package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"signoff/store"
)

const (
	// lockWait is how long another process has to let go of the file.
	lockWait = time.Second
	// mapSize is reserved, not used: until the file has grown to it, a slow
	// reader cannot make a commit wait.
	mapSize = 1 << 30
	// pageSize is larger than usual because bbolt leaves about three records' room
	// on each page that it splits: of 4 KiB that would be a third.
	pageSize = 16 << 10
	// growBy keeps the file of a small installation small.
	growBy = 1 << 20
)

func openFile(path string) (db *bbolt.DB, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) { //nolint:gosec // the operator names the file
		if err := create(path); err != nil {
			return nil, fmt.Errorf("create it: %w", err)
		}
	}
	defer func() {
		if r := recover(); r != nil { // bbolt panics on some damage
			db, err = nil, fmt.Errorf("%w: %v", store.ErrDamaged, r)
		}
	}()
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:         lockWait,
		InitialMmapSize: mapSize,
		// The list of free pages is found by reading the tree at start. That is
		// one page less to write for each commit, and one less to be damaged.
		NoFreelistSync: true,
		FreelistType:   bbolt.FreelistMapType,
		NoStatistics:   true,
		OpenFile:       openSafely,
	})
	switch {
	case errors.Is(err, bbolterrors.ErrTimeout):
		return nil, errHeld(path)
	case errors.Is(err, bbolterrors.ErrInvalid), errors.Is(err, bbolterrors.ErrChecksum):
		return nil, fmt.Errorf("%w: it is not a data file of signoff, or its head is overwritten: %w", store.ErrDamaged, err)
	case err != nil:
		return nil, err
	}
	if err := checkHeads(path); err != nil { // now that nobody else writes
		return nil, errors.Join(err, db.Close())
	}
	db.AllocSize = growBy
	return db, nil
}

func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil { //nolint:gosec // the operator names the file
		return err
	}
	info, err := os.Stat(dir) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0 {
		return fmt.Errorf("anybody may replace files in %s: run chmod o-w on it", dir)
	}
	return nil
}

// openSafely opens an existing file that is the user's alone.
func openSafely(path string, flag int, perm os.FileMode) (*os.File, error) {
	f, err := os.OpenFile(path, flag&^os.O_CREATE|noFollow, perm) //nolint:gosec // the operator names the file
	if err != nil {
		if info, e := os.Lstat(path); e == nil && info.Mode()&fs.ModeSymlink != 0 {
			return nil, errors.New("it is a symbolic link: name the file itself")
		}
		return nil, err
	}
	if err := checkFile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func checkFile(f *os.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("others may read or write it (mode %#o): run chmod 600 on it", info.Mode().Perm())
	case info.Size() == 0:
		return errors.New("it is empty: remove it, and a new one is made")
	}
	return nil
}

// create makes a file aside and puts it in its place when it is whole. A power
// cut while bbolt writes its first pages can leave a file that kills whoever
// opens it; here it leaves a file that nobody opens. A link instead of a rename
// never replaces a file that another process made meanwhile.
func create(path string) error {
	aside, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return err
	}
	name := aside.Name()
	err = errors.Join(aside.Close(), initialise(name))
	if err == nil {
		err = os.Link(name, path)
	}
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return errors.Join(err, os.Remove(name), syncFolder(filepath.Dir(path))) //nolint:gosec // beside the file
}

func initialise(name string) error {
	db, err := bbolt.Open(name, 0o600, &bbolt.Options{Timeout: lockWait, NoFreelistSync: true, PageSize: pageSize})
	if err != nil {
		return err
	}
	db.AllocSize = growBy
	return errors.Join(db.Update(writeFormat), db.Sync(), db.Close())
}

func syncFolder(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func errHeld(path string) error {
	if pid := lockHolder(path); pid != 0 {
		return fmt.Errorf("process %d holds it: another signoff is running", pid)
	}
	return errors.New("another process holds it: is signoff running already?")
}
