package slack

import (
	"context"
	"sync"
	"time"
)

// cacheSize bounds each cache; a workspace has fewer people who press buttons.
const cacheSize = 10_000

// cache keeps what was fetched for a while and fetches each key once at a time.
// A failure is not kept.
type cache[V any] struct {
	keep time.Duration
	now  func() time.Time

	mu      sync.Mutex
	entries map[string]*entry[V] // guarded by mu
}

type entry[V any] struct {
	begun time.Time
	done  chan struct{}
	value V     // set before done is closed
	err   error // set before done is closed
}

func newCache[V any](keep time.Duration, now func() time.Time) *cache[V] {
	return &cache[V]{keep: keep, now: now, entries: map[string]*entry[V]{}}
}

// get returns the value of a key, at most keep old.
func (c *cache[V]) get(ctx context.Context, key string, fetch func(context.Context) (V, error)) (V, error) {
	c.mu.Lock()
	e, found := c.entries[key]
	if !found || e.old(c.now(), c.keep) {
		e = &entry[V]{begun: c.now(), done: make(chan struct{})}
		c.makeRoom()
		c.entries[key] = e
		c.mu.Unlock()
		c.fill(ctx, key, e, fetch)
		return e.value, e.err
	}
	c.mu.Unlock()
	select {
	case <-e.done:
		return e.value, e.err
	case <-ctx.Done():
		var none V
		return none, context.Cause(ctx)
	}
}

func (c *cache[V]) fill(ctx context.Context, key string, e *entry[V], fetch func(context.Context) (V, error)) {
	e.err = context.Canceled // what others see if fetch panics
	defer func() {
		if e.err != nil {
			c.mu.Lock()
			if c.entries[key] == e {
				delete(c.entries, key)
			}
			c.mu.Unlock()
		}
		close(e.done)
	}()
	e.value, e.err = fetch(ctx)
}

// old reports whether a finished entry must be fetched again.
func (e *entry[V]) old(now time.Time, keep time.Duration) bool {
	select {
	case <-e.done:
		return now.Sub(e.begun).Abs() >= keep
	default:
		return false
	}
}

// makeRoom drops what is old, and anything if that is not enough. The caller
// holds mu.
func (c *cache[V]) makeRoom() {
	if len(c.entries) < cacheSize {
		return
	}
	now := c.now()
	for key, e := range c.entries {
		if e.old(now, c.keep) {
			delete(c.entries, key)
		}
	}
	for key := range c.entries {
		if len(c.entries) < cacheSize {
			return
		}
		delete(c.entries, key)
	}
}

// forget drops what is known of the keys for which drop reports true.
func (c *cache[V]) forget(drop func(key string, value V) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, e := range c.entries {
		select {
		case <-e.done:
			if drop(key, e.value) {
				delete(c.entries, key)
			}
		default: // being fetched, perhaps from before
			var none V
			if drop(key, none) {
				delete(c.entries, key)
			}
		}
	}
}
