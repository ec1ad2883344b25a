package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/store"
	"signoff/store/memory"
)

// The configuration owns the values that it names, and no other.
func TestConfiguredValuesLeaveOthersAlone(t *testing.T) {
	t.Parallel()
	st := memory.New(memory.Options{})
	byFlow := &store.Entry{Type: "STRING", Value: "by a flow"}
	for _, ns := range []string{"hr", "it"} {
		if err := st.Commit(t.Context(), store.Commit{KV: &store.Values{Namespace: ns, Set: map[string]*store.Entry{"MINE": byFlow}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		values map[string]map[string]any
		want   map[string]any
	}{
		{map[string]map[string]any{"hr": {"A": int64(1), "B": true}}, map[string]any{"A": int64(1), "B": true, "MINE": "by a flow"}},
		{map[string]map[string]any{"hr": {"A": int64(2)}}, map[string]any{"A": int64(2), "MINE": "by a flow"}},
		{nil, map[string]any{"MINE": "by a flow"}},
		{map[string]map[string]any{"hr": {"MINE": "configured"}}, map[string]any{"MINE": "configured"}},
	} {
		if err := setKV(t.Context(), st, c.values); err != nil {
			t.Fatal(err)
		}
		have, err := st.KV(t.Context(), "hr")
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[string]any)
		for key, e := range have {
			if got[key] = e.Value; e.Type == "" {
				t.Errorf("%s has no type", key)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("after %v (-want +got):\n%s", c.values, diff)
		}
	}
}
