package memory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
	"signoff/store/memory"
)

// A duel is two commands that were judged on the same state of an execution, and
// are stored in either order or at once. Exactly one ends the request, and what
// each is told is true.

const duelFlow = `
id: duel
namespace: hr
inputs: [{id: amount, type: INT}]
tasks:
  - id: gate
    type: Pause
    pauseDuration: PT10H
    behavior: FAIL
    onReject: FAIL
    request: {title: "Pay {{ inputs.amount }}"}
    onResume: [{id: ok, type: BOOL}]
    approval:
      changes: [amount]
      stages: [{id: one, who: ["user:ann", "user:ben"], within: PT5H, remind: [PT1H], escalate: {after: PT2H, to: ["user:cat"]}}]
`

// duel names what meets. late: the second is about a time that the first does
// not reach any more.
type duel struct {
	name          string
	first, second engine.Command
	wanted        bool          // the requester is to change something
	late          time.Duration // after the start
}

func byPerson(who approval.PersonID) engine.Principal {
	return engine.Principal{Person: who, Name: string(who), Via: "slack"}
}

func says(who approval.PersonID, v engine.Verdict) engine.Respond {
	return engine.Respond{Run: "1", Version: 1, By: byPerson(who), Verdict: v}
}

func duels() []duel {
	yes := says("ann", engine.Approve)
	override := says("eve", engine.Approve)
	override.Override = "fire"
	again := engine.Resubmit{Run: "1", By: byPerson("rob"), Inputs: map[string]any{"amount": 2}}
	return []duel{
		{name: "decision and decision", first: yes, second: says("ben", engine.Reject)},
		{name: "decision and the same click", first: yes, second: yes},
		{name: "decision and override", first: yes, second: override},
		{name: "decision and expiry", first: yes, second: engine.StageOver{Run: "1"}, late: 5 * time.Hour},
		{name: "decision and cancel", first: yes, second: engine.Cancel{By: byPerson("eve")}},
		{name: "decision and kill", first: yes, second: engine.Kill{By: byPerson("eve")}},
		{name: "decision and withdrawal", first: yes, second: engine.Withdraw{Run: "1", By: byPerson("rob")}},
		{name: "decision and delegation", first: yes, second: engine.Move{
			Run: "1", Version: 1, By: byPerson("ann"), Move: approval.Move{Kind: approval.Delegated, To: "dan"},
		}},
		{name: "decision and reassignment", first: yes, second: engine.Move{
			Run: "1", Version: 1, By: byPerson("eve"), Operator: true, Move: approval.Move{Kind: approval.Reassigned, From: "ann", To: "dan"},
		}},
		{name: "decision and changes wanted", first: yes, second: engine.SendBack{Run: "1", Version: 1, By: byPerson("ben"), Text: "less"}},
		{name: "decision and reminder", first: yes, second: engine.Remind{Run: "1", Person: "ben"}, late: time.Hour},
		{name: "decision and escalation", first: yes, second: engine.Escalate{Run: "1"}, late: 2 * time.Hour},
		{name: "decision and comment", first: yes, second: engine.Comment{Run: "1", By: byPerson("ben"), Text: "Hm?"}},
		{name: "resubmission and cancel", first: again, second: engine.Cancel{By: byPerson("eve")}, wanted: true},
		{name: "resubmission and withdrawal", first: again, second: engine.Withdraw{Run: "1", By: byPerson("rob")}, wanted: true},
		{name: "resubmission and resubmission", first: again, second: again, wanted: true},
		{name: "resubmission and expiry", first: again, second: engine.Expire{Run: "1"}, wanted: true, late: 10 * time.Hour},
	}
}

// TestD1_DuelsHaveOneWinner: 100,000 pairs.
func TestD1_DuelsHaveOneWinner(t *testing.T) {
	t.Parallel()
	pairs := 100_000
	if testing.Short() || raceEnabled {
		pairs = 5_000
	}
	f, faults := flow.Parse("duel.yaml", []byte(duelFlow))
	if faults.Stop() {
		t.Fatal(faults)
	}
	all := duels()
	for worker := range 4 {
		t.Run(fmt.Sprint("worker ", worker), func(t *testing.T) {
			t.Parallel()
			for i := worker; i < pairs; i += 4 {
				d := all[i%len(all)]
				g := newGround(t, f, d, i/len(all))
				g.fight(d)
				if t.Failed() {
					return
				}
			}
		})
	}
}

