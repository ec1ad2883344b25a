package config

import (
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/access"
	"signoff/engine/approval"
)

// Person is a human whom signoff knows.
type Person struct {
	ID    approval.PersonID
	Name  string
	Email string
	// Slack is the user's id in the workspace, Entra the object id in the
	// directory; empty: found by mail address.
	Slack string
	Entra string
	// Manager is whom the person reports to; empty: nobody is known.
	Manager approval.PersonID
	// Hours are when the person works; zero is always.
	Hours approval.Hours
	// Inactive people left or were switched off.
	Inactive bool
}

func (p *parser) people(n *yaml.Node) {
	seen := map[approval.PersonID]bool{}
	p.items(n, "people", func(item *yaml.Node) {
		who, ok := p.person(item)
		switch {
		case !ok:
			return // the fault is told
		case seen[who.ID]:
			p.fault(item, "person", "%q is listed twice", who.ID)
			return
		}
		seen[who.ID] = true
		p.c.People = append(p.c.People, who)
	})
}

func (p *parser) person(item *yaml.Node) (Person, bool) {
	var who Person
	var id, zone string
	var zoneAt *yaml.Node
	p.mapping(item, "a person", keys{
		"id":       p.text(&id, "id"),
		"name":     p.text(&who.Name, "name"),
		"email":    p.text(&who.Email, "email"),
		"slack":    p.text(&who.Slack, "slack"),
		"entra":    p.text(&who.Entra, "entra"),
		"manager":  func(v *yaml.Node) { p.manager(v, &who.Manager) },
		"hours":    func(v *yaml.Node) { p.hours(v, &who.Hours) },
		"zone":     func(v *yaml.Node) { p.text(&zone, "zone")(v); zoneAt = v },
		"inactive": func(v *yaml.Node) { who.Inactive = p.yes(v, "inactive") },
	})
	if item.Kind != yaml.MappingNode {
		return who, false
	}
	if id == "" {
		id = who.Email
	}
	who.ID, who.Email = personID(id), strings.ToLower(who.Email)
	if who.ID == "" {
		p.fault(item, "person", "a person needs an id or an email")
		return who, false
	}
	if who.Name == "" {
		who.Name = string(who.ID)
	}
	if zone != "" {
		p.zone(zoneAt, zone, &who.Hours)
	}
	if who.Manager == who.ID {
		p.fault(item, "person", "%q cannot be their own manager", who.ID)
		who.Manager = ""
	}
	return who, true
}

func (p *parser) manager(n *yaml.Node, out *approval.PersonID) {
	var text string
	p.text(&text, "manager")(n)
	if who := personID(strings.TrimPrefix(text, "user:")); who != "" {
		*out = who
		p.later = append(p.later, func() { p.knownPerson(n, who) })
	}
}

// personID is how the directory writes an id.
func personID(s string) approval.PersonID {
	return approval.PersonID(strings.ToLower(strings.TrimSpace(s)))
}

// selector reads who is named.
func selector(text string) (approval.Selector, bool) {
	kind, name, _ := strings.Cut(text, ":")
	sel := approval.Selector{Kind: approval.SelectorKind(kind), Name: name}
	switch sel.Kind {
	case approval.User, approval.ManagerOf:
		sel.Name = string(personID(name))
	case approval.Group, approval.Role, approval.OnCall:
	default:
		return sel, false
	}
	return sel, sel.Name != ""
}

// knownSelector checks who is named, once everything was read.
func (p *parser) knownSelector(n *yaml.Node, s approval.Selector) {
	switch s.Kind {
	case approval.User:
		p.knownPerson(n, approval.PersonID(s.Name))
	case approval.Group:
		if _, ok := p.c.Groups[s.Name]; !ok {
			p.fault(n, "group", "there is no group %q; an unknown group is nobody", s.Name)
		}
	case approval.Role:
		p.knownRole(n, access.Role(s.Name))
	case approval.ManagerOf:
		if s.Name != approval.Requester {
			p.knownPerson(n, approval.PersonID(s.Name))
		}
	case approval.OnCall:
		p.knownRota(n, s.Name)
	}
}

func (p *parser) knownPerson(n *yaml.Node, id approval.PersonID) {
	for _, who := range p.c.People {
		if who.ID == id {
			return
		}
	}
	p.fault(n, "person", "%q is not among the people; add them there", id)
}
