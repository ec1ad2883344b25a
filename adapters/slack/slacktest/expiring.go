package slacktest

import "time"

// expiring holds things by their secret names and forgets them some time after
// they stopped working, so that a chat that runs for weeks does not grow.
type expiring[T any] struct {
	keep  time.Duration
	by    map[string]T
	order []dated // oldest first
}

type dated struct {
	name string
	born time.Time
}

func newExpiring[T any](keep time.Duration) expiring[T] {
	return expiring[T]{keep: keep, by: map[string]T{}}
}

func (e *expiring[T]) put(name string, v T, now time.Time) {
	for len(e.order) > 0 && now.Sub(e.order[0].born) > e.keep {
		delete(e.by, e.order[0].name)
		e.order = e.order[1:]
	}
	e.by[name] = v
	e.order = append(e.order, dated{name: name, born: now})
}

func (e *expiring[T]) get(name string) (T, bool) {
	v, ok := e.by[name]
	return v, ok
}
