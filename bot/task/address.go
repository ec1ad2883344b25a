package task

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

const maxAddress = 8 << 10

// address builds where a request goes: the rendered uri, with params added to
// its query by an encoder.
func (x *run) address(uri *expr.Template, params []flow.Pair) (*url.URL, error) {
	if uri == nil {
		return nil, problemf("the address is missing")
	}
	text, err := x.render(uri)
	if err != nil {
		return nil, err
	}
	u, err := parseAddress(text)
	if err != nil {
		return nil, err
	}
	if err := x.checkAddressShape(uri, u); err != nil {
		return nil, err
	}
	fields, err := x.fields(params)
	if err != nil {
		return nil, about("params", err)
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = strings.Trim(u.RawQuery+"&"+encodeFields(fields), "&")
	if len(u.RawQuery) > maxAddress {
		return nil, problemf("the query of the address is longer than %s; long values belong into the body", size(maxAddress))
	}
	return u, nil
}

// parseAddress reads an address as people write it. The errors name what is
// wrong and never repeat the address, which may be a secret.
func parseAddress(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, problemf("the address is empty")
	case len(text) > maxAddress:
		return nil, problemf("the address is longer than %s", size(maxAddress))
	case strings.ContainsFunc(text, isControl):
		return nil, problemf("the address holds a line break or another control character")
	case strings.Contains(text, `\`):
		return nil, problemf(`the address holds a backslash; write %%5C if it is meant`)
	}
	u, err := readAddress(text)
	if err != nil {
		return nil, problemf("the address cannot be read; put values through `urlencode`")
	}
	if err := checkAddress(u); err != nil {
		return nil, err
	}
	return u, nil
}

// readAddress takes blanks for %20, as Kestra does.
func readAddress(text string) (*url.URL, error) {
	return url.Parse(strings.ReplaceAll(strings.TrimSpace(text), " ", "%20"))
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }

// checkAddress is what holds for every address that is called, the flow's own
// and those of redirects.
func checkAddress(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return problemf("the address must begin with http:// or https://")
	case u.Hostname() == "":
		return problemf("the address names no host")
	case u.User != nil:
		return problemf("the address holds a user name; send an Authorization header instead")
	case slices.Contains(strings.FieldsFunc(u.Path, isSlash), ".."):
		return problemf("the path of the address holds ..")
	}
	if p := u.Port(); p != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 {
			return problemf("the port of the address must be a number from 1 to 65535")
		}
	}
	return checkHost(u.Hostname())
}

func isSlash(r rune) bool { return r == '/' || r == '\\' }

// checkHost refuses names that some resolvers read as numbers: 127.1, 0x7f.1,
// 2130706433. The guard would refuse where they lead; this says why.
func checkHost(host string) error {
	if a, err := netip.ParseAddr(host); err == nil {
		if a.Zone() != "" {
			return problemf("the address holds a zone (%%), which is not called")
		}
		return nil
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := strings.ToLower(labels[len(labels)-1])
	_, err := strconv.ParseUint(strings.TrimPrefix(last, "0x"), 16, 64)
	digits := strings.Trim(last, "0123456789") == ""
	if digits || (strings.HasPrefix(last, "0x") && (err == nil || last == "0x")) {
		return problemf("the host is neither a name nor an address in the usual form")
	}
	return nil
}

// origin is as much of an address as may be shown.
func origin(u *url.URL) string {
	host := u.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" {
		host = net.JoinHostPort(u.Hostname(), p)
	}
	return u.Scheme + "://" + host
}
