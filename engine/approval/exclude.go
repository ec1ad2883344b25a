package approval

import "slices"

// barred is who may not answer whatever else holds, and why. Exclusions hold
// over every move.
type barred struct {
	requester PersonID // empty where requesters may answer, or a service asks
	author    PersonID
	named     people
	// standIns answer for somebody who is barred, and are so, too.
	standIns []standIn
}

type standIn struct{ person, of PersonID }

// exclusions are those of the case as the directory is now.
func (c Case) exclusions() barred {
	var b barred
	if !c.Policy.AllowRequester {
		b.requester = c.Requester
	}
	if c.Policy.ExcludeAuthor {
		b.author = c.Author
	}
	var out []PersonID
	for _, s := range c.Policy.Exclude {
		out = append(out, c.People.named(s, c.Requester)...)
	}
	b.named = people(nil).with(out...)
	b.addStandIns(c)
	return b
}

// addStandIns bars whoever answers for somebody barred, and whoever answers for
// them. Else a requester would choose who decides by going away.
func (b *barred) addStandIns(c Case) {
	if c.People == nil || len(c.People.Absent) == 0 {
		return
	}
	next := append([]PersonID{b.requester, b.author}, b.named...)
	for len(next) > 0 {
		of := next[0]
		next = next[1:]
		id := c.People.standIn(of, c.Now)
		if id == "" || of == "" || b.why(id) != "" {
			continue
		}
		b.standIns = append(b.standIns, standIn{id, of})
		next = append(next, id)
	}
}

// why returns the reason for which a person is barred; empty if they are not.
func (b *barred) why(id PersonID) RefusalKind {
	switch {
	case id == "":
		return UnknownPerson
	case id == b.requester:
		return OwnRequest
	case id == b.author:
		return Author
	case b.named.has(id):
		return Excluded
	case b.standsInFor(id) != "":
		return StandIn
	}
	return ""
}

// standsInFor returns for whom of the barred a person answers; empty for nobody.
func (b *barred) standsInFor(id PersonID) PersonID {
	i := slices.IndexFunc(b.standIns, func(s standIn) bool { return s.person == id })
	if i < 0 {
		return ""
	}
	return b.standIns[i].of
}

// unknownExclusion finds an exclusion that names nothing. It would exclude
// nobody, which is the one place where "unknown means nobody" opens a door.
func (c Case) unknownExclusion() (Selector, bool) {
	for _, s := range c.Policy.Exclude {
		if !c.People.unsure(s) && !c.People.knows(s, c.Requester) {
			return s, true
		}
	}
	return Selector{}, false
}
