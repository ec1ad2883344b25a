package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
)

// An input is read once. What it became is not read again by whoever runs the
// flow once more.
const boundFlow = `
inputs:
  - {id: data, type: JSON}
  - {id: nested.data, type: JSON}
  - {id: n, type: INT, defaults: 1}
  - {id: who, type: SELECT, expression: "{{ kv('people') }}"}
tasks: [{id: one, type: Return, format: "{{ inputs.data }} {{ inputs.nested.data }} {{ inputs.n }} {{ inputs.who }}"}]
`

func boundOnce(t *testing.T) *story {
	t.Helper()
	s := newStory(t, flowOf(boundFlow))
	s.facts.KV = map[string]any{"people": []any{"ann", "ben"}}
	return s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{
		"data": `"just a text"`, "nested": map[string]any{"data": `"5"`}, "who": "ann",
	}})
}

func TestReplayTakesInputsAsTheyWere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		more func(*engine.Start)
		want string
	}{
		"all of them":      {nil, "just a text 5 1 ann"},
		"beside a new one": {func(c *engine.Start) { c.Inputs = map[string]any{"n": "2"} }, "just a text 5 2 ann"},
		"a new one is read": {
			func(c *engine.Start) { c.Inputs = map[string]any{"data": `{"a": 1}`} }, `{"a":1} 5 1 ann`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := boundOnce(t)
			s.facts.KV = map[string]any{"people": []any{"ben"}} // ann has left
			again, err := s.replay("", c.more)
			if err != nil {
				t.Fatal(err)
			}
			if got := outputOf(t, again.x, "one"); got != c.want {
				t.Errorf("it reads %v, want %s", got, c.want)
			}
		})
	}
}

// Another revision has the last word, but does not take data for the text of it.
func TestReplayOfAnotherRevisionChecksInputs(t *testing.T) {
	t.Parallel()
	s := boundOnce(t)
	again, err := s.replay("", func(c *engine.Start) { c.Revision = 2 })
	if err != nil {
		t.Fatal(err)
	}
	if got := again.x.Inputs["data"]; got != "just a text" {
		t.Errorf("data is %v", got)
	}
	s.facts.KV = map[string]any{"people": []any{"ben"}}
	if _, err := s.replay("", func(c *engine.Start) { c.Revision = 2 }); err == nil {
		t.Error("somebody who left is taken")
	}
}

func TestReplayChecksNewInputs(t *testing.T) {
	t.Parallel()
	s := boundOnce(t)
	for _, bad := range []map[string]any{{"n": "many"}, {"data": "{"}, {"other": "x"}} {
		if _, err := s.replay("", func(c *engine.Start) { c.Inputs = bad }); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

func TestStartWithBoundInputs(t *testing.T) {
	t.Parallel()
	bound := boundOnce(t).x.Inputs
	s := newStory(t, flowOf(boundFlow)).do(engine.Start{ID: "y", Revision: 1, By: person("rob"), Bound: bound})
	if diff := cmp.Diff(bound, s.x.Inputs); diff != "" {
		t.Errorf("the inputs (-want +got):\n%s", diff)
	}
}

// A choice that follows from another answer is checked when that changes.
func TestReplayChecksWhatFollowsFromNewInputs(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf(`
inputs:
  - {id: kind, type: SELECT, values: [a, b]}
  - {id: part, type: SELECT, dependsOn: {inputs: [kind]}, expression: "{{ inputs.kind == 'a' ? ['a1', 'a2'] : ['b1'] }}"}
tasks: [{id: one, type: Return, format: "{{ inputs.part }}"}]
`)).do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"kind": "a", "part": "a1"}})
	if _, err := s.replay("", nil); err != nil {
		t.Error(err)
	}
	if _, err := s.replay("", func(c *engine.Start) { c.Inputs = map[string]any{"kind": "b"} }); err == nil {
		t.Error("a part of the other kind is taken")
	}
}
