package engine_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/engine/audit"
)

// refused checks that a command is refused with a code, and changes nothing.
func (s *story) refused(cmd engine.Command, code engine.Code) *story {
	s.t.Helper()
	err := s.try(cmd)
	if no, ok := errors.AsType[*engine.RejectionError](err); !ok || no.Code != code {
		s.t.Errorf("Step(%T) = %v, want a refusal %s", cmd, err, code)
	}
	return s
}

const call = `{id: call, type: http.Request, uri: "https://a.example"}`

func TestHoldAndRelease(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: ["+call+", {id: next, type: Return, format: x}, "+ask("gate")+"]")).start()
	s.refused(engine.Release{By: person("rob")}, engine.NotAllowed)
	s.do(engine.Hold{By: person("rob")}).want("call RUNNING, PAUSED").refused(engine.Hold{By: person("rob")}, engine.Settled)
	finish(t, s, "call", "")
	s.want("call SUCCESS, PAUSED")
	s.do(engine.Release{By: person("rob")}).want("call SUCCESS, next SUCCESS, gate PAUSED, PAUSED")
	// A held execution takes answers, and goes on only when it is released.
	s.do(engine.Hold{By: person("rob")}).say("3", engine.Approve).want("call SUCCESS, next SUCCESS, gate SUCCESS, PAUSED")
	s.do(engine.Release{By: person("rob")}).want("call SUCCESS, next SUCCESS, gate SUCCESS, SUCCESS")
}

// What runs may end while the execution is held; the execution itself does not,
// whatever its last task was and however it went.
func TestHeldExecutionEndsAtItsRelease(t *testing.T) {
	t.Parallel()
	for task, end := range map[string]string{
		`{id: last, type: Sleep, duration: PT1H}`:                                     "SUCCESS",
		`{id: last, type: Pause, pauseDuration: PT1H}`:                                "SUCCESS",
		`{id: s, type: Sequential, tasks: [{id: last, type: Sleep, duration: PT1H}]}`: "SUCCESS",
	} {
		s := newStory(t, flowOf("tasks: ["+task+"]\noutputs: [{id: o, type: STRING, value: x}]")).start()
		s.do(engine.Hold{By: person("rob")}).later(time.Hour).do(engine.Expire{Run: s.x.Runs[len(s.x.Runs)-1].ID})
		if s.x.State != engine.Paused || !s.x.Ended.IsZero() || s.x.Outputs != nil {
			t.Errorf("%s: held, it is %s", task, runs(s.x))
		}
		if s.do(engine.Release{By: person("rob")}); string(s.x.State) != end {
			t.Errorf("%s: released, it is %s, want %s", task, runs(s.x), end)
		}
	}
	s := newStory(t, flowOf("tasks: ["+call+"]")).start().do(engine.Hold{By: person("rob")})
	finish(t, s, "call", "gone")
	s.want("call FAILED, PAUSED").do(engine.Release{By: person("rob")}).want("call FAILED, FAILED")
}

// Release answers nothing: it is no way past a gate (H7).
func TestReleaseDoesNotPassAGate(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: ["+ask("gate")+", {id: pay, type: Return, format: x}]")).start()
	s.do(engine.Hold{By: person("rob")}).do(engine.Release{By: person("rob")}).want("gate PAUSED, PAUSED")
}

// A retry that came due while the execution was held is made when it goes on.
func TestHeldRetryIsMadeLater(t *testing.T) {
	t.Parallel()
	s := newStory(t, retrying("maxAttempts: 2")).start()
	finish(t, s, "call", "gone")
	s.do(engine.Hold{By: person("rob")}).later(time.Minute).do(engine.Expire{Run: "1"}).want("call RETRYING, PAUSED")
	s.do(engine.Release{By: person("rob")}).want("call RUNNING, RUNNING")
}

