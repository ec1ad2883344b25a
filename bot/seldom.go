package bot

import (
	"sync"
	"time"
)

// seldom lets something be said once a minute for each trigger, however often
// somebody outside causes it. The zero value is ready.
type seldom struct {
	mu   sync.Mutex
	said map[triggerRef]time.Time // guarded by mu
}

// first reports whether it was not said within the last minute.
func (s *seldom) first(t triggerRef, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, ok := s.said[t]; ok && now.Sub(last) < time.Minute {
		return false
	}
	if s.said == nil {
		s.said = make(map[triggerRef]time.Time)
	}
	s.said[t] = now
	return true
}
