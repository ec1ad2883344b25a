package storetest

import (
	"fmt"
	"math"
	"slices"
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
		{"executions_are_selected_by_what_they_hold", selectsByContent},
		{"a_list_goes_on_where_it_ended", listGoesOn},
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
	var many []engine.ExecutionID
	for i := range 103 {
		many = append(many, engine.ExecutionID(fmt.Sprintf("%03d", i)))
	}
	if got, err := s.Executions(t.Context(), store.Query{IDs: many}); err != nil || len(got) != 103 {
		t.Errorf("Executions(%d ids) = %d, %v, want all", len(many), len(got), err)
	}
	for limit, want := range map[int]int{0: 100, 1: 1, 102: 102, 1000: 103} {
		if got, err := s.Executions(t.Context(), store.Query{Limit: limit}); err != nil || len(got) != want {
			t.Errorf("Executions(limit %d) = %d, %v, want %d", limit, len(got), err, want)
		}
	}
}

// selectsByContent draws on what is not in the head of a record.
func selectsByContent(t T, s store.Store, clock *Clock) {
	noon := clock.Now()
	for i, edit := range []func(x *engine.Execution){
		func(x *engine.Execution) { x.Labels = map[string]string{"team": "ops", "tier": "1"} },
		func(x *engine.Execution) { x.Labels = map[string]string{"team": "hr"} },
		func(x *engine.Execution) { x.Started, x.Ended = noon.Add(time.Hour), noon.Add(2*time.Hour) },
		func(x *engine.Execution) { x.Parent = &engine.ParentRef{Execution: "0", Run: "1", Depth: 1} },
		func(x *engine.Execution) { x.Original = "0" },
		func(x *engine.Execution) {
			x.Requester = engine.Principal{Person: "kim@example.com", Name: "Kim Example"}
		},
		func(x *engine.Execution) {
			x.Runs = []engine.TaskRun{{ID: "1", Task: "ask", Request: &engine.Request{Title: "Vacation for Alex"}}}
		},
	} {
		c := first(engine.ExecutionID(fmt.Sprint(i)), noon)
		edit(&c.Transition.Next)
		mustCommit(t, s, c)
	}
	for _, c := range []struct {
		name string
		q    store.Query
		want []engine.ExecutionID
	}{
		{"a label", store.Query{Labels: map[string]string{"team": "ops"}}, []engine.ExecutionID{"0"}},
		{"two labels", store.Query{Labels: map[string]string{"team": "hr", "tier": "1"}}, nil},
		{"an empty label", store.Query{Labels: map[string]string{"none": ""}}, nil},
		{"a start from", store.Query{Started: store.Range{From: noon.Add(time.Hour)}}, []engine.ExecutionID{"2"}},
		{"a start until", store.Query{Started: store.Range{To: noon}}, nil},
		{"an end", store.Query{Ended: store.Range{To: noon.Add(2*time.Hour + 1)}}, []engine.ExecutionID{"2"}},
		{"an end before", store.Query{Ended: store.Range{To: noon.Add(2 * time.Hour)}}, nil},
		{"a parent", store.Query{Parent: "0"}, []engine.ExecutionID{"3"}},
		{"an original", store.Query{Original: "0"}, []engine.ExecutionID{"4"}},
		{"a requester", store.Query{Requester: "kim@example.com"}, []engine.ExecutionID{"5"}},
		{"a name", store.Query{Text: "KIM EX"}, []engine.ExecutionID{"5"}},
		{"a title", store.Query{Text: "for alex"}, []engine.ExecutionID{"6"}},
		{"a label's text", store.Query{Text: "team:o"}, []engine.ExecutionID{"0"}},
		{"a flow's name", store.Query{Text: "operations/vac", Limit: 2}, []engine.ExecutionID{"6", "5"}},
		{"ids", store.Query{IDs: []engine.ExecutionID{"5", "1", "none", "5", "3"}}, []engine.ExecutionID{"5", "3", "1"}},
		{"ids and a label", store.Query{IDs: []engine.ExecutionID{"1", "0"}, Labels: map[string]string{"team": "hr"}}, []engine.ExecutionID{"1"}},
		{"ids and a page", store.Query{IDs: []engine.ExecutionID{"4", "1", "0"}, Oldest: true, After: "0", Limit: 1}, []engine.ExecutionID{"1"}},
	} {
		got, err := s.Executions(t.Context(), c.q)
		if diff := cmp.Diff(c.want, ids(got)); err != nil || diff != "" {
			t.Errorf("Executions by %s = %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}

// listGoesOn reads the whole list page by page, both ways; few of many are
// selected, so that a page of the result spans many of the store.
func listGoesOn(t T, s store.Store, clock *Clock) {
	const n = 300
	var want []engine.ExecutionID
	for i := range n {
		c := first(engine.ExecutionID(fmt.Sprintf("%04d", i)), clock.Now())
		if i%53 == 0 {
			c.Transition.Next.State = engine.Paused
			want = append(want, c.Transition.Next.ID)
		}
		mustCommit(t, s, c)
	}
	for _, oldest := range []bool{true, false} {
		if !oldest {
			slices.Reverse(want)
		}
		for _, after := range []engine.ExecutionID{"", "0000", "0050", "0299", "9", "!"} {
			behind := slices.DeleteFunc(slices.Clone(want), func(id engine.ExecutionID) bool {
				return after != "" && (oldest && id <= after || !oldest && id >= after)
			})
			q := store.Query{States: []engine.State{engine.Paused, engine.Success}, Oldest: oldest, After: after, Limit: 2}
			var got []engine.ExecutionID
			for range n {
				page, err := s.Executions(t.Context(), q)
				if err != nil {
					t.Fatalf("Executions(%+v) = %v", q, err)
				}
				if len(page) == 0 {
					break
				}
				got = append(got, ids(page)...)
				q.After = page[len(page)-1].ID
			}
			if diff := cmp.Diff(behind, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("oldest first: %t, after %q (-want +got):\n%s", oldest, after, diff)
			}
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
