package approval_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"signoff/engine/approval"
)

// TestNothingPanics asks the rules about cases that no engine would make: stages
// and groups that are not there, needs below zero and beyond counting, people
// who are nobody.
func TestNothingPanics(t *testing.T) {
	t.Parallel()
	names := []approval.PersonID{"", "a", "b", "c", "A", "\x00", "requester", "nobody"}
	numbers := []int{-1, 0, 1, 2, 7, math.MinInt, math.MaxInt}
	for seed := range uint64(20_000) {
		r := rand.New(rand.NewPCG(seed, 9))
		name := func() approval.PersonID { return names[r.IntN(len(names))] }
		number := func() int { return numbers[r.IntN(len(numbers))] }
		c := nonsense(r, name, number)
		for _, who := range names {
			seat, err := c.May(who)
			if p, ok := c.People.People[who]; err == nil && (!ok || p.Inactive) {
				t.Fatalf("seed %d: May(%q) = %v, who is unknown or inactive", seed, who, seat)
			}
			m := approval.Move{Kind: approval.Delegated, Stage: c.Stage, From: name(), To: name(), By: name()}
			_ = c.MayMove(who, m)
			m.Kind = approval.Reassigned
			_ = c.MayForce(m)
		}
		if c.Tally() == approval.Passed && len(c.Votes) == 0 {
			t.Fatalf("seed %d: passed without a vote: %+v", seed, c)
		}
		c.Missing()
		c.Stuck()
		if asked, err := approval.Ask(c); err == nil && len(asked) != len(c.Policy.Stages) {
			t.Fatalf("seed %d: Ask = %v for %d stages", seed, asked, len(c.Policy.Stages))
		}
		c.People = nil
		if _, err := c.May("a"); err == nil {
			t.Fatalf("seed %d: somebody may without a directory", seed)
		}
		c.Tally()
		c.Missing()
		c.Stuck()
		_, _ = approval.Ask(c)
	}
}

func nonsense(r *rand.Rand, name func() approval.PersonID, number func() int) approval.Case {
	kinds := []approval.SelectorKind{approval.User, approval.Group, approval.Role, approval.ManagerOf, approval.OnCall, "", "x"}
	who := func() (out []approval.Selector) {
		for range r.IntN(3) {
			out = append(out, approval.Selector{Kind: kinds[r.IntN(len(kinds))], Name: string(name())})
		}
		return out
	}
	people := func() (out []approval.PersonID) {
		for range r.IntN(5) {
			out = append(out, name())
		}
		return out
	}
	needs := func() approval.Need { return approval.Need{All: r.IntN(4) == 0, Count: number()} }
	c := approval.Case{Requester: name(), Author: name(), Stage: number(), Now: today, Policy: approval.Policy{
		AllowRequester: r.IntN(2) == 0, ExcludeAuthor: r.IntN(2) == 0, Exclude: who(), Repeat: r.IntN(2) == 0, NoDelegate: r.IntN(2) == 0, Hops: number(),
	}}
	d := &approval.Directory{People: map[approval.PersonID]approval.Person{}, Groups: map[string][]approval.PersonID{"a": people(), "": people()}}
	d.Roles, d.OnCall = map[string][]approval.PersonID{"b": people()}, map[string][]approval.PersonID{"c": people()}
	d.Aliases = map[string]approval.PersonID{"a": name(), "": name()}
	d.Absent = map[approval.PersonID]approval.Absence{name(): {StandIn: name()}, name(): {From: today, StandIn: name()}}
	d.Unsure = map[approval.Selector]string{{Kind: kinds[r.IntN(len(kinds))], Name: string(name())}: "?"}
	for _, id := range people() {
		d.People[id] = approval.Person{ID: name(), Inactive: r.IntN(3) == 0, Manager: name()}
	}
	c.People = d
	for range r.IntN(4) {
		s := approval.Stage{Who: who(), Need: needs(), Deny: number()}
		for range r.IntN(3) {
			s.Groups = append(s.Groups, approval.Party{Who: who(), Need: needs()})
		}
		c.Policy.Stages, c.Asked = append(c.Policy.Stages, s), append(c.Asked, people())
	}
	c.Asked = c.Asked[:r.IntN(len(c.Asked)+1)]
	if len(c.Policy.Stages) > 0 && r.IntN(2) == 0 {
		c.Stage = r.IntN(len(c.Policy.Stages))
	}
	for range r.IntN(5) {
		c.Votes = append(c.Votes, approval.Vote{Person: name(), For: name(), Stage: r.IntN(3) - 1, Approve: r.IntN(2) == 0, Parties: []int{number()}})
		c.Moves = append(c.Moves, approval.Move{
			Kind: []approval.MoveKind{approval.Delegated, approval.Reassigned, approval.Escalated, ""}[r.IntN(4)], Stage: r.IntN(3) - 1,
			From: name(), To: name(), By: name(), Who: who(), Replace: r.IntN(2) == 0, Until: today.Add(time.Duration(r.IntN(3) - 1)),
		})
	}
	return c
}

// crowded is a request to so many people, in so many steps, half of whose first
// have answered.
func crowded(n, steps int) approval.Case {
	c := approval.Case{People: &approval.Directory{People: map[approval.PersonID]approval.Person{}, Groups: map[string][]approval.PersonID{}}, Now: today}
	for i := range n * steps {
		id := approval.PersonID(fmt.Sprintf("p%06d", i))
		c.People.People[id] = approval.Person{ID: id}
		group := fmt.Sprint("g", i%steps)
		c.People.Groups[group] = append(c.People.Groups[group], id)
	}
	for i := range steps {
		c.Policy.Stages = append(c.Policy.Stages, approval.Stage{Who: groups(fmt.Sprint("g", i)), Need: all()})
		c.Asked = append(c.Asked, c.People.Groups[fmt.Sprint("g", i)])
	}
	for _, id := range c.Asked[0][:n/2] {
		c.Votes = append(c.Votes, approval.Vote{Person: id, Approve: true})
	}
	return c
}

func BenchmarkMay(b *testing.B) {
	for _, size := range []struct{ people, steps int }{{3, 1}, {3, 4}, {100, 3}, {5000, 1}, {5000, 3}} {
		b.Run(fmt.Sprintf("people=%d/steps=%d", size.people, size.steps), func(b *testing.B) {
			c := crowded(size.people, size.steps)
			who := c.Asked[0][size.people-1]
			for b.Loop() {
				if _, err := c.May(who); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTally(b *testing.B) {
	c := crowded(5000, 1)
	for b.Loop() {
		c.Tally()
	}
}

func TestThousandsCanBeAsked(t *testing.T) {
	t.Parallel()
	c := crowded(2000, 3)
	if _, err := approval.Ask(c); err != nil {
		t.Fatal(err)
	}
	if _, err := c.May(c.Asked[0][1999]); err != nil {
		t.Error(err)
	}
	if got := c.Missing(); len(got) != 1 || got[0].Need != 1000 || len(got[0].Waiting) != 1000 {
		t.Errorf("Missing = %d gaps, want one of 1000", len(got))
	}
}
