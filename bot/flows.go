package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// revision is a parsed flow revision. It never changes.
type revision struct {
	flow   *flow.Flow
	number int
	digest string
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
	f, faults := flow.Parse(saved.Ref.String(), saved.Source)
	if faults.Stop() {
		return revision{}, fmt.Errorf("load flow %s revision %d: %s", ref, saved.Ref.Revision, faults[0])
	}
	r := revision{flow: f, number: saved.Ref.Revision, digest: saved.Digest}
	b.flows.put(saved.Ref, r)
	return r, nil
}

// SaveFlow checks a source and saves it as a new revision unless it equals the
// latest one. It returns everything wrong with it; nothing is saved when
// Faults.Stop.
func (b *Bot) SaveFlow(ctx context.Context, file string, source []byte, by engine.Principal) (engine.FlowRef, flow.Faults, error) {
	f, faults := flow.Parse(file, source)
	if faults.Stop() {
		return engine.FlowRef{}, faults, nil
	}
	ref := engine.FlowRef{Namespace: f.Namespace, ID: f.ID}
	sum := sha256.Sum256(source)
	digest := hex.EncodeToString(sum[:])
	latest, err := b.Store.Flow(ctx, ref)
	switch {
	case err == nil && latest.Digest == digest:
		return latest.Ref, faults, nil
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return ref, faults, fmt.Errorf("save flow %s: %w", ref, err)
	}
	ref.Revision = latest.Ref.Revision + 1
	record := audit.Record{
		At: b.Store.Now(), Event: audit.FlowSaved, Namespace: ref.Namespace, Flow: ref.ID,
		Revision: ref.Revision, Actor: by.Actor(), Data: map[string]any{"digest": digest},
	}
	err = b.Store.Commit(ctx, store.Commit{
		Flow:    &store.Flow{Ref: ref, Source: source, Digest: digest, Saved: b.Store.Now()},
		Records: []audit.Record{record},
	})
	if err != nil {
		return ref, faults, fmt.Errorf("save flow %s: %w", ref, err)
	}
	b.Observe([]audit.Record{record})
	return ref, faults, nil
}
