package bolt

import (
	"bytes"
	"context"
	"math"
	"slices"

	"go.etcd.io/bbolt"

	"signoff/engine"
	"signoff/store"
	"signoff/store/internal/plan"
)

// Flow returns a revision. See [store.Store].
func (s *Store) Flow(ctx context.Context, ref engine.FlowRef) (store.Flow, error) {
	var f *store.Flow
	err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
		bucket := tx.Bucket(bucketFlows)
		if ref.Revision == 0 {
			if f, err = latestFlow(bucket, ref); f != nil && f.Deleted {
				f = nil
			}
			return err
		}
		key := flowKey(ref)
		if rec := bucket.Get(key); rec != nil && ref.Revision > 0 && ref.Revision <= math.MaxUint32 {
			f, err = unsealFlow(key, rec)
		}
		return err
	})
	if err == nil && f == nil {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Flow{}, err
	}
	return *f, nil
}

func unsealFlow(key, rec []byte) (*store.Flow, error) {
	f, err := store.UnsealFlow(string(key), rec)
	return &f, err
}

// latestFlow returns the latest revision, nil if there is none.
func latestFlow(bucket *bbolt.Bucket, ref engine.FlowRef) (*store.Flow, error) {
	ref.Revision = 0
	lowest := flowKey(ref)
	ref.Revision = math.MaxUint32
	c := bucket.Cursor()
	k, _ := c.Seek(flowKey(ref))
	var v []byte
	if k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	name := lowest[:len(lowest)-4]
	if !bytes.HasPrefix(k, name) || len(k) != len(lowest) {
		return nil, nil //nolint:nilnil // there is none
	}
	return unsealFlow(k, v)
}

// Flows returns the latest revision of each flow. See [store.Store].
func (s *Store) Flows(ctx context.Context) ([]store.Flow, error) {
	var flows []store.Flow
	err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
		flows, err = latestFlows(tx)
		return err
	})
	return flows, err
}

// latestFlows looks at the last revision of each flow: revisions of one flow
// stand together.
func latestFlows(tx *bbolt.Tx) ([]store.Flow, error) {
	var flows []store.Flow
	var last, rec []byte
	add := func() error {
		if last == nil {
			return nil
		}
		f, err := unsealFlow(last, rec)
		if err == nil && !f.Deleted {
			flows = append(flows, *f)
		}
		return err
	}
	err := tx.Bucket(bucketFlows).ForEach(func(k, v []byte) error {
		var err error
		if !bytes.HasPrefix(k, flowOf(last)) || len(k) != len(last) {
			err = add()
		}
		last, rec = k, v
		return err
	})
	if err != nil {
		return nil, err
	}
	return flows, add()
}

// flowOf cuts the revision off a key.
func flowOf(key []byte) []byte { return key[:max(len(key)-4, 0)] }

// Revisions returns all revisions of a flow. See [store.Store].
func (s *Store) Revisions(ctx context.Context, ref engine.FlowRef) ([]store.Flow, error) {
	var flows []store.Flow
	ref.Revision = 0
	lowest := flowKey(ref)
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketFlows).Cursor()
		for k, v := c.Seek(lowest); bytes.HasPrefix(k, flowOf(lowest)) && len(k) == len(lowest); k, v = c.Next() {
			f, err := unsealFlow(k, v)
			if err != nil {
				return err
			}
			f.Source = nil
			flows = append(flows, *f)
		}
		return nil
	})
	slices.Reverse(flows)
	return flows, err
}

// Namespaces returns the namespaces that hold something. See [store.Store].
func (s *Store) Namespaces(ctx context.Context) ([]string, error) {
	var names []string
	now := s.clock.Now()
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		flows, err := latestFlows(tx)
		if err != nil {
			return err
		}
		for _, f := range flows {
			names = append(names, f.Ref.Namespace)
		}
		return tx.Bucket(bucketKV).ForEach(func(k, rec []byte) error {
			e, err := store.UnsealEntry(string(k), rec)
			if ns, _, _ := bytes.Cut(k, []byte{0}); err == nil && !e.Expired(now) {
				names = append(names, string(ns))
			}
			return err
		})
	})
	slices.Sort(names)
	return slices.Compact(names), err
}

// KV returns the values of a namespace. See [store.Store].
func (s *Store) KV(ctx context.Context, namespace string) (map[string]store.Entry, error) {
	values := make(map[string]store.Entry)
	prefix, now := []byte(plan.ValueKey(namespace, "")), s.clock.Now()
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketKV).Cursor()
		for k, rec := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, rec = c.Next() {
			e, err := store.UnsealEntry(string(k), rec)
			if err != nil {
				return err
			}
			if !e.Expired(now) {
				values[string(k[len(prefix):])] = e
			}
		}
		return nil
	})
	return values, err
}

// Triggers returns the state of every trigger. See [store.Store].
func (s *Store) Triggers(ctx context.Context) ([]store.TriggerState, error) {
	var all []store.TriggerState
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketTriggers).ForEach(func(k, rec []byte) error {
			t, err := store.UnsealTrigger(string(k), rec)
			if err == nil {
				all = append(all, t)
			}
			return err
		})
	})
	return all, err
}
