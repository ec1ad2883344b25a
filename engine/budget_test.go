package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
)

// costly is a flow that a step would be busy with for a minute and more, if the
// expressions of a step had no bound together.
func costly(expression string) string {
	return flowOf(`
tasks:
  - id: each
    type: ForEach
    values: "{{ range(1, 1000) }}"
    tasks:
      - {id: a, type: AllowFailure, tasks: [{id: b, type: Return, format: "` + expression + `"}]}
      - {id: c, type: Return, format: "` + expression + `", allowFailure: true}
  - {id: last, type: Return, format: "` + expression + `"}
errors: [{id: told, type: Return, format: "{{ 1 + 1 }}"}]
`)
}

func TestStepIsBounded(t *testing.T) {
	t.Parallel()
	for name, expression := range map[string]string{
		"loops":    "{% for i in range(1, 9000) %}{% if i * i * i * i < 0 %}{{ i }}{% endif %}{% endfor %}",
		"patterns": "{{ (range(1, 9000) | join('-')) | regexReplace('a+b', 'c') | length }}",
		"jq":       "{{ range(1, 9000) | jq('[.[] | . * .] | add') }}",
		"logs":     "{% for i in range(1, 3000) %}{{ errorLogs() | length }}{% endfor %}",
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, costly(expression)) // one after the other: the time is looked at
			s.do(engine.Start{ID: "x", Revision: 1, By: person("rob")})
			if s.x.State != engine.Failed || !strings.Contains(s.x.Problem, "too much work together") {
				t.Errorf("it is %s: %s", s.x.State, s.x.Problem)
			}
		})
	}
}

// The same step always comes as far, and the next one has work of its own.
func TestBoundOfAStepIsKnown(t *testing.T) {
	t.Parallel()
	s := newStory(t, costly("{% for i in range(1, 9000) %}{% if i < 0 %}{{ i }}{% endif %}{% endfor %}")).start()
	first := dump(s.last)
	s.x = engine.Execution{}
	if diff := cmp.Diff(first, dump(s.start().last)); diff != "" {
		t.Errorf("two steps (-one +other):\n%s", diff)
	}
	if s.do(engine.Restart{By: person("rob")}); latest(t, s.x, "last").State != engine.Success {
		t.Errorf("the restart is %s: %s", s.x.State, s.x.Problem)
	}
}
