package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
	"signoff/store"
)

// revision is a parsed flow revision. It never changes.
type revision struct {
	flow   *flow.Flow
	number int
	digest string
	saved  time.Time
	author approval.PersonID
	// off: somebody switched the flow off with this revision.
	off bool
}

// startable refuses what cannot be started.
func (r revision) startable() error {
	if why := r.flow.Blocked(); why != "" {
		return refuse(engine.NotAllowed, "%s", why)
	}
	if r.off || r.flow.Disabled {
		return refuse(engine.NotAllowed, "The flow %s/%s is switched off.", r.flow.Namespace, r.flow.ID)
	}
	return nil
}

// maxParsed is how many revisions are kept parsed. Above it all are dropped:
// those that are in use are soon parsed again.
const maxParsed = 500

// flowCache keeps parsed revisions. A revision never changes, so nothing in it
// can be out of date.
type flowCache struct {
	mu     sync.RWMutex
	parsed map[engine.FlowRef]revision // guarded by mu
}

func (c *flowCache) get(ref engine.FlowRef) (revision, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	r, ok := c.parsed[ref]
	return r, ok
}

func (c *flowCache) put(ref engine.FlowRef, r revision) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parsed == nil {
		c.parsed = make(map[engine.FlowRef]revision)
	}
	if len(c.parsed) >= maxParsed {
		clear(c.parsed)
	}
	c.parsed[ref] = r
}

// revision returns a flow revision, the latest for revision 0.
func (b *Bot) revision(ctx context.Context, ref engine.FlowRef) (revision, error) {
	if r, ok := b.flows.get(ref); ok {
		return r, nil
	}
	saved, err := b.Store.Flow(ctx, ref)
	if errors.Is(err, store.ErrNotFound) && ref.Revision != 0 {
		// An execution stands on it, so this is no plain "not found".
		return revision{}, fmt.Errorf("flow %s revision %d is gone from the store", ref, ref.Revision)
	}
	if err != nil {
		return revision{}, fmt.Errorf("load flow %s: %w", ref, err)
	}
	if r, ok := b.flows.get(saved.Ref); ok {
		return r, nil
	}
	f, faults := b.Loader().Parse(saved.Ref.String(), saved.Source)
	if faults.Stop() {
		return revision{}, fmt.Errorf("load flow %s revision %d: %s", ref, saved.Ref.Revision, faults[0])
	}
	r := revision{flow: f, number: saved.Ref.Revision, digest: saved.Digest, saved: saved.Saved, author: saved.Author, off: saved.Disabled}
	b.flows.put(saved.Ref, r)
	return r, nil
}

// Loader reads flows, with the types of task that the configuration maps.
func (b *Bot) Loader() flow.Loader { return flow.Loader{Mapped: b.Mapped} }
