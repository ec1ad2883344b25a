package engine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

const gateFlow = `
id: gate
namespace: hr
inputs:
  - {id: days, type: INT}
tasks:
  - id: ask
    type: Pause
    pauseDuration: PT1H
    behavior: FAIL
    onReject: CONTINUE
    onResume:
      - {id: ok, type: BOOL}
      - {id: why, type: STRING, required: false}
    approval:
      stages: [{id: two, need: 2, who: ["user:ann", "user:ben", "user:cat"]}]
      reject: {needs: why}
  - id: branch
    type: If
    condition: "{{ outputs.ask.onResume.ok }}"
    then:
      - {id: yes, type: Return, format: "{{ inputs.days }}"}
    else:
      - id: no
        type: Sequential
        tasks:
          - {id: inner, type: Log, message: ["{{ outputs.ask.onResume.why }}", "{{ secret('X') }}"]}
  - {id: call, type: http.Request, uri: "https://hr.example"}
`

// story is an execution under way, for tests that tell one.
type story struct {
	t     *testing.T
	flow  *flow.Flow
	facts engine.Facts
	x     engine.Execution
	last  engine.Transition
}

func newStory(t *testing.T, src string) *story {
	t.Helper()
	f, faults := flow.Parse("story.yaml", []byte(src))
	if faults.Stop() {
		t.Fatal(faults)
	}
	return &story{t: t, flow: f, facts: usualFacts()}
}

func usualFacts() engine.Facts {
	people := map[approval.PersonID]approval.Person{}
	for _, p := range []approval.PersonID{"ann", "ben", "cat", "rob"} {
		people[p] = approval.Person{ID: p, Name: string(p)}
	}
	return engine.Facts{Now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), People: &approval.Directory{People: people}}
}

func (s *story) do(cmd engine.Command) *story {
	s.t.Helper()
	if err := s.try(cmd); err != nil {
		s.t.Fatalf("Step(%T) = %v", cmd, err)
	}
	return s
}

func (s *story) try(cmd engine.Command) error {
	t, err := engine.Step(s.flow, s.x, cmd, s.facts)
	if err == nil {
		s.x, s.last = t.Next, t
	}
	return err
}

func (s *story) begin() *story {
	s.t.Helper()
	return s.beginWith(map[string]any{"days": "3"})
}

func (s *story) beginWith(inputs map[string]any) *story {
	s.t.Helper()
	return s.do(engine.Start{ID: "x", Revision: 1, Inputs: inputs, By: person("rob")})
}

func answer(who approval.PersonID, v engine.Verdict, values map[string]any) engine.Respond {
	return engine.Respond{Run: "1", Version: 1, By: person(who), Verdict: v, Values: values}
}

func TestStepTellsTheStory(t *testing.T) {
	t.Parallel()
	s := newStory(t, gateFlow).begin()
	s.do(answer("ann", engine.Approve, nil)).do(answer("ben", engine.Approve, nil))
	if got, want := states(s.x), "ask SUCCESS, branch SUCCESS, yes SUCCESS, call RUNNING"; got != want {
		t.Fatalf("after two of three: %s, want %s", got, want)
	}
	if v := s.x.Runs[2].Outputs["value"]; v != "3" {
		t.Errorf("Return gave %#v, want a text", v)
	}
	s.do(engine.Finish{Run: "4", Attempt: 1, Outputs: map[string]any{"code": int64(200)}})
	if s.x.State != engine.Success || s.x.Ended.IsZero() {
		t.Errorf("the execution is %s", s.x.State)
	}
	resumed, _ := s.x.Runs[0].Outputs["resumed"].(map[string]any)
	on, _ := resumed["on"].(string)
	if resumed["by"] != "ben" || resumed["to"] != "SUCCESS" || resumed["via"] != "slack" || !strings.HasSuffix(on, "Z") {
		t.Errorf("resumed is %v", resumed)
	}
}

func TestRejectionTakesItsBranch(t *testing.T) {
	t.Parallel()
	s := newStory(t, gateFlow).begin()
	s.do(answer("cat", engine.Reject, map[string]any{"why": "no cover"}))
	if got, want := states(s.x), "ask SUCCESS, branch SUCCESS, no SUCCESS, inner SUCCESS, call RUNNING"; got != want {
		t.Fatalf("after a rejection: %s, want %s", got, want)
	}
	logs := s.x.Runs[3].Logs
	if logs[0].Text != "no cover" || logs[1].Text != engine.Masked {
		t.Errorf("logged %+v", logs)
	}
}

func states(x engine.Execution) string {
	var out []string
	for _, run := range x.Runs {
		out = append(out, run.Task+" "+string(run.State))
	}
	return strings.Join(out, ", ")
}

func TestStepRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before []engine.Command
		cmd    engine.Command
		after  time.Duration
		code   engine.Code
	}{
		{"start twice", nil, engine.Start{ID: "y"}, 0, engine.NotAllowed},
		{"unknown run", nil, engine.Respond{Run: "7", Version: 1, By: person("ann")}, 0, engine.NotFound},
		{"service", nil, engine.Respond{Run: "1", Version: 1, By: engine.Principal{Name: "cron", Via: "api"}, Verdict: engine.Approve}, 0, engine.NotEligible},
		{"requester", nil, answer("rob", engine.Approve, nil), 0, engine.OwnRequest},
		{"not asked", nil, answer("zoe", engine.Approve, nil), 0, engine.NotEligible},
		{"twice", []engine.Command{answer("ann", engine.Approve, nil)}, answer("ann", engine.Approve, nil), 0, engine.AlreadyVoted},
		{"no verdict", nil, answer("ann", engine.None, nil), 0, engine.NotAllowed},
		{"empty verdict", nil, answer("ann", "", nil), 0, engine.NotAllowed},
		{"invented verdict", nil, answer("ann", "maybe", nil), 0, engine.NotAllowed},
		{"rejection without its reason", nil, answer("ann", engine.Reject, map[string]any{"why": ""}), 0, engine.BadInput},
		{"rejection with a blank reason", nil, answer("ann", engine.Reject, map[string]any{"why": " \n\t "}), 0, engine.BadInput},
		{"unknown field", nil, answer("ann", engine.Approve, map[string]any{"x": 1}), 0, engine.BadInput},
		{"approval that says no", nil, answer("ann", engine.Approve, map[string]any{"ok": false}), 0, engine.BadInput},
		{"rejection that says yes", nil, answer("ann", engine.Reject, map[string]any{"ok": " TRUE", "why": "n"}), 0, engine.BadInput},
		{"verdict that is neither", nil, answer("ann", engine.Approve, map[string]any{"ok": "maybe"}), 0, engine.BadInput},
		{"at the deadline", nil, answer("ann", engine.Approve, nil), time.Hour, engine.TooLate},
		{"decided", []engine.Command{answer("ann", engine.Reject, map[string]any{"why": "n"})}, answer("ben", engine.Approve, nil), 0, engine.AlreadyDecided},
		{"timer too early", nil, engine.Expire{Run: "1"}, time.Hour - 1, engine.TooEarly},
		{"timer of another run", nil, engine.Expire{Run: "2"}, time.Hour, engine.Settled},
		{"timer after a decision", []engine.Command{answer("ann", engine.Reject, map[string]any{"why": "n"})}, engine.Expire{Run: "1"}, time.Hour, engine.Settled},
		{"news of a call nobody waits for", nil, engine.Finish{Run: "1", Attempt: 1}, 0, engine.Settled},
		{"news of an unknown copy", nil, engine.Delivered{Run: "1", Copy: 3, Shown: 1}, 0, engine.Settled},
		{"cancel twice", []engine.Command{engine.Cancel{By: person("rob")}}, engine.Cancel{By: person("rob")}, 0, engine.Ended},
		{"kill what was cancelled", []engine.Command{engine.Cancel{By: person("rob")}}, engine.Kill{By: person("rob")}, 0, engine.Ended},
		{"answer what was cancelled", []engine.Command{engine.Cancel{By: person("rob")}}, answer("ann", engine.Approve, nil), 0, engine.AlreadyDecided},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, gateFlow).begin()
			for _, cmd := range c.before {
				s.do(cmd)
			}
			s.facts.Now = s.facts.Now.Add(c.after)
			err := s.try(c.cmd)
			no, ok := errors.AsType[*engine.RejectionError](err)
			if !ok || no.Code != c.code {
				t.Fatalf("Step(%T) = %v, want a refusal %s", c.cmd, err, c.code)
			}
			if !strings.HasSuffix(no.Text, ".") {
				t.Errorf("the refusal is not a sentence: %q", no.Text)
			}
		})
	}
}

func TestStepRefusesEverythingBeforeStart(t *testing.T) {
	t.Parallel()
	for _, cmd := range []engine.Command{
		engine.Respond{},
		engine.Expire{},
		engine.Finish{},
		engine.Delivered{},
		engine.Undeliverable{},
		engine.Adopt{},
		engine.Cancel{},
		engine.Kill{},
	} {
		if err := newStory(t, gateFlow).try(cmd); err == nil {
			t.Errorf("Step(%T) on nothing was accepted", cmd)
		}
	}
}

func TestBadStartNamesEveryField(t *testing.T) {
	t.Parallel()
	s := newStory(t, gateFlow)
	err := s.try(engine.Start{ID: "x", Inputs: map[string]any{"days": "many", "hours": 1}})
	no, ok := errors.AsType[*engine.RejectionError](err)
	if !ok || len(no.Fields) != 2 {
		t.Fatalf("Start() = %v, want a refusal that names two fields", err)
	}
}

