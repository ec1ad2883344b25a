package approval

import (
	"slices"
	"time"
)

// barred is who may not answer whatever else holds, and why. Exclusions hold
// over every move.
type barred struct {
	requester PersonID // empty where requesters may answer, or a service asks
	// origin asked for it first, restarted had it done again: they are requesters.
	origin    people
	restarted people
	author    PersonID
	named     people
	agents    []agent
}

// agent stands in for somebody who is barred, directly or for a stand-in of
// theirs. Whoever is named so loses nothing that they have: else a requester
// would choose who decides by going away. But nothing that they get afterwards
// counts: else one who decides on the requester's behalf would.
type agent struct {
	person, of PersonID
	since      time.Time
}

// exclusions are those of the case as the directory is now.
func (c Case) exclusions() barred {
	var b barred
	if !c.Policy.AllowRequester {
		b.requester = c.Requester
		b.origin = people(nil).with(c.Origin...)
		b.restarted = people(nil).with(c.Restarted...)
	}
	if c.Policy.ExcludeAuthor {
		b.author = c.Author
	}
	var out []PersonID
	for _, s := range c.Policy.Exclude {
		out = append(out, c.People.named(s, c.Requester)...)
	}
	b.named = people(nil).with(out...)
	b.addAgents(c)
	return b
}

// addAgents follows the stand-ins of everybody who is barred.
func (b *barred) addAgents(c Case) {
	if c.People == nil || len(c.People.Absent) == 0 {
		return
	}
	for _, first := range slices.Concat(people{b.requester, b.author}, b.origin, b.restarted, b.named) {
		var since time.Time
		seen := people{first}
		for of := first; ; {
			id := c.People.standIn(of, c.Now)
			if of == "" || id == "" || b.why(id) != "" || seen.has(id) {
				break
			}
			if from := c.People.Absent[of].From; from.After(since) {
				since = from
			}
			b.addAgent(agent{id, of, since})
			seen, of = seen.with(id), id
		}
	}
}

// addAgent notes an agent, of several times the first.
func (b *barred) addAgent(a agent) {
	i := slices.IndexFunc(b.agents, func(o agent) bool { return o.person == a.person })
	switch {
	case i < 0:
		b.agents = append(b.agents, a)
	case a.since.Before(b.agents[i].since):
		b.agents[i] = a
	}
}

// why returns the reason for which a person is barred; empty if they are not.
func (b *barred) why(id PersonID) RefusalKind {
	switch {
	case id == "":
		return UnknownPerson
	case id == b.requester:
		return OwnRequest
	case b.origin.has(id):
		return OwnRequest
	case b.restarted.has(id):
		return OwnRequest
	case id == b.author:
		return Author
	case b.named.has(id):
		return Excluded
	}
	return ""
}

// part is what somebody did, so that it is their own request.
func (b *barred) part(id PersonID) string {
	switch {
	case id == b.requester:
		return "made the request"
	case b.origin.has(id):
		return "made the request first"
	}
	return "restarted the execution"
}

// actsFor returns for whom of the barred a person stands in; empty for nobody.
func (b *barred) actsFor(id PersonID) PersonID {
	for _, a := range b.agents {
		if a.person == id {
			return a.of
		}
	}
	return ""
}

// actedFor reports whether a person stood in for somebody barred at a moment
// already, so that what they were given then does not count.
func (b *barred) actedFor(id PersonID, at time.Time) bool {
	return slices.ContainsFunc(b.agents, func(a agent) bool { return a.person == id && !a.since.After(at) })
}

// ActsFor returns for whom of those who may not answer a person stands in now;
// empty for nobody.
func (c Case) ActsFor(id PersonID) PersonID {
	b := c.exclusions()
	return b.actsFor(id)
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
