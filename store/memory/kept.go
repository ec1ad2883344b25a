package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"signoff/engine"
	"signoff/store"
	"signoff/store/internal/plan"
)

// Flow returns a revision. See [store.Store].
func (s *Store) Flow(ctx context.Context, ref engine.FlowRef) (store.Flow, error) {
	var f store.Flow
	err := s.read(ctx, func() (err error) {
		f, err = s.revision(ref)
		if err == nil && ref.Revision == 0 && f.Deleted {
			err = store.ErrNotFound
		}
		return err
	})
	if err != nil {
		return store.Flow{}, err
	}
	return f, nil
}

// revision returns a revision, or the latest for 0, even if it is deleted.
func (s *Store) revision(ref engine.FlowRef) (store.Flow, error) {
	revisions := s.flows[flowName{ref.Namespace, ref.ID}]
	i := cmp.Or(ref.Revision, len(revisions)) - 1
	if i < 0 || i >= len(revisions) {
		return store.Flow{}, store.ErrNotFound
	}
	return store.UnsealFlow(ref.String(), revisions[i])
}

// Flows returns the latest revision of each flow. See [store.Store].
func (s *Store) Flows(ctx context.Context) ([]store.Flow, error) {
	var flows []store.Flow
	err := s.read(ctx, func() (err error) {
		flows, err = s.latest()
		return err
	})
	return flows, err
}

func (s *Store) latest() ([]store.Flow, error) {
	var flows []store.Flow
	names := slices.SortedFunc(maps.Keys(s.flows), func(a, b flowName) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.id, b.id))
	})
	for _, name := range names {
		f, err := s.revision(engine.FlowRef{Namespace: name.namespace, ID: name.id})
		if err != nil {
			return nil, err
		}
		if !f.Deleted {
			flows = append(flows, f)
		}
	}
	return flows, nil
}

// Revisions returns all revisions of a flow. See [store.Store].
func (s *Store) Revisions(ctx context.Context, ref engine.FlowRef) ([]store.Flow, error) {
	var flows []store.Flow
	err := s.read(ctx, func() error {
		for _, rec := range slices.Backward(s.flows[flowName{ref.Namespace, ref.ID}]) {
			f, err := store.UnsealFlow(ref.String(), rec)
			if err != nil {
				return err
			}
			f.Source = nil
			flows = append(flows, f)
		}
		return nil
	})
	return flows, err
}

// Namespaces returns the namespaces that hold something. See [store.Store].
func (s *Store) Namespaces(ctx context.Context) ([]string, error) {
	var names []string
	err := s.read(ctx, func() error {
		flows, err := s.latest()
		if err != nil {
			return err
		}
		for _, f := range flows {
			names = append(names, f.Ref.Namespace)
		}
		for key, rec := range s.values {
			e, err := store.UnsealEntry(key, rec)
			if err != nil {
				return err
			}
			if ns, _, _ := strings.Cut(key, plan.ValueKey("", "")); !e.Expired(s.clock.Now()) {
				names = append(names, ns)
			}
		}
		return nil
	})
	slices.Sort(names)
	return slices.Compact(names), err
}

// KV returns the values of a namespace. See [store.Store].
func (s *Store) KV(ctx context.Context, namespace string) (map[string]store.Entry, error) {
	values := make(map[string]store.Entry)
	err := s.read(ctx, func() error {
		prefix, now := plan.ValueKey(namespace, ""), s.clock.Now()
		for key, rec := range s.values {
			name, ok := strings.CutPrefix(key, prefix)
			if !ok {
				continue
			}
			e, err := store.UnsealEntry(key, rec)
			if err != nil {
				return err
			}
			if !e.Expired(now) {
				values[name] = e
			}
		}
		return nil
	})
	return values, err
}

// Triggers returns the state of every trigger. See [store.Store].
func (s *Store) Triggers(ctx context.Context) ([]store.TriggerState, error) {
	var all []store.TriggerState
	err := s.read(ctx, func() error {
		for _, key := range slices.Sorted(maps.Keys(s.triggers)) {
			t, err := store.UnsealTrigger(key, s.triggers[key])
			if err != nil {
				return err
			}
			all = append(all, t)
		}
		return nil
	})
	return all, err
}
