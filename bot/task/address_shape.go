package task

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"signoff/engine/expr"
)

// checkAddressShape refuses an address in which a value has moved the host,
// begun a query or a fragment, or added to the query. A value may hold slashes,
// as in "https://api.github.com/repos/{{ inputs.repo }}".
func (x *run) checkAddressShape(uri *expr.Template, got *url.URL) error {
	host, ok := x.tamed(expr.Text(uri), tameHost)
	if !ok || !isAbsolute(host) {
		return nil // a value is the host itself: there is nothing to compare
	}
	if u, err := readAddress(host); err != nil || u.Scheme != got.Scheme || u.Host != got.Host {
		return problemf("a value has changed the host of the address, which is not called")
	}
	path, ok := x.tamed(expr.Text(uri), tamePath)
	if !ok {
		return nil
	}
	if u, err := readAddress(path); err != nil || addressShape(u) != addressShape(got) {
		return problemf("a value has changed the structure of the address, which is not called; put it through `urlencode` or into params")
	}
	return nil
}

func isAbsolute(text string) bool {
	scheme, _, ok := strings.Cut(strings.TrimSpace(text), "://")
	return ok && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// tameHost leaves what can be part of a host and port.
func tameHost(r rune) rune {
	if strings.ContainsRune("-._~:", r) || isAlphanumeric(r) {
		return r
	}
	return 'x'
}

// tamePath leaves slashes as well.
func tamePath(r rune) rune {
	if r == '/' {
		return r
	}
	return tameHost(r)
}

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r >= 0x80
}

// addressShape is a path without its words and a query without its values.
func addressShape(u *url.URL) string {
	var names []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Sprintf("%d segments, query %q, fragment %t", strings.Count(u.EscapedPath(), "/"), names, u.Fragment != "")
}
