package engine_test

import (
	"strings"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
)

func limited(more, tasks string) string {
	return flowOf("concurrency: {limit: 2" + more + "}\ntasks: [" + tasks + "]")
}

func TestExecutionTakesASlot(t *testing.T) {
	t.Parallel()
	s := newStory(t, limited("", ask("gate"))).start()
	if !s.x.Slot || s.last.Slots != 2 {
		t.Fatalf("slot %t of %d", s.x.Slot, s.last.Slots)
	}
	if s.say("1", engine.Approve).want("gate SUCCESS, SUCCESS"); s.x.Slot || !s.owes("dequeue") {
		t.Errorf("slot %t, owed %v", s.x.Slot, s.last.Effects)
	}
}

func TestNoSlotIsFree(t *testing.T) {
	t.Parallel()
	for behavior, want := range map[string]string{"QUEUE": "QUEUED", "CANCEL": "CANCELLED", "FAIL": "FAILED"} {
		t.Run(behavior, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, limited(", behavior: "+behavior, ask("gate"))+"\nafterExecution: [{id: z, type: Return, format: x}]")
			s.facts.Full = true
			// Whoever begins to wait looks again: a slot may be free by now.
			if s.start().want(want); s.x.Slot || s.owes("dequeue") != (want == "QUEUED") {
				t.Errorf("it has a slot %t; owed is %v", s.x.Slot, s.last.Effects)
			}
			if said := "The limit of this flow's executions at once (2) is reached."; want != "QUEUED" && s.x.Problem != said {
				t.Errorf("it says %q, want %q", s.x.Problem, said)
			}
		})
	}
}

func TestAdmit(t *testing.T) {
	t.Parallel()
	s := newStory(t, limited("", ask("gate")))
	s.facts.Full = true
	s.start()
	if err := s.try(engine.Admit{By: person("rob")}); err == nil {
		t.Error("it is admitted without a free slot")
	}
	forced := *s
	if forced.do(engine.Admit{By: person("rob"), Forced: true}).want("gate PAUSED, PAUSED"); forced.last.Slots != 0 || !forced.x.Slot {
		t.Errorf("forced: slot %t of %d", forced.x.Slot, forced.last.Slots)
	}
	s.facts.Full = false
	if s.do(engine.Admit{}).want("gate PAUSED, PAUSED"); s.last.Slots != 2 || !s.x.Slot {
		t.Errorf("slot %t of %d", s.x.Slot, s.last.Slots)
	}
	if err := s.try(engine.Admit{}); err == nil {
		t.Error("it is admitted twice")
	}
}

// A paused execution can give its slot back; the limit holds when it goes on.
func TestPausedExecutionReleasesItsSlot(t *testing.T) {
	t.Parallel()
	src := limited(", releaseOnPause: true", ask("gate")+", {id: pay, type: http.Request, uri: 'https://a.example'}")
	s := newStory(t, src).start()
	if s.x.Slot || !s.owes("dequeue") || s.last.Slots != 0 {
		t.Fatalf("slot %t of %d, owed %v", s.x.Slot, s.last.Slots, s.last.Effects)
	}
	free := *s
	if free.say("1", engine.Approve).want("gate SUCCESS, pay RUNNING, RUNNING"); !free.x.Slot || free.last.Slots != 2 {
		t.Errorf("slot %t of %d", free.x.Slot, free.last.Slots)
	}
	s.facts.Full = true
	if s.say("1", engine.Approve).want("gate SUCCESS, QUEUED"); s.x.Runs[0].Request.Outcome != engine.Approved {
		t.Error("the answer is not recorded")
	}
	s.facts.Full = false
	s.do(engine.Admit{}).want("gate SUCCESS, pay RUNNING, RUNNING")
}

// While a call runs beside the gate, the slot is needed.
func TestSlotIsKeptWhileSomethingRuns(t *testing.T) {
	t.Parallel()
	src := limited(", releaseOnPause: true", "{id: p, type: Parallel, tasks: ["+ask("gate")+", {id: call, type: http.Request, uri: 'https://a.example'}]}")
	s := newStory(t, src).start()
	if s.want("p RUNNING, gate PAUSED, call RUNNING, PAUSED"); !s.x.Slot {
		t.Error("the slot is given back under a call")
	}
	if finish(t, s, "call", ""); s.x.Slot || !s.owes("dequeue") {
		t.Error("the slot is kept for nothing")
	}
}

func TestKillOfAQueuedExecution(t *testing.T) {
	t.Parallel()
	s := newStory(t, limited("", ask("gate")))
	s.facts.Full = true
	if s.start().do(engine.Kill{By: person("rob")}).want("KILLED"); s.owes("dequeue") {
		t.Error("it gives a slot back that it never had")
	}
}

func TestPromiseOfDuration(t *testing.T) {
	t.Parallel()
	for behavior, want := range map[string]string{
		"FAIL":   "gate FAILED, e SUCCESS, f SUCCESS, FAILED",
		"CANCEL": "gate CANCELLED, CANCELLED",
		"NONE":   "gate PAUSED, PAUSED",
	} {
		t.Run(behavior, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, flowOf("sla: [{id: day, type: MAX_DURATION, duration: P1D, behavior: "+behavior+", labels: {late: 'yes'}}]\ntasks: ["+ask("gate")+"]\n"+
				"errors: [{id: e, type: Return, format: x}]\nfinally: [{id: f, type: Return, format: x}]")).start()
			if !s.owes("timer/sla/day") {
				t.Fatalf("owed is %v", s.last.Effects)
			}
			if err := s.try(engine.Expire{}); err == nil {
				t.Error("the promise is broken before its time")
			}
			s.later(24 * time.Hour).do(engine.Expire{}).want(want)
			if s.x.Labels["late"] != "yes" {
				t.Errorf("labels %v", s.x.Labels)
			}
			if err := s.try(engine.Expire{}); err == nil {
				t.Error("the promise is broken twice")
			}
		})
	}
}

func TestPromiseOfState(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("sla: [{id: small, type: EXECUTION_ASSERTION, assert: \"{{ outputs.a.values.n < 5 }}\", behavior: FAIL}]\n"+
		"tasks: [{id: a, type: OutputValues, values: {n: 7}}, "+ask("gate")+"]\nerrors: [{id: e, type: Return, format: x}]")).start()
	s.want("a SUCCESS, gate FAILED, e SUCCESS, FAILED")
	var events []string
	for _, r := range s.last.Records {
		events = append(events, string(r.Event))
	}
	if !strings.Contains(strings.Join(events, " "), string(audit.SLABreached)) {
		t.Errorf("the trail is %v", events)
	}
}

func TestAnnounce(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: ["+ask("gate")+"]"))
	s.facts.Watched = true
	if s.start(); !s.owes("state/PAUSED/1") {
		t.Errorf("owed is %v", s.last.Effects)
	}
	if s.say("1", engine.Approve); !s.owes("state/SUCCESS/2") {
		t.Errorf("owed is %v", s.last.Effects)
	}
}
