package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/store"
)

func keptCases() []testCase {
	return []testCase{
		{"a_changed_source_is_a_new_revision", newRevision},
		{"flows_are_kept_apart", flowsApart},
		{"a_deleted_flow_keeps_its_revisions", deletedFlow},
		{"a_flow_is_switched_off_by_a_revision", disabledFlow},
		{"values_are_set_and_removed", valuesSet},
		{"a_value_ends_when_it_expires", valuesExpire},
		{"a_new_value_is_refused_where_one_is", newValues},
		{"namespaces_hold_flows_or_values", namespaces},
		{"triggers_are_set_and_removed", triggersSet},
		{"a_trigger_changes_with_its_version", triggerVersions},
		{"a_trigger_fires_once", triggerFires},
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
	named.Flow.Ref.Revision, named.Flow.By, named.Flow.Author = 4, "Dana", "dana"
	mustCommit(t, s, named)
	if got, err := s.Flow(t.Context(), engine.FlowRef{Namespace: "hr", ID: "f"}); err != nil || got.Author != "dana" {
		t.Errorf("the author of revision 4 is %q, %v", got.Author, err)
	}
	named.Flow.Source = []byte("five")
	if err := s.Commit(t.Context(), named); !errors.Is(err, store.ErrConflict) {
		t.Errorf("Commit(revision 4 again) = %v, want %v", err, store.ErrConflict)
	}
	if diff := cmp.Diff([]string{"4 Dana", "3 ", "2 ", "1 "}, revisions(t, s, "f")); diff != "" {
		t.Errorf("Revisions (-want +got):\n%s", diff)
	}
}

// revisions says what the revisions of a flow of hr are.
func revisions(t T, s store.Store, id string) []string {
	t.Helper()
	all, err := s.Revisions(t.Context(), engine.FlowRef{Namespace: "hr", ID: id, Revision: 1})
	if err != nil {
		t.Fatalf("Revisions(%s) = %v", id, err)
	}
	var said []string
	for _, f := range all {
		text := fmt.Sprintf("%d %s", f.Ref.Revision, f.By)
		if f.Deleted {
			text += "deleted"
		}
		if f.Disabled {
			text += "disabled"
		}
		if f.Source != nil || f.Ref.ID != id || len(f.Digest) != 64 {
			t.Errorf("Revisions(%s) holds %+v, want it without a source and with its digest", id, f)
		}
		said = append(said, text)
	}
	return said
}

func flowsApart(t T, s store.Store, _ *Clock) {
	for _, id := range []string{"b", "a", "a.b", "ab"} {
		mustCommit(t, s, save(id, id+"1"))
		mustCommit(t, s, save(id, id+"2"))
	}
	if diff := cmp.Diff([]string{"hr/a 2 a2", "hr/a.b 2 a.b2", "hr/ab 2 ab2", "hr/b 2 b2"}, latest(t, s)); diff != "" {
		t.Errorf("Flows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2 ", "1 "}, revisions(t, s, "a")); diff != "" {
		t.Errorf("Revisions(a) (-want +got):\n%s", diff)
	}
	if none := revisions(t, s, "c"); len(none) != 0 {
		t.Errorf("Revisions(c) = %v, want none", none)
	}
}

func latest(t T, s store.Store) []string {
	t.Helper()
	flows, err := s.Flows(t.Context())
	if err != nil {
		t.Fatalf("Flows = %v", err)
	}
	var said []string
	for _, f := range flows {
		said = append(said, fmt.Sprintf("%s %d %s", f.Ref, f.Ref.Revision, f.Source))
	}
	return said
}

func deletedFlow(t T, s store.Store, _ *Clock) {
	ref := engine.FlowRef{Namespace: "hr", ID: "f"}
	gone := store.Commit{Flow: &store.Flow{Ref: ref, Deleted: true}}
	mustCommit(t, s, gone) // there is none: nothing to do
	if all := revisions(t, s, "f"); len(all) != 0 {
		t.Errorf("a flow that never was has the revisions %v", all)
	}
	mustCommit(t, s, save("f", "one"))
	mustCommit(t, s, save("g", "other"))
	mustCommit(t, s, gone)
	mustCommit(t, s, gone)
	if _, err := s.Flow(t.Context(), ref); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Flow(deleted) = %v, want %v", err, store.ErrNotFound)
	}
	if diff := cmp.Diff([]string{"hr/g 1 other"}, latest(t, s)); diff != "" {
		t.Errorf("Flows (-want +got):\n%s", diff)
	}
	ref.Revision = 1
	if f, err := s.Flow(t.Context(), ref); err != nil || string(f.Source) != "one" {
		t.Errorf("Flow(revision 1) = %q, %v, want what the executions began with", f.Source, err)
	}
	mustCommit(t, s, save("f", "one"))
	if diff := cmp.Diff([]string{"3 ", "2 deleted", "1 "}, revisions(t, s, "f")); diff != "" {
		t.Errorf("Revisions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"hr/f 3 one", "hr/g 1 other"}, latest(t, s)); diff != "" {
		t.Errorf("Flows, when it was saved again (-want +got):\n%s", diff)
	}
}

func disabledFlow(t T, s store.Store, _ *Clock) {
	off := save("f", "one")
	off.Flow.Disabled = true
	mustCommit(t, s, save("f", "one"))
	mustCommit(t, s, off)
	mustCommit(t, s, off)
	mustCommit(t, s, save("f", "one"))
	if diff := cmp.Diff([]string{"3 ", "2 disabled", "1 "}, revisions(t, s, "f")); diff != "" {
		t.Errorf("Revisions (-want +got):\n%s", diff)
	}
}

func set(t T, s store.Store, ns string, kv map[string]*store.Entry) {
	t.Helper()
	mustCommit(t, s, store.Commit{KV: &store.Values{Namespace: ns, Set: kv}})
}

func wantKV(t T, s store.Store, ns string, want map[string]store.Entry) {
	t.Helper()
	got, err := s.KV(t.Context(), ns)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("KV(%s) = %v (-want +got):\n%s", ns, err, diff)
	}
}

