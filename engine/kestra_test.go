package engine_test

import (
	"fmt"
	"testing"
	"time"

	"signoff/engine"
)

// Where Kestra's approval gates fail, by the numbers of the list of what
// signoff does better.

// 3: of a decision and a timer exactly one wins, whichever comes first, and the
// other changes nothing.
func TestKestraBeat3DecisionAndTimer(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [" + ask("gate", "pauseDuration: PT1H", "behavior: RESUME") + ", {id: said, type: Return, format: '{{ outputs.gate.outcome }} {{ outputs.gate.onResume.ok }}'}]")
	for _, at := range []time.Duration{0, time.Hour - 1, time.Hour, 2 * time.Hour} {
		for _, timerFirst := range []bool{false, true} {
			s := newStory(t, src).start().later(at)
			decide := func() error {
				return s.try(engine.Respond{Run: "1", Version: 1, By: person("ann"), Verdict: engine.Approve})
			}
			expire := func() error { return s.try(engine.Expire{Run: "1"}) }
			first, second := decide, expire
			if timerFirst {
				first, second = expire, decide
			}
			won := 0
			for _, try := range []func() error{first, second} {
				if try() == nil {
					won++
				}
			}
			if won != 1 || s.x.State != engine.Success {
				t.Errorf("after %v, timer first %t: %d won, %s", at, timerFirst, won, runs(s.x))
			}
			want := "approved true"
			if at >= time.Hour {
				want = "expired "
			}
			if got := fmt.Sprint(outputOf(t, s.x, "said")); got != want {
				t.Errorf("after %v, timer first %t: the flow reads %q, want %q", at, timerFirst, got, want)
			}
		}
	}
}

// 4: an answer names its gate. A double click or a late one never lands on the
// next.
func TestKestraBeat4DoubleClickStaysOnItsGate(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: ["+ask("first")+", "+ask("second")+"]")).start()
	click := engine.Respond{Run: "1", Version: 1, By: person("ann"), Verdict: engine.Approve}
	s.do(click).want("first SUCCESS, second PAUSED, PAUSED")
	s.refused(click, engine.AlreadyDecided).want("first SUCCESS, second PAUSED, PAUSED")
}

// 6: defaults apply when nobody answers, and nothing but an answer passes a
// gate.
func TestKestraBeat6NoBackDoor(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [{id: gate, type: Pause, pauseDuration: PT1H, behavior: RESUME, onResume: [{id: ok, type: BOOL}, {id: n, type: INT, defaults: 7}], " +
		"approval: {stages: [{id: a, who: ['user:ann']}]}}, {id: said, type: Return, format: '{{ outputs.gate.onResume.n }}'}]")
	s := newStory(t, src).start().later(time.Hour).do(engine.Expire{Run: "1"})
	if got := outputOf(t, s.x, "said"); got != "7" {
		t.Errorf("the default is %v", got)
	}
	for name, cmd := range map[string]engine.Command{
		"force-run": engine.Admit{By: person("rob"), Forced: true},
		"release":   engine.Release{By: person("rob")},
		"restart":   engine.Restart{By: person("rob")},
		"set state": engine.SetState{Run: "1", State: engine.Success, By: person("rob")},
		"finish":    engine.Finish{Run: "1", Attempt: 1},
		"finish 0":  engine.Finish{Run: "1"},
		"child":     engine.ChildEnded{Run: "1", State: engine.Success},
		"launched":  engine.Launched{Run: "1", Child: "y"},
		"timer":     engine.Expire{Run: "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, src).start()
			if err := s.try(cmd); err == nil {
				t.Errorf("it was taken: %s", runs(s.x))
			}
			s.want("gate PAUSED, PAUSED")
		})
	}
}

// 7: a kill is at once and final; gates in loops, parallel branches and subflows
// are answered each by itself; a paused execution can release its slot (tested
// with the slots).
func TestKestraBeat7KillIsFinal(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: ["+ask("gate", "pauseDuration: PT1H")+", {id: pay, type: Return, format: x}]")).start()
	s.do(engine.Kill{By: person("rob")}).want("gate KILLED, KILLED")
	s.refused(engine.Respond{Run: "1", Version: 1, By: person("ann"), Verdict: engine.Approve}, engine.AlreadyDecided)
	s.later(time.Hour).refused(engine.Expire{Run: "1"}, engine.Settled).want("gate KILLED, KILLED")
}

func TestKestraBeat7GatesInALoop(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks:\n  - id: l\n    type: ForEach\n    values: [a, b, c]\n    concurrencyLimit: 0\n    tasks:\n      - " + ask("gate", "request: {title: 'For {{ taskrun.value }}'}") +
		"\n      - {id: said, type: Return, format: '{{ taskrun.value }} {{ outputs.gate.outcome }}'}\n  - {id: end, type: Return, format: \"{{ outputs.gate['b'].outcome }}\"}\n")
	s := newStory(t, src).start().want("l RUNNING, gate#1 PAUSED, gate#2 PAUSED, gate#3 PAUSED, PAUSED")
	if got := s.x.Runs[2].Request.Title; got != "For b" {
		t.Errorf("the second asks %q", got)
	}
	s.say("3", engine.Reject).want("l RUNNING, gate#1 PAUSED, gate#2 SUCCESS, gate#3 PAUSED, said#2 SUCCESS, PAUSED")
	if got := outputOf(t, s.x, "said"); got != "b rejected" {
		t.Errorf("the round reads %v", got)
	}
	s.say("2", engine.Approve).say("4", engine.Approve)
	if got := outputOf(t, s.x, "end"); got != "rejected" || s.x.State != engine.Success {
		t.Errorf("after the loop: %v, %s", got, runs(s.x))
	}
}
