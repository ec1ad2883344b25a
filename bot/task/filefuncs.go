package task

import (
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"signoff/engine/expr"
	"signoff/store"
)

// maxRead is the longest text that read() gives, in bytes: what an expression
// may yield.
const maxRead = 256 << 10

// withFiles returns env with the functions that look at kept files. They reach
// what the store of files keeps, by its address, and nothing else.
func (x *run) withFiles(ctx context.Context, env expr.Env) expr.Env {
	funcs := map[string]expr.Func{}
	funcs["read"] = func(args expr.Args) (any, error) { return x.readFile(ctx, args) }
	funcs["fileSize"] = func(args expr.Args) (any, error) {
		file, err := x.fileAt(ctx, args)
		return file.Size, err
	}
	funcs["isFileEmpty"] = func(args expr.Args) (any, error) {
		file, err := x.fileAt(ctx, args)
		return file.Size == 0, err
	}
	funcs["fileExists"] = func(args expr.Args) (any, error) {
		_, err := x.fileAt(ctx, args)
		if errors.Is(err, errNoFile) {
			return false, nil
		}
		return err == nil, err
	}
	funcs["fileURI"] = func(args expr.Args) (any, error) {
		file, err := x.fileAt(ctx, args)
		return file.URI, err
	}
	return expr.Env{Roots: env.Roots, Funcs: env.Funcs.With(funcs), Budget: env.Budget}
}

var errNoFile = errors.New("there is no such file")

// opened opens the file that a function names.
func (x *run) opened(ctx context.Context, args expr.Args) (io.ReadCloser, store.File, error) {
	given, _ := args.Get(0, "path")
	uri, _ := given.(string)
	switch uri = strings.TrimSpace(uri); {
	case !strings.HasPrefix(uri, fileScheme):
		return nil, store.File{}, errors.New("only files of executions can be looked at, such as outputs.a.uri; namespaces keep none")
	case x.Files == nil:
		return nil, store.File{}, errors.New("files are not kept here")
	}
	r, file, err := x.Files.Open(ctx, uri)
	if errors.Is(err, store.ErrNotFound) {
		return nil, store.File{}, errNoFile
	}
	if err != nil {
		x.logErr(ctx, err)
		return nil, store.File{}, errors.New("the file cannot be read")
	}
	return r, file, nil
}

func (x *run) fileAt(ctx context.Context, args expr.Args) (store.File, error) {
	r, file, err := x.opened(ctx, args)
	if err != nil {
		return store.File{}, err
	}
	return file, r.Close()
}

// readFile gives the text of a file.
func (x *run) readFile(ctx context.Context, args expr.Args) (any, error) {
	r, _, err := x.opened(ctx, args)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(io.LimitReader(r, maxRead+1))
	switch {
	case err != nil:
		x.logErr(ctx, err)
		return nil, errors.New("the file cannot be read")
	case len(b) > maxRead:
		return nil, errors.New("the file is larger than 256 KiB; give it to a script with inputFiles, or send it with formData")
	case !utf8.Valid(b):
		return nil, errors.New("the file is no UTF-8 text")
	}
	return string(b), args.Spend(10 * len(b))
}
