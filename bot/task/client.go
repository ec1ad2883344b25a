package task

import (
	"crypto/tls"
	"net/http"
	"slices"
	"time"
)

// How many redirects a GET or HEAD follows.
const maxRedirects = 5

// newClient makes the one way out. It knows no proxy, keeps no cookies, and
// dials afresh for every call, so every call is looked at by the guard.
func newClient(g *guard, l Limits) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            g.dial,
			TLSClientConfig:        &tls.Config{RootCAs: g.roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: int64(l.Headers),
			DisableKeepAlives:      true,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: checkRedirect,
	}
}

// followsRedirects says that asking elsewhere does nothing that was not meant:
// there is no effect to repeat, and no body for another host to read.
func followsRedirects(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.GetBody == nil
}

// checkRedirect follows a GET or HEAD to where a flow could have sent it itself.
// What the flow wrote into the headers is meant for the host it named. It goes
// to no other, nor back again to where another one points.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	if !followsRedirects(first) {
		return http.ErrUseLastResponse
	}
	if len(via) > maxRedirects {
		return problemf("the far side redirects more than %d times", maxRedirects)
	}
	if err := checkAddress(next.URL); err != nil {
		return about("redirected", err)
	}
	if last.URL.Scheme == "https" && next.URL.Scheme != "https" {
		return problemf("redirected from https to http, which is not followed")
	}
	// It would tell one host the whole address of the other.
	next.Header.Del("Referer")
	elsewhere := func(r *http.Request) bool {
		return r.URL.Host != first.URL.Host || r.URL.Scheme != first.URL.Scheme
	}
	if elsewhere(next) || slices.ContainsFunc(via, elsewhere) {
		keepOnly(next.Header, "User-Agent")
	}
	return nil
}

// keepOnly removes every header but one.
func keepOnly(h http.Header, name string) {
	for n := range h {
		if n != name {
			h.Del(n)
		}
	}
}
