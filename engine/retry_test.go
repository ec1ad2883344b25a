package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"signoff/engine"
)

func retrying(more string) string {
	return flowOf(`
tasks:
  - {id: call, type: http.Request, uri: "https://a.example", retry: {type: constant, interval: PT1M, ` + more + `}}
  - {id: next, type: Return, format: x}
`)
}

func TestRetryUntilItWorks(t *testing.T) {
	t.Parallel()
	s := newStory(t, retrying("maxAttempts: 3")).start()
	finish(t, s, "call", "gone")
	s.want("call RETRYING, RETRYING")
	due := s.x.Runs[0].Due
	if !due.Equal(s.facts.Now.Add(time.Minute)) || !s.owes("timer/1") {
		t.Errorf("the next try is due %v, and owed %v", due, s.last.Effects)
	}
	if err := s.try(engine.Expire{Run: "1"}); err == nil {
		t.Error("it is tried again before its time")
	}
	if err := s.try(engine.Finish{Run: "1", Attempt: 1}); err == nil {
		t.Error("the failed try answers a second time")
	}
	s.later(time.Minute).do(engine.Expire{Run: "1"}).want("call RUNNING, RUNNING")
	if err := s.try(engine.Finish{Run: "1", Attempt: 1}); err == nil {
		t.Error("the answer of the first try ends the second")
	}
	if !s.owes("call/1") || s.x.Runs[0].Attempt != 2 {
		t.Errorf("attempt %d, owed %v", s.x.Runs[0].Attempt, s.last.Effects)
	}
	finish(t, s, "call", "")
	s.want("call SUCCESS, next SUCCESS, SUCCESS")
}

func TestRetryGivesUp(t *testing.T) {
	t.Parallel()
	for more, tries := range map[string]int{
		"maxAttempts: 3": 3, "maxAttempt: 2": 2, "maxAttempts: 1": 1, "maxDuration: PT2M": 3,
	} {
		t.Run(more, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, retrying(more)).start()
			for range 10 {
				if s.x.State.Final() {
					break
				}
				finish(t, s, "call", "gone")
				if s.x.State == engine.Retrying {
					s.later(time.Minute).do(engine.Expire{Run: "1"})
				}
			}
			s.want("call FAILED, FAILED")
			if got := s.x.Runs[0].Attempt; got != tries {
				t.Errorf("it was tried %d times, want %d", got, tries)
			}
		})
	}
}

func TestRetryWarns(t *testing.T) {
	t.Parallel()
	s := newStory(t, retrying("maxAttempts: 3, warningOnRetry: true")).start()
	finish(t, s, "call", "gone")
	s.later(time.Minute).do(engine.Expire{Run: "1"})
	finish(t, s, "call", "")
	s.want("call WARNING, next SUCCESS, WARNING")
}

// A task that the engine does itself is tried again, too; the wait grows.
func TestRetryWaits(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"type: constant, interval: PT1S":                                       "1s 1s 1s 1s",
		"type: exponential, interval: PT1S, maxInterval: PT5S":                 "1s 2s 4s 5s",
		"type: exponential, interval: PT1S, delayFactor: 3, maxInterval: PT1H": "1s 3s 9s 27s",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, flowOf("tasks: [{id: a, type: Fail, retry: {"+kind+", maxAttempts: 5}}]")).start()
			var waits []string
			for s.x.State == engine.Retrying {
				wait := s.x.Runs[0].Due.Sub(s.facts.Now)
				waits = append(waits, wait.String())
				s.later(wait).do(engine.Expire{Run: "1"})
			}
			if got := strings.Join(waits, " "); got != want {
				t.Errorf("it waits %s, want %s", got, want)
			}
			s.want("a FAILED, FAILED")
		})
	}
}

// A random wait is within its bounds, the same each time the step is taken, and
// not the same for all.
func TestRandomWaitIsKnown(t *testing.T) {
	t.Parallel()
	src := flowOf("tasks: [{id: a, type: Fail, retry: {type: random, minInterval: PT1M, maxInterval: PT2M, maxAttempts: 9}}]")
	seen := map[time.Duration]bool{}
	for _, id := range []engine.ExecutionID{"x", "y", "z"} {
		var waits [2]time.Duration
		for i := range waits {
			s := newStory(t, src).do(engine.Start{ID: id, Revision: 1, By: person("rob")})
			waits[i] = s.x.Runs[0].Due.Sub(s.facts.Now)
		}
		if waits[0] != waits[1] || waits[0] < time.Minute || waits[0] >= 2*time.Minute {
			t.Errorf("%s waits %v", id, waits)
		}
		seen[waits[0]] = true
	}
	if len(seen) < 2 {
		t.Error("all executions wait equally long")
	}
}

