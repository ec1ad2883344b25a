package approval

import (
	"slices"
	"strings"
	"time"
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
	// Deciders are those who may answer in the namespace that is looked at without
	// being named by user: or group:; nil is everybody. To be named is a right of
	// its own.
	Deciders map[PersonID]bool
}

// Resolve returns the people that the selectors name: each once, sorted, and
// only those who are known and active. An unknown or empty group is nobody, and
// so is a selector that could not be read. It knows no requester; see
// [Directory.ResolveFor].
func (d *Directory) Resolve(sels []Selector) []PersonID { return d.ResolveFor(sels, "") }

// ResolveFor is [Directory.Resolve] for what a requester asks: it knows whose
// manager "manager-of:requester" is.
func (d *Directory) ResolveFor(sels []Selector, requester PersonID) []PersonID {
	out := []PersonID{}
	for _, s := range sels {
		ids := d.named(s, requester)
		out = slices.Grow(out, len(ids))
		for _, id := range ids {
			if d.active(id) {
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// named returns everybody that one selector names, active or not, known or not.
func (d *Directory) named(s Selector, requester PersonID) []PersonID {
	if d == nil || d.unsure(s) {
		return nil
	}
	switch s.Kind {
	case User:
		return d.one(d.person(s.Name))
	case Group:
		return d.Groups[s.Name]
	case Role:
		return d.Roles[s.Name]
	case OnCall:
		return d.OnCall[s.Name]
	case ManagerOf:
		of := requester
		if s.Name != Requester {
			of = d.person(s.Name)
		}
		p, _ := d.find(of)
		return d.one(p.Manager)
	}
	return nil
}

// person returns whom a flow means by a name: an id or an alias, in any case.
func (d *Directory) person(name string) PersonID {
	name = strings.ToLower(name)
	if _, ok := d.People[PersonID(name)]; ok {
		return PersonID(name)
	}
	return d.Aliases[name]
}

func (d *Directory) one(id PersonID) []PersonID {
	if id == "" {
		return nil
	}
	return []PersonID{id}
}

// knows reports whether the selector names something that exists. A group
// without members exists.
func (d *Directory) knows(s Selector, requester PersonID) bool {
	if d == nil {
		return false
	}
	ok := false
	switch s.Kind {
	case Group:
		_, ok = d.Groups[s.Name]
	case Role:
		_, ok = d.Roles[s.Name]
	case OnCall:
		_, ok = d.OnCall[s.Name]
	case User, ManagerOf:
		ok = slices.ContainsFunc(d.named(s, requester), func(id PersonID) bool {
			_, known := d.find(id)
			return known
		})
	}
	return ok
}

// unsure reports whether the members of a selector could not be read of late.
func (d *Directory) unsure(s Selector) bool {
	if d == nil || len(d.Unsure) == 0 {
		return false
	}
	_, ok := d.Unsure[s]
	return ok
}

// firstUnsure finds a selector that could not be read of late.
func (d *Directory) firstUnsure(sels []Selector) (Selector, bool) {
	for _, s := range sels {
		if d.unsure(s) {
			return s, true
		}
	}
	return Selector{}, false
}

// active reports whether a person is known and was not switched off.
func (d *Directory) active(id PersonID) bool {
	p, ok := d.find(id)
	return ok && !p.Inactive
}

// standIn returns who answers for a person who is away now; empty for nobody.
func (d *Directory) standIn(id PersonID, now time.Time) PersonID {
	if d == nil || len(d.Absent) == 0 {
		return ""
	}
	if a, away := d.Absent[id]; away && a.Covers(now) && a.StandIn != id {
		return a.StandIn
	}
	return ""
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
