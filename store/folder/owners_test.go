package folder_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signoff/store/folder"
)

func TestOwnersAreListedWithTheirTime(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "files")
	f, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	for _, owner := range []string{"upload-A", "x1", "gone"} {
		if _, err := f.Put(t.Context(), owner, "a.txt", strings.NewReader("a"), 10); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Remove(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "not ours"), 0o700); err != nil {
		t.Fatal(err)
	}
	old := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(dir, "upload-A"), old, old); err != nil {
		t.Fatal(err)
	}
	got, err := f.Owners(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	put := map[string]time.Time{}
	for _, o := range got {
		put[o.Name] = o.Put
	}
	if len(put) != 2 || !put["upload-A"].Equal(old) || time.Since(put["x1"]) > time.Hour {
		t.Errorf("Owners() = %v", got)
	}
}
