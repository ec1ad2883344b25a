package config

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/access"
	"signoff/engine/approval"
)

// roles reads the roles besides the built-in ones: the verbs of each.
func (p *parser) roles(n *yaml.Node) {
	p.c.Roles = map[access.Role][]access.Verb{}
	p.entries(n, "roles", func(key, value *yaml.Node) {
		role := access.Role(key.Value)
		if access.IsBuiltIn(role) || !plainName(key.Value) {
			p.fault(key, "role", "%q cannot be the name of a role: it is built in, or holds more than small letters, digits, dots and dashes", key.Value)
			return
		}
		verbs := []access.Verb{}
		p.items(value, "the role "+key.Value, func(item *yaml.Node) {
			var text string
			p.text(&text, "a verb")(item)
			switch v := access.Verb(text); {
			case text == "":
			case !slices.Contains(access.Verbs(), v):
				p.fault(item, "verb", "there is no verb %q; expected one of %s", text, joined(access.Verbs()))
			default:
				verbs = append(verbs, v)
			}
		})
		p.c.Roles[role] = verbs
	})
}

// access reads who has which role where.
func (p *parser) access(n *yaml.Node) {
	grants := []access.Grant{}
	p.items(n, "access", func(item *yaml.Node) {
		var g access.Grant
		var role string
		p.mapping(item, "a grant", keys{
			"role": p.text(&role, "role"),
			"to":   func(n *yaml.Node) { p.grantees(n, &g) },
			"in":   func(n *yaml.Node) { p.grantedIn(n, &g) },
		})
		g.Role = access.Role(role)
		switch {
		case item.Kind != yaml.MappingNode:
			return // the fault is told
		case role == "":
			p.fault(item, "role", "a grant needs a role, such as %s", joined(access.BuiltIn()))
		case g.To == nil && g.Services == nil:
			p.fault(item, "grant", `a grant needs to: who has the role, such as ["group:ops", "user:kim"]`)
		case g.In == nil:
			p.fault(item, "grant", `a grant needs in: the namespaces in which it holds; [""] is all of them`)
		}
		grants = append(grants, g)
		p.later = append(p.later, func() { p.knownRole(item, g.Role) })
	})
	p.c.Access = &grants
}

// grantees reads who has a role: people by user: and group:, tokens by service:.
func (p *parser) grantees(n *yaml.Node, g *access.Grant) {
	p.items(n, "to", func(item *yaml.Node) {
		var text string
		p.text(&text, "an entry of to")(item)
		kind, name, _ := strings.Cut(text, ":")
		sel := approval.Selector{Kind: approval.SelectorKind(kind), Name: name}
		switch {
		case text == "":
		case name != "" && kind == "service":
			g.Services = append(g.Services, name)
			p.later = append(p.later, func() { p.knownService(item, name) })
		case name != "" && (sel.Kind == approval.User || sel.Kind == approval.Group):
			if sel.Kind == approval.User {
				sel.Name = string(personID(name))
			}
			g.To = append(g.To, sel)
			p.later = append(p.later, func() { p.knownSelector(item, sel) })
		default:
			p.fault(item, "grant", "%q names nobody; write user:ID, group:NAME or service:TOKEN", text)
		}
	})
}

// grantedIn reads the namespaces of a grant; an empty name is all.
func (p *parser) grantedIn(n *yaml.Node, g *access.Grant) {
	p.items(n, "in", func(item *yaml.Node) {
		if item.Kind == yaml.ScalarNode && item.Tag == "!!str" && item.Value == access.Everywhere {
			g.In = append(g.In, access.Everywhere)
			return
		}
		var text string
		p.text(&text, "a namespace")(item)
		switch {
		case text == "":
		case strings.HasPrefix(text, ".") || strings.HasSuffix(text, ".") || strings.ContainsAny(text, " *~/"):
			p.fault(item, "grant", "%q is not the name of a namespace; what holds in one holds below it, and \"\" is all", text)
		default:
			g.In = append(g.In, text)
		}
	})
}

func (p *parser) knownRole(n *yaml.Node, role access.Role) {
	if _, own := p.c.Roles[role]; role == "" || own || access.IsBuiltIn(role) {
		return
	}
	p.fault(n, "role", "there is no role %q; built in are %s, and others stand below roles", role, joined(access.BuiltIn()))
}

func (p *parser) knownService(n *yaml.Node, name string) {
	is := func(t Token) bool { return t.Name == name && t.Person == "" }
	if !slices.ContainsFunc(p.c.API.Tokens, is) {
		p.fault(n, "grant", "there is no service %q among api.tokens", name)
	}
}

// plainName reports whether s is a name that can stand anywhere.
func plainName(s string) bool {
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-._", r)
	}
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, odd)
}

func joined[T ~string](all []T) string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = string(one)
	}
	return strings.Join(texts, ", ")
}