var duelStart = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// ground is where one duel takes place.
type ground struct {
	t     *testing.T
	name  string
	flow  *flow.Flow
	store *memory.Store
	mu    sync.Mutex
	now   time.Time
	order int // 0: the first is stored first; 1: the second is; 2: at once
	wrote []audit.Record
}

func newGround(t *testing.T, f *flow.Flow, d duel, round int) *ground {
	t.Helper()
	g := &ground{t: t, flow: f, now: duelStart, order: round % 3}
	g.name = fmt.Sprintf("%s, order %d, round %d", d.name, g.order, round)
	g.store = memory.New(memory.Options{Now: func() time.Time { g.mu.Lock(); defer g.mu.Unlock(); return g.now }})
	g.must(engine.Start{ID: "x", Revision: 1, By: byPerson("rob"), Inputs: map[string]any{"amount": 1}})
	if d.wanted {
		g.must(engine.SendBack{Run: "1", Version: 1, By: byPerson("ben"), Text: "less"})
	}
	if d.late > 0 { // half of them before the moment, half at it
		g.at(d.late - time.Nanosecond*time.Duration(round/3%2))
	}
	return g
}

func (g *ground) at(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now = duelStart.Add(d)
}

func (g *ground) must(cmd engine.Command) {
	g.t.Helper()
	if err := g.whole(cmd); err != nil {
		g.t.Fatalf("%s: %T: %v", g.name, cmd, err)
	}
}

func (g *ground) facts(now time.Time) engine.Facts {
	people := map[approval.PersonID]approval.Person{}
	for _, p := range []approval.PersonID{"ann", "ben", "cat", "dan", "eve", "rob"} {
		people[p] = approval.Person{ID: p, Name: string(p)}
	}
	return engine.Facts{Now: now, People: &approval.Directory{People: people}}
}

func (g *ground) load() engine.Execution {
	x, err := g.store.Execution(g.t.Context(), "x")
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		g.t.Errorf("%s: %v", g.name, err)
	}
	return x
}

// put stores a transition and keeps what it wrote.
func (g *ground) put(tr engine.Transition) error {
	err := g.store.Commit(g.t.Context(), store.Commit{Transition: &tr})
	if err == nil {
		g.mu.Lock()
		g.wrote = append(g.wrote, tr.Records...)
		g.mu.Unlock()
	}
	return err
}

// whole judges and stores, again and again, as the shell does.
func (g *ground) whole(cmd engine.Command) error {
	for range 10 {
		tr, err := engine.Step(g.flow, g.load(), cmd, g.facts(g.store.Now()))
		if err != nil {
			return err
		}
		if err = g.put(tr); !lost(err) {
			return err
		}
	}
	return errors.New("it never came through")
}

func lost(err error) bool {
	return errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrTooLate) || errors.Is(err, store.ErrTooEarly)
}

// fight judges both on the same state, the first a moment before the second is
// due and the second when it is, and stores both. The loser is judged anew.
func (g *ground) fight(d duel) {
	g.t.Helper()
	x, before, at := g.load(), g.store.Now(), duelStart.Add(d.late)
	if d.late > 0 {
		before = at.Add(-time.Nanosecond)
	} else {
		at = before
	}
	sides := []engine.Command{d.first, d.second}
	answers := make([]error, 2)
	var steps [2]func()
	for i, now := range []time.Time{before, at} {
		tr, err := engine.Step(g.flow, x, sides[i], g.facts(now))
		if err != nil {
			g.t.Fatalf("%s: %T: %v", g.name, sides[i], err)
		}
		steps[i] = func() {
			if answers[i] = g.put(tr); lost(answers[i]) {
				answers[i] = g.whole(sides[i])
			}
		}
	}
	switch g.order {
	case 0:
		steps[0]()
		steps[1]()
	case 1:
		steps[1]()
		steps[0]()
	default:
		var wg sync.WaitGroup
		wg.Go(steps[0])
		wg.Go(steps[1])
		wg.Wait()
	}
	g.judge(sides, answers)
}

