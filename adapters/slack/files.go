package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/fault"
	"signoff/adapters/slack/wire"
)

// downloadTimeout bounds the fetching of one file.
const downloadTimeout = 30 * time.Second

var (
	errNotTheirs = errors.New("the file belongs to somebody else")
	errFileHost  = errors.New("the file is not kept at Slack")
	errFileSize  = errors.New("the file is larger than it may be")
	errFilePart  = errors.New("what came is not the file; the app may lack the permission files:read")
)

// upload is a file that somebody handed in. What the form says of it is not
// believed: a person could name any file that the app can read.
func (d *dispatcher) upload(ctx context.Context, v visit, f wire.File) (adapters.Upload, error) {
	info, _, _, err := v.w.api.GetFileInfoContext(ctx, f.ID, 0, 0)
	if err != nil {
		return adapters.Upload{}, v.w.failed(methodFile, err)
	}
	if info.ID != f.ID || info.User != v.p.User.ID {
		return adapters.Upload{}, errNotTheirs
	}
	address := info.URLPrivateDownload
	if address == "" {
		address = info.URLPrivate
	}
	if !d.fileHosts.allow(address) {
		return adapters.Upload{}, errFileHost
	}
	source := fileSource{client: d.download, address: address, token: v.w.token, size: int64(info.Size), media: info.Mimetype}
	return adapters.Upload{Name: info.Name, Size: int64(info.Size), Read: source.read}, nil
}

// fileSource is where a file is.
type fileSource struct {
	client  *http.Client
	address string
	token   string
	size    int64
	media   string
}

// read fetches the file. Slack answers somebody without the permission with a page
// on which to sign in, and status 200.
func (f fileSource) read(ctx context.Context, limit int64) ([]byte, error) {
	if f.size > limit {
		return nil, errFileSize
	}
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.address, nil)
	if err != nil {
		return nil, errFileHost
	}
	r.Header.Set("Authorization", "Bearer "+f.token)
	res, err := f.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("fetch a file: %w", fault.Bare(err))
	}
	defer func() { _ = res.Body.Close() }() // it was read, or given up
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch a file: status %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("fetch a file: %w", fault.Bare(err))
	case int64(len(body)) > limit:
		return nil, errFileSize
	case int64(len(body)) != f.size || signIn(res.Header) && !isHTML(f.media):
		return nil, errFilePart
	}
	return body, nil
}

func signIn(h http.Header) bool { return isHTML(h.Get("Content-Type")) }

func isHTML(media string) bool {
	kind, _, err := mime.ParseMediaType(media)
	return err == nil && kind == "text/html"
}

// newDownload returns a client that follows no redirect: the token would go with
// it.
func newDownload(given *http.Client) *http.Client {
	c := &http.Client{Timeout: downloadTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if given != nil {
		c.Transport = given.Transport
	}
	return c
}

// newFileHosts are where files may be fetched from: Slack's own, or the place of
// the Web API if that is another one.
func newFileHosts(apiURL string) replyHosts {
	hosts := replyHosts{"https://files.slack.com": true, "https://files.slack-gov.com": true}
	if apiURL != slackapi.APIURL {
		if u, err := url.Parse(apiURL); err == nil {
			hosts[u.Scheme+"://"+u.Host] = true
		}
	}
	return hosts
}
