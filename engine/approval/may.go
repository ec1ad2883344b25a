package approval

import (
	"fmt"
	"slices"
)

// RefusalKind names why a person may not answer, for programs.
type RefusalKind string

// The kinds of refusal.
const (
	UnknownPerson   RefusalKind = "unknown"     // the directory does not have them
	InactivePerson  RefusalKind = "inactive"    // they left or were switched off
	Unverified      RefusalKind = "unverified"  // who they are could not be read of late
	AlreadyAnswered RefusalKind = "answered"    // one person, one answer in a stage
	OwnRequest      RefusalKind = "own_request" // the requester may not answer
	Author          RefusalKind = "author"      // they wrote the flow
	Excluded        RefusalKind = "excluded"    // the flow excludes them
	StandIn         RefusalKind = "stand_in"    // what they were handed does not count: they act for somebody who may not
	Moved           RefusalKind = "moved"       // their seat was given to somebody else
	NotEligible     RefusalKind = "not_eligible"
	SeatTaken       RefusalKind = "seat_taken" // they answered in another stage
	BadMove         RefusalKind = "bad_move"   // the question cannot go there; see [Case.MayMove]
)

// RefusalError says why a person may not answer, in words for that person.
type RefusalError struct {
	Kind RefusalKind
	Text string
}

func (e *RefusalError) Error() string { return e.Text }

// May reports whether a person may answer the stage of the case now, and whose
// seat their vote fills: their own before one that they hold for another, but
// one that still helps before one that does not. The error is a
// [*RefusalError].
//
// Where one person fills one seat, it also refuses whoever a later stage cannot
// do without: their answer here would leave a request that nobody can finish.
func (c Case) May(who PersonID) (Seat, error) {
	if no := c.admit(who); no != nil {
		return Seat{}, no
	}
	l := c.look()
	seat, no := l.choose(l.board(c.Stage), who)
	if no != nil {
		return Seat{}, no
	}
	return seat, nil
}

// admit refuses whoever may answer nothing, and everybody where it cannot be
// told who is excluded.
func (c Case) admit(who PersonID) *RefusalError {
	person, known := c.People.find(who)
	switch {
	case !known:
		return refuse(UnknownPerson, "signoff does not know you. Ask an administrator to add you.")
	case person.Inactive:
		return refuse(InactivePerson, "You are switched off in signoff's directory, so you cannot answer. Ask an administrator.")
	case !c.inRange():
		return refuse(NotEligible, "This step does not exist. Nobody can answer it.")
	}
	for _, v := range c.here(c.Stage) {
		if v.Person == who {
			return refuse(AlreadyAnswered, "You have already answered this. Your answer counts once.")
		}
		if v.For == who {
			return refuse(AlreadyAnswered, c.People.name(v.Person)+" has already answered this for you. Your seat counts once.")
		}
	}
	if s, bad := c.unknownExclusion(); bad {
		return refuse(Excluded, fmt.Sprintf("The flow excludes %s, but signoff does not know %s any more, so nobody can answer. Ask an administrator.", s, thing(s)))
	}
	if s, bad := c.People.firstUnsure(c.Policy.Exclude); bad {
		return refuse(Unverified, unverified(s))
	}
	return nil
}

// choose finds the seat that an active person would fill, or says why there is
// none.
func (l *look) choose(b *board, who PersonID) (Seat, *RefusalError) {
	if kind := l.barred.why(who); kind != "" {
		return Seat{}, l.barredText(b, kind, who)
	}
	held := b.seatsOf(l, who)
	if len(held) == 0 {
		return Seat{}, l.noSeat(b, who)
	}
	free, no := l.freeSeats(b, held, who)
	if no != nil {
		return Seat{}, no
	}
	p := l.prospect(b)
	votes := l.ballots(l.Stage)
	if len(free) > 1 {
		b.bestFirst(free, votes, who)
	}
	possible := p.possible(votes)
	for _, owner := range free {
		seat := b.seat(who, owner)
		if !possible || p.possible(append(slices.Clone(votes), l.yes(who, seat))) {
			return seat, nil
		}
	}
	others := l.others(b, who)
	return Seat{}, refuse(NotEligible, "A later step of this cannot do without you, and nobody answers two steps. "+whoCan(l.People, others))
}

// yes is the vote that a person would give.
func (l *look) yes(who PersonID, s Seat) Vote {
	return Vote{Person: who, For: s.For, Parties: s.Parties, Stage: l.Stage, Approve: true}
}

// bestFirst puts the seats first that a group still waits for.
func (b *board) bestFirst(owners []PersonID, votes []Vote, who PersonID) {
	total := func(votes []Vote) int {
		n := 0
		for _, gap := range b.gaps(votes) {
			n += gap
		}
		return n
	}
	before := total(votes)
	helps := func(owner PersonID) int {
		s := b.seat(who, owner)
		v := Vote{Person: who, For: s.For, Parties: s.Parties, Stage: b.stage, Approve: true}
		return total(append(slices.Clone(votes), v)) - before
	}
	slices.SortStableFunc(owners, func(x, y PersonID) int { return helps(x) - helps(y) })
}

// freeSeats leaves out the seats that cannot be filled any more, and says why
// if none is left.
func (l *look) freeSeats(b *board, held []PersonID, who PersonID) ([]PersonID, *RefusalError) {
	taken := l.taken(l.Stage)
	if spent(taken, who) {
		return nil, refuse(SeatTaken, "You have already answered another step of this, and each step needs somebody else. "+whoCan(l.People, l.others(b, who)))
	}
	free := slices.DeleteFunc(slices.Clone(held), func(id PersonID) bool { return spent(taken, id) })
	if len(free) > 0 {
		return free, nil
	}
	names := l.People.Names(held, "and")
	if spent(l.here(l.Stage), held[0]) {
		return nil, refuse(AlreadyAnswered, "You would answer for "+names+", whose answer is already there. It counts once.")
	}
	return nil, refuse(SeatTaken, "You would answer for "+names+", who already answered another step of this, and each step needs somebody else.")
}

// others are those besides a person who have a seat and are free.
func (l *look) others(b *board, who PersonID) []PersonID {
	return b.owners().minus(usedUp(l.taken(l.Stage))).without(who)
}

func refuse(kind RefusalKind, text string) *RefusalError {
	return &RefusalError{Kind: kind, Text: text}
}
