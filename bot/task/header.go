package task

import (
	"net/http"
	"strings"

	"signoff/engine/flow"
)

// headers renders the flow's headers. A value that would end its line is
// refused here, by name, rather than by the HTTP client in words of its own.
func (x *run) headers(pairs []flow.Pair) (http.Header, error) {
	h := http.Header{}
	for _, p := range pairs {
		if err := checkHeaderName(p.Name); err != nil {
			return nil, err
		}
		v, err := x.text(p)
		if err != nil {
			return nil, about("headers", err)
		}
		if err := checkHeader(p.Name, v); err != nil {
			return nil, err
		}
		h.Add(p.Name, strings.TrimSpace(v))
	}
	if h.Get("User-Agent") == "" && x.UserAgent != "" {
		h.Set("User-Agent", x.UserAgent)
	}
	return h, nil
}

func checkHeader(name, value string) error {
	if err := checkHeaderName(name); err != nil {
		return err
	}
	if strings.ContainsFunc(value, isHeaderControl) {
		return problemf("the value of the header %s holds a line break or another control character; `| trim` takes one off the end", name)
	}
	return nil
}

func isHeaderControl(r rune) bool { return isControl(r) && r != '\t' }

// ownHeaders are those with which the connection itself is run.
//
//nolint:gochecknoglobals // a table
var ownHeaders = map[string]bool{
	"Connection": true, "Content-Length": true, "Expect": true, "Host": true,
	"Keep-Alive": true, "Te": true, "Trailer": true, "Transfer-Encoding": true,
	"Upgrade": true,
}

func checkHeaderName(name string) error {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !isTokenRune(r) }) {
		return problemf("%q is not the name of a header", name)
	}
	canonical := http.CanonicalHeaderKey(name)
	if ownHeaders[canonical] || strings.HasPrefix(canonical, "Proxy-") {
		return problemf("the header %s is set by signoff itself", canonical)
	}
	return nil
}

// isTokenRune is RFC 9110's tchar.
func isTokenRune(r rune) bool {
	switch {
	case '0' <= r && r <= '9', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return true
	}
	return strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}
