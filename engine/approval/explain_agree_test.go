package approval_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"signoff/engine/approval"
)

// An explanation says what the rules say: of everybody who is known, of one who
// is not, and of what is missing. And it comes true: who can decide brings the
// end nearer by exactly one answer.
func TestExplainAgreesWithTheRules(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 4)
	for w := range workers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(w)))
			for n := 0; n < cases(t)/workers && !t.Failed(); {
				n += compareCases(t, r)
			}
		})
	}
	wg.Wait()
}

// compareCases plays one random request to its end and compares at each step.
func compareCases(t *testing.T, r *rand.Rand) int {
	c := drawCase(r)
	asked, err := approval.Ask(c)
	if err != nil {
		return 1
	}
	c.Asked = asked
	n := 0
	for range 8 {
		n++
		e := c.Explain(person(r.IntN(len(c.People.People) + 1)))
		if problem := disagreement(c, e); problem != "" {
			t.Errorf("%s\ncase: %+v\npeople: %+v\nexplained: %+v", problem, c, *c.People, e)
			return n
		}
		if !advance(r, &c) {
			break
		}
	}
	return n
}

// disagreement says where an explanation and the rules differ.
func disagreement(c approval.Case, e approval.Explanation) string {
	if open := c.Tally() == approval.Waiting; open != (e.Closed == "") {
		return fmt.Sprintf("Tally() = %s, but closed is %q", c.Tally(), e.Closed)
	} else if !open {
		if e.You.Can || len(e.Can) > 0 {
			return "nobody can answer what is closed"
		}
		return ""
	}
	for id := range c.People.People {
		if problem := differsOn(c, e, id); problem != "" {
			return problem
		}
	}
	if problem := differsOn(c, e, e.You.Person); problem != "" { // who may be a stranger
		return problem
	}
	if c.Stuck() != e.Stuck {
		return fmt.Sprintf("Stuck() = %t, explained is %t", c.Stuck(), e.Stuck)
	}
	gaps := c.Missing()
	if len(gaps) != len(e.Missing) {
		return fmt.Sprintf("Missing() has %d groups, explained are %d", len(gaps), len(e.Missing))
	}
	for i, g := range gaps {
		if l := e.Missing[i]; l.Need != g.Need || !slices.Equal(l.Waiting, g.Waiting) || (l.Text == "") != (len(g.Waiting) == 0) {
			return fmt.Sprintf("Missing()[%d] = %+v, explained is %+v", i, g, l)
		}
	}
	return ""
}

// differsOn compares what is said of one person with what holds for them.
func differsOn(c approval.Case, e approval.Explanation, id approval.PersonID) string {
	seat, err := c.May(id)
	able := slices.IndexFunc(e.Can, func(a approval.Able) bool { return a.Person == id })
	unable := slices.IndexFunc(e.Cannot, func(u approval.Unable) bool { return u.Person == id })
	no, refused := errors.AsType[*approval.RefusalError](err)
	switch {
	case err != nil && !refused:
		return fmt.Sprintf("May(%s) = %v, not a refusal", id, err)
	case refused && able >= 0:
		return fmt.Sprintf("May(%s) = %s, but they are explained as able", id, no.Kind)
	case refused && unable >= 0 && (e.Cannot[unable].Kind != no.Kind || e.Cannot[unable].Why == ""):
		return fmt.Sprintf("May(%s) = %s, explained as %+v", id, no.Kind, e.Cannot[unable])
	case !refused && (able < 0 || unable >= 0):
		return fmt.Sprintf("May(%s) lets them in, but they are not explained as able", id)
	case !refused && (e.Can[able].For != seat.For || e.Can[able].Why == ""):
		return fmt.Sprintf("May(%s) = %+v, explained as %+v", id, seat, e.Can[able])
	}
	if e.You.Person != id {
		return ""
	}
	return youDiffer(e.You, id, seat, no)
}

func youDiffer(you *approval.Self, id approval.PersonID, seat approval.Seat, no *approval.RefusalError) string {
	switch {
	case you.Text == "":
		return fmt.Sprintf("%s asked about themselves and got no words", id)
	case you.Can != (no == nil) || you.For != seat.For:
		return fmt.Sprintf("May(%s) = %+v, %v; told is %+v", id, seat, no, you)
	case no != nil && (you.Kind != no.Kind || you.Text != no.Text):
		return fmt.Sprintf("May(%s) says %q, told is %q", id, no.Text, you.Text)
	}
	return ""
}

