package flow

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

func (p *parser) httpRequest(s *section, at *seat) *HTTPRequest {
	in := scope{zone: zoneCall, seat: at}
	r := &HTTPRequest{
		ContentType: s.template("contentType", in),
		Headers:     p.named(s.find("headers"), in),
		Params:      p.named(s.find("params"), in),
		Body:        s.value("body", in),
		FormData:    p.named(s.find("formData"), in),
		AllowFailed: s.flag("allowFailed", false),
		Download:    at.typ == TypeHTTPDownload,
	}
	if e := s.need("uri"); e != nil {
		r.URI = s.template("uri", in)
		p.checkAddress(e.value, r.URI)
	}
	if e := s.find("timeout"); e != nil {
		r.Timeout, _ = ParseDuration(e.value.Value) // what is wrong with it is told with the task's other options
	}
	r.Method = s.template("method", in)
	p.checkMethod(s.find("method"), r.Method)
	if body, form := s.find("body"), s.find("formData"); body != nil && form != nil {
		p.errorf(form.at, ruleKeyConflict, `"body" and "formData" both fill the body; write one of them`)
	}
	if e := s.find("options"); e != nil {
		p.httpOptions(e, r, in)
	}
	return r
}

func (p *parser) httpOptions(e *entry, r *HTTPRequest, in scope) {
	s := p.part(e.value, `"options"`, "httpOptions")
	if s == nil {
		return
	}
	if auth := s.find("auth"); auth != nil {
		named := slices.ContainsFunc(r.Headers, func(h Pair) bool { return strings.EqualFold(h.Name, "Authorization") })
		switch header := p.httpAuth(auth, in); {
		case named:
			p.errorf(auth.at, ruleKeyConflict, `"auth" and the header Authorization say the same thing; write one of them`)
		case header != nil:
			r.Headers = append(r.Headers, *header)
		}
	}
	r.AllowFailed = s.flag("allowFailed", r.AllowFailed)
	if codes := s.find("allowedResponseCodes"); codes != nil {
		for _, item := range p.list(codes) {
			code, err := strconv.Atoi(p.word(item, "a response code"))
			if err != nil || code < 100 || code > 599 {
				p.errorf(pos(item), ruleBadValue, "a response code is a number from 100 to 599, not %s", kindOf(item))
				continue
			}
			r.Accept = append(r.Accept, code)
		}
	}
	s.done()
}

// named reads a map of values in the order of the source.
func (p *parser) named(e *entry, in scope) []Pair {
	if e == nil {
		return nil
	}
	var list []Pair
	for _, pair := range p.pairs(e) {
		if v := p.value(pair.value, in); v != nil {
			list = append(list, Pair{Name: pair.name, Value: *v})
		}
	}
	return list
}

// checkAddress checks an address that is written out.
func (p *parser) checkAddress(n *yaml.Node, t *expr.Template) {
	if t == nil || !t.Literal() {
		return
	}
	u, err := url.Parse(t.Source())
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		p.errorf(pos(n), ruleBadValue, "%s is not an address that begins with http:// or https://", quote(t.Source()))
	}
}

func (p *parser) checkMethod(e *entry, t *expr.Template) {
	if t == nil || !t.Literal() {
		return
	}
	methods := []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"}
	if !slices.Contains(methods, t.Source()) {
		p.errorf(pos(e.value), ruleBadValue, "%s is not an HTTP method%s", quote(t.Source()), orKnown(t.Source(), methods))
	}
}
