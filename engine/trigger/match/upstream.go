package match

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"signoff/engine/flow"
)

// Listens reports whether the trigger of a flow can be moved at all by the
// executions of another: it asks for nothing but names, so that a flow that
// nobody listens to costs nothing.
func Listens(t *flow.FlowTrigger, namespace, id string) bool {
	if len(t.Upstream) == 0 {
		return true
	}
	return slices.ContainsFunc(t.Upstream, func(u flow.Upstream) bool { return from(&u, namespace, id) })
}

func from(u *flow.Upstream, namespace, id string) bool {
	if u.Flow != "" && u.Flow != id {
		return false
	}
	return u.Namespace == "" || u.Namespace == namespace || u.Prefix && strings.HasPrefix(namespace, u.Namespace+".")
}

// Wants reports whether the trigger listens to the state.
func Wants(t *flow.FlowTrigger, state string) bool {
	if len(t.States) == 0 {
		return slices.Contains(DefaultStates(), state)
	}
	return slices.Contains(t.States, state)
}

// DefaultStates are those a trigger listens to that names none: every final one,
// and PAUSED.
func DefaultStates() []string {
	return []string{"SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "PAUSED"}
}

// Met is what is remembered of an upstream that was met.
type Met struct {
	At        time.Time
	Execution string
	// Trigger is the root "trigger" as it was for that execution alone.
	Trigger map[string]any
}

// Meeting is what is remembered of a trigger that waits for several upstreams,
// by the key of the upstream.
type Meeting map[string]Met

// Upstreams returns the keys of the upstreams that the subject meets: none unless
// the trigger's own conditions hold. The root "trigger" of s.Env is about that
// execution.
func Upstreams(t *flow.FlowTrigger, s Subject) ([]string, error) {
	if ok, err := All(t.Conditions, s); !ok || err != nil {
		return nil, err
	}
	var met []string
	for i := range t.Upstream {
		u := &t.Upstream[i]
		x := s.Execution
		if !from(u, x.Namespace, x.Flow) || len(u.States) > 0 && !slices.Contains(u.States, x.State) || !Labelled(x.Labels, u.Labels) {
			continue
		}
		ok, err := All(u.Conditions, s)
		if ok && err == nil {
			ok, err = Truth(u.When, s.Env)
		}
		if err != nil {
			return nil, fmt.Errorf("precondition %s: %w", Key(t, i), err)
		}
		if ok {
			met = append(met, Key(t, i))
		}
	}
	return met, nil
}

// Key is the name under which the upstream in place i is remembered.
func Key(t *flow.FlowTrigger, i int) string {
	return cmp.Or(t.Upstream[i].ID, fmt.Sprintf("#%d", i+1))
}

// Join adds what was met to what is remembered, drops what lies outside the
// window, and reports whether everything has come together. When it has, what
// is remembered begins anew. It changes nothing that it is given.
func Join(t *flow.FlowTrigger, before Meeting, keys []string, now Met) (after Meeting, complete Meeting, err error) {
	span, open, err := WindowAt(t.Window, now.At)
	if err != nil || !open {
		return before, nil, err
	}
	after = Meeting{}
	for k, m := range before {
		if span.Holds(m.At) {
			after[k] = m
		}
	}
	for _, k := range keys {
		after[k] = now
	}
	for i := range t.Upstream {
		if _, ok := after[Key(t, i)]; !ok {
			return after, nil, nil
		}
	}
	return Meeting{}, after, nil
}

// InOrder lists what was met, the earliest first.
func (m Meeting) InOrder() []Met {
	keys := slices.Sorted(maps.Keys(m))
	out := make([]Met, 0, len(keys))
	for _, k := range keys {
		out = append(out, m[k])
	}
	slices.SortStableFunc(out, func(a, b Met) int { return a.At.Compare(b.At) })
	return out
}