// advance lets something happen; false if nothing can any more.
func advance(r *rand.Rand, c *approval.Case) bool {
	switch c.Tally() {
	case approval.Refused:
		return false
	case approval.Passed:
		c.Stage++
		return c.Stage < len(c.Policy.Stages)
	case approval.Waiting:
	}
	who := person(r.IntN(len(c.People.People)))
	if r.IntN(3) == 0 {
		move(r, c, who)
	}
	if seat, err := c.May(who); err == nil {
		c.Votes = append(slices.Clip(c.Votes), approval.Vote{Person: who, For: seat.For, Stage: c.Stage, Approve: r.IntN(6) > 0})
	}
	if r.IntN(8) == 0 {
		c.Now = c.Now.Add(time.Hour)
	}
	return true
}

// move tries a delegation, a reassignment or a rung.
func move(r *rand.Rand, c *approval.Case, by approval.PersonID) {
	m := approval.Move{
		Kind: approval.Delegated, Stage: c.Stage, From: by, By: by, At: c.Now,
		To: person(r.IntN(len(c.People.People))),
	}
	switch r.IntN(3) {
	case 0:
		m.Kind = approval.Reassigned
	case 1:
		m.Until = c.Now.Add(time.Duration(1+r.IntN(3)) * time.Hour)
	}
	if rungs := c.Policy.Stages[c.Stage].Escalate; len(rungs) > 0 && r.IntN(3) == 0 {
		m = approval.Move{Kind: approval.Escalated, Stage: c.Stage, Who: rungs[0].To, Replace: rungs[0].Replace, At: c.Now}
	} else if c.MayMove(by, m) != nil {
		return
	}
	c.Moves = append(slices.Clip(c.Moves), m)
}

// drawCase draws a small organisation and a policy.
func drawCase(r *rand.Rand) approval.Case {
	size := 3 + r.IntN(5)
	d := &approval.Directory{
		People: map[approval.PersonID]approval.Person{}, Groups: map[string][]approval.PersonID{},
		Absent: map[approval.PersonID]approval.Absence{},
	}
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for i := range size {
		p := approval.Person{ID: person(i), Name: string(person(i)), Inactive: r.IntN(12) == 0}
		if r.IntN(2) == 0 {
			p.Manager = person(r.IntN(size))
		}
		d.People[p.ID] = p
		if r.IntN(6) == 0 {
			d.Absent[p.ID] = approval.Absence{
				From: noon.Add(-time.Hour), Until: noon.Add(time.Duration(r.IntN(4)) * time.Hour), StandIn: person(r.IntN(size)),
			}
		}
	}
	for _, g := range []string{"x", "y", "z"} {
		for i := range size {
			if r.IntN(2) == 0 {
				d.Groups[g] = append(d.Groups[g], person(i))
			}
		}
	}
	c := approval.Case{Policy: drawPolicy(r, size), People: d, Now: noon}
	if r.IntN(5) > 0 {
		c.Requester = person(r.IntN(size))
	}
	if r.IntN(2) == 0 {
		c.Author = person(r.IntN(size))
	}
	return c
}

func drawPolicy(r *rand.Rand, size int) approval.Policy {
	p := approval.Policy{
		AllowRequester: r.IntN(5) == 0, ExcludeAuthor: r.IntN(3) == 0, Repeat: r.IntN(3) == 0,
		NoDelegate: r.IntN(5) == 0, Hops: r.IntN(3),
	}
	if r.IntN(5) == 0 {
		p.Exclude = users(string(person(r.IntN(size))))
	}
	for i := range 1 + r.IntN(3) {
		s := approval.Stage{ID: fmt.Sprint("s", i), Who: drawWho(r, size), Need: drawNeed(r), Deny: r.IntN(3)}
		if r.IntN(4) == 0 {
			s.Groups = []approval.Party{{ID: "one", Who: s.Who, Need: s.Need}, {ID: "two", Who: drawWho(r, size), Need: drawNeed(r)}}
			s.Who, s.Need = nil, approval.Need{}
		}
		if r.IntN(3) == 0 {
			s.Escalate = []approval.Rung{{After: time.Hour, To: drawWho(r, size), Replace: r.IntN(2) == 0}}
		}
		p.Stages = append(p.Stages, s)
	}
	return p
}

func drawNeed(r *rand.Rand) approval.Need {
	return approval.Need{All: r.IntN(5) == 0, Count: r.IntN(3)}
}

func drawWho(r *rand.Rand, size int) []approval.Selector {
	who := groups([]string{"x", "y", "z"}[r.IntN(3)])
	switch r.IntN(4) {
	case 0:
		who = append(who, users(string(person(r.IntN(size))))...)
	case 1:
		who = append(who, approval.Selector{Kind: approval.ManagerOf, Name: approval.Requester})
	}
	return who
}
