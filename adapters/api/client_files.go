package api

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
)

// Upload hands a file in. The name is for people.
func (c *Client) Upload(ctx context.Context, name string, r io.Reader) (FileInfo, error) {
	body, form := io.Pipe()
	w := multipart.NewWriter(form)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		part, err := w.CreateFormFile("file", name)
		if err == nil {
			_, err = io.Copy(part, r)
		}
		if err == nil {
			err = w.Close()
		}
		form.CloseWithError(err)
	}()
	var out UploadAnswer
	err := c.callFor(ctx, uploadTime, ask{
		method: http.MethodPost, path: "/files", stream: body, header: http.Header{"Content-Type": {w.FormDataContentType()}},
	}, &out)
	_ = body.Close() // ends the goroutine, whatever came of the call
	<-sent
	return out.Files["file"], err
}

// Download reads a kept file. The caller closes it.
func (c *Client) Download(ctx context.Context, uri string) (io.ReadCloser, error) {
	res, err := c.send(ctx, ask{method: http.MethodGet, path: "/files", query: url.Values{"uri": {uri}}})
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}
