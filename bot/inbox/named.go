package inbox

import (
	"errors"
	"slices"
	"strings"
	"time"

	"signoff/engine/approval"
)

// named tells quickly who a request may concern: the rules, which take a thousand
// times as long, are asked about these alone.
type named struct {
	who    approval.PersonID
	people *approval.Directory
	now    time.Time
	// away are those for whom this person stands in now.
	away []approval.PersonID
	// groups says whether the selectors with a key name the person, or somebody
	// for whom they stand in.
	groups map[string]bool
}

func name(who approval.PersonID, people *approval.Directory, now time.Time) *named {
	n := &named{who: who, people: people, now: now, groups: map[string]bool{}}
	for id, a := range people.Absent {
		if a.StandIn == who && a.Covers(now) {
			n.away = append(n.away, id)
		}
	}
	return n
}

// is reports whether somebody is the person, or one for whom they stand in.
func (n *named) is(id approval.PersonID) bool {
	return id == n.who || slices.Contains(n.away, id)
}

func (n *named) any(ids []approval.PersonID) bool {
	return slices.ContainsFunc(ids, n.is)
}

// in reports whether a request may concern the person.
func (n *named) in(e *Entry) bool {
	c := &e.Case
	if c.Stage < 0 || c.Stage >= len(c.Policy.Stages) {
		return false
	}
	if c.Stage < len(c.Asked) && n.any(c.Asked[c.Stage]) {
		return true
	}
	for _, m := range c.Moves {
		if m.Stage == c.Stage && (n.is(m.To) || n.selected(m.Who, c.Requester)) {
			return true
		}
	}
	for _, party := range c.Policy.Stages[c.Stage].Parties() {
		if n.selected(party.Who, c.Requester) {
			return true
		}
	}
	return false
}

// selected reports whether selectors name the person.
func (n *named) selected(sels []approval.Selector, requester approval.PersonID) bool {
	if len(sels) == 0 {
		return false
	}
	var b strings.Builder
	for _, s := range sels {
		b.WriteString(string(s.Kind))
		b.WriteByte(0)
		b.WriteString(s.Name)
		b.WriteByte(0)
		if s.Kind == approval.ManagerOf { // it is somebody else for each requester
			b.WriteString(string(requester))
			b.WriteByte(0)
		}
	}
	yes, known := n.groups[b.String()]
	if !known {
		yes = n.any(n.people.ResolveFor(sels, requester))
		n.groups[b.String()] = yes
	}
	return yes
}

// refused is the rules' no.
func refused(err error) (*approval.RefusalError, bool) {
	return errors.AsType[*approval.RefusalError](err)
}

// epoch is the last moment at which somebody began to be away or came back, by
// which verdicts of before and after are told apart.
func epoch(people *approval.Directory, now time.Time) time.Time {
	var last time.Time
	for _, a := range people.Absent {
		for _, at := range []time.Time{a.From, a.Until} {
			if !at.After(now) && at.After(last) {
				last = at
			}
		}
	}
	return last
}
