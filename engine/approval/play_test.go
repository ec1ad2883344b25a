package approval_test

import (
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"signoff/engine/approval"
)

// drawWorld draws a larger organisation: up to eight people, up to four stages.
func drawWorld(t *rapid.T) world {
	w := world{size: rapid.IntRange(1, 8).Draw(t, "people")}
	anyone := rapid.IntRange(0, 1<<w.size-1)
	w.groups = [2]crowd{crowd(anyone.Draw(t, "g0")), crowd(anyone.Draw(t, "g1"))}
	w.requester = rapid.IntRange(-1, w.size-1).Draw(t, "requester")
	w.allow = rapid.Bool().Draw(t, "allow requester")
	w.repeat = rapid.Bool().Draw(t, "repeat")
	few := rapid.SampledFrom([]crowd{0, 0, 0, 1, 2, 5})
	w.inactive = few.Draw(t, "inactive") & crowd(1<<w.size-1)
	w.exclude = few.Draw(t, "exclude") & crowd(1<<w.size-1)
	for range rapid.IntRange(1, 4).Draw(t, "stages") {
		w.who = append(w.who, rapid.IntRange(1, 3).Draw(t, "who"))
		w.need = append(w.need, rapid.IntRange(-1, 3).Draw(t, "need"))
	}
	return w
}

func TestAskAgreesWithLargerOrganisations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		_, err := approval.Ask(approval.Case{Policy: w.policy(), People: w.directory(), Requester: w.asker()})
		if want := w.possible(0, 0, 0) && !w.emptyForAll(); want != (err == nil) {
			t.Fatalf("Ask(%+v) = %v; can be met: %v", w, err, want)
		}
	})
}

// TestChainIsPlayedToItsEnd lets random people press random buttons. Whatever
// they do, a request that could be met when it was made can still be met: there
// is always somebody who may answer, and enough answers end it.
func TestChainIsPlayedToItsEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		play(t, w, func(may []int) int { return rapid.SampledFrom(may).Draw(t, "who") })
	})
}

// TestEverySmallChainIsPlayedToItsEnd lets the first or the last who may answer
// do so, in every chain of two stages of different people.
func TestEverySmallChainIsPlayedToItsEnd(t *testing.T) {
	t.Parallel()
	for w := range smallWorlds {
		if len(w.who) < 2 || w.repeat || w.exclude != 0 || w.requester >= 0 {
			continue
		}
		for range 2 {
			play(t, w, func(may []int) int { return may[0] })
			play(t, w, func(may []int) int { return may[len(may)-1] })
			slices.Reverse(w.who)
			slices.Reverse(w.need)
		}
	}
}

// fataler is a test of either kind.
type fataler interface {
	Fatalf(format string, args ...any)
}

// play answers a chain until it ends; choose picks among those who may. A chain
// that cannot be met is not played.
func play(t fataler, w world, choose func([]int) int) {
	g := game{world: w, policy: w.policy(), people: w.directory()}
	asked, err := approval.Ask(approval.Case{Policy: g.policy, People: g.people, Requester: w.asker()})
	if err != nil {
		return
	}
	g.asked = asked
	for g.stage < len(g.policy.Stages) {
		g.press(t, choose)
	}
	g.check(t)
}

// game is a chain that is being answered, with the oracle's own books.
type game struct {
	world
	policy approval.Policy
	people *approval.Directory
	asked  [][]approval.PersonID
	stage  int
	votes  []approval.Vote
	seated [8]crowd // per stage, by the oracle
}

// press lets somebody answer the open stage and moves on when it is full.
func (g *game) press(t fataler, choose func([]int) int) {
	var may []int
	for i := range g.size {
		err := mayAnswer(g.policy, g.people, g.asker(), g.stage, g.votes, person(i))
		if want := g.allowed(i); want != (err == nil) {
			t.Fatalf("stage %d of %+v after %v: May(%s) = %v; allowed: %v", g.stage, g.world, g.votes, person(i), err, want)
		}
		if err == nil {
			may = append(may, i)
		}
	}
	if len(may) == 0 {
		t.Fatalf("stage %d of %+v: nobody may answer after %v", g.stage, g.world, g.votes)
	}
	who := choose(may)
	g.votes = append(g.votes, approval.Vote{Person: person(who), Stage: g.stage, Approve: true})
	g.seated[g.stage] |= 1 << who
	g.tally(t)
}

// allowed is the oracle's answer: eligible, with no other seat, and not needed
// later.
func (g *game) allowed(i int) bool {
	var used crowd
	for stage, seated := range g.seated {
		used |= seated
		if seated.has(i) && (stage == g.stage || !g.repeat) {
			return false
		}
	}
	filled := bits.OnesCount16(uint16(g.seated[g.stage]))
	return g.eligible(g.stage).has(i) && (g.repeat || g.possible(g.stage, filled+1, used|1<<i))
}

func (g *game) tally(t fataler) {
	here := slices.DeleteFunc(slices.Clone(g.votes), func(v approval.Vote) bool { return v.Stage != g.stage })
	full := bits.OnesCount16(uint16(g.seated[g.stage])) >= g.seats(g.stage)
	for i := range here {
		here[i].Stage = 0
	}
	got := tally(g.policy.Stages[g.stage], g.asked[g.stage], here)
	switch {
	case full && got != approval.Passed, !full && got != approval.Waiting:
		t.Fatalf("Tally of stage %d of %+v after %v = %s; full: %v", g.stage, g.world, here, got, full)
	case full:
		g.stage++
	}
}

// check counts people at the end: nobody sits twice.
func (g *game) check(t fataler) {
	seats, people := 0, crowd(0)
	for i := range g.who {
		seats += g.seats(i)
		people |= g.seated[i]
	}
	if len(g.votes) != seats {
		t.Fatalf("%d answers filled %d seats", len(g.votes), seats)
	}
	if !g.repeat && bits.OnesCount16(uint16(people)) != seats {
		t.Fatalf("%d people filled %d seats of a chain of different people", bits.OnesCount16(uint16(people)), seats)
	}
}

// TestStrangersChangeNothing adds people whom no policy names.
func TestStrangersChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		p, d := w.policy(), w.directory()
		before, errBefore := approval.Ask(approval.Case{Policy: p, People: d, Requester: w.asker()})
		for i := range rapid.IntRange(1, 3).Draw(t, "strangers") {
			id := approval.PersonID("stranger" + string(rune('0'+i)))
			d.People[id] = approval.Person{ID: id, Name: "a"}
			d.Groups["others"] = append(d.Groups["others"], id)
			if err := mayAnswer(p, d, w.asker(), 0, nil, id); err == nil {
				t.Fatalf("May(%s) = nil, want a refusal", id)
			}
		}
		after, errAfter := approval.Ask(approval.Case{Policy: p, People: d, Requester: w.asker()})
		if (errBefore == nil) != (errAfter == nil) || !slices.EqualFunc(before, after, slices.Equal) {
			t.Fatalf("Ask = %v, %v after strangers came; %v, %v before", after, errAfter, before, errBefore)
		}
	})
}
