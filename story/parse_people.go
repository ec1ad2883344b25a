package story

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
)

// people reads everybody whom the story knows: ids, or maps with names.
func (r *reader) people(s *setting) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.items(n, func(item *yaml.Node) {
			p, ok := r.person(item)
			if !ok {
				r.fault(item, ruleMissingKey, "a person needs an id, such as dana@example.com")
				return
			}
			s.people = append(slices.DeleteFunc(s.people, func(o person) bool { return o.id == p.id }), p)
		})
	}
}

// person reads one of them; false: there is no id.
func (r *reader) person(n *yaml.Node) (person, bool) {
	var id, manager, zone string
	p, works := person{}, false
	if n.Kind == yaml.MappingNode {
		r.object(n, "a person", keys{
			"id": r.text(&id, "id"), "name": r.text(&p.name, "name"), "inactive": r.flag(&p.inactive, "inactive"),
			"manager": r.text(&manager, "manager"), "zone": r.zone(&zone), "hours": func(v *yaml.Node) {
				works = true
				r.hours(&p.hours)(v)
			},
		})
	} else {
		r.text(&id, "a person")(n)
	}
	p.id, p.manager = personID(id), personID(manager)
	if zone != "" && !works {
		r.fault(n, ruleMissingKey, `"zone" is that of "hours"; write them, too`)
	}
	p.hours.Zone = zone
	if p.name == "" {
		p.name = nameOf(id)
	}
	return p, id != ""
}

func personID(id string) approval.PersonID { return approval.PersonID(strings.ToLower(id)) }

// members reads lists of people by name: of groups, roles and rotas.
func (r *reader) members(out *map[string][]approval.PersonID, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.entries(n, what, func(key, value *yaml.Node) {
			members := []approval.PersonID{}
			r.items(value, func(item *yaml.Node) {
				var id string
				r.text(&id, "a member of "+key.Value)(item)
				members = append(members, personID(id))
			})
			if *out == nil {
				*out = map[string][]approval.PersonID{}
			}
			(*out)[key.Value] = members
		})
	}
}
