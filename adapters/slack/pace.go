package slack

import (
	"sync"
	"time"
)

// rate is one call every interval, with a burst after a quiet time.
type rate struct {
	every time.Duration
	burst int
}

// Slack's limits: a message a second in each channel, some hundred a minute in
// a workspace, and by method for the rest.
//
//nolint:gochecknoglobals // a table
var (
	channelRate = rate{every: time.Second, burst: 3}
	methodRates = map[string]rate{
		methodPost:   {every: time.Minute / 300, burst: 100},
		methodUpdate: {every: time.Minute / 50, burst: 50},
		methodLookup: {every: time.Minute / 50, burst: 50},
		methodGroup:  {every: time.Minute / 20, burst: 20},
		methodInfo:   {every: time.Minute / 50, burst: 50}, // half of Slack's; presses take the rest
	}
)

// pace says when a call may be made. It never waits: a caller that must come
// later is told so, each at another moment, so that a thousand that wait do not
// come back all at once for one place.
type pace struct {
	now func() time.Time

	mu    sync.Mutex
	lanes map[string]lane // guarded by mu
}

// lane is the state of one limit: when the call after all those granted so far
// would be due at the steady rate, before when none may be made at all, and when
// the last who was turned away was told to come.
type lane struct {
	next time.Time
	held time.Time
	told time.Time
}

// longestQueue bounds for how long callers are told to wait one after another.
// Some of them never come back, and nobody shall wait for those.
const longestQueue = time.Minute

// maxLanes bounds the memory; lanes that limit nothing any more are dropped.
const maxLanes = 4096

func newPace(now func() time.Time) *pace {
	return &pace{now: now, lanes: map[string]lane{}}
}

// take grants a call in all of the lanes, or in none and says how long to wait.
func (p *pace) take(lanes map[string]rate) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	var wait time.Duration
	for key, r := range lanes {
		wait = max(wait, p.turn(key, r, now).Sub(now))
	}
	if wait > 0 {
		return wait
	}
	p.sweep(now)
	for key, r := range lanes {
		l := p.lanes[key]
		if l.next.Before(now) {
			l.next = now
		}
		l.next = l.next.Add(r.every)
		p.lanes[key] = l
	}
	return 0
}

// turn is when a caller may be let into a lane: now or before if there is room,
// or else behind all who were turned away before.
func (p *pace) turn(key string, r rate, now time.Time) time.Time {
	l := p.lanes[key]
	at := l.next.Add(-time.Duration(r.burst-1) * r.every)
	if l.held.After(at) {
		at = l.held
	}
	if !at.After(now) {
		return at
	}
	if behind := l.told.Add(r.every); behind.After(at) && behind.Sub(at) <= longestQueue {
		at = behind
	}
	l.told = at
	p.lanes[key] = l
	return at
}

// hold closes a lane for a while, because Slack said so.
func (p *pace) hold(key string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lanes[key]
	if until := p.now().Add(d); until.After(l.held) {
		l.held = until
	}
	p.lanes[key] = l
}

func (p *pace) sweep(now time.Time) {
	if len(p.lanes) < maxLanes {
		return
	}
	for key, l := range p.lanes {
		if !l.next.After(now) && !l.held.After(now) {
			delete(p.lanes, key)
		}
	}
}
