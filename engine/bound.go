package engine

import (
	"encoding/json"
	"slices"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// What people are asked about must not change under them. The values that the
// flow reads by a name it writes out, kv('limit'), are frozen with the question:
// a change before the answer makes the question another one, and a change after
// it is not seen by what the answer let run.

// bound are the values of kv() that the flow names; nil if it names none.
func (m *machine) bound() map[string]any {
	if len(m.flow.Uses.KV) == 0 {
		return nil
	}
	out := make(map[string]any, len(m.flow.Uses.KV))
	for _, name := range m.flow.Uses.KV {
		if v, ok := m.facts.KV[name]; ok {
			out[name] = v
		}
	}
	return out
}

// drifted reports whether a value is no longer what it was when people were asked.
func (m *machine) drifted(run *TaskRun) bool {
	was := run.Request.Bound
	return was != nil && !same(was, m.bound())
}

// same compares values as they are written: a number is one however it is held.
func same(a, b any) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && slices.Equal(x, y)
}

// drift asks anew, because what the answer was about is no longer so. The answer
// does not count.
func (m *machine) drift(run *TaskRun, c Respond) error {
	const why = "A value that the flow reads was changed since people were asked."
	m.intime(run.Request)
	m.touched(run, c.Touched)
	id := run.ID
	if err := m.anew(run, itself(), why); err != nil {
		run = m.run(id)
		problem := run.Task + ": " + why + " It could not be asked anew: " + err.Error()
		m.close(run, ending{outcome: Superseded, by: itself(), state: Failed, why: problem})
		m.gateEnds(m.task(run), run, Failed, problem)
	}
	m.advance()
	m.change.Refused = reject(Stale, "%s Your answer was not taken. Look at the request again, then decide.", why)
	return nil
}

// noteBound makes the values that a request froze those of kv(), once the
// request was let through.
func (m *machine) noteBound(run *TaskRun) {
	if r := run.Request; r != nil && r.Bound != nil && r.passed() {
		m.view.bound, m.view.written = r.Bound, nil
	}
}

// noteWritten lets a value that the flow itself wrote after its gate be seen: it
// is part of what was approved. A key that an expression makes is not known here.
func (m *machine) noteWritten(run *TaskRun) {
	t := m.task(run)
	if t == nil || m.view.bound == nil {
		return
	}
	var key *expr.Template
	switch spec := t.Spec.(type) {
	case *flow.KVSet:
		key = spec.Key
	case *flow.KVDelete:
		key = spec.Key
	}
	if key == nil || !key.Literal() {
		return
	}
	if m.view.written == nil {
		m.view.written = map[string]bool{}
	}
	m.view.written[key.Source()] = true
}

// frozenValue is the value of a key as it was approved. It reports false for a
// key that nothing froze.
func (m *machine) frozenValue(name string) (value any, there, frozen bool) {
	if m.view.bound == nil || m.view.written[name] || !slices.Contains(m.flow.Uses.KV, name) {
		return nil, false, false
	}
	if run := m.run(m.view.run); run != nil {
		if t := m.task(run); t != nil && isGate(t) {
			return nil, false, false // it asks with what is true now
		}
	}
	value, there = m.view.bound[name]
	return value, there, true
}
