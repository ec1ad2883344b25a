package engine_test

import (
	"strings"
	"testing"

	"signoff/engine"
	"signoff/engine/flow"
)

const thousand = `
id: thousand
namespace: hr
tasks:
  - id: each
    type: ForEach
    values: "{{ range(1, 1000) }}"
    tasks:
      - {id: value, type: Return, format: "{{ taskrun.value }}"}
      - {id: said, type: Log, message: "{{ outputs.value.value }} of {{ execution.id }}"}
  - id: ask
    type: Pause
    onResume: [{id: ok, type: BOOL}]
    onReject: CONTINUE
    approval: {stages: [{id: one, who: ["user:ann"]}]}
  - {id: last, type: Log, message: "{{ outputs.ask.outcome }}"}
`

func parsed(b *testing.B, src string) *flow.Flow {
	b.Helper()
	f, faults := flow.Parse("bench.yaml", []byte(src))
	if faults.Stop() {
		b.Fatal(faults)
	}
	return f
}

// BenchmarkStepLoop1000 starts an execution that goes a thousand times through a
// loop of two tasks, in one step.
func BenchmarkStepLoop1000(b *testing.B) {
	f, facts := parsed(b, thousand), usualFacts()
	b.ReportAllocs()
	for b.Loop() {
		t, err := engine.Step(f, engine.Execution{}, engine.Start{ID: "x", Revision: 1, By: person("rob")}, facts)
		if err != nil || t.Next.State != engine.Paused {
			b.Fatal(t.Next.State, err)
		}
	}
}

// BenchmarkStepLoop1000Secret is the same in a flow that asks for a secret, which
// no expression may see.
func BenchmarkStepLoop1000Secret(b *testing.B) {
	f, facts := parsed(b, strings.Replace(thousand, "tasks:", "inputs: [{id: token, type: SECRET}]\ntasks:", 1)), usualFacts()
	start := engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"token": flow.SealedPrefix + "AAAA"}}
	b.ReportAllocs()
	for b.Loop() {
		t, err := engine.Step(f, engine.Execution{}, start, facts)
		if err != nil || t.Next.State != engine.Paused {
			b.Fatal(t.Next.State, err)
		}
	}
}

// BenchmarkStepClickAfterLoop1000 answers a gate in an execution that has two
// thousand task runs behind it.
func BenchmarkStepClickAfterLoop1000(b *testing.B) {
	f, facts := parsed(b, thousand), usualFacts()
	t, err := engine.Step(f, engine.Execution{}, engine.Start{ID: "x", Revision: 1, By: person("rob")}, facts)
	if err != nil {
		b.Fatal(err)
	}
	x := t.Next
	gate := x.Runs[len(x.Runs)-1]
	b.ReportAllocs()
	for b.Loop() {
		t, err := engine.Step(f, x, engine.Respond{Run: gate.ID, Version: 1, By: person("ann"), Verdict: engine.Approve}, facts)
		if err != nil || t.Next.State != engine.Success {
			b.Fatal(t.Next.State, err)
		}
	}
}

// BenchmarkStepClick answers a gate in a small execution.
func BenchmarkStepClick(b *testing.B) {
	f, facts := parsed(b, gateFlow), usualFacts()
	t, err := engine.Step(f, engine.Execution{}, engine.Start{
		ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"days": "3"},
	}, facts)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.Step(f, t.Next, answer("ann", engine.Approve, nil), facts); err != nil {
			b.Fatal(err)
		}
	}
}
