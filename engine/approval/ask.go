package approval

import "fmt"

// UnmetError says that a request could never be approved, in a sentence for the
// people who wait for it.
type UnmetError struct {
	// Stage is the index of the stage that cannot be met; -1 if each could be,
	// but not all of them by different people.
	Stage int
	// Unsure means that it could not be read who may answer: asking again later
	// may help.
	Unsure bool
	Text   string
}

func (e *UnmetError) Error() string { return e.Text }

// Ask returns who may answer each stage of a case that begins, exclusions
// applied: whoever has a seat in one of its groups. It fails with an
// [*UnmetError] if a group asks for more people than may answer it, if groups
// that need different people together ask for more than there are, or if the
// policy names somebody on whom it relies and who is not known.
//
// The requester is empty when a service began the execution.
func Ask(c Case) ([][]PersonID, error) {
	c.Stage, c.Asked, c.Votes, c.Moves = 0, nil, nil, nil
	if len(c.Policy.Stages) == 0 {
		return nil, &UnmetError{Text: "Nobody is named to answer this request. Name approvers in the flow or in the configuration."}
	}
	if s, bad := c.unknownExclusion(); bad {
		return nil, &UnmetError{Text: fmt.Sprintf("The flow excludes %s, but signoff does not know %s.", s, thing(s))}
	}
	if s, bad := c.People.firstUnsure(c.Policy.Exclude); bad {
		return nil, &UnmetError{Unsure: true, Text: unreadable(s)}
	}
	l := c.look()
	asked := make([][]PersonID, len(c.Policy.Stages))
	boards := make([]*board, len(c.Policy.Stages))
	for i := range c.Policy.Stages {
		boards[i] = l.board(i)
		if err := l.unmet(boards[i]); err != nil {
			return nil, err
		}
		asked[i] = boards[i].owners()
	}
	if !c.Policy.Repeat {
		if err := l.short(-1, boards...); err != nil {
			return nil, err
		}
	}
	return asked, nil
}

// unmet says why a stage alone cannot be met; nil if it can.
func (l *look) unmet(b *board) error {
	for i := range b.slots {
		s := &b.slots[i]
		sel, unsure := l.People.firstUnsure(s.party.Who)
		if unsure && (s.party.Need.All || len(s.owners) < s.seats()) {
			return &UnmetError{Stage: b.stage, Unsure: true, Text: unreadable(sel)}
		}
		if len(s.owners) < s.seats() {
			return &UnmetError{Stage: b.stage, Text: l.tooFew(b, i)}
		}
		if missing, bad := l.unknownMember(s.party); bad {
			return &UnmetError{Stage: b.stage, Text: fmt.Sprintf("%s needs everybody in its list, but %s names no active person that signoff knows.",
				capital(l.partName(b.stage, i)), missing)}
		}
	}
	if len(b.slots) == 1 {
		return nil
	}
	return l.short(b.stage, b)
}

// short says why stages cannot be met together, although each group could be.
func (l *look) short(stage int, boards ...*board) error {
	var r rest
	for _, b := range boards {
		r.add(b, nil, func(PersonID) bool { return true })
	}
	if s, found := findShortage(r.seats, r.asked); found {
		return &UnmetError{Stage: stage, Text: l.fewerPeopleThanSeats(s, r)}
	}
	return nil
}

// unknownMember finds a selector that wants everybody and names nobody. Dropping
// it would turn "all" into "all whom I happen to know".
func (l *look) unknownMember(p Party) (Selector, bool) {
	if !p.Need.All {
		return Selector{}, false
	}
	for _, s := range p.Who {
		if len(l.People.Seats([]Selector{s}, l.Requester)) == 0 {
			return s, true
		}
	}
	return Selector{}, false
}
