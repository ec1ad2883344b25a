package approval

import (
	"slices"
	"strings"
)

// MayMove reports whether a person may hand a seat on as the move says: it is
// theirs or they answer for its owner, nobody has answered for it, it was not
// handed on too often, and whoever gets it may answer. It returns nil or a
// [*RefusalError].
func (c Case) MayMove(by PersonID, m Move) error {
	if no := c.admit(by); no != nil {
		return no
	}
	m.By = by
	l := c.look()
	if no := l.mayMove(m); no != nil {
		return no
	}
	return nil
}

// MayForce reports whether an operator, m.By, may give the seat of one person to
// another. It asks all that [Case.MayMove] does of the seat and of who gets it,
// but not whose seat it is, and not whether and how often the flow lets seats be
// handed on. Nobody takes a seat for themselves, and nobody who may not answer
// chooses who does. That m.By has the right to is for the caller to know.
func (c Case) MayForce(m Move) error {
	if !c.inRange() {
		return refuse(NotEligible, "This step does not exist. Nobody can answer it.")
	}
	l := c.look()
	if no := l.mayForce(m); no != nil {
		return no
	}
	return nil
}

func (l *look) mayMove(m Move) *RefusalError {
	if no := l.formed(m); no != nil {
		return no
	}
	b := l.board(l.Stage)
	kind := l.barred.why(m.By)
	switch {
	case m.From != m.By:
		return refuse(BadMove, "You can hand on your own seat only. Ask an operator to move that of somebody else.")
	case l.Policy.NoDelegate:
		return refuse(BadMove, "The flow does not let anybody hand this on. Only those who were asked can answer.")
	case kind != "":
		return l.barredText(b, kind, m.By)
	}
	held := b.seatsOf(l, m.By)
	if len(held) == 0 {
		return l.noSeat(b, m.By)
	}
	free, no := l.freeSeats(b, held, m.By)
	if no != nil {
		return no
	}
	if no := b.mayHand(l, m, free); no != nil {
		return no
	}
	return l.mayGet(b, m)
}

func (l *look) mayForce(m Move) *RefusalError {
	if no := l.formed(m); no != nil {
		return no
	}
	b := l.board(l.Stage)
	from := l.People.name(m.From)
	switch asked := len(b.slots) == 1 && b.slots[0].asked.has(m.From); {
	case m.By == "":
		return refuse(UnknownPerson, "Only a person can move a seat, and signoff does not know who you are.")
	case l.barred.why(m.By) != "" || l.barred.actsFor(m.By) != "":
		return refuse(BadMove, "You may not answer this yourself, so you cannot choose who does. Ask another operator.")
	case m.To == m.By:
		return refuse(BadMove, "You cannot give yourself somebody else's seat. Name somebody else.")
	case m.Kind != Reassigned:
		return refuse(BadMove, "Only "+from+" can delegate their seat. Reassign it instead.")
	case !b.owns(m.From) && !asked:
		return refuse(BadMove, from+" has no seat in this step, so there is nothing to move.")
	case spent(l.taken(l.Stage), m.From):
		return refuse(BadMove, from+" has answered already, or somebody has for them. That stays.")
	}
	return l.mayGet(b, m)
}

// formed refuses a move that is none, whoever makes it.
func (l *look) formed(m Move) *RefusalError {
	switch {
	case m.Kind != Delegated && m.Kind != Reassigned:
		return refuse(BadMove, "A question can be delegated or reassigned, and nothing else.")
	case m.Stage != l.Stage:
		return refuse(BadMove, "This step is not the one that is asked now.")
	case m.Kind == Reassigned && !m.Until.IsZero():
		return refuse(BadMove, "A seat is reassigned for good. Delegate it to hand it on for a time.")
	case !m.Until.IsZero() && !l.Now.Before(m.Until):
		return refuse(BadMove, "The time until which you delegate is over already. Name a later one.")
	case m.To == "":
		return refuse(BadMove, "Nobody is named. Say who gets the question.")
	case m.To == m.From:
		return refuse(BadMove, "The question is with that person already. Name somebody else.")
	}
	return nil
}

