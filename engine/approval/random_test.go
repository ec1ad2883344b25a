package approval_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"signoff/engine/approval"
)

// TestRandomOrganisations draws people, groups, a policy and a history of moves
// and votes, and compares every answer of the rules with the oracle's. A failure
// names the seed of its organisation.
func TestRandomOrganisations(t *testing.T) {
	t.Parallel()
	var seen tallied
	n := cases(t)
	var next atomic.Uint64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for !t.Failed() {
				seed := next.Add(1)
				if seed > uint64(n) {
					return
				}
				if err := compare(drawOrg(rand.New(rand.NewPCG(seed, 4))), &seen); err != nil {
					t.Errorf("organisation %d: %v", seed, err)
				}
			}
		})
	}
	wg.Wait()
	if !t.Failed() {
		seen.check(t, int64(n))
	}
}

// tallied counts what was seen, so that the test is known to see all sides.
type tallied struct{ may, no, lent, passed, refused, waiting, stuck, move, noMove atomic.Int64 }

func (s *tallied) check(t *testing.T, n int64) {
	t.Helper()
	for name, got := range map[string]int64{
		"may": s.may.Load(), "no": s.no.Load(), "lent": s.lent.Load(), "passed": s.passed.Load(), "refused": s.refused.Load(),
		"waiting": s.waiting.Load(), "stuck": s.stuck.Load(), "move": s.move.Load(), "no move": s.noMove.Load(),
	} {
		t.Logf("%s: %d", name, got)
		if got < n/50 {
			t.Errorf("%q was seen %d times in %d organisations: too seldom", name, got, n)
		}
	}
}

// drawOrg draws an organisation and lets some of it happen.
func drawOrg(r *rand.Rand) *org {
	o := &org{size: 3 + r.IntN(6), unsure: -1, requester: -1, author: -1, hops: r.IntN(3)}
	everybody := crowd(1)<<o.size - 1
	some := func() crowd { return crowd(r.Uint32()) & everybody }
	many := func() crowd { other := some(); return some() | other }
	few := func() crowd { return ^(many() | some()) & everybody }
	for i := range 8 {
		o.manager[i], o.standIn[i] = -1, -1
	}
	for i := range o.size {
		if r.IntN(2) == 0 {
			o.manager[i] = r.IntN(o.size)
		}
		if j := r.IntN(o.size); r.IntN(4) == 0 && j != i {
			o.standIn[i], o.away[i] = j, r.IntN(4)
		}
	}
	for g := range o.before {
		o.before[g] = many()
		if r.IntN(2) == 0 { // a small one
			o.before[g] &= some()
		}
		if o.groups[g] = o.before[g]; r.IntN(4) == 0 {
			o.groups[g] ^= few() // who came and who left since
		}
	}
	if r.IntN(8) == 0 {
		o.unsure = r.IntN(3)
	}
	if r.IntN(4) > 0 {
		o.requester = r.IntN(o.size)
	}
	if r.IntN(2) > 0 {
		o.author = r.IntN(o.size)
	}
	if r.IntN(5) == 0 {
		o.first = few()
	}
	if r.IntN(5) == 0 {
		o.again = few()
	}
	o.allow, o.noAuthor, o.repeat, o.rigid = r.IntN(4) == 0, r.IntN(2) == 0, r.IntN(3) == 0, r.IntN(6) == 0
	if r.IntN(3) == 0 {
		o.exclude = few()
	}
	if r.IntN(3) == 0 {
		o.inactive = few()
	}
	for range 1 + r.IntN(3) {
		o.stages = append(o.stages, drawStep(r))
	}
	o.seal()
	o.happens(r)
	return o
}

func drawStep(r *rand.Rand) step {
	s := step{deny: r.IntN(4)}
	for range 1 + r.IntN(2) {
		who := 1 + r.IntN(7)
		if r.IntN(6) == 0 {
			who |= 8
		}
		s.parties = append(s.parties, side{who: who, need: []int{-1, 0, 1, 1, 1, 2, 2, 3}[r.IntN(8)]})
	}
	return s
}

// happens plays: people answer whom the oracle lets, and seats move anyhow, also
// as the rules would never let them.
func (o *org) happens(r *rand.Rand) {
	last := r.IntN(len(o.stages))
	for o.stage = 0; o.stage < last; o.stage++ {
		o.answers(r, 2, 0)
	}
	for range r.IntN(5) {
		o.moves = append(o.moves, o.drawMove(r))
	}
	o.answers(r, r.IntN(4), 3)
}

func (o *org) drawMove(r *rand.Rand) hop {
	m := hop{
		kind: []approval.MoveKind{approval.Delegated, approval.Delegated, approval.Reassigned, approval.Escalated}[r.IntN(4)],
		from: r.IntN(o.size), to: r.IntN(o.size), who: 1 + r.IntN(7),
		replace: r.IntN(2) == 0, byOther: r.IntN(2) == 0, expired: r.IntN(5) == 0, ago: r.IntN(4),
	}
	if m.to == m.from {
		m.to = (m.to + 1) % o.size
	}
	return m
}

