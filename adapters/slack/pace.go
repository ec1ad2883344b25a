package slack

import (
	"hash/maphash"
	"maps"
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
		methodPost:    {every: time.Minute / 300, burst: 100},
		methodUpdate:  {every: time.Minute / 50, burst: 50},
		methodLookup:  {every: time.Minute / 50, burst: 50},
		methodGroup:   {every: time.Minute / 20, burst: 20},
		methodPublish: {every: time.Minute / 100, burst: 50},
		methodInfo:    {every: time.Minute / 50, burst: 50}, // half of Slack's; presses take the rest
	}
)

// pace says when a call may be made. It never waits: a caller that must come
// later is told so, each at another moment, so that a thousand that wait do not
// come back all at once for one place.
type pace struct {
	now  func() time.Time
	seed maphash.Seed

	mu    sync.Mutex
	lanes map[string]lane // guarded by mu, as all below
	// came are those who came before, and until when they count as such: they were
	// turned away, or Slack was down when they were let in.
	came map[uint64]time.Time
	// ids are the channels that have other names, by these.
	ids map[string]string
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
const longestQueue = 10 * time.Minute

// spare is the part of a burst that is kept for those who come for the first
// time. A card that somebody is looking at does not wait for the ten thousand that
// an outage left behind.
const spare = 5

// maxLanes bounds the memory; lanes that limit nothing any more are dropped.
const maxLanes = 4096

// maxCame bounds how many of those who came are known again.
const maxCame = 1 << 16

func newPace(now func() time.Time) *pace {
	return &pace{now: now, seed: maphash.MakeSeed(), lanes: map[string]lane{}, came: map[uint64]time.Time{}, ids: map[string]string{}}
}

// take grants a call in all of the lanes, or in none and says how long to wait.
// who names the caller, so that they are known when they come again; one without a
// name is always new.
func (p *pace) take(lanes map[string]rate, who string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	name := maphash.String(p.seed, who)
	waits := who != "" && p.came[name].After(now)
	var wait time.Duration
	for key, r := range lanes {
		wait = max(wait, p.turn(key, r, now, waits).Sub(now))
	}
	p.sweep(now)
	if who != "" && len(p.came) < maxCame {
		p.came[name] = now.Add(wait + longestQueue)
	}
	if wait > 0 {
		return wait
	}
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
// or else behind all who were turned away before. Whoever waits leaves a part of
// the burst to others.
func (p *pace) turn(key string, r rate, now time.Time, waits bool) time.Time {
	l := p.lanes[key]
	burst := r.burst
	if waits {
		burst -= r.burst / spare
	}
	at := l.next.Add(-time.Duration(burst-1) * r.every)
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

// named notes the id of a channel that was called by another name.
func (p *pace) named(name, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.ids) >= maxLanes {
		clear(p.ids)
	}
	if name == id || p.ids[name] == id {
		return
	}
	p.ids[name] = id
	from, to := p.lanes["to:"+name], p.lanes["to:"+id]
	if from.next.After(to.next) { // what was sent under the name counts
		to.next = from.next
	}
	p.lanes["to:"+id] = to
}

// channel is the lane of a channel, whatever it is called.
func (p *pace) channel(name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id, known := p.ids[name]; known {
		name = id
	}
	return "to:" + name
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
	if len(p.came) >= maxCame {
		maps.DeleteFunc(p.came, func(_ uint64, until time.Time) bool { return !until.After(now) })
	}
	if len(p.lanes) < maxLanes {
		return
	}
	for key, l := range p.lanes {
		if !l.next.After(now) && !l.held.After(now) {
			delete(p.lanes, key)
		}
	}
}
