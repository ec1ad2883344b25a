package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"signoff/engine"
	"signoff/engine/approval"
)

// A short flow can double a text until the memory is full. It fails instead,
// and what is stored stays small.
func TestExecutionStaysSmall(t *testing.T) {
	t.Parallel()
	for name, task := range map[string]string{
		"outputs": `{id: %s, type: Return, format: "{{ outputs.%s.value }}{{ outputs.%s.value }}"}`,
		"logs":    `{id: %s, type: Log, message: "{{ outputs.t13.value }}"} # %s %s`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var src strings.Builder
			src.WriteString("id: bomb\nnamespace: hr\ntasks:\n  - {id: t0, type: Return, format: xxxxxxxxxxxxxxxx}\n")
			for i := range 13 {
				fmt.Fprintf(&src, "  - {id: t%d, type: Return, format: \"{{ outputs.t%d.value }}{{ outputs.t%d.value }}\"}\n", i+1, i, i)
			}
			for i := range 200 {
				fmt.Fprintf(&src, "  - "+task+"\n", fmt.Sprint("u", i), "t12", "t12")
			}
			s := newStory(t, src.String()).do(engine.Start{ID: "x", Revision: 1, By: person("rob")})
			if s.x.State != engine.Failed || !strings.Contains(s.x.Problem, "8 MiB") {
				t.Errorf("the execution is %s: %q", s.x.State, s.x.Problem)
			}
			if n := len(dump(s.x)); n > 10<<20 {
				t.Errorf("it holds %d bytes", n)
			}
		})
	}
}

func TestLargeResultOfACallFailsTheTask(t *testing.T) {
	t.Parallel()
	s := newStory(t, "id: one\nnamespace: hr\ntasks: [{id: call, type: http.Request, uri: 'https://hr.example'}]")
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob")})
	s.do(engine.Finish{Run: "1", Attempt: 1, Outputs: map[string]any{"body": strings.Repeat("x", 9<<20)}})
	if s.x.State != engine.Failed || len(dump(s.x)) > 10_000 {
		t.Errorf("the execution is %s with %d bytes", s.x.State, len(dump(s.x)))
	}
}

// A message that is not sent because there are too many is sent to nobody, and
// nobody knows. The task says so instead, before anybody is asked.
func TestRequestForMorePlacesThanItCanIsRefused(t *testing.T) {
	t.Parallel()
	for people, want := range map[int]engine.State{199: engine.Paused, 200: engine.Failed} {
		var who [2][]string
		s := newStory(t, gateFlow)
		known := s.facts.People
		for i := range people {
			id := approval.PersonID(fmt.Sprint("p", i))
			known.People[id] = approval.Person{ID: id, Name: string(id)}
			who[i%2] = append(who[i%2], fmt.Sprintf("'user:%s'", id))
		}
		s = newStory(t, "id: many\nnamespace: hr\ntasks:\n  - id: ask\n    type: Pause\n    deliver: [{slack: approvers}, {slack: '#room'}]\n"+
			"    approval: {stages: [{id: a, who: ["+strings.Join(who[0], ",")+"]}, {id: b, who: ["+strings.Join(who[1], ",")+"]}]}")
		s.facts.People = known
		s.do(engine.Start{ID: "x", Revision: 1, By: person("rob")})
		if s.x.State != want {
			t.Errorf("%d people and a channel: %s %q, want %s", people, s.x.State, s.x.Problem, want)
		}
	}
}
