package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// The ways in which other systems broke, and the threats to a decision, each as
// the engine meets it. How a store meets the first is in store/memory.

// Two clicks at once are two commands on two states: the second is told who
// decided, and when.
func TestPitfall5_SecondClickIsToldWhoDecided(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: ["+ask("gate")+", "+call+"]")).start()
	click := engine.Respond{Run: "1", Version: 1, By: person("ann"), Verdict: engine.Approve}
	s.do(click)
	if !s.owes("call/2") {
		t.Fatal("the answer lets nothing run")
	}
	err := s.try(click)
	if err == nil || !strings.Contains(err.Error(), "by ann, 2026-11-22 09:00 UTC") {
		t.Errorf("the second click is told %v", err)
	}
	s.refused(click, engine.AlreadyDecided)
}

// D2: around the deadline, an answer is taken before it, the timer from it on,
// and the store holds both to its own clock.
func TestPitfall15_DeadlineIsReadWhenSomebodyAnswers(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{
		-time.Hour, -time.Second, -time.Nanosecond, 0, time.Nanosecond, time.Second, time.Hour,
	} {
		for _, timerFirst := range []bool{false, true} {
			t.Run(fmt.Sprint(off, timerFirst), func(t *testing.T) {
				t.Parallel()
				s := newStory(t, flowOf("tasks: ["+ask("gate", "pauseDuration: PT2H", "behavior: FAIL")+"]")).start()
				deadline := s.facts.Now.Add(2 * time.Hour)
				s.facts.Now = deadline.Add(off)
				late := off >= 0
				click := engine.Respond{Run: "1", Version: 1, By: person("ann"), Verdict: engine.Approve}
				if timerFirst && late {
					s.do(engine.Expire{Run: "1"}).refused(click, engine.AlreadyDecided)
					if s.last.NotBefore != deadline {
						t.Errorf("the timer may be stored from %v on", s.last.NotBefore)
					}
					return
				}
				if timerFirst {
					s.refused(engine.Expire{Run: "1"}, engine.TooEarly)
				}
				if late {
					s.refused(click, engine.TooLate)
					return
				}
				s.do(click).refused(engine.Expire{Run: "1"}, engine.Settled)
				if want := deadline.Add(-time.Nanosecond); s.last.NotAfter != want {
					t.Errorf("the answer may be stored until %v, want %v", s.last.NotAfter, want)
				}
			})
		}
	}
}

// D3: several gates of one execution wait at once, in a Parallel and in a loop;
// in whatever order they are clicked, each answer lands on its own request.
func TestPitfall6_EachAnswerLandsOnItsOwnRequest(t *testing.T) {
	t.Parallel()
	var gates []string
	for i := range 5 {
		gates = append(gates, ask(fmt.Sprint("gate", i)))
	}
	loop := `{id: each, type: ForEach, values: [a, b, c, d, e], concurrencyLimit: 0, tasks: [` + ask("gate") + `]}`
	for name, src := range map[string]string{
		"parallel": flowOf("tasks: [{id: all, type: Parallel, tasks: [" + strings.Join(gates, ", ") + "]}]"),
		"loop":     flowOf("tasks: [" + loop + "]"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun := newStory(t, src).start()
			var open []engine.TaskRunID
			for _, run := range begun.x.Runs {
				if run.Request != nil {
					open = append(open, run.ID)
				}
			}
			if len(open) != 5 {
				t.Fatalf("%d gates wait", len(open))
			}
			for order := range permutations(open) {
				clickAll(t, begun, order)
			}
		})
	}
}

// clickAll answers gates in an order, the first, the third and the fifth with
// yes.
func clickAll(t *testing.T, begun *story, order []engine.TaskRunID) {
	t.Helper()
	s := *begun
	want := map[engine.TaskRunID]engine.Outcome{}
	for i, id := range order {
		verdict := engine.Approve
		want[id] = engine.Approved
		if i%2 == 1 {
			verdict, want[id] = engine.Reject, engine.Rejected
		}
		run, _ := s.x.Run(id)
		s.do(engine.Respond{Run: id, Version: run.Request.Version, By: person("ann"), Verdict: verdict})
		for _, run := range s.x.Runs {
			if run.Request != nil && run.Request.Outcome != want[run.ID] {
				t.Fatalf("after %v: %s is %q, want %q", order[:i+1], run.ID, run.Request.Outcome, want[run.ID])
			}
		}
	}
}

