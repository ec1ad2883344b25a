package approval

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Named is a directory in which names stand for themselves whose members are
// not known: "group:finance" is then one person of that name. With it, policies
// can be compared when nobody knows who people are, or groups are kept
// elsewhere. Without a base every name that the policies use stands for itself.
// The base is not changed.
func Named(base *Directory, policies []Policy) *Directory {
	d := &Directory{}
	if base != nil {
		*d = *base
	}
	d.People, d.Groups, d.Roles, d.OnCall = own(d.People), own(d.Groups), own(d.Roles), own(d.OnCall)
	d.Unsure, d.Deciders = nil, maps.Clone(d.Deciders)
	for _, p := range policies {
		for _, s := range p.selectors() {
			if base == nil || base.unsure(s) {
				d.stand(s)
			}
		}
	}
	if manager := d.People[Requester].Manager; base == nil && manager != "" {
		for id, p := range d.People { // whoever asks has that one
			p.Manager = cmp.Or(p.Manager, manager)
			d.People[id] = p
		}
	}
	return d
}

func own[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// selectors are all that a policy names.
func (p Policy) selectors() []Selector {
	out := slices.Clone(p.Exclude)
	for _, stage := range p.Stages {
		for _, party := range stage.Parties() {
			out = append(out, party.Who...)
		}
		for _, r := range stage.Escalate {
			out = append(out, r.To...)
		}
	}
	return out
}

// stand lets a selector stand for itself.
func (d *Directory) stand(s Selector) {
	text := s.String()
	id := PersonID(strings.ToLower(text))
	switch s.Kind {
	case User:
		id, text = PersonID(strings.ToLower(s.Name)), s.Name
	case Group:
		d.Groups[s.Name] = []PersonID{id}
	case Role:
		d.Roles[s.Name] = []PersonID{id}
	case OnCall:
		d.OnCall[s.Name] = []PersonID{id}
	case ManagerOf:
		d.manages(s.Name, id)
	}
	p := d.People[id]
	p.ID, p.Name = id, text
	d.People[id] = p
	if d.Deciders != nil {
		d.Deciders[id] = true
	}
}

// manages lets a manager stand for themselves.
func (d *Directory) manages(name string, manager PersonID) {
	of := PersonID(strings.ToLower(name))
	p := d.People[of]
	p.ID, p.Manager = of, manager
	if p.Name == "" {
		p.Name = name
	}
	d.People[of] = p
}
