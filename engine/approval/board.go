package approval

// look is one look at a case: what its answers have in common, found once.
type look struct {
	*Case
	barred barred
}

func (c Case) look() *look { return &look{&c, c.exclusions()} }

// board is one stage as it stands: who has a seat in which group after all
// moves, and who answers for whom.
type board struct {
	stage int
	slots []slot
	// gone are those whose seat was moved to somebody else.
	gone people
	// hands are the delegations that hold now.
	hands []hand
	// used counts how often a seat came to its owner by being handed on.
	used map[PersonID]int
}

// slot is one group of a stage.
type slot struct {
	party Party
	// owners have a seat by the directory as it is now, and are not excluded.
	owners people
	// asked had a seat when the request was made, whatever they are now.
	asked people
	// climbed were asked by the ladder besides the others.
	climbed people
}

// hand is a delegation.
type hand struct{ from, to PersonID }

// board sets out a stage.
func (l *look) board(stage int) *board {
	parties := l.Policy.Stages[stage].Parties()
	b := &board{stage: stage, slots: make([]slot, len(parties))}
	for i, p := range parties {
		b.slots[i] = slot{party: p, owners: l.People.Seats(p.Who, l.Requester)}
	}
	b.setAsked(l)
	for _, m := range l.Moves {
		if m.Stage == stage {
			b.apply(l, m)
		}
	}
	for i := range b.slots {
		b.slots[i].owners = b.slots[i].owners.where(func(id PersonID) bool { return l.barred.why(id) == "" })
	}
	if len(l.Asked) <= stage { // not asked yet: those who would be
		for i := range b.slots {
			b.slots[i].asked = b.slots[i].owners
		}
	}
	return b
}

// setAsked deals out who was asked to the groups of the stage. Whoever is in
// none of several groups any more may have been in each: what needs all of a
// group does not pass without them.
func (b *board) setAsked(l *look) {
	if len(l.Asked) <= b.stage {
		return
	}
	asked := people(nil).with(l.Asked[b.stage]...)
	for i := range b.slots {
		b.slots[i].asked = asked.where(func(id PersonID) bool {
			return len(b.slots) == 1 || b.slots[i].owners.has(id) || !b.owns(id)
		})
	}
}

// owns reports whether a person has a seat of their own in the stage.
func (b *board) owns(id PersonID) bool {
	for i := range b.slots {
		if b.slots[i].owners.has(id) {
			return true
		}
	}
	return false
}

// owners are all who have a seat in the stage.
func (b *board) owners() people {
	if len(b.slots) == 1 {
		return b.slots[0].owners
	}
	var all people
	for i := range b.slots {
		all = all.with(b.slots[i].owners...)
	}
	return all
}

func (b *board) apply(l *look, m Move) {
	switch m.Kind {
	case Delegated:
		if !l.Policy.NoDelegate && (m.Until.IsZero() || l.Now.Before(m.Until)) && !l.barred.actedFor(m.To, m.At) {
			b.hands = append(b.hands, hand{m.From, m.To})
		}
	case Reassigned:
		b.reassign(l, m)
	case Escalated:
		b.escalate(l, m)
	}
}

// reassign gives the seat of one to another.
func (b *board) reassign(l *look, m Move) {
	moved, sat := false, b.owns(m.To)
	for i := range b.slots {
		s := &b.slots[i]
		// Who left the only group keeps the seat that can be given to another.
		sits := s.owners.has(m.From) || len(b.slots) == 1 && s.asked.has(m.From)
		if !sits {
			continue
		}
		moved = true
		s.owners = s.owners.without(m.From)
		if l.People.active(m.To) && !l.barred.actedFor(m.To, m.At) {
			s.owners = s.owners.with(m.To)
		}
		if s.asked.has(m.From) {
			s.asked = s.asked.without(m.From).with(m.To)
		}
		if s.climbed.has(m.From) {
			s.climbed = s.climbed.without(m.From).with(m.To)
		}
	}
	if !moved {
		return
	}
	b.gone = b.gone.with(m.From).without(m.To)
	if sat { // as before; their own seat was not handed to them
		return
	}
	if b.used == nil {
		b.used = map[PersonID]int{}
	}
	b.used[m.To] = b.used[m.From]
	if m.By == m.From { // an operator's move is not the people's
		b.used[m.To]++
	}
}

// escalate asks the people of a rung. One that names nobody changes nothing:
// the question would be taken from everybody.
func (b *board) escalate(l *look, m Move) {
	to := people(l.People.Seats(m.Who, l.Requester)).where(func(id PersonID) bool { return l.barred.why(id) == "" })
	if _, unsure := l.People.firstUnsure(m.Who); len(to) == 0 && !unsure {
		return
	}
	for i := range b.slots {
		s := &b.slots[i]
		if !m.Replace {
			s.owners = s.owners.with(to...)
			s.climbed = s.climbed.with(to...)
			continue
		}
		b.gone = b.gone.with(s.owners...).with(s.asked...)
		s.owners, s.asked, s.climbed = to, to, nil
	}
	b.gone = b.gone.minus(to)
}

// unsure finds a selector of the stage or of its ladder that could not be read.
func (l *look) unsure(stage int) (Selector, bool) {
	if l.People == nil || len(l.People.Unsure) == 0 {
		return Selector{}, false
	}
	for _, p := range l.Policy.Stages[stage].Parties() {
		if s, found := l.People.firstUnsure(p.Who); found {
			return s, true
		}
	}
	for _, m := range l.Moves {
		if m.Stage == stage && m.Kind == Escalated {
			if s, found := l.People.firstUnsure(m.Who); found {
				return s, true
			}
		}
	}
	return Selector{}, false
}
