package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"signoff/adapters"
	"signoff/engine"
)

// Files keeps what callers upload. An error that the caller may read is an
// [*Error] or an [*engine.RejectionError].
type Files interface {
	// Upload keeps what r gives under a name that is for people.
	Upload(ctx context.Context, name string, r io.Reader, by adapters.Account) (FileInfo, error)
	// File reads a file that is kept. The caller closes it.
	File(ctx context.Context, uri string, by adapters.Account) (io.ReadCloser, FileInfo, error)
}

// FileInfo describes a file that is kept. Its URI is what a FILE input takes.
type FileInfo struct {
	URI  string `json:"uri"`
	Name string `json:"name"`
	Size int64  `json:"size"` // bytes
	Type string `json:"type"` // as its first bytes look like
}

// UploadAnswer is the answer of POST /files: each file by the name of its part.
type UploadAnswer struct {
	Files map[string]FileInfo `json:"files"`
}

const (
	// maxParts bounds how many files one upload holds.
	maxParts = 10
	// maxUpload bounds an upload as a whole; Files bounds each file.
	maxUpload = 1 << 30
	// uploadTime is how long an upload may take.
	uploadTime = 10 * time.Minute
)

func noFiles() *Error {
	return &Error{Status: http.StatusNotImplemented, Code: "no_files", Text: "This server keeps no files."}
}

// upload keeps the files of a multipart/form-data body.
func (s *server) upload(w http.ResponseWriter, r *http.Request, t Token) {
	if s.Files == nil {
		s.fail(w, r, noFiles())
		return
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		s.fail(w, r, &Error{
			Status: http.StatusUnsupportedMediaType, Code: "bad_content_type", Text: "Send the files as multipart/form-data.",
		})
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime)) // not every server has one
	body := http.MaxBytesReader(w, r.Body, maxUpload)
	kept, err := s.keep(r.Context(), multipart.NewReader(body, params["boundary"]), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusCreated, UploadAnswer{Files: kept})
}

func (s *server) keep(ctx context.Context, parts *multipart.Reader, by adapters.Account) (map[string]FileInfo, error) {
	kept := map[string]FileInfo{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, badRequest("The body is not complete multipart/form-data.")
		}
		name := part.FormName()
		if _, twice := kept[name]; name == "" || part.FileName() == "" || twice {
			return nil, badRequest("Each part must be a file with a name and a filename of its own.")
		}
		if len(kept) == maxParts {
			return nil, badRequest("Send at most " + strconv.Itoa(maxParts) + " files at once.")
		}
		if kept[name], err = s.Files.Upload(ctx, part.FileName(), part, by); err != nil {
			return nil, err
		}
	}
	if len(kept) == 0 {
		return nil, badRequest("The body holds no file.")
	}
	return kept, nil
}

// file gives a kept file back, always as something to save: it is not ours, and
// a browser must not run it.
func (s *server) file(w http.ResponseWriter, r *http.Request, t Token) {
	if s.Files == nil {
		s.fail(w, r, noFiles())
		return
	}
	body, info, err := s.Files.File(r.Context(), r.URL.Query().Get("uri"), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer func() { _ = body.Close() }()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": info.Name}))
	h.Set("Content-Length", strconv.FormatInt(info.Size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	if _, err := io.Copy(w, body); err != nil {
		s.Log.WarnContext(r.Context(), "a file was not read to its end", "err", err)
	}
}

// NoFile is the refusal of an address at which nothing is kept.
func NoFile() error {
	return &engine.RejectionError{Code: engine.NotFound, Text: "There is no such file."}
}
