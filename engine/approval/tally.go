package approval

import "slices"

// Vote is one person's yes or no at one stage. The caller let it in with
// [Case.May].
type Vote struct {
	Person PersonID
	// For and Parties are those of the [Seat] that the vote fills.
	For     PersonID
	Parties []int
	Stage   int
	Approve bool
}

// Standing says where a stage stands.
type Standing string

// The standings.
const (
	Waiting Standing = "waiting"
	Passed  Standing = "passed"
	Refused Standing = "refused"
)

// Gap is what a group still waits for.
type Gap struct {
	Party Party
	// Need is how many more approvals it needs.
	Need int
	// Waiting are those who were asked and have not answered.
	Waiting []PersonID
}

// Tally says where the stage of the case stands. People are counted, each once,
// and compared with at-least; one vote counts for one group. As many rejections
// as [Stage.Deny] says end it, and so do rejections that leave too few people.
//
// `all` means all who were asked when the request was made, each seat filled by
// its owner or by who answers for them; all of nobody is never reached. Whom the
// ladder asked besides may fill the seat of any of them. Where a number is
// needed, who joined since counts, too: they were let in by [Case.May].
func (c Case) Tally() Standing {
	if !c.inRange() {
		return Waiting
	}
	l := c.look()
	b := l.board(c.Stage)
	votes := l.ballots(c.Stage)
	if l.refused(b, votes) {
		return Refused
	}
	for _, n := range b.gaps(votes) {
		if n > 0 {
			return Waiting
		}
	}
	return Passed
}

func (c Case) inRange() bool { return c.Stage >= 0 && c.Stage < len(c.Policy.Stages) }

// Missing says what each group of a waiting stage still needs; nothing of those
// that have enough, and nothing at all once the stage is decided.
func (c Case) Missing() []Gap {
	if c.Tally() != Waiting || !c.inRange() {
		return nil
	}
	l := c.look()
	b := l.board(c.Stage)
	taken := usedUp(c.taken(c.Stage))
	var out []Gap
	for i, n := range b.gaps(l.ballots(c.Stage)) {
		if n == 0 {
			continue
		}
		s := &b.slots[i]
		waiting := s.asked.with(s.climbed...).where(func(id PersonID) bool { return !taken.has(id) })
		out = append(out, Gap{Party: s.party, Need: n, Waiting: waiting})
	}
	return out
}

// gaps is how many people each group still needs, with each vote given to the
// group where it helps most.
func (b *board) gaps(votes []Vote) []int {
	out := make([]int, len(b.slots))
	asked := make([][]PersonID, len(b.slots))
	for i := range b.slots {
		asked[i] = b.filled(i, votes)
		out[i] = max(b.slots[i].seats()-len(asked[i]), 0)
	}
	if len(b.slots) == 1 {
		return out
	}
	s := newSeating(asked)
	for i := range b.slots {
		out[i] = b.slots[i].seats()
		for out[i] > 0 && s.fill(i, map[int]bool{}) {
			out[i]--
		}
	}
	return out
}

// refused reports whether the rejections end the stage.
func (l *look) refused(b *board, votes []Vote) bool {
	no := 0
	for _, v := range votes {
		if !v.Approve {
			no++
		}
	}
	switch {
	case no == 0:
		return false
	case no >= max(l.Policy.Stages[b.stage].Deny, 1):
		return true
	}
	p := l.prospect(b)
	p.hope()
	return !p.possible(votes) && p.possible(slices.DeleteFunc(votes, func(v Vote) bool { return !v.Approve }))
}

// hope lets those who were asked count as people who could answer, wherever it
// is not known who may: an outage is not a rejection.
func (p *prospect) hope() {
	for _, b := range append([]*board{p.now}, p.later...) {
		if _, unsure := p.unsure(b.stage); !unsure {
			continue
		}
		for i := range b.slots {
			b.slots[i].owners = b.slots[i].owners.with(b.slots[i].asked...)
		}
	}
}
