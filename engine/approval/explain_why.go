package approval

import (
	"slices"
	"strings"
)

// able says why somebody can answer: how the seat that they fill came to be
// asked, and how they came to fill it.
func (c Case) able(id PersonID, seat Seat) Able {
	a := Able{Person: id, Name: c.People.name(id), For: seat.For}
	if seat.For != "" {
		a.Why = c.standsFor(id, seat.For)
		return a
	}
	a.Why = c.seatOf(id)
	if away, ok := c.awayNow(id); ok {
		a.Why += "; " + away
	}
	return a
}

// seatOf says how a person came to be asked at this stage.
func (c Case) seatOf(id PersonID) string {
	if from, ok := c.seatGiven(id); ok {
		return "has the seat of " + c.People.name(from)
	}
	if named := c.naming(id, c.stageSelectors()); named != "" {
		return named
	}
	for _, m := range slices.Backward(c.Moves) {
		if m.Kind != Escalated || m.Stage != c.Stage {
			continue
		}
		if named := c.naming(id, m.Who); named != "" {
			return named + ", asked because nobody had answered"
		}
	}
	return "was asked when the request was made"
}

// seatGiven finds whose seat a person was given last.
func (c Case) seatGiven(id PersonID) (PersonID, bool) {
	for _, m := range slices.Backward(c.Moves) {
		if m.Kind == Reassigned && m.Stage == c.Stage && m.To == id {
			return m.From, true
		}
	}
	return "", false
}

// standsFor says how a person came to answer for another.
func (c Case) standsFor(id, owner PersonID) string {
	who := "for " + c.People.name(owner)
	l := c.look()
	_, lent := l.board(c.Stage).upFrom(l, id)[owner]
	for _, m := range slices.Backward(c.Moves) {
		if !lent || m.Kind != Delegated || m.Stage != c.Stage || m.To != id || c.over(m) {
			continue
		}
		by := ", who handed it on"
		if m.From != owner {
			by = ", handed on by " + c.People.name(m.From)
		}
		return who + by + c.until(m)
	}
	if away, ok := c.awayNow(owner); ok {
		return who + ", who is " + away
	}
	return who
}

func (c Case) until(m Move) string {
	if m.Until.IsZero() {
		return ""
	}
	return " until " + moment(m.Until)
}

// over reports whether a delegation has ended.
func (c Case) over(m Move) bool { return !m.Until.IsZero() && !c.Now.Before(m.Until) }

// awayNow says until when a person is away.
func (c Case) awayNow(id PersonID) (string, bool) {
	if c.People == nil {
		return "", false
	}
	a, ok := c.People.Absent[id]
	if !ok || !a.Covers(c.Now) {
		return "", false
	}
	text := "away"
	if !a.Until.IsZero() {
		text += " until " + moment(a.Until)
	}
	return text + a.said(), true
}

// said tells where an absence is said, and what it lacks.
func (a Absence) said() string {
	switch {
	case a.Source == "":
		return ""
	case a.Unsure:
		return ", said their " + a.Source + ", which cannot be read now"
	case a.Note != "":
		return ", says their " + a.Source + ", which lets nobody stand in: it " + a.Note
	}
	return ", says their " + a.Source
}

// stageSelectors are those of all parties of this stage.
func (c Case) stageSelectors() []Selector {
	var out []Selector
	for _, p := range c.Policy.Stages[c.Stage].Parties() {
		out = append(out, p.Who...)
	}
	return out
}

// naming lists the selectors that name a person; empty if none does.
func (c Case) naming(id PersonID, sels []Selector) string {
	var out []string
	for _, s := range sels {
		if text := s.String(); slices.Contains(c.named(s), id) && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " and ")
}

// whyNot is a refusal in a few words about somebody else.
func (c Case) whyNot(id PersonID, kind RefusalKind) string {
	switch kind {
	case UnknownPerson:
		return "not known to signoff"
	case InactivePerson:
		return "switched off in the directory"
	case AlreadyAnswered:
		return c.answered(id)
	case OwnRequest:
		barred := c.exclusions()
		return barred.part(id)
	case Author:
		return "wrote this revision of the flow"
	case Excluded:
		return "excluded by the flow"
	case StandIn:
		barred := c.exclusions()
		return "stands in for " + c.People.name(barred.actsFor(id)) + ", who may not answer"
	case SeatTaken:
		return "answered another step"
	case Moved:
		return c.movedAway(id)
	case Unverified:
		return "cannot be verified now"
	case NotEligible:
		return c.notAsked(id)
	case BadMove:
	}
	panic("approval: " + string(kind) + " is no refusal to answer")
}

// answered says who filled a person's seat.
func (c Case) answered(id PersonID) string {
	for _, v := range c.Votes {
		if v.Stage == c.Stage && v.For == id {
			return c.People.name(v.Person) + " answered for them"
		}
	}
	return "answered already"
}

// movedAway says what became of a person's seat.
func (c Case) movedAway(id PersonID) string {
	for _, m := range slices.Backward(c.Moves) {
		if m.Kind == Reassigned && m.Stage == c.Stage && m.From == id {
			return "seat given to " + c.People.name(m.To)
		}
	}
	return "others were asked instead"
}

// notAsked says why a person whom nothing bars is not asked: they are kept for
// a later step, or their turn is later or was over.
func (c Case) notAsked(id PersonID) string {
	l := c.look()
	if len(l.board(c.Stage).seatsOf(l, id)) > 0 {
		return "needed in a later step"
	}
	if c.naming(id, c.stageSelectors()) != "" {
		return "may not answer in this namespace"
	}
	for i, s := range c.Policy.Stages {
		if i == c.Stage {
			continue
		}
		for _, p := range s.Parties() {
			if c.naming(id, p.Who) != "" {
				return "asked in " + c.Policy.step(i)
			}
		}
	}
	for _, m := range c.Moves {
		if m.Kind == Delegated && m.Stage == c.Stage && m.To == id && c.over(m) {
			return "could for " + c.People.name(m.From) + " until " + moment(m.Until)
		}
	}
	return "not asked"
}