// answers lets n people answer; one in so many rejects, none if zero.
func (o *org) answers(r *rand.Rand, n, reject int) {
	for range n {
		var can []ballot
		for who := range o.size {
			for seat := range o.size {
				if v, ok := o.vote(who, seat); ok {
					can = append(can, v)
				}
			}
		}
		if len(can) == 0 {
			return
		}
		v := can[r.IntN(len(can))]
		v.approve = reject == 0 || r.IntN(reject) > 0
		o.votes = append(o.votes, v)
	}
}

// compare asks the rules all they can be asked and the oracle the same.
func compare(o *org, seen *tallied) error {
	c := o.cas()
	if err := compareMay(o, c, seen); err != nil {
		return err
	}
	if err := compareTally(o, c, seen); err != nil {
		return err
	}
	if o.before[0]%8 == 2 {
		if err := compareWithNaming(o, c); err != nil {
			return err
		}
	}
	if o.before[0]%8 == 1 {
		if err := compareWithOutsider(o, c); err != nil {
			return err
		}
	}
	return compareMoves(o, c, seen)
}

func compareMay(o *org, c approval.Case, seen *tallied) error {
	anybody := false
	for who := range o.size {
		seat, err := c.May(person(who))
		best, allowed := 99, false
		for owner := range o.size {
			if v, ok := o.vote(who, owner); ok {
				allowed = true
				best = min(best, o.missing(append(slices.Clone(o.votes), v)))
			}
		}
		if allowed != (err == nil) {
			return fmt.Errorf("%v\nMay(%s) = %v, %w; allowed: %v", o, person(who), seat, err, allowed)
		}
		if err != nil {
			seen.no.Add(1)
			if no, ok := errors.AsType[*approval.RefusalError](err); !ok || no.Text == "" || no.Kind == "" {
				return fmt.Errorf("May(%s) = %w, want a refusal with a kind and a text", person(who), err)
			}
			continue
		}
		anybody = true
		seen.may.Add(1)
		if err := o.sits(who, seat, best); err != nil {
			return fmt.Errorf("%v\nMay(%s) = %v: %w", o, person(who), seat, err)
		}
		if seat.For != "" {
			seen.lent.Add(1)
		}
	}
	if !anybody && o.unsure < 0 && o.standing() == approval.Waiting && o.possible(o.votes, false) {
		return fmt.Errorf("%v\nthe request can be met, but nobody may answer", o)
	}
	return nil
}

// sits checks that a seat is one that the oracle allows, the person's own unless
// another helps more, and what the vote will count for.
func (o *org) sits(who int, seat approval.Seat, best int) error {
	owner := who
	if seat.For != "" {
		owner = int(seat.For[0] - 'a')
	}
	v, ok := o.vote(who, owner)
	if !ok {
		return errors.New("this seat is not allowed")
	}
	if got := o.missing(append(slices.Clone(o.votes), v)); got != best {
		return fmt.Errorf("%d stay missing, %d need to", got, best)
	}
	if own, ok := o.vote(who, who); ok && seat.For != "" && o.missing(append(slices.Clone(o.votes), own)) == best {
		return errors.New("their own seat does as well")
	}
	parties := 0
	for _, p := range seat.Parties {
		parties |= 1 << p
	}
	if several := len(o.stages[o.stage].parties) > 1; several && parties != v.parties || !several && parties != 0 {
		return fmt.Errorf("it counts for %b, not for %b", v.parties, parties)
	}
	return nil
}

func compareTally(o *org, c approval.Case, seen *tallied) error {
	want, got := o.standing(), c.Tally()
	if got != want {
		return fmt.Errorf("%v\nTally = %s, want %s", o, got, want)
	}
	lack := 0
	for _, gap := range c.Missing() {
		if gap.Need <= 0 {
			return fmt.Errorf("%v\nMissing has a gap of %d", o, gap.Need)
		}
		lack += gap.Need
	}
	if missing := o.missing(o.votes); want == approval.Waiting && lack != missing || want != approval.Waiting && lack != 0 {
		return fmt.Errorf("%v\nMissing = %d in all, want %d; it is %s", o, lack, missing, want)
	}
	if stuck := !o.possible(o.votes, true); stuck != c.Stuck() {
		return fmt.Errorf("%v\nStuck = %v, want %v", o, c.Stuck(), stuck)
	} else if stuck {
		seen.stuck.Add(1)
	}
	switch want {
	case approval.Passed:
		seen.passed.Add(1)
	case approval.Refused:
		seen.refused.Add(1)
	case approval.Waiting:
		seen.waiting.Add(1)
	}
	return nil
}
