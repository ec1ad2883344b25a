package prose

import (
	"net/url"
	"strings"

	"github.com/yuin/goldmark/util"

	"signoff/adapters"
)

// maxURLBytes is how long an address may be and still be a link.
const maxURLBytes = 2_000

// address resolves a link's destination as goldmark does when it writes HTML.
func address(destination string) string {
	return string(util.URLEscape([]byte(destination), true))
}

// link makes the texts lead to an address, or shows the address beside them if
// nothing should lead there.
func link(look adapters.Span, texts []adapters.Span, to string) []adapters.Span {
	label := plain(texts)
	if label == "" {
		look.Text = OneLine(to)
		texts, label = []adapters.Span{look}, OneLine(to)
	}
	host, ok := LinkHost(to)
	tail := look
	switch {
	case !ok && label == OneLine(to):
		return texts
	case !ok:
		tail.Text = " (" + OneLine(to) + ")"
		return append(texts, tail)
	case label != to:
		tail.Text = " (" + host + ")"
		texts = append(texts, tail)
	}
	for i := range texts {
		texts[i].URL = to
	}
	return texts
}

// plain is the text of spans, without their looks.
func plain(texts []adapters.Span) string {
	var b strings.Builder
	for _, s := range texts {
		b.WriteString(s.Text)
	}
	return strings.TrimSpace(b.String())
}

// LinkHost returns the host of an address that may be a link: http or https, a
// host in plain ASCII, no name or password in front of it. It reports false for
// everything else, which is shown as text.
func LinkHost(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxURLBytes || u.User != nil || u.Opaque != "" {
		return "", false
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", false
	}
	for _, r := range u.Host {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune(".-_:[]", r) {
			return "", false
		}
	}
	return strings.ToLower(u.Host), true
}
