package approval_test

import (
	"testing"

	"signoff/engine/approval"
)

// TestEverySmallMove compares the rules with the oracle in every organisation of
// four people in two groups, with every delegation, every absence, and policies
// of one or two stages of one or two groups; before the first answer and after.
func TestEverySmallMove(t *testing.T) {
	t.Parallel()
	n := 0
	var seen tallied
	for o := range smallOrgs {
		n++
		if (testing.Short() || raceEnabled) && n%37 > 0 {
			continue // every kind is among them
		}
		if err := compare(o, &seen); err != nil {
			t.Fatal(err)
		}
		for who := range o.size { // whoever may comes first
			if v, ok := o.vote(who, firstSeat(o, who)); ok {
				after := *o
				after.votes = []ballot{v}
				if err := compare(&after, &seen); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
	}
	t.Logf("%d organisations", n)
	if n < 100_000 {
		t.Errorf("only %d organisations: they are not all", n)
	}
}

func firstSeat(o *org, who int) int {
	for owner := range o.size {
		if _, ok := o.vote(who, owner); ok {
			return owner
		}
	}
	return who
}

// smallPolicies are the shapes of TestEverySmallMove.
func smallPolicies() [][]step {
	one := func(who, need int) step { return step{parties: []side{{who, need}}} }
	return [][]step{
		{one(1, 1)},
		{one(3, -1)},
		{one(1, 2)},
		{{parties: []side{{1, 1}, {2, 1}}, deny: 2}},
		{{parties: []side{{1, -1}, {2, 1}}}},
		{one(1, 1), one(2, 1)},
		{one(3, 2), one(1, 1)},
		{{parties: []side{{1, 1}, {2, 1}}}, one(3, 1)},
	}
}

func smallOrgs(yield func(*org) bool) {
	const size = 4
	for groups := range 1 << (2 * size) {
		for _, stages := range smallPolicies() {
			for edge := range size*size + 1 {
				if onlyFirst(stages) && groups>>size != 0 {
					continue // nobody looks at the second group
				}
				for away := range size*size + 1 {
					o := &org{size: size, unsure: -1, requester: 0, author: -1, hops: 1, stages: stages}
					for i := range o.manager {
						o.manager[i], o.standIn[i] = -1, -1
					}
					o.groups[0], o.groups[1] = crowd(groups%(1<<size)), crowd(groups>>size)
					o.before = o.groups
					if !o.lend(edge) || !o.leave(away) {
						continue
					}
					o.seal()
					if !yield(o) {
						return
					}
				}
			}
		}
	}
}

func onlyFirst(stages []step) bool {
	return len(stages) == 1 && len(stages[0].parties) == 1 && stages[0].parties[0].who == 1
}

// lend delegates by number; the last is none. It reports false for nonsense.
func (o *org) lend(edge int) bool {
	if edge == o.size*o.size {
		return true
	}
	from, to := edge/o.size, edge%o.size
	o.moves = []hop{{kind: approval.Delegated, from: from, to: to}}
	return from != to
}

// leave sends somebody away by number; the last is nobody.
func (o *org) leave(away int) bool {
	if away == o.size*o.size {
		return true
	}
	who, standIn := away/o.size, away%o.size
	o.standIn[who] = standIn
	return who != standIn
}

// TestP6_OneHumanCountsOnce tries every two groups of five people, every need
// and every set of answers: a stage passes when the people who said yes can be
// shared out among its groups, and each of them once.
func TestP6_OneHumanCountsOnce(t *testing.T) {
	t.Parallel()
	for groups := range 1 << 10 {
		if raceEnabled && groups%7 > 0 {
			continue
		}
		for needs := range 9 {
			o := &org{size: 5, unsure: -1, requester: -1, author: -1}
			for i := range o.manager {
				o.manager[i], o.standIn[i] = -1, -1
			}
			o.groups[0], o.groups[1] = crowd(groups&31), crowd(groups>>5)
			o.before = o.groups
			of := []int{1, 2, -1}
			o.stages = []step{{parties: []side{{1, of[needs%3]}, {2, of[needs/3]}}}}
			o.seal()
			for yes := range crowd(32) {
				o.votes = nil
				for i := range o.size {
					if parties := o.in(i); yes.has(i) && parties > 0 {
						o.votes = append(o.votes, ballot{who: i, seat: i, approve: true, parties: parties})
					}
				}
				met := sharedOut(o, yes)
				if got := o.cas().Tally(); met != (got == approval.Passed) {
					t.Fatalf("%v\nTally = %s; the needs are met: %v", o, got, met)
				}
			}
		}
	}
}

// in is in which groups somebody is, as bits.
func (o *org) in(i int) int {
	parties := 0
	for g := range 2 {
		if o.groups[g].has(i) {
			parties |= 1 << g
		}
	}
	return parties
}

// sharedOut tries every way to give each yes to one of the two groups.
func sharedOut(o *org, yes crowd) bool {
	enough := func(g int, mine crowd) bool {
		need := o.stages[0].parties[g].need
		if need < 0 {
			return o.groups[g] != 0 && mine&o.groups[g] == o.groups[g]
		}
		return (mine & o.groups[g]).len() >= need
	}
	for first := range crowd(32) {
		if first&^yes == 0 && enough(0, first) && enough(1, yes&^first) {
			return true
		}
	}
	return false
}
