package bolt

import (
	"fmt"
	"testing"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// fillFile makes a file with records of every kind, on many pages.
func fillFile(t testing.TB, path string) {
	t.Helper()
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 120 {
		id := engine.ExecutionID(fmt.Sprintf("execution-%04d", i))
		c := store.Commit{
			Transition: &engine.Transition{
				Next: engine.Execution{
					ID: id, Version: 1, State: engine.Paused, Flow: engine.FlowRef{Namespace: "hr", ID: "vacation", Revision: 1},
					Inputs: map[string]any{"text": fmt.Sprint("some text of execution ", i), "n": int64(i)},
				},
				Records: []audit.Record{{Event: audit.ExecutionStarted, Execution: string(id)}, {Event: audit.TaskStarted, Execution: string(id), Task: fmt.Sprint(i)}},
				Effects: []engine.Effect{{Execution: id, Key: "timer/1", Work: engine.Timer{Run: "1"}}},
			},
			Once:     fmt.Sprint("click ", i),
			KV:       &store.Values{Namespace: "hr", Set: map[string]*store.Entry{fmt.Sprint("key", i): {Value: fmt.Sprint("value ", i)}}},
			Triggers: []store.TriggerState{{Flow: engine.FlowRef{Namespace: "hr", ID: "vacation"}, ID: fmt.Sprint("trigger", i), Version: 1}},
			Flow:     &store.Flow{Ref: engine.FlowRef{Namespace: "hr", ID: "vacation"}, Source: fmt.Appendf(nil, "revision %d", i)},
		}
		if err := s.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