func TestExpiryBehaviors(t *testing.T) {
	t.Parallel()
	for behavior, want := range map[string]engine.State{
		"RESUME": engine.Running, "WARN": engine.Running, "FAIL": engine.Failed, "CANCEL": engine.Cancelled,
	} {
		t.Run(behavior, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, strings.Replace(gateFlow, "behavior: FAIL", "behavior: "+behavior, 1)).begin()
			s.facts.Now = s.facts.Now.Add(time.Hour)
			s.do(engine.Expire{Run: "1"})
			if s.x.State != want {
				t.Errorf("the execution is %s, want %s", s.x.State, want)
			}
			r := s.x.Runs[0].Request
			if r.Outcome != engine.Expired || s.x.Runs[0].Outputs["outcome"] != "expired" {
				t.Errorf("the outcome is %s: silence is never anything else", r.Outcome)
			}
			values, _ := s.x.Runs[0].Outputs["onResume"].(map[string]any)
			if len(values) != 2 {
				t.Errorf("onResume is %v, want a full map", values)
			}
		})
	}
}

func TestFailureIsNotBlamedOnAnEarlierWarning(t *testing.T) {
	t.Parallel()
	s := newStory(t, strings.Replace(gateFlow, "behavior: FAIL", "behavior: WARN", 1)).begin()
	s.facts.Now = s.facts.Now.Add(time.Hour)
	s.do(engine.Expire{Run: "1"})
	call := s.x.Runs[len(s.x.Runs)-1]
	s.do(engine.Finish{Run: call.ID, Attempt: 1, Problem: "the far side hung up"})
	if got, want := s.x.Problem, "call: the far side hung up"; s.x.State != engine.Failed || got != want {
		t.Errorf("the execution is %s: %q, want %q", s.x.State, got, want)
	}
}

func TestWarningRisesToTheTop(t *testing.T) {
	t.Parallel()
	s := newStory(t, `
id: rise
namespace: hr
tasks:
  - id: block
    type: Sequential
    tasks:
      - id: ask
        type: Pause
        pauseDuration: PT1H
        behavior: WARN
        onResume: [{id: note, type: STRING, required: false}]
        approval: {stages: [{id: one, who: ["user:ann"]}]}
`).beginWith(nil)
	s.facts.Now = s.facts.Now.Add(time.Hour)
	s.do(engine.Expire{Run: "2"})
	if got, want := states(s.x)+", "+string(s.x.State), "block WARNING, ask WARNING, WARNING"; got != want {
		t.Errorf("after an expiry that warns: %s, want %s", got, want)
	}
}

func TestExpiryIsBoundedByTheStoresClock(t *testing.T) {
	t.Parallel()
	s := newStory(t, gateFlow).begin()
	deadline := s.x.Runs[0].Due
	s.do(answer("ann", engine.Approve, nil))
	if got := s.last.NotAfter; !got.Equal(deadline.Add(-time.Nanosecond)) {
		t.Errorf("an answer is good until %v, want a moment before %v", got, deadline)
	}
	s.facts.Now = deadline
	s.do(engine.Expire{Run: "1"})
	if got := s.last.NotBefore; !got.Equal(deadline) {
		t.Errorf("the expiry is good from %v, want %v", got, deadline)
	}
}

func TestEveryStepIsInTheTrail(t *testing.T) {
	t.Parallel()
	s := newStory(t, gateFlow).begin()
	var events []audit.Event
	note := func() {
		for _, r := range s.last.Records {
			if r.Execution != "x" || !r.At.Equal(s.facts.Now) {
				t.Errorf("record %+v", r)
			}
			events = append(events, r.Event)
		}
	}
	note()
	s.do(answer("ann", engine.Reject, map[string]any{"why": "no"}))
	note()
	want := []audit.Event{
		audit.ExecutionStarted, audit.RequestOpened,
		audit.ResponseRecorded, audit.RequestRejected, audit.TaskEnded, // ask
		audit.TaskEnded, audit.TaskEnded, audit.TaskEnded, // inner, no, branch
		audit.TaskStarted, // call
	}
	if len(events) != len(want) {
		t.Fatalf("the trail is %v, want %v", events, want)
	}
	for i := range want {
		if events[i] != want[i] {
			t.Errorf("line %d is %s, want %s", i+1, events[i], want[i])
		}
	}
}

func TestDigestBindsWhatIsShown(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, change := range map[string]func(*story){
		"nothing":  func(*story) {},
		"input":    func(s *story) { s.begin(); s.x = engine.Execution{} },
		"source":   func(s *story) { s.facts.FlowDigest = "other" },
		"deadline": func(s *story) { s.facts.Now = s.facts.Now.Add(time.Second) },
	} {
		s := newStory(t, gateFlow)
		change(s)
		days := "3"
		if name == "input" {
			days = "4"
		}
		s.do(engine.Start{ID: "x", Revision: 1, Inputs: map[string]any{"days": days}, By: person("rob")})
		digest := s.x.Runs[0].Request.Digest
		if other, ok := seen[digest]; ok {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[digest] = name
	}
}
