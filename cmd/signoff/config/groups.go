package config

import (
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/directory/oncall"
	"signoff/engine/approval"
)

// Elsewhere says where others keep members of a group.
type Elsewhere struct {
	// Slack are ids of user groups, Entra are object ids of groups, and OnCall
	// are names of rotas.
	Slack, Entra, OnCall []string
}

// Entra is how signoff reads groups of Microsoft Entra ID.
type Entra struct {
	Tenant       string
	ClientID     string
	ClientSecret SecretRef
	// LoginURL and GraphURL are the services; empty means Microsoft's own.
	LoginURL, GraphURL string
}

// Rota is a service that says who is on duty.
type Rota struct {
	URL     string
	Headers map[string]Setting
	// People is where they stand in the answer.
	People oncall.Path
}

// groups reads lists of people; a group may have members whom others keep.
func (p *parser) groups(n *yaml.Node) {
	p.entries(n, "groups", func(key, value *yaml.Node) {
		what := "the group " + key.Value
		p.c.Groups[key.Value] = []approval.PersonID{}
		if value.Kind == yaml.SequenceNode {
			p.members(key.Value, value)
			return
		}
		var e Elsewhere
		p.mapping(value, what, keys{
			"members": func(v *yaml.Node) { p.members(key.Value, v) },
			"slack":   p.oneOrMore(&e.Slack, what+".slack"),
			"entra":   p.oneOrMore(&e.Entra, what+".entra"),
			"oncall":  p.oneOrMore(&e.OnCall, what+".oncall"),
		})
		p.later = append(p.later, func() { p.checkElsewhere(value, what, e) })
		if len(e.Slack)+len(e.Entra)+len(e.OnCall) > 0 {
			p.c.Elsewhere[key.Value] = e
		}
	})
}

func (p *parser) members(group string, n *yaml.Node) {
	p.items(n, "the group "+group, func(item *yaml.Node) {
		var id string
		p.text(&id, "a member")(item)
		who := personID(strings.TrimPrefix(id, "user:"))
		if who == "" {
			return
		}
		p.c.Groups[group] = append(p.c.Groups[group], who)
		p.later = append(p.later, func() { p.knownPerson(item, who) })
	})
}

// oneOrMore reads a text or a list of them.
func (p *parser) oneOrMore(out *[]string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind == yaml.SequenceNode {
			p.texts(out, what)(n)
			return
		}
		var one string
		if p.text(&one, what)(n); one != "" {
			*out = []string{one}
		}
	}
}

func (p *parser) checkElsewhere(n *yaml.Node, what string, e Elsewhere) {
	if len(e.Entra) > 0 && p.c.Entra == nil {
		p.fault(n, "group", "%s is kept in Entra, but there is no section entra", what)
	}
	for _, name := range e.OnCall {
		p.knownRota(n, name)
	}
}

func (p *parser) knownRota(n *yaml.Node, name string) {
	if _, ok := p.c.OnCall[name]; !ok {
		p.fault(n, "oncall", "there is no rota %q; add it below oncall", name)
	}
}

func (p *parser) entra(n *yaml.Node) {
	e := &Entra{}
	before := len(p.faults)
	p.mapping(n, "entra", keys{
		"tenant":        p.text(&e.Tenant, "entra.tenant"),
		"client_id":     p.text(&e.ClientID, "entra.client_id"),
		"client_secret": p.secret(&e.ClientSecret, "entra.client_secret"),
		"login_url":     p.service(&e.LoginURL, "entra.login_url"),
		"graph_url":     p.service(&e.GraphURL, "entra.graph_url"),
	})
	if len(p.faults) == before && (e.Tenant == "" || e.ClientID == "" || e.ClientSecret.IsZero()) {
		p.fault(n, "entra", "entra needs tenant, client_id and client_secret")
	}
	p.c.Entra = e
}

// service reads where a service is, without a final slash.
func (p *parser) service(out *string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if u, ok := p.address(n, what); ok {
			*out = strings.TrimSuffix(u, "/")
		}
	}
}

func (p *parser) oncall(n *yaml.Node) {
	p.entries(n, "oncall", func(key, value *yaml.Node) {
		var r Rota
		var where string
		what := "oncall." + key.Value
		before := len(p.faults)
		p.mapping(value, what, keys{
			"url":     p.callable(&r.URL, what+".url"),
			"headers": p.settings(&r.Headers, what+".headers"),
			"people":  p.text(&where, what+".people"),
		})
		if len(p.faults) == before && (r.URL == "" || where == "") {
			p.fault(value, "oncall", "%s needs a url, and people: where they stand in the answer, such as oncalls[].user.email", what)
		}
		path, err := oncall.ParsePath(where)
		if err != nil && where != "" {
			p.fault(value, "oncall", "%s.people: %s", what, err)
		}
		r.People = path
		p.c.OnCall[key.Value] = r
	})
}

// callable reads an address that may hold a query.
func (p *parser) callable(out *string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		plain := *n
		address, query, asked := strings.Cut(n.Value, "?")
		plain.Value = address
		if u, ok := p.address(&plain, what); ok {
			if *out = u; asked {
				*out += "?" + query
			}
		}
	}
}
