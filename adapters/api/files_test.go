package api_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/api"
)

// shelf keeps files of up to ten bytes.
type shelf map[string]string

func (s shelf) Upload(_ context.Context, name string, r io.Reader, _ adapters.Account) (api.FileInfo, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return api.FileInfo{}, err
	}
	if len(b) > 10 {
		return api.FileInfo{}, &api.Error{Status: http.StatusRequestEntityTooLarge, Code: "too_large", Text: "The file is too large."}
	}
	uri := "signoff:///o/i/" + name
	s[uri] = string(b)
	return api.FileInfo{URI: uri, Name: name, Size: int64(len(b)), Type: "text/plain"}, nil
}

func (s shelf) File(_ context.Context, uri string, _ adapters.Account) (io.ReadCloser, api.FileInfo, error) {
	text, ok := s[uri]
	if !ok {
		return nil, api.FileInfo{}, api.NoFile()
	}
	return io.NopCloser(strings.NewReader(text)), api.FileInfo{URI: uri, Name: uri[15:], Size: int64(len(text))}, nil
}

func serveFiles(t *testing.T, files api.Files) string {
	t.Helper()
	h, err := api.New(api.Config{
		Service: newProduct(), Files: files, Log: slog.New(slog.DiscardHandler),
		Tokens: []api.Token{{Name: "token", Secret: danaToken, Person: "dana@example.com"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestClientUploads(t *testing.T) {
	t.Parallel()
	c, err := api.NewClient(serveFiles(t, shelf{}), danaToken)
	if err != nil {
		t.Fatal(err)
	}
	info, err := c.Upload(t.Context(), "no\"te.txt", strings.NewReader("hello"))
	want := api.FileInfo{URI: `signoff:///o/i/no"te.txt`, Name: `no"te.txt`, Size: 5, Type: "text/plain"}
	if diff := cmp.Diff(want, info); diff != "" || err != nil {
		t.Fatalf("Upload: %v (-want +got):\n%s", err, diff)
	}
	r, err := c.Download(t.Context(), info.URI)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if string(b) != "hello" || err != nil || r.Close() != nil {
		t.Errorf("Download = %q, %v", b, err)
	}
	if _, err := c.Upload(t.Context(), "big", strings.NewReader("more than ten bytes")); !refusedAs(err, http.StatusRequestEntityTooLarge, "too_large") {
		t.Errorf("a large file: %v, want 413 too_large", err)
	}
	if _, err := c.Download(t.Context(), "signoff:///o/i/nothing"); !refusedAs(err, http.StatusNotFound, "not_found") {
		t.Errorf("no file: %v, want 404 not_found", err)
	}
}

func refusedAs(err error, status int, code string) bool {
	e, ok := errors.AsType[*api.Error](err)
	return ok && e.Status == status && e.Code == code
}

func TestUploadRefuses(t *testing.T) {
	t.Parallel()
	multi := func(write func(w *multipart.Writer)) (string, string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		write(w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String(), w.FormDataContentType()
	}
	file := func(w *multipart.Writer, part string) {
		p, err := w.CreateFormFile(part, "a.txt")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	twice, twiceType := multi(func(w *multipart.Writer) { file(w, "a"); file(w, "a") })
	field, fieldType := multi(func(w *multipart.Writer) {
		if err := w.WriteField("a", "text"); err != nil {
			t.Fatal(err)
		}
	})
	none, noneType := multi(func(*multipart.Writer) {})
	many, manyType := multi(func(w *multipart.Writer) {
		for i := range 11 {
			file(w, strings.Repeat("a", i+1))
		}
	})
	for name, tt := range map[string]struct {
		body, media, token string
		files              api.Files
		status             int
	}{
		"no_token":   {twice, twiceType, "", shelf{}, http.StatusUnauthorized},
		"keeps_none": {twice, twiceType, danaToken, nil, http.StatusNotImplemented},
		"json":       {"{}", "application/json", danaToken, shelf{}, http.StatusUnsupportedMediaType},
		"no_type":    {"", "", danaToken, shelf{}, http.StatusUnsupportedMediaType},
		"cut":        {twice[:len(twice)/3], twiceType, danaToken, shelf{}, http.StatusBadRequest},
		"part_twice": {twice, twiceType, danaToken, shelf{}, http.StatusBadRequest},
		"no_file":    {field, fieldType, danaToken, shelf{}, http.StatusBadRequest},
		"empty":      {none, noneType, danaToken, shelf{}, http.StatusBadRequest},
		"too_many":   {many, manyType, danaToken, shelf{}, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, serveFiles(t, tt.files)+api.Prefix+"/files", strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", tt.media)
			if tt.token != "" {
				r.Header.Set("Authorization", "Bearer "+tt.token)
			}
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != tt.status {
				b, _ := io.ReadAll(res.Body)
				t.Errorf("status %d, want %d: %s", res.StatusCode, tt.status, b)
			}
		})
	}
}

// A file is somebody else's: a browser that gets it saves it and runs nothing.
func TestFileIsSaved(t *testing.T) {
	t.Parallel()
	base := serveFiles(t, shelf{"signoff:///o/i/a.html": "<script>"})
	status, _ := send(t, request(t, http.MethodGet, base+api.Prefix+"/files?uri=signoff:///o/i/a.html", "wrong", ""))
	if status != http.StatusUnauthorized {
		t.Errorf("with a wrong token: %d, want 401", status)
	}
	res, err := http.DefaultClient.Do(request(t, http.MethodGet, base+api.Prefix+"/files?uri=signoff:///o/i/a.html", danaToken, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=a.html", "X-Content-Type-Options": "nosniff",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
