package engine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"signoff/engine"
)

// A no is a no: also for the execution that started the one in which it was said,
// and for the one that started that.
func TestRejectedSubflowIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	child := newStory(t, flowOf(`tasks: [{id: gate, type: Pause, onReject: FAIL, onResume: [{id: ok, type: BOOL}], approval: {stages: [{id: a, who: ["user:ann"]}]}}]`)).start().say("1", engine.Reject)
	said := engine.Rejection(child.x)
	if !strings.Contains(said, "gate was rejected by") {
		t.Fatalf("the child is %s, said is %q", runs(child.x), said)
	}
	for _, more := range []string{"", ", retry: {type: constant, interval: PT1M, maxAttempt: 3}"} {
		s := newStory(t, subflow(more)).start().do(engine.Launched{Run: "1", Child: "y"})
		s.do(engine.ChildEnded{Run: "1", Child: "y", State: child.x.State, Problem: child.x.Problem, Rejected: said})
		s.want("sub FAILED, e SUCCESS, FAILED")
		err := s.try(engine.Restart{By: person("rob")})
		no, ok := errors.AsType[*engine.RejectionError](err)
		if !ok || no.Code != engine.NotAllowed || !strings.Contains(no.Text, said+", in the subflow of sub. A restart does not ask again") {
			t.Errorf("Restart = %v", err)
		}
		if above := engine.Rejection(s.x); above != said+", in the subflow of sub" {
			t.Errorf("the parent's own parent is told %q", above)
		}
	}
}

// What failed in a subflow by itself is run again as ever.
func TestFailedSubflowIsRunAgain(t *testing.T) {
	t.Parallel()
	s := newStory(t, subflow(", retry: {type: constant, interval: PT1M, maxAttempt: 2}")).start().do(engine.Launched{Run: "1", Child: "y"})
	s.do(engine.ChildEnded{Run: "1", Child: "y", State: engine.Failed}).want("sub RETRYING, RETRYING")
	s.later(time.Minute).do(engine.Expire{Run: "1"}).do(engine.Launched{Run: "1", Child: "z"})
	s.do(engine.ChildEnded{Run: "1", Child: "z", State: engine.Failed}).want("sub FAILED, e SUCCESS, FAILED")
	s.do(engine.Restart{By: person("rob")}).want("(sub) FAILED, (e) SUCCESS, sub RUNNING, RUNNING")
}

// A rejection that its flow was to live with, by transmitFailed or allowFailure, is
// over: what failed later is run again.
func TestRejectedSubflowThatWasPassed(t *testing.T) {
	t.Parallel()
	for _, more := range []string{", transmitFailed: false", ", allowFailure: true"} {
		s := newStory(t, strings.Replace(subflow(more), `{id: next, type: Return, format: "{{ outputs.sub.executionId }} {{ outputs.sub.outputs.sum ?? '-' }}"}`, `{id: next, type: Fail}`, 1))
		s.start().do(engine.Launched{Run: "1", Child: "y"})
		s.do(engine.ChildEnded{Run: "1", Child: "y", State: engine.Failed, Rejected: "gate was rejected by Ann"})
		if err := s.try(engine.Restart{By: person("rob")}); err != nil {
			t.Errorf("%s: %s: Restart = %v", more, runs(s.x), err)
		}
	}
}