// judge compares what both were told with what is stored.
func (g *ground) judge(sides []engine.Command, answers []error) {
	g.t.Helper()
	x := g.load()
	run, _ := x.Run("1")
	r := run.Request
	ended := 0
	for _, l := range g.wrote {
		if endings[l.Event] {
			ended++
		}
	}
	if want := map[bool]int{true: 0, false: 1}[r.Open()]; ended != want {
		g.t.Errorf("%s: the request ended %d times: %v", g.name, ended, g.wrote)
	}
	won := 0
	for i, cmd := range sides {
		if answers[i] == nil && ends(cmd) {
			won++
		}
		if problem := g.untrue(x, r, cmd, answers[i]); problem != "" {
			g.t.Errorf("%s: %T is told %v: %s", g.name, cmd, answers[i], problem)
		}
	}
	if won > 1 || won == 0 && !r.Open() {
		g.t.Errorf("%s: %d won, and the request is %q", g.name, won, r.Outcome)
	}
}

var endings = map[audit.Event]bool{
	audit.RequestApproved: true, audit.RequestRejected: true, audit.RequestAnswered: true, audit.RequestExpired: true,
	audit.RequestCancelled: true, audit.RequestOverridden: true, audit.RequestAutoApproved: true,
}

// ends reports whether a command ends a request of one stage, if it is taken.
func ends(cmd engine.Command) bool {
	switch cmd.(type) {
	case engine.Respond, engine.Expire, engine.StageOver, engine.Cancel, engine.Kill, engine.Withdraw:
		return true
	}
	return false
}

// untrue says what is wrong with an answer; "" if it is true.
func (g *ground) untrue(x engine.Execution, r *engine.Request, cmd engine.Command, err error) string {
	if _, answer := cmd.(engine.Respond); err == nil && answer && !g.now.Before(r.StageDue) {
		return "it came too late"
	}
	if err == nil {
		return unkept(x, r, cmd)
	}
	no, ok := errors.AsType[*engine.RejectionError](err)
	if !ok {
		return "that is no refusal"
	}
	switch no.Code {
	case engine.AlreadyDecided:
		if r.Open() || !strings.Contains(no.Text, r.Ending()) {
			return "it is not so: " + r.Ending()
		}
	case engine.Ended:
		if !x.State.Final() {
			return "it has not ended"
		}
	case engine.TooLate:
		if g.now.Before(duelStart.Add(5 * time.Hour)) {
			return "it is not late"
		}
	case engine.Stale:
		if c, ok := cmd.(engine.Respond); !ok || c.Version >= r.Since {
			return "it has not changed"
		}
	case engine.NotEligible, engine.AlreadyVoted:
		if len(r.Moves)+len(r.Responses) == 0 {
			return "nothing was moved or answered"
		}
	case engine.NotAllowed:
		if r.Wanted == "" && len(r.Rounds) == 0 {
			return "nothing is wanted"
		}
	case engine.Settled, engine.TooEarly:
		if ends(cmd) && r.Open() && !g.now.Before(r.StageDue) && !r.StageDue.IsZero() {
			return "it was due"
		}
	case engine.NotFound, engine.OwnRequest, engine.BadInput, engine.Unverified:
		return "nobody did anything of the kind"
	}
	return ""
}

// unkept says what of a command that was taken is not there; "" if all is.
func unkept(x engine.Execution, r *engine.Request, cmd engine.Command) string {
	kept := true
	switch c := cmd.(type) {
	case engine.Respond:
		kept = slices.ContainsFunc(r.Responses, func(a engine.Response) bool { return a.By.Person == c.By.Person }) &&
			(c.Verdict == engine.Reject) == (r.Outcome == engine.Rejected)
	case engine.Expire, engine.StageOver:
		kept = r.Outcome == engine.Expired && x.State == engine.Failed
	case engine.Cancel:
		kept = r.Outcome == engine.Withdrawn && x.State == engine.Cancelled
	case engine.Kill:
		kept = r.Outcome == engine.Withdrawn && x.State == engine.Killed
	case engine.Withdraw:
		kept = r.Outcome == engine.Withdrawn && x.State == engine.Cancelled
	case engine.Move:
		kept = len(r.Moves) == 1
	case engine.SendBack:
		kept = len(r.Comments) == 1
	case engine.Resubmit:
		kept = len(r.Rounds) == 1 && x.Inputs["amount"] == int64(2)
	case engine.Escalate:
		kept = len(r.Moves) == 1
	case engine.Comment:
		kept = len(r.Comments) == 1
	}
	if !kept {
		return fmt.Sprintf("it is not there: %s, %s", x.State, r.Outcome)
	}
	return ""
}
