package folder_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/store"
	"signoff/store/folder"
)

func open(t *testing.T, dir string) *folder.Folder {
	t.Helper()
	f, err := folder.Open(dir)
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return f
}

func put(t *testing.T, f store.Files, owner, name, text string) store.File {
	t.Helper()
	file, err := f.Put(t.Context(), owner, name, strings.NewReader(text), 1<<20)
	if err != nil {
		t.Fatalf("Put(%s, %q) = %v", owner, name, err)
	}
	return file
}

func read(t *testing.T, f store.Files, uri string) (string, store.File, error) {
	t.Helper()
	r, file, err := f.Open(t.Context(), uri)
	if err != nil {
		return "", file, err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	return string(text), file, err
}

// names lists what stands in a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func newFolder(t *testing.T) (*folder.Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	return open(t, dir), dir
}

func TestFileComesBackAsItWasPut(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	file := put(t, f, "01abc", "invoice.pdf", "%PDF-1.7 and more")
	want := store.File{
		URI: file.URI, Owner: "01abc", Name: "invoice.pdf", Size: 17, Type: "application/pdf",
		SHA256: "1ac0bd55bab3ab5218e04fb7aab1bd288fe8e3eb30c2f1844eb0316a0a05b72c",
	}
	if diff := cmp.Diff(want, file); diff != "" {
		t.Errorf("Put (-want +got):\n%s", diff)
	}
	for _, f := range []store.Files{f, open(t, dir)} {
		text, got, err := read(t, f, file.URI)
		if err != nil || text != "%PDF-1.7 and more" || got != file {
			t.Errorf("Open(%s) = %q, %+v, %v, want what was put", file.URI, text, got, err)
		}
	}
	if again := put(t, f, "01abc", "invoice.pdf", "%PDF-1.7 and more"); again.URI == file.URI {
		t.Errorf("two files have the same URI %s", file.URI)
	}
}

func TestPutBoundsTheSize(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	for _, c := range []struct {
		size, limit int64
		want        error
	}{{0, 0, nil}, {1, 0, store.ErrTooLarge}, {10, 10, nil}, {11, 10, store.ErrTooLarge}, {1, -1, store.ErrTooLarge}} {
		before := len(names(t, dir))
		_, err := f.Put(t.Context(), "x", "n", bytes.NewReader(make([]byte, c.size)), c.limit)
		if !errors.Is(err, c.want) {
			t.Errorf("Put(%d bytes of %d) = %v, want %v", c.size, c.limit, err, c.want)
		}
		if after := len(names(t, dir)); err != nil && after != before {
			t.Errorf("Put(%d bytes of %d) left %v", c.size, c.limit, names(t, dir))
		}
	}
	endless := endless{}
	if _, err := f.Put(t.Context(), "x", "n", endless, 1<<20); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("Put(endless) = %v, want %v", err, store.ErrTooLarge)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestPutLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	broken := errors.New("the line is dead")
	ctx, cancel := context.WithCancel(t.Context())
	leave := readFunc(func([]byte) (int, error) { cancel(); return 0, nil })
	for name, c := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		want error
	}{
		"when the reader fails":  {t.Context(), io.MultiReader(strings.NewReader("half"), failing{broken}), broken},
		"when the caller leaves": {ctx, io.MultiReader(strings.NewReader("half"), leave), context.Canceled},
	} {
		f, dir := newFolder(t)
		if _, err := f.Put(c.ctx, "x", "n", c.r, 1<<30); !errors.Is(err, c.want) {
			t.Errorf("%s: Put = %v, want %v", name, err, c.want)
		}
		if left := names(t, dir); len(left) != 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type readFunc func([]byte) (int, error)

func (f readFunc) Read(b []byte) (int, error) { return f(b) }

func TestNamesAreMadeSafe(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	for given, want := range map[string]string{
		"a b.txt":                    "a b.txt",
		"../../etc/passwd":           "passwd",
		`C:\temp\x.doc`:              "x.doc",
		"..":                         "file",
		"":                           "file",
		"/":                          "file",
		"a\x00b\nc":                  "abc",
		"invoice\u202efdp.exe":       "invoicefdp.exe",
		"\xff\xfe":                   "file",
		".hidden":                    "hidden",
		"nul|<>:?*\"":                "nul",
		"Rückzahlung – März.pdf":     "Rückzahlung – März.pdf",
		strings.Repeat("ü", 300):     strings.Repeat("ü", 100),
		"x.json":                     "x.json",
		strings.Repeat("../", 1<<10): "file",
	} {
		file := put(t, f, "x", given, "text")
		if file.Name != want {
			t.Errorf("Put(%.40q) is named %.40q, want %.40q", given, file.Name, want)
		}
		if text, _, err := read(t, f, file.URI); err != nil || text != "text" {
			t.Errorf("Open(%q) = %q, %v", file.URI, text, err)
		}
	}
	for _, name := range names(t, dir) {
		if !strings.HasPrefix(name, "x/") || strings.Count(name, "/") != 1 {
			t.Errorf("a file stands at %s", name)
		}
	}
}

func TestOwnersAreRefused(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	for _, owner := range []string{"", ".", "..", "a/b", "../x", "a.b", "ä", "a\x00", strings.Repeat("a", 101)} {
		if _, err := f.Put(t.Context(), owner, "n", strings.NewReader(""), 1); err == nil {
			t.Errorf("Put(owner %.20q) = nil, want an error", owner)
		}
		if err := f.Remove(t.Context(), owner); err == nil {
			t.Errorf("Remove(%.20q) = nil, want an error", owner)
		}
	}
}

func TestOpenFindsOnlyWhatWasPut(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	file := put(t, f, "x", "n.txt", "text")
	outside := filepath.Join(filepath.Dir(dir), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, uri := range []string{
		"", "signoff:///", "signoff:///x", file.URI + "/", file.URI + "x", strings.ToUpper(file.URI), "kestra" + strings.TrimPrefix(file.URI, "signoff"),
		"signoff:///../secret/n", "signoff:///x/../../secret", "signoff:///x/../n.txt", "file://" + outside, outside,
		strings.Replace(file.URI, "/x/", "/y/", 1), strings.Replace(file.URI, "/x/", "/./x/", 1), strings.TrimSuffix(file.URI, "n.txt") + "other.txt",
	} {
		if text, _, err := read(t, f, uri); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Open(%q) = %q, %v, want %v", uri, text, err, store.ErrNotFound)
		}
	}
}

func TestLinksLeadNowhere(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	file := put(t, f, "x", "n.txt", "text")
	data := filepath.Join(dir, names(t, dir)[0])
	outside := filepath.Join(t.TempDir(), "secret")
	if err := errors.Join(os.WriteFile(outside, []byte("text"), 0o600), os.Remove(data), os.Symlink(outside, data)); err != nil {
		t.Fatal(err)
	}
	if text, _, err := read(t, f, file.URI); err == nil {
		t.Errorf("Open(a link to the outside) = %q, want an error", text)
	}
}

func TestRemoveTakesTheOwnersFilesAlone(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	a, b, other := put(t, f, "a", "1", "1"), put(t, f, "a", "2", "2"), put(t, f, "b", "1", "1")
	for range 2 {
		if err := f.Remove(t.Context(), "a"); err != nil {
			t.Fatalf("Remove = %v", err)
		}
	}
	for _, file := range []store.File{a, b} {
		if _, _, err := read(t, f, file.URI); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Open(%s) = %v, want %v", file.URI, err, store.ErrNotFound)
		}
	}
	if _, _, err := read(t, f, other.URI); err != nil {
		t.Errorf("Open(%s) = %v, want nil", other.URI, err)
	}
	put(t, f, "a", "1", "1")
}

