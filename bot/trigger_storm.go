package bot

import (
	"context"
	"fmt"
	"sync"
	"time"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine/flow"
)

// perMinute is how many executions the triggers of one namespace may start
// within a minute, unless the configuration says otherwise.
const perMinute = 120

// storms counts what triggers start, minute by minute. It is a fuse, not a
// promise: each process has its own, and a restart begins anew.
type storms struct {
	limit  int
	mu     sync.Mutex
	minute int64           // guarded by mu
	count  map[string]int  // guarded by mu
	told   map[string]bool // guarded by mu; who was alerted in this minute
}

// StormError says that a namespace's triggers have started enough for now.
type StormError struct {
	namespace string
	limit     int
	// Until is when they may start more.
	Until time.Time
}

func (e *StormError) Error() string {
	return fmt.Sprintf("the triggers of namespace %s started %d executions within a minute, which is the limit", e.namespace, e.limit)
}

// take counts one start, or refuses it with a *StormError.
func (s *storms) take(namespace string, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if minute := now.Unix() / 60; minute != s.minute || s.count == nil {
		s.minute, s.count, s.told = minute, make(map[string]int), make(map[string]bool)
	}
	if s.count[namespace] >= s.limit {
		return &StormError{namespace: namespace, limit: s.limit, Until: time.Unix((s.minute+1)*60, 0).UTC()}
	}
	s.count[namespace]++
	return nil
}

// first reports whether it is the first time in this minute.
func (s *storms) first(namespace string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told[namespace] {
		return false
	}
	s.told[namespace] = true
	return true
}

// stormed warns, once a minute, and tells those who are named for alerts.
func (b *Bot) stormed(ctx context.Context, namespace string, err error) {
	if !b.storms.first(namespace) {
		return
	}
	b.Log.WarnContext(ctx, "triggers start too much; the rest waits", "namespace", namespace, "err", err)
	for _, d := range b.Alerts {
		adapter, ok := b.Adapters[d.Surface]
		if !ok || d.To == flow.Approvers {
			continue
		}
		if err := adapter.Tell(ctx, adapters.Destination{Channel: d.To}, card.Storm(namespace, b.storms.limit)); err != nil {
			b.Log.WarnContext(ctx, "an alert was not delivered", "adapter", d.Surface, "err", err)
		}
	}
}
