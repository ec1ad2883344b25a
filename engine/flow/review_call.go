package flow

import (
	"net/url"
	"strings"

	"signoff/engine/expr"
)

// request finds what a call gives away, and texts that break its body.
func (r reviewer) request(t *Task, h *HTTPRequest) {
	if h.URI != nil && plainHTTP(h.URI.Source()) && h.secret() {
		r.warnf(r.within(t, "uri"), ruleSecretOverHTTP, "a secret is sent in the clear; write https://")
	}
	if h.Body == nil || h.ContentType == nil || !strings.HasPrefix(h.ContentType.Source(), "application/json") {
		return
	}
	text, ok := h.Body.Source().(string)
	if ok && pasted(text) {
		r.warnf(r.within(t, "body"), ruleJSONInjection,
			"a quote or a line break in what stands within the JSON text fails the call; write the body as YAML, or VALUE | toJson without quotes around it")
	}
}

// plainHTTP reports whether an address sends in the clear to another machine.
func plainHTTP(address string) bool {
	rest, ok := strings.CutPrefix(address, "http://")
	if !ok {
		return false
	}
	host, _, _ := strings.Cut(rest, "/")
	u, err := url.Parse("http://" + host)
	if err != nil {
		return true // the host is computed
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1":
		return false
	}
	return true
}

// secret reports whether a call sends a secret.
func (h *HTTPRequest) secret() bool {
	all := []*expr.Template{h.URI}
	add := func(v expr.Value) {
		for t := range v.Templates() {
			all = append(all, t)
		}
	}
	for _, list := range [][]Pair{h.Headers, h.Params, h.FormData} {
		for _, pair := range list {
			add(pair.Value)
		}
	}
	if h.Body != nil {
		add(*h.Body)
	}
	for _, t := range all {
		for _, call := range t.Calls() {
			if call.Name == "secret" {
				return true
			}
		}
	}
	return false
}

// pasted reports whether an expression stands within quotes of a JSON text, as
// it is: neither through a filter that escapes, nor a value of our own making.
func pasted(text string) bool {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{{") || strings.HasPrefix(text, "{%") {
		return false
	}
	quoted := false
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "{{"):
			end := strings.Index(text[i:], "}}")
			if end < 0 {
				return false
			}
			if quoted && foreignText(text[i+2:i+end]) {
				return true
			}
			i += end + 1
		case text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		}
	}
	return false
}

// foreignText reports whether an expression may hold any characters.
func foreignText(expression string) bool {
	for _, escaped := range []string{"toJson", "json", "escapeChar", "urlencode", "base64encode", "number", "date("} {
		if strings.Contains(expression, escaped) {
			return false
		}
	}
	for _, root := range []string{"inputs.", "outputs.", "trigger.", "vars.", "labels.", "taskrun.value", "item.", "inputs[", "outputs[", "trigger[", "labels["} {
		if strings.Contains(expression, root) {
			return true
		}
	}
	return false
}