// permutations yields every order of some runs.
func permutations(ids []engine.TaskRunID) func(func([]engine.TaskRunID) bool) {
	return func(yield func([]engine.TaskRunID) bool) {
		var place func(at int) bool
		order := slices.Clone(ids)
		place = func(at int) bool {
			if at == len(order) {
				return yield(slices.Clone(order))
			}
			for i := at; i < len(order); i++ {
				order[at], order[i] = order[i], order[at]
				if !place(at + 1) {
					return false
				}
				order[at], order[i] = order[i], order[at]
			}
			return true
		}
		place(0)
	}
}

// D4: an answer that comes after its gate was decided does not open the next one.
func TestD4_StaleAnswerDoesNotPassALaterGate(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: ["+ask("first")+", "+ask("second")+"]")).start().say("1", engine.Approve)
	for _, run := range []engine.TaskRunID{"1", "", "3", "01"} {
		if err := s.try(engine.Respond{Run: run, Version: 1, By: person("ann"), Verdict: engine.Approve}); err == nil {
			t.Errorf("an answer at run %q is taken", run)
		}
	}
	if run, _ := s.x.Run("2"); !run.Request.Open() {
		t.Error("the second gate is open no more")
	}
}

// What an approval binds is what the flow reads: neither the time, nor where
// signoff runs, nor a value that nobody named makes another question of it.
func TestPitfall17_DigestCoversWhatIsBoundAndNothingElse(t *testing.T) {
	t.Parallel()
	digest := func(edit func(*engine.Facts)) string {
		s := newStory(t, bounded)
		s.facts.People = office()
		s.facts.KV = map[string]any{"limit": int64(10)}
		s.facts.FlowDigest = "abc"
		if edit(&s.facts); s.try(engine.Start{ID: "x", Revision: 1, By: person("rob")}) != nil {
			t.Fatal("it does not start")
		}
		return s.gate().Digest
	}
	was := digest(func(*engine.Facts) {})
	for name, c := range map[string]struct {
		edit func(*engine.Facts)
		same bool
	}{
		"where signoff runs":     {func(f *engine.Facts) { f.BaseURL = "https://other.example" }, true},
		"where copies go":        {func(f *engine.Facts) { f.Deliver = []flow.Destination{{Surface: "slack", To: "#a"}} }, true},
		"a value nobody named":   {func(f *engine.Facts) { f.KV["other"] = int64(1) }, true},
		"a value":                {func(f *engine.Facts) { f.KV["limit"] = int64(11) }, false},
		"the flow":               {func(f *engine.Facts) { f.FlowDigest = "abd" }, false},
		"who wrote the flow":     {func(f *engine.Facts) { f.Author = "eve" }, false},
		"the deadline":           {func(f *engine.Facts) { f.Now = f.Now.Add(time.Hour) }, false},
		"who was asked":          {func(f *engine.Facts) { f.People = withoutBen() }, false},
		"who somebody's boss is": {func(f *engine.Facts) { f.People = bossed() }, true},
	} {
		if got := digest(c.edit); (got == was) != c.same {
			t.Errorf("with another %s, the digest is the same: %t, want %t", name, got == was, c.same)
		}
	}
}

// withoutBen is the office where somebody else has ben's name.
func withoutBen() *approval.Directory {
	d := office()
	d.People["benjamin"] = approval.Person{ID: "benjamin"}
	delete(d.People, "ben")
	d.Aliases = map[string]approval.PersonID{"ben": "benjamin"}
	return d
}

func bossed() *approval.Directory {
	d := office()
	d.People["ann"] = approval.Person{ID: "ann", Name: "Ann", Manager: "eve"}
	return d
}

