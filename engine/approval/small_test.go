package approval_test

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

// crowd is a set of at most eight people, as bits.
type crowd uint16

func (c crowd) has(i int) bool { return c&(1<<i) != 0 }

func (c crowd) people() []approval.PersonID {
	out := []approval.PersonID{}
	for i := range 8 {
		if c.has(i) {
			out = append(out, person(i))
		}
	}
	return out
}

func person(i int) approval.PersonID { return approval.PersonID('a' + rune(i)) }

// world is a small organisation and policy, in the words of the oracle.
type world struct {
	size      int
	inactive  crowd
	groups    [2]crowd
	who       []int // per stage: 1 the first group, 2 the second, 3 both
	need      []int // per stage: -1 is all
	requester int   // -1 is a service
	allow     bool
	exclude   crowd
	repeat    bool
}

func (w world) policy() approval.Policy {
	p := approval.Policy{AllowRequester: w.allow, Repeat: w.repeat}
	for i := range w.who {
		s := approval.Stage{ID: fmt.Sprint("s", i), Need: approval.Need{All: w.need[i] < 0, Count: max(w.need[i], 0)}}
		for g := range 2 {
			if w.who[i]&(1<<g) != 0 {
				s.Who = append(s.Who, approval.Selector{Kind: approval.Group, Name: fmt.Sprint("g", g)})
			}
		}
		p.Stages = append(p.Stages, s)
	}
	for _, id := range w.exclude.people() {
		p.Exclude = append(p.Exclude, approval.Selector{Kind: approval.User, Name: string(id)})
	}
	return p
}

func (w world) directory() *approval.Directory {
	d := &approval.Directory{People: map[approval.PersonID]approval.Person{}, Groups: map[string][]approval.PersonID{}}
	for i := range w.size {
		id := person(i)
		d.People[id] = approval.Person{ID: id, Name: string(id), Inactive: w.inactive.has(i)}
	}
	for g, members := range w.groups {
		// Each member is written twice: a person counts once however often a
		// list has them.
		d.Groups[fmt.Sprint("g", g)] = append(members.people(), members.people()...)
	}
	return d
}

func (w world) asker() approval.PersonID {
	if w.requester < 0 {
		return ""
	}
	return person(w.requester)
}

// eligible is the oracle's own answer to who may answer a stage.
func (w world) eligible(stage int) crowd {
	var out crowd
	for g := range 2 {
		if w.who[stage]&(1<<g) != 0 {
			out |= w.groups[g]
		}
	}
	out &^= w.inactive | w.exclude
	if w.requester >= 0 && !w.allow {
		out &^= 1 << w.requester
	}
	return out
}

// seats is how many people the oracle wants in a stage.
func (w world) seats(stage int) int {
	if w.need[stage] < 0 {
		return max(bits.OnesCount16(uint16(w.eligible(stage))), 1)
	}
	return max(w.need[stage], 1)
}

// possible tries every way to fill the stages from one on, after some seats of
// that one were filled and some people used up.
func (w world) possible(stage, filled int, used crowd) bool {
	if stage == len(w.who) {
		return true
	}
	may := w.eligible(stage)
	if !w.repeat {
		may &^= used
	}
	for pick := range crowd(1) << w.size {
		if pick&^may == 0 && bits.OnesCount16(uint16(pick)) == w.seats(stage)-filled && w.possible(stage+1, 0, used|pick) {
			return true
		}
	}
	return false
}

// emptyForAll reports a stage that wants everybody of a group with nobody in it.
func (w world) emptyForAll() bool {
	for i := range w.who {
		for g := range 2 {
			if w.need[i] < 0 && w.who[i]&(1<<g) != 0 && w.groups[g]&^w.inactive == 0 {
				return true
			}
		}
	}
	return false
}

// smallWorlds yields every organisation of four people in two groups, with every
// policy of up to two stages over them.
func smallWorlds(yield func(world) bool) {
	type stage struct{ who, need int }
	var stages []stage
	for _, who := range []int{1, 2, 3} {
		for _, need := range []int{0, 2, 3, -1} {
			stages = append(stages, stage{who, need})
		}
	}
	for groups := range 256 {
		if groups&15 > groups>>4 {
			continue // the same with the groups' names exchanged
		}
		for first := range stages {
			for second := -1; second <= first; second++ { // what can be met has no order
				if second >= 0 && stages[first].need+stages[second].need > 4 {
					continue // four people cannot fill these
				}
				for variant := range 16 {
					w := world{
						size: 4, requester: -1,
						groups: [2]crowd{crowd(groups & 15), crowd(groups >> 4)},
						who:    []int{stages[first].who}, need: []int{stages[first].need},
						repeat: variant&1 != 0,
					}
					if second >= 0 {
						w.who = append(w.who, stages[second].who)
						w.need = append(w.need, stages[second].need)
					}
					if variant&2 != 0 {
						w.requester = 0
					}
					w.allow = variant&6 == 6
					if variant&8 != 0 {
						w.inactive, w.exclude = 2, 4
					}
					if variant&6 == 4 || variant == 1|8 { // nobody to allow, or nothing new
						continue
					}
					if !yield(w) {
						return
					}
				}
			}
		}
	}
}

