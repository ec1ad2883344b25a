package inbox

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
)

const (
	// maxClosed is how many requests that are closed are remembered, the latest.
	maxClosed = 10_000
	// maxJudged is how often the rules are asked for one list. Of more requests
	// than that, it is counted who is named; those that come first in the list
	// are judged first, and what was judged once is remembered.
	maxJudged = 1_000
)

// Index is safe for concurrent use. The zero value knows no request.
type Index struct {
	mu     sync.RWMutex
	open   map[engine.RequestID]*Entry   // guarded by mu, as all below
	closed map[engine.RequestID]*Entry   // the latest of them
	order  []engine.RequestID            // of closed, the oldest first
	refs   map[string][]engine.RequestID // of open and closed
	states map[engine.ExecutionID]known  // of executions with such requests
}

// known is what was last put of an execution.
type known struct {
	version  engine.Version
	requests []engine.RequestID
}

// Put takes in the requests of an execution as they stand at a version. An older
// version than the one that is known changes nothing. It reports whether a request
// is there, is gone or shows something that was not so before.
func (ix *Index) Put(x engine.ExecutionID, v engine.Version, entries []*Entry) (changed bool) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.open == nil {
		ix.open, ix.closed = map[engine.RequestID]*Entry{}, map[engine.RequestID]*Entry{}
		ix.refs, ix.states = map[string][]engine.RequestID{}, map[engine.ExecutionID]known{}
	}
	before, there := ix.states[x]
	if there && v < before.version || !there && len(entries) == 0 {
		return false
	}
	now := known{version: v}
	for _, e := range entries {
		now.requests = append(now.requests, e.Request)
		was := cmp.Or(ix.open[e.Request], ix.closed[e.Request])
		changed = changed || was == nil || was.Version != e.Version || was.Open() != e.Open()
		ix.put(e)
	}
	for _, id := range before.requests { // a request that is no more: its run was done anew
		if !slices.Contains(now.requests, id) {
			ix.drop(id)
			changed = true
		}
	}
	if ix.states[x] = now; len(entries) == 0 {
		delete(ix.states, x)
	}
	ix.forget()
	return changed
}

func (ix *Index) put(e *Entry) {
	_, wasOpen := ix.open[e.Request]
	_, wasClosed := ix.closed[e.Request]
	if !wasOpen && !wasClosed {
		ix.refs[e.Ref] = append(ix.refs[e.Ref], e.Request)
	}
	if e.Open() {
		ix.open[e.Request] = e
		delete(ix.closed, e.Request)
		return
	}
	delete(ix.open, e.Request)
	ix.closed[e.Request] = e
	if !wasClosed {
		ix.order = append(ix.order, e.Request)
	}
}

// drop forgets a request.
func (ix *Index) drop(id engine.RequestID) {
	e := cmp.Or(ix.open[id], ix.closed[id])
	if e == nil {
		return
	}
	delete(ix.open, id)
	delete(ix.closed, id)
	rest := slices.DeleteFunc(ix.refs[e.Ref], func(other engine.RequestID) bool { return other == id })
	if ix.refs[e.Ref] = rest; len(rest) == 0 {
		delete(ix.refs, e.Ref)
	}
}

// forget drops the oldest closed requests when there are too many, and with the
// last request of an execution what is known of that.
func (ix *Index) forget() {
	for len(ix.order) > maxClosed {
		id := ix.order[0]
		ix.order = ix.order[1:]
		e, closed := ix.closed[id]
		if !closed {
			continue // it was opened again, or dropped
		}
		ix.drop(id)
		state := ix.states[e.Execution]
		state.requests = slices.DeleteFunc(state.requests, func(other engine.RequestID) bool { return other == id })
		if ix.states[e.Execution] = state; len(state.requests) == 0 {
			delete(ix.states, e.Execution)
		}
	}
}

// Called are the requests with a short name, open ones first.
func (ix *Index) Called(ref string) []engine.RequestID {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	out := slices.Clone(ix.refs[ref])
	slices.SortFunc(out, func(a, b engine.RequestID) int {
		return cmp.Or(-cmp.Compare(score(ix.open[a]), score(ix.open[b])), cmp.Compare(a, b))
	})
	return out
}