// mayHand reports whether one of the free seats that a person holds can go one
// hand further.
func (b *board) mayHand(l *look, m Move, free []PersonID) *RefusalError {
	if b.gone.has(m.To) || b.leads(m.To, m.From) || slices.Contains(free, m.To) {
		return refuse(BadMove, l.People.name(m.To)+" had this before, so it cannot go back to them. Name somebody else.")
	}
	if m.Kind == Reassigned && !slices.Contains(free, m.From) {
		return refuse(BadMove, "You answer for "+l.People.Names(free, "or")+", who alone can reassign that seat.")
	}
	up := b.upFrom(l, m.From)
	for _, owner := range free {
		hops, delegated := up[owner]
		switch {
		case owner != m.From && (m.Kind == Reassigned || !delegated):
		case b.used[owner]+hops+1 <= l.Policy.hops():
			return nil
		}
	}
	return refuse(BadMove, "This was handed on to you, and the flow does not let it go further. Answer it, or leave it to who asked you.")
}

// leads reports whether delegations lead from one person to another, over
// however many hands.
func (b *board) leads(from, to PersonID) bool {
	seen := people{from}
	for ring := seen; len(ring) > 0; {
		var next people
		for _, h := range b.hands {
			if ring.has(h.from) && !seen.has(h.to) {
				next = next.with(h.to)
			}
		}
		seen, ring = seen.with(next...), next
	}
	return from != to && seen.has(to)
}

// mayGet reports whether somebody may get a seat.
func (l *look) mayGet(b *board, m Move) *RefusalError {
	to, known := l.People.find(m.To)
	name := l.People.name(m.To)
	switch kind := l.barred.why(m.To); {
	case !known:
		return refuse(BadMove, "signoff does not know "+string(m.To)+". Ask an administrator to add them, or name somebody else.")
	case to.Inactive:
		return refuse(BadMove, name+" is switched off in signoff's directory. Name somebody else.")
	case kind == OwnRequest:
		return refuse(BadMove, name+" "+strings.Replace(l.barred.part(m.To), "the request", "this request", 1)+", so they cannot answer it. Name somebody else.")
	case kind == Author:
		return refuse(BadMove, name+" wrote this flow, so they cannot answer it. Name somebody else.")
	case kind != "":
		return refuse(BadMove, name+" is excluded from answering this. Name somebody else.")
	case l.barred.actsFor(m.To) != "":
		return refuse(BadMove, name+" stands in for "+l.People.name(l.barred.actsFor(m.To))+", who may not answer this. Name somebody else.")
	case spent(l.taken(l.Stage), m.To):
		return refuse(BadMove, name+" has already answered, and nobody answers twice. Name somebody else.")
	case m.Kind == Delegated && slices.Contains(b.hands, hand{m.From, m.To}):
		return refuse(BadMove, name+" can already answer for you.")
	case m.Kind == Reassigned && b.share(m.From, m.To):
		return refuse(BadMove, name+" is asked here already and counts once. Name somebody else.")
	case m.Kind == Reassigned && l.strandedBy(b, m):
		return refuse(BadMove, "With "+name+" in this seat there would be too few people to finish this. Name somebody else.")
	}
	return nil
}

// share reports whether two people have seats in one group.
func (b *board) share(x, y PersonID) bool {
	return slices.ContainsFunc(b.slots, func(s slot) bool {
		return (s.owners.has(x) || s.asked.has(x)) && (s.owners.has(y) || s.asked.has(y))
	})
}

// strandedBy reports whether a move would leave a request that nobody can
// finish, although somebody could before.
func (l *look) strandedBy(b *board, m Move) bool {
	votes := l.ballots(l.Stage)
	if !l.prospect(b).possible(votes) {
		return false
	}
	after := *l.Case
	after.Moves = append(slices.Clone(l.Moves), m)
	next := after.look()
	return !next.prospect(next.board(l.Stage)).possible(votes)
}
