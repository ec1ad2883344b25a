package engine_test

import (
	"strings"
	"testing"

	"signoff/engine"
	"signoff/engine/approval"
)

// asksThree asks one of three people, then calls out.
const asksThree = `
tasks:
  - {id: gate, type: Pause, onResume: [{id: ok, type: BOOL}], onReject: CONTINUE, behavior: FAIL, pauseDuration: P1D,
     approval: {stages: [{id: a, who: ["user:ann", "user:ben", "user:cat", "user:rob"]}]}, deliver: [{slack: "#room"}]}
  - {id: call, type: http.Request, uri: "https://a.example"}
`

// answers has somebody answer the gate that is open.
func (s *story) answers(who approval.PersonID) error {
	s.t.Helper()
	for _, run := range s.x.Runs {
		if run.Request != nil && run.Request.Open() && !run.Past {
			return s.try(engine.Respond{Run: run.ID, Version: run.Request.Version, By: person(who), Verdict: engine.Approve})
		}
	}
	s.t.Fatal("nobody is asked: " + runs(s.x))
	return nil
}

// mayNot checks that some people may not answer the gate that is open, vote or
// override, and that another may.
func (s *story) mayNot(who ...approval.PersonID) {
	s.t.Helper()
	for _, p := range who {
		o := *s
		if err := o.answers(p); codeOf(err) != engine.OwnRequest {
			s.t.Errorf("%s answers: %v, want a refusal", p, err)
		}
		cmd := engine.Respond{By: person(p), Verdict: engine.Approve, Override: "fire"}
		for _, run := range s.x.Runs {
			if run.Request != nil && run.Request.Open() && !run.Past {
				cmd.Run, cmd.Version = run.ID, run.Request.Version
			}
		}
		if err := o.try(cmd); codeOf(err) != engine.OwnRequest {
			s.t.Errorf("%s overrides: %v, want a refusal", p, err)
		}
	}
}

func codeOf(err error) engine.Code {
	if no, ok := err.(*engine.RejectionError); ok { //nolint:errorlint // Step returns it as it is
		return no.Code
	}
	return ""
}

// over ends an execution at its gate.
func over(t *testing.T) *story {
	t.Helper()
	return newStory(t, flowOf(asksThree)).start().do(engine.Cancel{By: person("eve")})
}

// Who asked first answers no replay, however many there are and whoever makes
// them.
func TestReplayIsAskedByWhoAskedFirst(t *testing.T) {
	t.Parallel()
	s := over(t)
	s, err := s.replay("", func(c *engine.Start) { c.By = person("ann") })
	if err != nil {
		t.Fatal(err)
	}
	s.mayNot("rob", "ann")
	s.do(engine.Cancel{By: person("eve")})
	s, err = s.replay("", func(c *engine.Start) { c.By = person("ben") })
	if err != nil {
		t.Fatal(err)
	}
	s.mayNot("rob", "ann", "ben")
	if got := s.request().Asked[0]; len(got) != 1 || got[0] != "cat" {
		t.Errorf("asked are %v, want cat", got)
	}
	e, _ := engine.Explain(s.flow, s.x, "1", s.facts, "rob")
	lines := strings.Join(e.Lines(), "\n")
	for _, want := range []string{"You made this request first", "ann and rob cannot decide (made the request first).", "ben cannot decide (made the request)."} {
		if !strings.Contains(strings.ToLower(lines), strings.ToLower(want)) {
			t.Errorf("explained is\n%s\nwant %q", lines, want)
		}
	}
	if err := s.answers("cat"); err != nil {
		t.Errorf("cat answers: %v", err)
	}
}

// Who asks for their own replay is its requester, and nothing besides.
func TestReplayOfOnesOwn(t *testing.T) {
	t.Parallel()
	s, err := over(t).replay("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.x.Origin) > 0 {
		t.Errorf("it was asked for first by %v", s.x.Origin)
	}
}

// What a service asked for can be answered by anybody but who replays it.
func TestReplayOfAServicesOwn(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf(asksThree)).do(engine.Start{ID: "x", Revision: 1, By: engine.Principal{Via: "schedule"}}).do(engine.Cancel{By: person("eve")})
	s, err := s.replay("", func(c *engine.Start) { c.By = person("ann") })
	if err != nil {
		t.Fatal(err)
	}
	s.mayNot("ann")
	if err := s.answers("rob"); err != nil || len(s.x.Origin) > 0 {
		t.Errorf("rob answers: %v; asked first by %v", err, s.x.Origin)
	}
}

// Who restarts an execution, or changes a state in it so that it goes on, asks
// what it asks from then on; so do those who asked before.
func TestRestartAsksToo(t *testing.T) {
	t.Parallel()
	const gateLast = `
tasks:
  - {id: call, type: http.Request, uri: "https://a.example"}
  - {id: gate, type: Pause, onResume: [{id: ok, type: BOOL}], onReject: CONTINUE,
     approval: {stages: [{id: a, who: ["user:ann", "user:ben", "user:cat", "user:rob"]}]}, deliver: [{slack: "#room"}]}
`
	for name, cmd := range map[string]engine.Command{
		"restart":   engine.Restart{By: person("ann")},
		"set_state": engine.SetState{Run: "1", State: engine.Success, By: person("ann")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, flowOf(gateLast)).start()
			finish(t, s, "call", "gone")
			s.do(cmd)
			if name == "restart" {
				finish(t, s, "call", "")
			}
			s.mayNot("rob", "ann")
			s.do(engine.Cancel{By: person("eve")})
			again, err := s.replay("", func(c *engine.Start) { c.By = person("ben") })
			if err != nil {
				t.Fatal(err)
			}
			finish(t, again, "call", "")
			again.mayNot("rob", "ann", "ben")
			if err := again.answers("cat"); err != nil {
				t.Errorf("cat answers: %v", err)
			}
		})
	}
}

// What is started for an execution is asked for by those who asked for that one.
func TestStartIsAskedByOthers(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf(asksThree)).do(engine.Start{
		ID: "x", Revision: 1, By: person("rob"), Origin: []engine.Principal{person("ann")}, Restarted: []engine.Principal{person("ben")},
	})
	s.mayNot("rob", "ann", "ben")
	if err := s.answers("cat"); err != nil {
		t.Errorf("cat answers: %v", err)
	}
}