func score(e *Entry) int {
	if e == nil {
		return 0
	}
	return 1
}

// Len is how many requests are open.
func (ix *Index) Len() int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return len(ix.open)
}

// pick copies the entries out of the index of which something holds; past: also
// those that are closed.
func (ix *Index) pick(holds func(*Entry) bool, past bool) []*Entry {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	var out []*Entry
	for _, e := range ix.open {
		if holds(e) {
			out = append(out, e)
		}
	}
	if past {
		for _, e := range ix.closed {
			if holds(e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// Ended are those to and from whom an open request had been handed on until a
// moment that passed.
func (ix *Index) Ended(passed func(until time.Time) bool) []approval.PersonID {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	var who []approval.PersonID
	for _, e := range ix.open {
		for _, m := range e.Case.Moves {
			if passed(m.Until) {
				who = append(who, m.From, m.To)
			}
		}
	}
	return who
}

// Waiting are the open requests that somebody can answer now, those that expire
// first in front, then the oldest. People is the directory of a namespace.
func (ix *Index) Waiting(who approval.PersonID, now time.Time, people func(namespace string) *approval.Directory) []*Entry {
	pages := map[string]*named{}
	all := ix.pick(func(e *Entry) bool {
		if !e.Waits || !e.Due.IsZero() && !now.Before(e.Due) {
			return false
		}
		n := pages[e.Namespace]
		if n == nil {
			n = name(who, people(e.Namespace), now)
			pages[e.Namespace] = n
		}
		return n.in(e)
	}, false)
	slices.SortFunc(all, func(a, b *Entry) int {
		return cmp.Or(byDue(a.Due, b.Due), a.Opened.Compare(b.Opened), cmp.Compare(a.Request, b.Request))
	})
	epochs := map[string]time.Time{}
	judged := 0
	return slices.DeleteFunc(all, func(e *Entry) bool {
		n := pages[e.Namespace]
		at, ok := epochs[e.Namespace]
		if !ok {
			at = epoch(n.people, now)
			epochs[e.Namespace] = at
		}
		by := judgement{n.people, laterOf(at, e.lapsed(now))}
		if !e.known(who, by) {
			if judged++; judged > maxJudged {
				return false
			}
		}
		return !e.judge(who, now, by)
	})
}

// lapsed is when the last delegation of a request ran out.
func (e *Entry) lapsed(now time.Time) time.Time {
	var last time.Time
	for _, m := range e.Case.Moves {
		if !m.Until.IsZero() && !m.Until.After(now) {
			last = laterOf(last, m.Until)
		}
	}
	return last
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// byDue puts what never ends last.
func byDue(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// Mine are the requests that somebody asked for, open ones first, then the latest;
// at most so many.
func (ix *Index) Mine(who approval.PersonID, most int) []*Entry {
	all := ix.pick(func(e *Entry) bool { return e.Requester == who }, true)
	slices.SortFunc(all, func(a, b *Entry) int {
		switch {
		case a.Open() != b.Open():
			return -cmp.Compare(score(openOf(a)), score(openOf(b)))
		case a.Open():
			return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(a.Request, b.Request))
		}
		return cmp.Or(b.Closed.Compare(a.Closed), cmp.Compare(a.Request, b.Request))
	})
	return all[:min(len(all), most)]
}

func openOf(e *Entry) *Entry {
	if e.Open() {
		return e
	}
	return nil
}

// Decided are the requests that somebody answered, the latest answer first; at
// most so many.
func (ix *Index) Decided(who approval.PersonID, most int) []*Entry {
	all := ix.pick(func(e *Entry) bool { return !e.answered(who).IsZero() }, true)
	slices.SortFunc(all, func(a, b *Entry) int {
		return cmp.Or(b.answered(who).Compare(a.answered(who)), cmp.Compare(a.Request, b.Request))
	})
	return all[:min(len(all), most)]
}
