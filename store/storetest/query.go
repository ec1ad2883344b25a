package storetest

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

func queryCases() []testCase {
	return []testCase{
		{"executions_come_newest_first", newestFirst},
		{"executions_are_selected", selects},
		{"a_list_ends_at_its_limit", listEndsAtLimit},
		{"a_changed_source_is_a_new_revision", newRevision},
		{"flows_are_kept_apart", flowsApart},
		{"values_are_set_and_removed", valuesSet},
		{"lines_come_by_number", linesByNumber},
	}
}

func ids(all []engine.Execution) []engine.ExecutionID {
	var names []engine.ExecutionID
	for _, x := range all {
		names = append(names, x.ID)
	}
	return names
}

func newestFirst(t T, s store.Store, clock *Clock) {
	for _, id := range []engine.ExecutionID{"2", "10", "1", "3"} {
		mustCommit(t, s, first(id, clock.Now()))
	}
	mustCommit(t, s, follow(mustLoad(t, s, "1")))
	want := []engine.ExecutionID{"3", "2", "10", "1"}
	if diff := cmp.Diff(want, ids(look(t, s).Executions)); diff != "" {
		t.Errorf("Executions (-want +got):\n%s", diff)
	}
}

func selects(t T, s store.Store, clock *Clock) {
	for i, x := range []struct {
		ns, flow string
		state    engine.State
	}{
		{"hr", "a", engine.Paused},
		{"hr.ops", "a", engine.Success},
		{"hr.ops", "b", engine.Paused},
		{"hrx", "a", engine.Failed},
	} {
		c := first(engine.ExecutionID(fmt.Sprint(i)), clock.Now())
		c.Transition.Next.Flow = engine.FlowRef{Namespace: x.ns, ID: x.flow, Revision: 1}
		c.Transition.Next.State = x.state
		mustCommit(t, s, c)
	}
	for _, c := range []struct {
		q    store.Query
		want []engine.ExecutionID
	}{
		{store.Query{}, []engine.ExecutionID{"3", "2", "1", "0"}},
		{store.Query{Namespace: "hr"}, []engine.ExecutionID{"2", "1", "0"}},
		{store.Query{Namespace: "hr.ops"}, []engine.ExecutionID{"2", "1"}},
		{store.Query{Namespace: "h"}, nil},
		{store.Query{Flow: "a"}, []engine.ExecutionID{"3", "1", "0"}},
		{store.Query{States: []engine.State{engine.Paused, engine.Failed}}, []engine.ExecutionID{"3", "2", "0"}},
		{store.Query{Namespace: "hr", States: []engine.State{engine.Paused}, Limit: 1}, []engine.ExecutionID{"2"}},
	} {
		got, err := s.Executions(t.Context(), c.q)
		if err != nil {
			t.Errorf("Executions(%+v) = %v", c.q, err)
		}
		if diff := cmp.Diff(c.want, ids(got)); diff != "" {
			t.Errorf("Executions(%+v) (-want +got):\n%s", c.q, diff)
		}
	}
}

func listEndsAtLimit(t T, s store.Store, clock *Clock) {
	for i := range 103 {
		mustCommit(t, s, first(engine.ExecutionID(fmt.Sprintf("%03d", i)), clock.Now()))
	}
	for limit, want := range map[int]int{0: 100, 1: 1, 102: 102, 1000: 103} {
		if got, err := s.Executions(t.Context(), store.Query{Limit: limit}); err != nil || len(got) != want {
			t.Errorf("Executions(limit %d) = %d, %v, want %d", limit, len(got), err, want)
		}
	}
}

func save(id, source string) store.Commit {
	return store.Commit{Flow: &store.Flow{Ref: engine.FlowRef{Namespace: "hr", ID: id}, Source: []byte(source)}}
}