// The retry of what is around a task, or of the flow, holds for it.
func TestRetryIsInherited(t *testing.T) {
	t.Parallel()
	const r = "retry: {type: constant, interval: PT1S, maxAttempts: 2}"
	for name, src := range map[string]string{
		"from around":   "tasks: [{id: s, type: Sequential, " + r + ", tasks: [{id: a, type: Fail}]}]",
		"from the flow": r + "\ntasks: [{id: a, type: Fail}]",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if s := newStory(t, flowOf(src)).start(); s.x.State != engine.Retrying {
				t.Errorf("it is %s", runs(s.x))
			}
		})
	}
}

// behavior CREATE_NEW_EXECUTION: this one fails, and another is owed.
func TestRetryWithANewExecution(t *testing.T) {
	t.Parallel()
	src := flowOf("retry: {type: constant, interval: PT1M, maxAttempts: 2, behavior: CREATE_NEW_EXECUTION}\ntasks: [{id: a, type: Fail}]")
	s := newStory(t, src).start().want("a FAILED, FAILED")
	if !s.owes("again") || !s.last.Effects[0].Due.Equal(s.facts.Now.Add(time.Minute)) {
		t.Errorf("owed is %v", s.last.Effects)
	}
	second := newStory(t, src).do(engine.Start{ID: "y", Revision: 1, By: person("rob"), Tries: 2})
	if second.owes("again") {
		t.Error("a third execution is owed of two")
	}
}

// A timeout is a timer: it holds though the process that made the call died.
func TestTimeoutOfACall(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: [{id: call, type: http.Request, uri: 'https://a.example', timeout: PT30S}]")).start()
	if !s.owes("timer/1") || !s.x.Runs[0].Due.Equal(s.facts.Now.Add(30*time.Second)) {
		t.Fatalf("owed is %v, due %v", s.last.Effects, s.x.Runs[0].Due)
	}
	s.later(30 * time.Second).do(engine.Expire{Run: "1"}).want("call FAILED, FAILED")
	if !slices.Contains(s.last.Drop, "call/1") {
		t.Errorf("the call is still owed: dropped is %v", s.last.Drop)
	}
	if err := s.try(engine.Finish{Run: "1", Attempt: 1}); err == nil {
		t.Error("the call answers after its timeout")
	}
}

func TestTimeoutIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: [{id: call, type: http.Request, uri: 'https://a.example', timeout: PT30S, retry: {type: constant, interval: PT1M, maxAttempts: 2}}]")).start()
	s.later(30 * time.Second).do(engine.Expire{Run: "1"}).want("call RETRYING, RETRYING")
	s.later(time.Minute).do(engine.Expire{Run: "1"}).want("call RUNNING, RUNNING")
	finish(t, s, "call", "")
	s.want("call SUCCESS, SUCCESS")
}

// A loop that waits between its rounds.
func TestLoopUntilWaits(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf(`
tasks:
  - id: poll
    type: LoopUntil
    condition: "{{ outputs.call.by == 'done' }}"
    checkFrequency: {interval: PT1M, maxDuration: PT1H}
    tasks: [{id: call, type: http.Request, uri: "https://a.example"}]
`)).start()
	finish(t, s, "call", "")
	s.want("poll RUNNING, call#1 SUCCESS, RUNNING")
	if err := s.try(engine.Expire{Run: "1"}); err == nil {
		t.Error("the next round begins before its time")
	}
	s.later(time.Minute).do(engine.Expire{Run: "1"}).want("poll RUNNING, call#1 SUCCESS, call#2 RUNNING, RUNNING")
	s.do(engine.Finish{Run: "3", Attempt: 1, Outputs: map[string]any{"by": "done"}})
	s.want("poll SUCCESS, call#1 SUCCESS, call#2 SUCCESS, SUCCESS")
}

func TestSleep(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: [{id: a, type: Sleep, duration: PT5M}, {id: b, type: Return, format: x}]")).start()
	s.want("a RUNNING, RUNNING").later(5 * time.Minute).do(engine.Expire{Run: "1"}).want("a SUCCESS, b SUCCESS, SUCCESS")
}
