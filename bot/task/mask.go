package task

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// masked stands where a secret was.
const masked = "******"

// The shortest text that is masked inside another one. Shorter secrets would
// make nonsense of every text, and are masked only where they are all of it.
const shortestPart = 4

// masker replaces secrets by [masked]. The zero value knows none.
type masker struct {
	whole    map[string]bool
	parts    map[string]bool
	replacer *strings.Replacer // of parts; nil after a change
	// strict: the shortest secrets are masked within a text, too.
	strict bool
}

// add makes the masker know a secret and what is derived from it: its encoded
// forms, and the pieces that are secrets themselves.
func (m *masker) add(secret string) {
	if secret == "" {
		return
	}
	if m.whole == nil {
		m.whole, m.parts = map[string]bool{}, map[string]bool{}
	}
	for _, piece := range pieces(secret) {
		m.whole[piece] = true
		for _, form := range forms(piece) {
			if len(form) >= shortestPart {
				m.parts[form] = true
			}
		}
	}
	m.replacer = nil
}

// text returns s with every secret masked.
func (m *masker) text(s string) string {
	if m.whole[s] {
		return masked
	}
	if len(m.parts) == 0 && !m.strict {
		return s
	}
	if m.replacer == nil {
		m.replacer = m.build()
	}
	return m.replacer.Replace(s)
}

// build puts the longest form first, since the first that fits wins.
func (m *masker) build() *strings.Replacer {
	longest := make([]string, 0, len(m.parts))
	for p := range m.parts {
		longest = append(longest, p)
	}
	for p := range m.whole {
		if m.strict && !m.parts[p] {
			longest = append(longest, p)
		}
	}
	slices.SortFunc(longest, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	pairs := make([]string, 0, 2*len(longest))
	for _, p := range longest {
		pairs = append(pairs, p, masked)
	}
	return strings.NewReplacer(pairs...)
}

// values returns a copy of v with every text in it masked, names included.
func (m *masker) values(v map[string]any) map[string]any {
	if v == nil {
		return nil
	}
	out := make(map[string]any, len(v))
	for k, e := range v {
		out[m.text(k)] = m.value(e)
	}
	return out
}

func (m *masker) value(v any) any {
	switch v := v.(type) {
	case string:
		return m.text(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = m.value(e)
		}
		return out
	case map[string]any:
		return m.values(v)
	}
	return v
}

// The shortest piece of a secret that is taken for a secret of its own.
const (
	shortestLine  = 8
	shortestToken = 12
)

// pieces returns a secret and the parts of it that give it away: the lines of a
// key, the words of "Bearer …", the halves of "user:password", the path of a
// webhook's address, the texts in a JSON credential.
func pieces(secret string) []string {
	out := []string{secret}
	keep := func(least int, parts ...string) {
		for _, p := range parts {
			if p = strings.TrimSpace(p); len(p) >= least {
				out = append(out, p)
			}
		}
	}
	keep(1, secret)
	keep(shortestLine, strings.Split(secret, "\n")...)
	keep(shortestToken, strings.Fields(secret)...)
	if u, err := url.Parse(strings.TrimSpace(secret)); err == nil && u.Host != "" {
		keep(shortestLine, u.RequestURI(), u.Path)
		keep(shortestToken, strings.Split(u.Path, "/")...)
		keep(shortestToken, u.RawQuery)
		if password, ok := u.User.Password(); ok {
			keep(shortestPart, password)
		}
	} else { // of an address the halves would be https and //host
		keep(shortestLine, strings.Split(secret, ":")...)
	}
	var v any
	if strings.HasPrefix(strings.TrimSpace(secret), "{") && json.Unmarshal([]byte(secret), &v) == nil {
		keep(shortestLine, leaves(v)...)
	}
	return out
}

func leaves(v any) []string {
	var out []string
	switch v := v.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, e := range v {
			out = append(out, leaves(e)...)
		}
	case map[string]any:
		for _, e := range v {
			out = append(out, leaves(e)...)
		}
	}
	return out
}
