package approval

import (
	"slices"
	"strings"
)

// Person is what the rules need to know of a human.
type Person struct {
	ID   PersonID `json:"id"`
	Name string   `json:"name"`
	// Inactive people left or were switched off; they may not answer.
	Inactive bool `json:"inactive,omitempty"`
	// Manager is whom the person reports to; empty if nobody is known.
	Manager PersonID `json:"manager,omitempty"`
	Hours   Hours    `json:"hours,omitzero"`
}

// Directory is a snapshot of people and groups. The rules read it and never
// change it; it may be shared.
type Directory struct {
	People map[PersonID]Person
	Groups map[string][]PersonID
	// Aliases are other names that a flow may use for a person, in lower case:
	// the mail address of somebody whose id is a configured name.
	Aliases map[string]PersonID
	// Roles holds who has a role in the namespace that is looked at.
	Roles map[string][]PersonID
	// OnCall holds who is on duty, by rota.
	OnCall map[string][]PersonID
	// Absent are those who are away, and who stands in for them.
	Absent map[PersonID]Absence
	// Unsure says, of selectors whose members could not be read within the last
	// minute, why not. Nobody is let in by one of these.
	Unsure map[Selector]string
}

// Resolve returns the people that the selectors name: each once, sorted, and
// only those who are known and active. An unknown or empty group is nobody.
func (d *Directory) Resolve(sels []Selector) []PersonID {
	seen := map[PersonID]bool{}
	for _, s := range sels {
		for _, id := range d.named(s) {
			if p, ok := d.find(id); ok && !p.Inactive {
				seen[id] = true
			}
		}
	}
	return sorted(seen)
}

// named returns everybody that one selector names, active or not, known or not.
func (d *Directory) named(s Selector) []PersonID {
	if d == nil {
		return nil
	}
	switch s.Kind {
	case User:
		name := strings.ToLower(s.Name)
		if _, ok := d.People[PersonID(name)]; ok {
			return []PersonID{PersonID(name)}
		}
		if id, ok := d.Aliases[name]; ok {
			return []PersonID{id}
		}
	case Group:
		return d.Groups[s.Name]
	}
	return nil
}

// knows reports whether the selector names something that exists. A group
// without members exists.
func (d *Directory) knows(s Selector) bool {
	if d == nil {
		return false
	}
	if s.Kind == Group {
		_, ok := d.Groups[s.Name]
		return ok
	}
	return slices.ContainsFunc(d.named(s), func(id PersonID) bool {
		_, ok := d.find(id)
		return ok
	})
}

// find returns a person. Nobody has the empty id: it is how a service is
// written, and a service never counts.
func (d *Directory) find(id PersonID) (Person, bool) {
	if d == nil || id == "" {
		return Person{}, false
	}
	p, ok := d.People[id]
	return p, ok
}

func sorted(set map[PersonID]bool) []PersonID {
	out := make([]PersonID, 0, len(set))
	for id := range set {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