func TestAskAgreesWithEverySmallOrganisation(t *testing.T) {
	t.Parallel()
	met, unmet := 0, 0
	for w := range smallWorlds {
		got, err := approval.Ask(approval.Case{Policy: w.policy(), People: w.directory(), Requester: w.asker()})
		want := w.possible(0, 0, 0) && !w.emptyForAll()
		if want != (err == nil) {
			t.Fatalf("Ask(%+v) = %v, %v; can be met: %v", w, got, err, want)
		}
		if err != nil {
			if e, ok := errors.AsType[*approval.UnmetError](err); !ok || e.Text == "" {
				t.Fatalf("Ask(%+v) = %v, want an UnmetError with a text", w, err)
			}
			unmet++
			continue
		}
		met++
		for i := range w.who {
			if diff := cmp.Diff(w.eligible(i).people(), got[i]); diff != "" {
				t.Fatalf("Ask(%+v) stage %d (-want +got):\n%s", w, i, diff)
			}
		}
	}
	t.Logf("%d can be met, %d cannot", met, unmet)
	if met < 10_000 || unmet < 10_000 {
		t.Errorf("%d can be met and %d cannot: the test does not see both sides", met, unmet)
	}
}

func TestMayAgreesWithAskBeforeTheFirstVote(t *testing.T) {
	t.Parallel()
	for w := range smallWorlds {
		if len(w.who) > 1 {
			continue // what a later stage needs is tested by playing
		}
		p, d := w.policy(), w.directory()
		for i := range w.size {
			err := mayAnswer(p, d, w.asker(), 0, nil, person(i))
			if want := w.eligible(0).has(i); want != (err == nil) {
				t.Fatalf("May(%+v, %s) = %v; eligible: %v", w, person(i), err, want)
			}
		}
	}
}

// TestTallyAgreesWithEverySmallVote plays every sequence of up to four answers
// against a count of bits. An off-by-one in the quorum fails here.
func TestTallyAgreesWithEverySmallVote(t *testing.T) {
	t.Parallel()
	const people, length = 4, 4
	for asked := range crowd(1 << people) {
		for _, need := range []int{-1, 0, 2, 3} {
			stage := approval.Stage{Need: approval.Need{All: need < 0, Count: max(need, 0)}}
			for n := range length + 1 {
				for code := range 1 << (3 * n) { // three bits a vote: who, and yes or no
					checkTally(t, stage, asked, code, n)
				}
			}
		}
	}
}

func checkTally(t *testing.T, stage approval.Stage, asked crowd, code, n int) {
	var votes []approval.Vote
	var yes crowd
	refused := false
	var seen crowd
	for i := range n {
		v := code >> (3 * i) & 7
		votes = append(votes, approval.Vote{Person: person(v & 3), Approve: v&4 != 0})
		if seen.has(v & 3) {
			continue // the first answer of a person counts
		}
		seen |= 1 << (v & 3)
		yes |= 1 << (v & 3)
		refused = refused || v&4 == 0
	}
	missing := max(stage.Need.Count, 1) - bits.OnesCount16(uint16(yes))
	if stage.Need.All {
		missing = bits.OnesCount16(uint16(asked &^ yes))
		if asked == 0 {
			missing = 1
		}
	}
	want, wantWaiting := approval.Passed, []approval.PersonID(nil)
	switch {
	case refused:
		want, missing = approval.Refused, 0
	case missing > 0:
		want, wantWaiting = approval.Waiting, (asked &^ yes).people()
	}
	if got := tally(stage, asked.people(), votes); got != want {
		t.Fatalf("Tally(need %v, asked %v, %v) = %s, want %s", stage.Need, asked.people(), votes, got, want)
	}
	need, waiting := missingIn(stage, asked.people(), votes)
	if need != max(missing, 0) || !slices.Equal(waiting, wantWaiting) {
		t.Fatalf("Missing(need %v, asked %v, %v) = %d, %v, want %d, %v",
			stage.Need, asked.people(), votes, need, waiting, max(missing, 0), wantWaiting)
	}
}
