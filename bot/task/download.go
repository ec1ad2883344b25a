package task

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"signoff/engine/flow"
	"signoff/store"
)

// download keeps what a GET answers as a file of the execution. It is never in
// memory as a whole.
func (x *run) download(ctx context.Context, spec *flow.HTTPRequest) (map[string]any, error) {
	if x.Files == nil {
		return nil, problemf("files are not kept here")
	}
	req, err := x.newRequest(ctx, spec)
	if err != nil {
		return nil, err
	}
	ctx, cancel := x.deadline(ctx, cmp.Or(x.call.Timeout, spec.Timeout))
	defer cancel()
	what := req.Method + " " + origin(req.URL)
	resp, err := x.client.Do(req.WithContext(ctx))
	if err != nil {
		x.logErr(ctx, err)
		return nil, about(what, explain(ctx, err))
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end or given up
	if (resp.StatusCode < 200 || resp.StatusCode > 299) && !spec.AllowFailed && !slices.Contains(spec.Accept, resp.StatusCode) {
		a, err := x.read(ctx, resp)
		if err != nil {
			return nil, about(what, err)
		}
		a.uri = req.URL.String()
		return x.outputs(a), x.refused(req, a)
	}
	body := &failing{from: resp.Body}
	file, err := x.Files.Put(ctx, string(x.call.Execution), x.mask.text(downloadName(resp)), body, x.Limits.File)
	switch {
	case errors.Is(err, store.ErrTooLarge):
		return nil, problemf("%s: the file is larger than %s", what, size(int(x.Limits.File)))
	case body.err != nil:
		return nil, about(what, explain(ctx, body.err))
	case err != nil:
		return nil, err
	}
	x.logf("INFO", "%s: kept %s", what, size(int(file.Size)))
	out := x.outputs(&answer{code: resp.StatusCode, header: resp.Header})
	delete(out, "body")
	out["uri"], out["length"] = file.URI, file.Size
	return out, nil
}

// downloadName is the last part of the address that answered.
func downloadName(resp *http.Response) string {
	name := path.Base(resp.Request.URL.Path)
	if strings.Trim(name, "./") == "" {
		return "download"
	}
	return name
}

// failing remembers the far side's error, to tell it from that of our disk.
type failing struct {
	from io.Reader
	err  error
}

func (f *failing) Read(b []byte) (int, error) {
	n, err := f.from.Read(b)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}