func TestRestartFromWhatFailed(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks:\n  - {id: one, type: Return, format: x}\n  - "+ask("gate")+`
  - id: p
    type: Parallel
    tasks:
      - {id: good, type: Return, format: x}
      - {id: s, type: Sequential, tasks: [{id: call, type: http.Request, uri: "https://a.example"}], errors: [{id: se, type: Return, format: x}]}
  - {id: last, type: Return, format: x}
errors: [{id: e, type: Return, format: x}]
finally: [{id: f, type: Return, format: x}]
afterExecution: [{id: z, type: Return, format: x}]
`)).start().say("2", engine.Approve)
	finish(t, s, "call", "gone")
	s.want("one SUCCESS, gate SUCCESS, p FAILED, good SUCCESS, s FAILED, call FAILED, se SUCCESS, e SUCCESS, f SUCCESS, z SUCCESS, FAILED")
	s.do(engine.Restart{By: person("rob")})
	s.want("one SUCCESS, gate SUCCESS, p RUNNING, good SUCCESS, s RUNNING, (call) FAILED, (se) SUCCESS, (e) SUCCESS, (f) SUCCESS, (z) SUCCESS, call RUNNING, RUNNING")
	if s.x.Tries != 2 || s.x.Problem != "" || !s.x.Ended.IsZero() || s.x.Labels[engine.LabelRestarted] != "true" {
		t.Errorf("try %d, problem %q, ended %v, labels %v", s.x.Tries, s.x.Problem, s.x.Ended, s.x.Labels)
	}
	finish(t, s, "call", "")
	s.want("one SUCCESS, gate SUCCESS, p SUCCESS, good SUCCESS, s SUCCESS, (call) FAILED, (se) SUCCESS, (e) SUCCESS, (f) SUCCESS, (z) SUCCESS, call SUCCESS, last SUCCESS, f SUCCESS, z SUCCESS, SUCCESS")
	s.refused(engine.Restart{By: person("rob")}, engine.NotAllowed)
}

func TestRestartAndGates(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [{id: s, type: Sequential, tasks: [" + ask("gate", "pauseDuration: PT1H", "behavior: FAIL") + "]}, {id: pay, type: Return, format: x}]")
	t.Run("one that expired asks anew", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, src).start().later(time.Hour).do(engine.Expire{Run: "2"}).want("s FAILED, gate FAILED, FAILED")
		s.do(engine.Restart{By: person("rob")}).want("s RUNNING, (gate) FAILED, gate PAUSED, PAUSED")
		s.refused(engine.Respond{Run: "2", Version: 2, By: person("ann"), Verdict: engine.Approve}, engine.AlreadyDecided)
		s.say("3", engine.Approve).want("s SUCCESS, (gate) FAILED, gate SUCCESS, pay SUCCESS, SUCCESS")
	})
	t.Run("a no stays", func(t *testing.T) {
		t.Parallel()
		src := flowOf("tasks: [{id: gate, type: Pause, onReject: FAIL, onResume: [{id: ok, type: BOOL}], approval: {stages: [{id: one, who: ['user:ann']}]}}]")
		s := newStory(t, src).start().say("1", engine.Reject).want("gate FAILED, FAILED")
		s.refused(engine.Restart{By: person("rob")}, engine.NotAllowed)
	})
	t.Run("not while it is open (H8)", func(t *testing.T) {
		t.Parallel()
		newStory(t, src).start().refused(engine.Restart{By: person("rob")}, engine.NotAllowed)
	})
	t.Run("not what was killed", func(t *testing.T) {
		t.Parallel()
		newStory(t, src).start().do(engine.Kill{By: person("rob")}).refused(engine.Restart{By: person("rob")}, engine.NotAllowed)
	})
	t.Run("one that said no and went on stays", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, flowOf("tasks: ["+ask("gate")+", "+call+"]")).start().say("1", engine.Reject)
		finish(t, s, "call", "gone")
		s.do(engine.Restart{By: person("rob")}).want("gate SUCCESS, (call) FAILED, call RUNNING, RUNNING")
	})
}

func TestRestartOfALoop(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks:\n  - id: l\n    type: ForEach\n    values: [a, b, c]\n    tasks: ["+call+"]")).start()
	finish(t, s, "call", "")
	finish(t, s, "call", "gone")
	s.want("l FAILED, call#1 SUCCESS, call#2 FAILED, FAILED").do(engine.Restart{By: person("rob")})
	s.want("l RUNNING, call#1 SUCCESS, (call#2) FAILED, call#2 RUNNING, RUNNING")
	if v := s.x.Runs[3].Value; v != "b" {
		t.Errorf("the round is for %v", v)
	}
}

// A new try keeps its promise of duration from its own begin.
func TestRestartPromisesAnew(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("sla: [{id: day, type: MAX_DURATION, duration: P1D, behavior: FAIL}]\ntasks: ["+call+"]")).start()
	finish(t, s, "call", "gone")
	s.later(48 * time.Hour).do(engine.Restart{By: person("rob")})
	if !s.owes("timer/sla/day") || !s.last.Effects[0].Due.Equal(s.facts.Now.Add(24*time.Hour)) && !s.last.Effects[1].Due.Equal(s.facts.Now.Add(24*time.Hour)) {
		t.Errorf("owed is %v", s.last.Effects)
	}
}

func TestSetState(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks:\n  - {id: s, type: Sequential, tasks: [" + call + ", {id: after, type: Return, format: x}]}\n  - " + ask("gate") + "\nerrors: [{id: e, type: Return, format: x}]")
	failedCall := func(t *testing.T) *story {
		s := newStory(t, src).start()
		finish(t, s, "call", "gone")
		return s.want("s FAILED, call FAILED, e SUCCESS, FAILED")
	}
	t.Run("the flow goes on", func(t *testing.T) {
		t.Parallel()
		s := failedCall(t).do(engine.SetState{Run: "2", State: engine.Success, By: person("rob")})
		s.want("s SUCCESS, call SUCCESS, (e) SUCCESS, after SUCCESS, gate PAUSED, PAUSED")
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		s := failedCall(t)
		s.refused(engine.SetState{Run: "2", State: engine.Killed}, engine.NotAllowed)
		s.refused(engine.SetState{Run: "2", State: engine.Failed}, engine.Settled)
		s.refused(engine.SetState{Run: "3", State: engine.Failed}, engine.NotAllowed)
		s.refused(engine.SetState{Run: "9", State: engine.Success}, engine.NotFound)
		newStory(t, src).start().refused(engine.SetState{Run: "2", State: engine.Success}, engine.NotAllowed)
		newStory(t, src).start().do(engine.Kill{}).refused(engine.SetState{Run: "2", State: engine.Success}, engine.NotAllowed)
	})
}

// No change of state leads past a gate (H7, H8).
func TestSetStateNeverPassesAGate(t *testing.T) {
	t.Parallel()
	t.Run("the gate itself", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, flowOf("tasks: ["+ask("gate", "pauseDuration: PT1H", "behavior: FAIL")+"]")).start()
		s.later(time.Hour).do(engine.Expire{Run: "1"}).refused(engine.SetState{Run: "1", State: engine.Success}, engine.NotAllowed)
	})
	t.Run("what holds a gate that was never asked", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, flowOf("tasks: [{id: s, type: Sequential, tasks: ["+call+", "+ask("gate")+"]}, {id: pay, type: Return, format: x}]")).start()
		finish(t, s, "call", "gone")
		s.want("s FAILED, call FAILED, FAILED").refused(engine.SetState{Run: "1", State: engine.Success}, engine.NotAllowed)
	})
	t.Run("a subflow, which may hold one", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, subflow("")).start().do(engine.Launched{Run: "1", Child: "y"})
		s.do(engine.ChildEnded{Run: "1", Child: "y", State: engine.Failed}).refused(engine.SetState{Run: "1", State: engine.Success}, engine.NotAllowed)
	})
	t.Run("what guards the way after a no", func(t *testing.T) {
		t.Parallel()
		s := newStory(t, flowOf("tasks: ["+ask("gate")+", {id: guard, type: Fail, condition: '{{ not outputs.gate.onResume.ok }}'}, {id: pay, type: Return, format: x}]")).start()
		s.say("1", engine.Reject).want("gate SUCCESS, guard FAILED, FAILED")
		s.refused(engine.SetState{Run: "2", State: engine.Success}, engine.NotAllowed)
	})
}

func TestRelabel(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("labels: {a: one, b: two}\ntasks: [{id: l, type: Labels, labels: {c: \"{{ execution.id }}\"}}, "+ask("gate")+"]")).start()
	s.do(engine.Relabel{Labels: map[string]string{"a": "", "d": "four"}, By: person("rob")})
	if diff := cmp.Diff(map[string]string{"b": "two", "c": "x", "d": "four"}, s.x.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	s.refused(engine.Relabel{Labels: map[string]string{"d": "four"}}, engine.Settled)
	s.refused(engine.Relabel{Labels: map[string]string{"system.x": "y"}}, engine.NotAllowed)
	s.do(engine.Kill{By: person("rob")}).do(engine.Relabel{Labels: map[string]string{"e": "f"}})
}

// What comes after the end still ends: by itself, or killed.
func TestAfterExecution(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [" + ask("gate") + "]\nafterExecution: [{id: tell, type: http.Request, uri: 'https://a.example'}, {id: z, type: Return, format: '{{ execution.state }}'}]")
	s := newStory(t, src).start().do(engine.Kill{By: person("rob")}).want("gate KILLED, tell RUNNING, KILLED")
	killed := *s
	finish(t, s, "tell", "")
	s.want("gate KILLED, tell SUCCESS, z SUCCESS, KILLED")
	if got := outputOf(t, s.x, "z"); got != "KILLED" {
		t.Errorf("it reads the state %v", got)
	}
	killed.do(engine.Kill{By: person("rob")}).want("gate KILLED, tell KILLED, KILLED")
	killed.refused(engine.Kill{By: person("rob")}, engine.Ended)
}

// The trail names who killed or cancelled; what ends by itself nobody ended.
func TestTrailNamesWhoEnded(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [" + call + "]")
	for name, end := range map[string]func(*story){
		"rob": func(s *story) { s.do(engine.Kill{By: person("rob")}) },
		"ann": func(s *story) { s.do(engine.Cancel{By: person("ann"), Reason: "wrong"}) },
		"":    func(s *story) { finish(s.t, s, "call", "") },
	} {
		s := newStory(t, src).start()
		end(s)
		for _, r := range s.last.Records {
			if r.Event == audit.ExecutionEnded && r.Actor.Person != name {
				t.Errorf("ended by %q, want %q", r.Actor.Person, name)
			}
		}
	}
}
