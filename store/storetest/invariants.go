package storetest

import (
	"encoding/json"
	"iter"
	"math"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// Invariants checks what is true of every store at every moment, for stores
// that this suite has filled: the log verifies up to its head, and each
// execution has exactly one line for each of its versions, in order.
func Invariants(t T, s store.Store) {
	t.Helper()
	_, head, err := s.Audit(t.Context(), 1, 0)
	if err != nil {
		t.Errorf("Audit = %v, want nil", err)
		return
	}
	versions := make(map[engine.ExecutionID]engine.Version)
	lines := func(yield func(audit.Line, error) bool) {
		for l, err := range allLines(t, s) {
			if err == nil {
				count(t, l, versions)
			}
			if !yield(l, err) {
				return
			}
		}
	}
	if _, err := audit.Verify(lines, audit.Head{}, head); err != nil {
		t.Errorf("the audit log does not verify: %v", err)
	}
	all, err := s.Executions(t.Context(), store.Query{Limit: math.MaxInt})
	if err != nil {
		t.Errorf("Executions = %v, want nil", err)
	}
	for _, x := range all {
		if versions[x.ID] != x.Version {
			t.Errorf("execution %s has version %d and %d lines", x.ID, x.Version, versions[x.ID])
		}
		delete(versions, x.ID)
	}
	for id, n := range versions {
		t.Errorf("execution %s has %d lines and is not there", id, n)
	}
}

func count(t T, l audit.Line, versions map[engine.ExecutionID]engine.Version) {
	t.Helper()
	var r struct {
		Execution engine.ExecutionID `json:"execution"`
		Data      struct {
			Version engine.Version `json:"version"`
		} `json:"data"`
	}
	if err := json.Unmarshal(l.Raw, &r); err != nil {
		t.Errorf("line %d: %v", l.Seq, err)
		return
	}
	if r.Execution == "" {
		return
	}
	versions[r.Execution]++
	if r.Data.Version != versions[r.Execution] {
		t.Errorf("line %d is of version %d of execution %s, want %d", l.Seq, r.Data.Version, r.Execution, versions[r.Execution])
	}
}

// allLines reads the log in small pages.
func allLines(t T, s store.Store) iter.Seq2[audit.Line, error] {
	return func(yield func(audit.Line, error) bool) {
		for from := uint64(1); ; {
			lines, _, err := s.Audit(t.Context(), from, 7)
			if err != nil {
				yield(audit.Line{}, err)
				return
			}
			if len(lines) == 0 {
				return
			}
			for _, l := range lines {
				if !yield(l, nil) {
					return
				}
			}
			from += uint64(len(lines))
		}
	}
}

// contents is everything that can be seen of a store without changing it.
type contents struct {
	Executions []engine.Execution
	Flows      []store.Flow
	KV         map[string]store.Entry
	Triggers   []store.TriggerState
	Lines      []audit.Line
	Head       audit.Head
}

func look(t T, s store.Store) contents {
	t.Helper()
	var c contents
	var errs [5]error
	c.Executions, errs[0] = s.Executions(t.Context(), store.Query{Limit: math.MaxInt})
	c.Flows, errs[1] = s.Flows(t.Context())
	c.KV, errs[2] = s.KV(t.Context(), "hr")
	c.Lines, c.Head, errs[3] = s.Audit(t.Context(), 1, math.MaxInt)
	c.Triggers, errs[4] = s.Triggers(t.Context())
	for _, err := range errs {
		if err != nil {
			t.Fatalf("reading the store: %v", err)
		}
	}
	return c
}
