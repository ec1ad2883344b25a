package engine_test

import (
	"testing"

	"signoff/engine"
)

// A call that succeeded with a warning ends so, and the flow goes on.
func TestCallEndsWithAWarning(t *testing.T) {
	t.Parallel()
	for more, want := range map[string]string{
		"":                     "call WARNING, next SUCCESS, WARNING",
		", allowWarning: true": "call SUCCESS, next SUCCESS, SUCCESS",
		", allowFailure: true": "call WARNING, next SUCCESS, WARNING",
		", retry: {type: constant, interval: PT1M, maxAttempts: 3}": "call WARNING, next SUCCESS, WARNING",
	} {
		s := newStory(t, flowOf(`tasks: [{id: call, type: http.Request, uri: "https://a.example"`+more+`}, {id: next, type: Return, format: "{{ outputs.call.by }}"}]`)).start()
		s.do(engine.Finish{Run: "1", Attempt: 1, Warning: true, Outputs: map[string]any{"by": "call"}}).want(want)
		if got := outputOf(t, s.x, "next"); got != "call" {
			t.Errorf("%s: the outputs are %v", more, got)
		}
	}
}

func TestProblemIsMoreThanAWarning(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf("tasks: ["+call+"]")).start()
	s.do(engine.Finish{Run: "1", Attempt: 1, Warning: true, Problem: "gone"}).want("call FAILED, FAILED")
}