// D8: however a request ends, the outcome, the line of the trail and the sentence
// say which way, and no two ways are told alike.
func TestPitfall18_OutcomesStayApart(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, c := range []struct {
		name    string
		end     func(s *story)
		outcome engine.Outcome
		event   audit.Event
		state   engine.State
	}{
		{"approved", func(s *story) { s.vote("ann", engine.Approve) }, engine.Approved, audit.RequestApproved, engine.Success},
		{"rejected", func(s *story) { s.vote("ann", engine.Reject) }, engine.Rejected, audit.RequestRejected, engine.Failed},
		{"overridden", func(s *story) { s.do(s.override()) }, engine.Approved, audit.RequestOverridden, engine.Success},
		{"expired", func(s *story) { s.later(48 * time.Hour).do(engine.Expire{Run: "1"}) }, engine.Expired, audit.RequestExpired, engine.Failed},
		{"cancelled", func(s *story) { s.do(engine.Cancel{By: person("eve")}) }, engine.Withdrawn, audit.RequestCancelled, engine.Cancelled},
		{"answered", func(s *story) { s.vote("ann", engine.None) }, engine.Answered, audit.RequestAnswered, engine.Success},
	} {
		s := preparing(t, func(p *flow.Pause) {
			p.Approval.Stages, p.OnReject = []approval.Stage{{ID: "one", Who: p.Approval.Stages[0].Who}}, flow.RejectFail
			if c.name == "answered" {
				p.Verdict, p.OnResume = "", p.OnResume[1:]
			}
		})
		s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 1}})
		c.end(s)
		s.wrote(c.event)
		r := s.request()
		run, _ := s.x.Run("1")
		if r.Outcome != c.outcome || s.x.State != c.state || run.Outputs["outcome"] != string(c.outcome) {
			t.Errorf("%s: it is %s, the execution %s, the outputs say %v", c.name, r.Outcome, s.x.State, run.Outputs["outcome"])
		}
		if other, ok := texts[r.Ending()]; ok {
			t.Errorf("%s and %s both end with %q", c.name, other, r.Ending())
		}
		texts[r.Ending()] = c.name
	}
}

// Nobody can answer before the flow waits: the request and the wait are one
// transition, and the cards are owed by it.
func TestPitfall26_RequestAndWaitAreOne(t *testing.T) {
	t.Parallel()
	s := paying(t)
	if run, _ := s.x.Run("1"); run.State != engine.Paused || !run.Request.Open() || s.x.Version != 1 {
		t.Errorf("after one step it is %s", runs(s.x))
	}
	for _, c := range s.request().Copies {
		s.owed(fmt.Sprintf("copy/1/%d", c.ID))
	}
	s.owed("timer/1")
}

// D11: what was done stays done, and what was asked stays asked, whatever is
// done with the execution after the answer.
func TestPitfall27_NothingAsksTwice(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [{id: first, type: Return, format: x}, " + ask("gate") + ", " + call + "]")
	s := newStory(t, src).start()
	opened := 1
	take := func(cmd engine.Command) {
		t.Helper()
		s.do(cmd)
		for _, e := range s.events() {
			if e == audit.RequestOpened {
				opened++
			}
		}
	}
	take(engine.Hold{By: person("eve")})
	take(engine.Release{By: person("eve")})
	take(engine.Respond{Run: "2", Version: 1, By: person("ann"), Verdict: engine.Approve})
	take(engine.Finish{Run: "3", Attempt: 1, Problem: "gone"})
	s.want("first SUCCESS, gate SUCCESS, call FAILED, FAILED")
	take(engine.Restart{By: person("eve")})
	s.want("first SUCCESS, gate SUCCESS, (call) FAILED, call RUNNING, RUNNING")
	take(engine.Finish{Run: "4", Attempt: 1})
	if opened != 1 || s.x.State != engine.Success {
		t.Errorf("it was asked %d times, and is %s", opened, s.x.State)
	}
}

// A request does not outlive its flow: whatever ends the execution ends every
// request in it, redraws every copy, and leaves no timer.
func TestPitfall28_CancelClosesEveryCopy(t *testing.T) {
	t.Parallel()
	both := "tasks: [{id: all, type: Parallel, tasks: [" +
		ask("one", "pauseDuration: PT1H", "behavior: FAIL", "deliver: [{slack: \"#a\"}, {slack: approvers}]") + ", " +
		ask("two", "pauseDuration: PT1H", "behavior: FAIL", "deliver: [{slack: \"#b\"}, {email: approvers}]") + "]}]"
	for name, cmd := range map[string]engine.Command{
		"cancel":     engine.Cancel{By: person("eve")},
		"kill":       engine.Kill{By: person("eve")},
		"withdrawal": engine.Withdraw{Run: "2", By: person("rob")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, flowOf(both)).start().do(cmd)
			for _, run := range s.x.Runs {
				if run.Request == nil {
					continue
				}
				if run.Request.Outcome != engine.Withdrawn {
					t.Errorf("%s is %q", run.Task, run.Request.Outcome)
				}
				for _, c := range run.Request.Copies {
					s.owed(fmt.Sprintf("copy/%s/%d", run.ID, c.ID))
				}
				s.drops(engine.EffectKey("timer/" + string(run.ID)))
			}
		})
	}
}
