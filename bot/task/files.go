package task

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"signoff/store"
)

// fileScheme begins the address of every kept file.
const fileScheme = "signoff:///"

// maxFiles is how many files a script may hand over.
const maxFiles = 100

// inputFile writes a file that a script finds: its text, or the kept file whose
// address that is.
func (x *run) inputFile(ctx context.Context, root *os.Root, f inputText) error {
	if err := x.checkSize(len(f.text)); err != nil {
		return err
	}
	from := io.Reader(strings.NewReader(f.text))
	if kept, err := x.openFile(ctx, f.text); err != nil {
		return err
	} else if kept != nil {
		defer kept.Close() //nolint:errcheck // only read
		from = kept
	}
	if err := root.MkdirAll(path.Dir(f.name), 0o700); err != nil {
		return problemf("the file cannot be made: %s", reason(err))
	}
	to, err := newFile(root, f.name)
	if err != nil {
		return problemf("the file cannot be made: %s", reason(err))
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

// newFile makes a file in the place of what is there. An earlier program may have
// left a pipe, which would be waited for, or a link, which would be followed.
func newFile(root *os.Root, name string) (*os.File, error) {
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// writeFile is newFile with a content.
func writeFile(root *os.Root, name, text string) error {
	f, err := newFile(root, name)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// openFile opens a kept file; nil if a text is not the address of one. Nobody can
// guess an address, so whoever knows one was given it.
func (x *run) openFile(ctx context.Context, text string) (io.ReadCloser, error) {
	if x.Files == nil || !strings.HasPrefix(text, fileScheme) {
		return nil, nil //nolint:nilnil // a text that is no address is not a fault
	}
	kept, _, err := x.Files.Open(ctx, text)
	if errors.Is(err, store.ErrNotFound) {
		return nil, problemf("there is no such file")
	}
	return kept, err
}

func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return "it leads out of the working directory"
}

// keepFiles keeps what a script made, by name. Only regular files count: what a
// link points at may be anything.
func (x *run) keepFiles(ctx context.Context, dir string, patterns []string) (map[string]any, error) {
	out := map[string]any{}
	if len(patterns) == 0 {
		return out, nil
	}
	if x.Files == nil {
		return out, problemf("outputFiles: files are not kept here")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return out, err
	}
	defer root.Close() //nolint:errcheck // a folder
	names, err := matching(root, patterns)
	if err != nil {
		return out, err
	}
	for _, name := range names {
		uri, err := x.keepFile(ctx, root, name)
		if err != nil {
			return out, about("outputFiles: "+name, err)
		}
		out[name] = uri
	}
	for _, p := range patterns {
		if !strings.ContainsAny(p, "*?[") && out[p] == nil {
			return out, problemf("outputFiles: %s was not written", p)
		}
	}
	return out, nil
}

func (x *run) keepFile(ctx context.Context, root *os.Root, name string) (string, error) {
	// A program beside this one may have put a pipe in its place meanwhile.
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", problemf("it cannot be read: %s", reason(err))
	}
	defer f.Close() //nolint:errcheck // only read
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", problemf("it is not a file any more")
	}
	kept, err := x.Files.Put(ctx, string(x.call.Execution), x.mask.text(path.Base(name)), f, x.Limits.File)
	if errors.Is(err, store.ErrTooLarge) {
		return "", problemf("it is larger than %s", size(int(x.Limits.File)))
	}
	return kept.URI, err
}

// matching lists the regular files that fit a pattern, in order.
func matching(root *os.Root, patterns []string) ([]string, error) {
	var names []string
	err := fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(name, scriptFile) {
			return nil //nolint:nilerr // what cannot be looked at is not handed over
		}
		if slices.ContainsFunc(patterns, func(p string) bool { return fits(p, name) }) {
			names = append(names, name)
		}
		if len(names) > maxFiles {
			return problemf("outputFiles: more than %d files fit", maxFiles)
		}
		return nil
	})
	return names, err
}

// fits matches a name with a pattern, in which ** is any number of folders.
func fits(pattern, name string) bool {
	if before, after, deep := strings.Cut(pattern, "**/"); deep {
		rest, ok := strings.CutPrefix(name, before)
		for ; ok; _, rest, ok = strings.Cut(rest, "/") {
			if fits(after, rest) {
				return true
			}
		}
		return false
	}
	ok, err := filepath.Match(pattern, name)
	return ok && err == nil
}