func TestDamageIsFoundWhileReading(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(data, meta string) error{
		"another byte": func(data, _ string) error { return os.WriteFile(data, []byte("tezt"), 0o600) },
		"cut":          func(data, _ string) error { return os.Truncate(data, 2) },
		"longer":       func(data, _ string) error { return os.WriteFile(data, []byte("text and more"), 0o600) },
		"no record":    func(_, meta string) error { return os.WriteFile(meta, nil, 0o600) },
		"another name": func(_, meta string) error {
			return os.WriteFile(meta, []byte(`{"owner":"x","name":"m.txt","uri":"signoff:///y"}`), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, dir := newFolder(t)
			file := put(t, f, "x", "n.txt", "text")
			data := filepath.Join(dir, names(t, dir)[0])
			if err := harm(data, data+".json"); err != nil {
				t.Fatal(err)
			}
			if _, _, err := read(t, f, file.URI); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("reading it = %v, want %v", err, store.ErrDamaged)
			}
		})
	}
}

func TestCrashLeftoversAreSwept(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	kept := put(t, f, "kept", "n", "text")
	whole := names(t, dir)
	id := strings.Repeat("a", 26)
	for _, left := range []string{
		"kept/." + id + ".new", "kept/." + id + ".json.new", "kept/" + id, // killed while it was written
		"gone/" + id + ".json", // its data never reached the disk
	} {
		path := filepath.Join(dir, left)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("half"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for _, foreign := range []string{"kept/README", "lost+found", "README"} {
		if err := os.WriteFile(filepath.Join(dir, foreign), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		whole = append(whole, foreign)
	}
	again := open(t, dir)
	got := make(map[string]bool)
	for _, name := range names(t, dir) {
		got[name] = true
	}
	want := make(map[string]bool)
	for _, name := range whole {
		want[name] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after the sweep (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an owner without files is still there: %v", err)
	}
	if text, _, err := read(t, again, kept.URI); err != nil || text != "text" {
		t.Errorf("Open(%s) = %q, %v", kept.URI, text, err)
	}
}

func TestFolderMustBePrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Open(dir); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("Open(a folder for all) = %v, want what to do", err)
	}
}

func TestManyPutAtOnce(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			file, err := f.Put(t.Context(), "same", "n", strings.NewReader("text"), 10)
			if err != nil {
				t.Errorf("Put = %v", err)
				return
			}
			r, _, err := f.Open(t.Context(), file.URI)
			if err != nil {
				t.Errorf("Open = %v", err)
				return
			}
			defer r.Close()
			if text, err := io.ReadAll(r); err != nil || string(text) != "text" {
				t.Errorf("read %q, %v", text, err)
			}
		})
	}
	all.Wait()
}

func FuzzOpenURI(f *testing.F) {
	f.Add("signoff:///x/aaaaaaaaaaaaaaaaaaaaaaaaaa/n.txt")
	f.Add("signoff:///../../etc/passwd")
	dir := filepath.Join(f.TempDir(), "files")
	files, err := folder.Open(dir)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { files.Close() })
	f.Fuzz(func(t *testing.T, uri string) {
		if _, _, err := files.Open(t.Context(), uri); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Open(%q) = %v, want %v", uri, err, store.ErrNotFound)
		}
	})
}