func valuesSet(t T, s store.Store, clock *Clock) {
	early := s.Now()
	set(t, s, "hr", map[string]*store.Entry{"a": {Type: "NUMBER", Value: int64(1), Description: "one"}, "b": {Value: 1.0}, "c": {Value: "1"}})
	set(t, s, "hr.ops", map[string]*store.Entry{"a": {Value: "below"}})
	set(t, s, "h", map[string]*store.Entry{"r": {Value: "beside"}})
	clock.Move(time.Minute)
	late := s.Now()
	set(t, s, "hr", map[string]*store.Entry{"b": nil, "c": {Type: "JSON", Value: []any{true}}, "n": {Type: "JSON"}, "none": nil})
	wantKV(t, s, "hr", map[string]store.Entry{
		"a": {Type: "NUMBER", Value: int64(1), Description: "one", Updated: early},
		"c": {Type: "JSON", Value: []any{true}, Updated: late},
		"n": {Type: "JSON", Updated: late},
	})
	wantKV(t, s, "hr.ops", map[string]store.Entry{"a": {Value: "below", Updated: early}})
	wantKV(t, s, "h", map[string]store.Entry{"r": {Value: "beside", Updated: early}})
	wantKV(t, s, "it", map[string]store.Entry{})
}

func valuesExpire(t T, s store.Store, clock *Clock) {
	at := s.Now()
	end := at.Add(time.Hour)
	set(t, s, "hr", map[string]*store.Entry{"short": {Value: "s", Expires: end}, "again": {Value: "a", Expires: end}, "long": {Value: "l"}})
	set(t, s, "hr", map[string]*store.Entry{"again": {Value: "b"}, "past": {Value: "p", Expires: at}})
	long, again := store.Entry{Value: "l", Updated: at}, store.Entry{Value: "b", Updated: at}
	clock.Move(time.Hour - 1)
	wantKV(t, s, "hr", map[string]store.Entry{"short": {Value: "s", Expires: end, Updated: at}, "again": again, "long": long})
	clock.Move(1)
	wantKV(t, s, "hr", map[string]store.Entry{"again": again, "long": long})
	set(t, s, "it", map[string]*store.Entry{"k": {Value: "v"}}) // a store may clear up here
	wantKV(t, s, "hr", map[string]store.Entry{"again": again, "long": long})
	set(t, s, "hr", map[string]*store.Entry{"short": {Value: "t"}})
	wantKV(t, s, "hr", map[string]store.Entry{"again": again, "long": long, "short": {Value: "t", Updated: s.Now()}})
	clock.Move(time.Hour)
	set(t, s, "it", map[string]*store.Entry{"k": {Value: "v"}})
	wantKV(t, s, "hr", map[string]store.Entry{"again": again, "long": long, "short": {Value: "t", Updated: end}})
}

func newValues(t T, s store.Store, clock *Clock) {
	put := func(key string) error {
		e := &store.Entry{Value: "v", Expires: s.Now().Add(time.Minute)}
		return s.Commit(t.Context(), store.Commit{KV: &store.Values{Namespace: "hr", New: true, Set: map[string]*store.Entry{key: e}}})
	}
	for _, step := range []struct {
		key  string
		wait time.Duration
		want error
	}{{"a", 0, nil}, {"a", time.Minute - 1, store.ErrConflict}, {"b", 0, nil}, {"a", 1, nil}, {"a", 0, store.ErrConflict}} {
		clock.Move(step.wait)
		if err := put(step.key); !errors.Is(err, step.want) {
			t.Errorf("Commit(new %s) = %v, want %v", step.key, err, step.want)
		}
	}
}

func namespaces(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, save("f", "one"))
	other := save("g", "two")
	other.Flow.Ref.Namespace = "gone"
	mustCommit(t, s, other)
	other.Flow.Deleted, other.Flow.Source = true, nil
	mustCommit(t, s, other)
	set(t, s, "hr", map[string]*store.Entry{"k": {Value: "v"}})
	set(t, s, "hr.ops", map[string]*store.Entry{"k": {Value: "v"}, "l": {Value: "v"}})
	set(t, s, "short", map[string]*store.Entry{"k": {Value: "v", Expires: s.Now().Add(time.Second)}})
	clock.Move(time.Second)
	got, err := s.Namespaces(t.Context())
	if diff := cmp.Diff([]string{"hr", "hr.ops"}, got); err != nil || diff != "" {
		t.Errorf("Namespaces = %v (-want +got):\n%s", err, diff)
	}
}
