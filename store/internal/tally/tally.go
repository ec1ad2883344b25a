// Package tally counts, for each flow, the executions that hold a slot of its
// concurrency, and lists those that wait for one. It lives in memory and is
// filled from the heads of the executions when a store is opened.
package tally

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"signoff/engine"
	"signoff/store"
)

// Tally is safe for concurrent use.
type Tally struct {
	mu    sync.RWMutex
	flows map[name]*line // guarded by mu
}

type name struct{ namespace, id string }

type line struct {
	slots  int
	queued map[engine.ExecutionID]struct{}
}

func nameOf(ref engine.FlowRef) name { return name{ref.Namespace, ref.ID} }

// New makes an empty tally.
func New() *Tally { return &Tally{flows: make(map[name]*line)} }

// Load adds an execution.
func (t *Tally) Load(h store.Head) {
	if !counts(h) {
		return
	}
	c := t.Begin()
	c.Set(store.Head{}, h)
	c.Apply()
}

// Slots counts the executions of a flow that hold a slot.
func (t *Tally) Slots(ref engine.FlowRef) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if l := t.flows[nameOf(ref)]; l != nil {
		return l.slots
	}
	return 0
}

// Queued lists the executions that wait for a slot and may be selected by q, in
// the order of their ids.
func (t *Tally) Queued(q store.Query) []engine.ExecutionID {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var ids []engine.ExecutionID
	for n, l := range t.flows {
		if q.Selects(store.Head{Flow: engine.FlowRef{Namespace: n.namespace, ID: n.id}, State: engine.Queued}) {
			ids = slices.AppendSeq(ids, maps.Keys(l.queued))
		}
	}
	slices.Sort(ids)
	return ids
}

// counts reports whether an execution has a place here.
func counts(h store.Head) bool { return h.Slot || h.State == engine.Queued }

// Change is what commits do to a tally before they are durable. It is not safe
// for concurrent use, and there is one at a time.
type Change struct {
	t   *Tally
	ops map[name]*op
}

type op struct {
	slots  int // more, or fewer
	queued map[engine.ExecutionID]bool
}

// Begin starts a change.
func (t *Tally) Begin() *Change { return &Change{t: t} }

// Slots counts as the change will have it.
func (c *Change) Slots(ref engine.FlowRef) int {
	n := c.t.Slots(ref)
	if o := c.ops[nameOf(ref)]; o != nil {
		n += o.slots
	}
	return n
}

// Set notes that an execution was as old, which is zero for a new one, and is as
// next.
func (c *Change) Set(old, next store.Head) {
	if !counts(old) && !counts(next) {
		return
	}
	c.note(old, -1)
	c.note(next, 1)
}

// note adds an execution to its flow, or takes it away.
func (c *Change) note(h store.Head, n int) {
	if !counts(h) {
		return
	}
	o := c.op(h.Flow)
	if h.Slot {
		o.slots += n
	}
	if h.State == engine.Queued {
		// The id may share the memory of a page.
		o.queued[engine.ExecutionID(strings.Clone(string(h.ID)))] = n > 0
	}
}

func (c *Change) op(ref engine.FlowRef) *op {
	if c.ops == nil {
		c.ops = make(map[name]*op)
	}
	n := name{strings.Clone(ref.Namespace), strings.Clone(ref.ID)}
	if c.ops[n] == nil {
		c.ops[n] = &op{queued: make(map[engine.ExecutionID]bool)}
	}
	return c.ops[n]
}

// Apply makes the change true. The change must not be used afterwards.
func (c *Change) Apply() {
	if len(c.ops) == 0 {
		return
	}
	c.t.mu.Lock()
	defer c.t.mu.Unlock()
	for n, o := range c.ops {
		l := c.t.flows[n]
		if l == nil {
			l = &line{queued: make(map[engine.ExecutionID]struct{})}
			c.t.flows[n] = l
		}
		l.slots += o.slots
		for id, there := range o.queued {
			if there {
				l.queued[id] = struct{}{}
			} else {
				delete(l.queued, id)
			}
		}
		if l.slots == 0 && len(l.queued) == 0 {
			delete(c.t.flows, n)
		}
	}
}
