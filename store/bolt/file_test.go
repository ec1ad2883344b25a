package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"signoff/store"
)

// newFile makes a sound file and returns its path.
func newFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenMakesAPrivateFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "folder")
	path := filepath.Join(dir, "s.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, want := range map[string]os.FileMode{path: 0o600, dir: 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v, want %v", name, info.Mode().Perm(), err, want)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v, want the file alone", entries, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		harm func(t *testing.T, path string) string
		says string
	}{
		"a file that others may read":  {func(t *testing.T, p string) string { return p + chmod(t, p, 0o640) }, "chmod 600"},
		"a file that others may write": {func(t *testing.T, p string) string { return p + chmod(t, p, 0o602) }, "chmod 600"},
		"a folder that anybody may write": {func(t *testing.T, p string) string {
			return p + chmod(t, filepath.Dir(p), 0o777)
		}, "anybody may replace files"},
		"a symbolic link": {func(t *testing.T, p string) string {
			if err := os.Symlink(p, p+".link"); err != nil {
				t.Fatal(err)
			}
			return p + ".link"
		}, "symbolic link"},
		"a link to nowhere": {func(t *testing.T, p string) string {
			if err := os.Symlink(p+".none", p+".link"); err != nil {
				t.Fatal(err)
			}
			return p + ".link"
		}, "symbolic link"},
		"a folder":       {func(_ *testing.T, p string) string { return filepath.Dir(p) }, ""},
		"an empty file":  {func(t *testing.T, p string) string { return p + write(t, p, "") }, "is empty"},
		"another's file": {func(t *testing.T, p string) string { return p + write(t, p, strings.Repeat("hello ", 9999)) }, "not a data file of signoff"},
		"a short file":   {func(t *testing.T, p string) string { return p + write(t, p, "hello") }, ""},
		"another's buckets": {func(t *testing.T, p string) string {
			return p + edit(t, p, func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketMeta) })
		}, "not a data file of signoff"},
		"a newer format": {func(t *testing.T, p string) string {
			return p + edit(t, p, func(tx *bbolt.Tx) error { return tx.Bucket(bucketMeta).Put(keyFormat, []byte(strconv.Itoa(format+1))) })
		}, "a newer signoff wrote it"},
		"a lost bucket": {func(t *testing.T, p string) string {
			return p + edit(t, p, func(tx *bbolt.Tx) error { return tx.DeleteBucket(bucketKV) })
		}, "damaged"},
		"a lost state": {func(t *testing.T, p string) string {
			return p + edit(t, p, func(tx *bbolt.Tx) error { return tx.Bucket(bucketMeta).Delete(keyState) })
		}, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := c.harm(t, newFile(t))
			before, _ := os.ReadFile(path)
			s, err := Open(path, Options{})
			if err == nil {
				s.Close()
				t.Fatal("Open = nil, want an error")
			}
			if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("Open = %v, want it to say %q and name %s", err, c.says, path)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the refused file was changed")
			}
		})
	}
}

// The helpers return "" so that they fit into an expression.

func chmod(t *testing.T, path string, mode os.FileMode) string {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return ""
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return ""
}

func edit(t *testing.T, path string, fn func(tx *bbolt.Tx) error) string {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fn), db.Close()); err != nil {
		t.Fatal(err)
	}
	return ""
}

func TestOpenNamesTheHolder(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, err = Open(path, Options{})
	if want := fmt.Sprintf("process %d holds it", os.Getpid()); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Open of a held file = %v, want %q", err, want)
	}
}

// TestLostRecordIsFound removes one record of each kind: what is not there has
// no checksum, so the numbers must tell.
func TestLostRecordIsFound(t *testing.T) {
	t.Parallel()
	for _, bucket := range [][]byte{bucketExecutions, bucketAudit, bucketOnce, bucketFlows, bucketKV} {
		t.Run(string(bucket), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "s.db")
			fillFile(t, path)
			edit(t, path, func(tx *bbolt.Tx) error {
				k, _ := tx.Bucket(bucket).Cursor().Last()
				return tx.Bucket(bucket).Delete(k)
			})
			if _, err := Open(path, Options{}); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("Open = %v, want %v", err, store.ErrDamaged)
			}
		})
	}
}
