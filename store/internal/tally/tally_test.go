package tally

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/store"
)

// TestTallyFollowsTheHeads changes executions in batches, of which some are
// thrown away, and counts the heads by hand after each.
func TestTallyFollowsTheHeads(t *testing.T) {
	t.Parallel()
	flows := []engine.FlowRef{{Namespace: "hr", ID: "f"}, {Namespace: "hr", ID: "g"}}
	rapid.Check(t, func(t *rapid.T) {
		tally, heads := New(), map[engine.ExecutionID]store.Head{}
		for range rapid.IntRange(1, 8).Draw(t, "batches") {
			change, after := tally.Begin(), maps.Clone(heads)
			for range rapid.IntRange(0, 6).Draw(t, "commits") {
				id := rapid.SampledFrom([]engine.ExecutionID{"a", "b", "c"}).Draw(t, "id")
				next := store.Head{
					ID: id, Flow: rapid.SampledFrom(flows).Draw(t, "flow"), Version: after[id].Version + 1,
					State: rapid.SampledFrom([]engine.State{engine.Queued, engine.Running, engine.Success}).Draw(t, "state"),
					Slot:  rapid.Bool().Draw(t, "slot"),
				}
				change.Set(after[id], next)
				after[id] = next
				for _, ref := range flows {
					if got, want := change.Slots(ref), slots(after, ref); got != want {
						t.Fatalf("within the batch: Slots(%s) = %d, want %d", ref, got, want)
					}
				}
			}
			if rapid.Bool().Draw(t, "durable") {
				change.Apply()
				heads = after
			}
			for _, ref := range flows {
				if got, want := tally.Slots(ref), slots(heads, ref); got != want {
					t.Fatalf("Slots(%s) = %d, want %d", ref, got, want)
				}
				got := tally.Queued(store.Query{Flow: ref.ID, States: []engine.State{engine.Queued}})
				if diff := cmp.Diff(queued(heads, ref), got, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("Queued(%s) (-want +got):\n%s", ref, diff)
				}
			}
		}
		loaded := New()
		for _, h := range heads {
			loaded.Load(h)
		}
		if diff := cmp.Diff(tally.flows, loaded.flows, cmp.AllowUnexported(line{}, name{})); diff != "" {
			t.Fatalf("loaded from the heads (-kept +loaded):\n%s", diff)
		}
	})
}

func slots(heads map[engine.ExecutionID]store.Head, ref engine.FlowRef) int {
	n := 0
	for _, h := range heads {
		if h.Slot && h.Flow == ref {
			n++
		}
	}
	return n
}

func queued(heads map[engine.ExecutionID]store.Head, ref engine.FlowRef) []engine.ExecutionID {
	var ids []engine.ExecutionID
	for id, h := range heads {
		if h.State == engine.Queued && h.Flow == ref {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
