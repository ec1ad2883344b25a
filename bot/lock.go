package bot

import "sync"

// keyedLocks lets one goroutine at a time work on one execution, so that people
// who answer at once queue up instead of colliding at the store. It is only a
// courtesy: what decides is the store's compare-and-swap.
type keyedLocks struct {
	mu   sync.Mutex
	held map[string]*keyedLock // guarded by mu
}

type keyedLock struct {
	mu    sync.Mutex
	users int // guarded by keyedLocks.mu
}

// lock returns the unlock function.
func (k *keyedLocks) lock(key string) func() {
	k.mu.Lock()
	if k.held == nil {
		k.held = make(map[string]*keyedLock)
	}
	l := k.held[key]
	if l == nil {
		l = &keyedLock{}
		k.held[key] = l
	}
	l.users++
	k.mu.Unlock()

	l.mu.Lock()
	return func() {
		l.mu.Unlock()
		k.mu.Lock()
		defer k.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(k.held, key)
		}
	}
}

// busyKeys lets one goroutine at a time do something, and nobody waits for it.
type busyKeys struct {
	mu   sync.Mutex
	busy map[string]bool // guarded by mu
}

// enter returns how to leave; it reports false if somebody else is in.
func (k *busyKeys) enter(key string) (leave func(), ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.busy[key] {
		return nil, false
	}
	if k.busy == nil {
		k.busy = make(map[string]bool)
	}
	k.busy[key] = true
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.busy, key)
	}, true
}
