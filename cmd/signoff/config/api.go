package config

import (
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
)

// API is who may call it.
type API struct {
	// LocalPerson is the holder of the token in the data folder; empty means that
	// it decides nothing.
	LocalPerson approval.PersonID
	// Tokens are those besides it.
	Tokens []Token
}

// Token opens the API for a person or for a service.
type Token struct {
	Name string
	// Person is whose token it is; empty for a service, which decides nothing.
	Person  approval.PersonID
	Secret  SecretRef
	Expires time.Time // zero is never
}

func (p *parser) api(n *yaml.Node) {
	p.mapping(n, "api", keys{
		"local_person": func(v *yaml.Node) { p.holder(v, "api.local_person", &p.c.API.LocalPerson) },
		"tokens":       func(v *yaml.Node) { p.items(v, "api.tokens", p.token) },
	})
}

// holder reads whose token one is.
func (p *parser) holder(n *yaml.Node, what string, out *approval.PersonID) {
	var text string
	p.text(&text, what)(n)
	who := personID(strings.TrimPrefix(text, "user:"))
	if who == "" {
		return
	}
	*out = who
	p.later = append(p.later, func() { p.knownPerson(n, who) })
}

func (p *parser) token(n *yaml.Node) {
	var t Token
	var service bool
	p.mapping(n, "a token", keys{
		"name":    p.text(&t.Name, "name"),
		"person":  func(v *yaml.Node) { p.holder(v, "person", &t.Person) },
		"service": func(v *yaml.Node) { service = p.yes(v, "service") },
		"secret":  p.secret(&t.Secret, "secret"),
		"expires": func(v *yaml.Node) { t.Expires = p.moment(v, "expires") },
	})
	switch {
	case n.Kind != yaml.MappingNode:
		return // the fault is told
	case !plainName(t.Name):
		p.fault(n, "token", "a token needs a name of small letters, digits, dots and dashes")
		return
	case slices.ContainsFunc(p.c.API.Tokens, func(o Token) bool { return o.Name == t.Name }):
		p.fault(n, "token", "%q is listed twice", t.Name)
		return
	case (t.Person == "") != service:
		p.fault(n, "token", "a token needs either person: ID, who acts with it, or service: true")
	case t.Secret.IsZero():
		p.fault(n, "token", "a token needs a secret: {file: PATH} or {env: NAME}")
	}
	p.c.API.Tokens = append(p.c.API.Tokens, t)
}

// yes reads true or false.
func (p *parser) yes(n *yaml.Node, what string) bool {
	var text string
	p.text(&text, what)(n)
	if text != "" && text != "true" && text != "false" {
		p.fault(n, "bad-value", "%s must be true or false", what)
	}
	return text == "true"
}

// moment reads a day, which begins in UTC, or a moment with its zone.
func (p *parser) moment(n *yaml.Node, what string) time.Time {
	var text string
	p.text(&text, what)(n)
	if text == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	p.fault(n, "bad-value", "%s must be a day or a moment, such as 2027-01-31 or 2027-01-31T18:00:00Z", what)
	return time.Time{}
}