func newRevision(t T, s store.Store, clock *Clock) {
	saved := s.Now()
	for _, source := range []string{"one", "one", "two", "one"} {
		mustCommit(t, s, save("f", source))
	}
	clock.Move(time.Second)
	for rev, want := range map[int]string{0: "one", 1: "one", 2: "two", 3: "one"} {
		got, err := s.Flow(t.Context(), engine.FlowRef{Namespace: "hr", ID: "f", Revision: rev})
		if err != nil || string(got.Source) != want || (rev != 0 && got.Ref.Revision != rev) || !got.Saved.Equal(saved) || len(got.Digest) != 64 {
			t.Errorf("Flow(revision %d) = %+v, %v, want %q saved %v", rev, got, err, want, saved)
		}
	}
	for _, ref := range []engine.FlowRef{
		{Namespace: "hr", ID: "f", Revision: 4},
		{Namespace: "hr", ID: "f", Revision: -1},
		{Namespace: "hr", ID: "g"},
		{Namespace: "h", ID: "f"},
		{},
	} {
		if _, err := s.Flow(t.Context(), ref); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Flow(%+v) = %v, want %v", ref, err, store.ErrNotFound)
		}
	}
	named := save("f", "four")
	named.Flow.Ref.Revision = 4
	mustCommit(t, s, named)
	named.Flow.Source = []byte("five")
	if err := s.Commit(t.Context(), named); !errors.Is(err, store.ErrConflict) {
		t.Errorf("Commit(revision 4 again) = %v, want %v", err, store.ErrConflict)
	}
}

func flowsApart(t T, s store.Store, _ *Clock) {
	for _, id := range []string{"b", "a", "a.b", "ab"} {
		mustCommit(t, s, save(id, id+"1"))
		mustCommit(t, s, save(id, id+"2"))
	}
	flows, err := s.Flows(t.Context())
	if err != nil {
		t.Fatalf("Flows = %v", err)
	}
	var got []string
	for _, f := range flows {
		got = append(got, fmt.Sprintf("%s %d %s", f.Ref, f.Ref.Revision, f.Source))
	}
	want := []string{"hr/a 2 a2", "hr/a.b 2 a.b2", "hr/ab 2 ab2", "hr/b 2 b2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Flows (-want +got):\n%s", diff)
	}
}

func valuesSet(t T, s store.Store, _ *Clock) {
	set := func(ns string, kv map[string]any) {
		t.Helper()
		mustCommit(t, s, store.Commit{KV: &store.Values{Namespace: ns, Set: kv}})
	}
	set("hr", map[string]any{"a": int64(1), "b": 1.0, "c": "1"})
	set("hr.ops", map[string]any{"a": "below"})
	set("h", map[string]any{"r": "beside"})
	set("hr", map[string]any{"b": nil, "c": []any{true}, "none": nil})
	for ns, want := range map[string]map[string]any{
		"hr":     {"a": int64(1), "c": []any{true}},
		"hr.ops": {"a": "below"},
		"h":      {"r": "beside"},
		"it":     {},
	} {
		got, err := s.KV(t.Context(), ns)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("KV(%s) = %v (-want +got):\n%s", ns, err, diff)
		}
	}
}

func linesByNumber(t T, s store.Store, clock *Clock) {
	// Commits with one line, and with several.
	for i := range 4 {
		var c store.Commit
		for j := range i + 1 {
			c.Records = append(c.Records, audit.Record{At: clock.Now(), Event: audit.NoticeSent, Revision: 10*i + j})
		}
		mustCommit(t, s, c)
	}
	all, head, err := s.Audit(t.Context(), 1, 100)
	if err != nil || len(all) != 10 || head != all[9].Head() {
		t.Fatalf("Audit = %d lines, head %v, %v, want 10", len(all), head, err)
	}
	for from := range uint64(13) {
		for _, n := range []int{-1, 0, 1, 3, math.MaxInt} {
			got, gotHead, err := s.Audit(t.Context(), from, n)
			first := min(max(from, 1)-1, 10)
			last := first + min(uint64(max(n, 0)), 10-first)
			if diff := cmp.Diff(all[first:last], got, cmpopts.EquateEmpty()); err != nil || gotHead != head || diff != "" {
				t.Errorf("Audit(%d, %d) = head %v, %v (-want +got):\n%s", from, n, gotHead, err, diff)
			}
		}
	}
}
