package store

import (
	"iter"
	"slices"
	"strings"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
)

// Query selects executions. The zero value selects all.
type Query struct {
	Namespace string // and those below it
	Flow      string
	States    []engine.State
	// IDs selects these alone.
	IDs []engine.ExecutionID
	// Labels selects those that carry all of them.
	Labels         map[string]string
	Started, Ended Range
	// Parent selects the subflows of an execution, Original its replays.
	Parent, Original engine.ExecutionID
	Requester        approval.PersonID
	// Text must occur in the id, the flow's name, a label, the requester or the
	// title of a request, whatever the case.
	Text string

	// Oldest lists the oldest first.
	Oldest bool
	// After goes on behind the execution with this id, in the order of the list.
	After engine.ExecutionID
	Limit int // 0: 100, or as many as there are IDs
}

// Range is a span of time: From is within, To is not; zero is without bound.
type Range struct{ From, To time.Time }

// Empty reports whether the range bounds nothing.
func (r Range) Empty() bool { return r.From.IsZero() && r.To.IsZero() }

// Holds reports whether t lies within. No time at all, as the end of what still
// runs, lies within no bound.
func (r Range) Holds(t time.Time) bool {
	if r.Empty() {
		return true
	}
	return !t.IsZero() && (r.From.IsZero() || !t.Before(r.From)) && (r.To.IsZero() || t.Before(r.To))
}

// Max is the limit, or its default.
func (q Query) Max() int {
	switch {
	case q.Limit > 0:
		return q.Limit
	case len(q.IDs) > 0:
		return len(q.IDs)
	}
	return 100
}

// Selects reports whether the query may select an execution with this head. The
// rest is for [Query.Matches], and IDs are for the store, which has them at once.
func (q Query) Selects(h Head) bool {
	if ns := q.Namespace; ns != "" && h.Flow.Namespace != ns && !strings.HasPrefix(h.Flow.Namespace, ns+".") {
		return false
	}
	if q.Flow != "" && h.Flow.ID != q.Flow {
		return false
	}
	return len(q.States) == 0 || slices.Contains(q.States, h.State)
}

// Matches reports whether the query selects an execution whose head it selects.
func (q Query) Matches(x *engine.Execution) bool {
	for k, v := range q.Labels {
		if have, ok := x.Labels[k]; !ok || have != v {
			return false
		}
	}
	switch {
	case !q.Started.Holds(x.Started), !q.Ended.Holds(x.Ended):
		return false
	case q.Parent != "" && (x.Parent == nil || x.Parent.Execution != q.Parent):
		return false
	case q.Original != "" && x.Original != q.Original:
		return false
	case q.Requester != "" && x.Requester.Person != q.Requester:
		return false
	}
	return q.Text == "" || says(x, strings.ToLower(q.Text))
}

// says reports whether the execution says text, which is in lower case.
func says(x *engine.Execution, text string) bool {
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	if has(string(x.ID)) || has(x.Flow.String()) || has(string(x.Requester.Person)) || has(x.Requester.Name) {
		return true
	}
	for k, v := range x.Labels {
		if has(k + ":" + v) {
			return true
		}
	}
	return slices.ContainsFunc(x.Runs, func(r engine.TaskRun) bool { return r.Request != nil && has(r.Request.Title) })
}

// Queued reports whether the query asks for those alone that wait for a slot,
// which stores find without a search.
func (q Query) Queued() bool { return len(q.States) == 1 && q.States[0] == engine.Queued }

// Walk yields those of sorted ids that come behind After, in the order of the
// list.
func (q Query) Walk(ids []engine.ExecutionID) iter.Seq[engine.ExecutionID] {
	at, there := slices.BinarySearch(ids, q.After)
	if there && q.Oldest {
		at++
	}
	switch {
	case q.Oldest:
		ids = ids[at:] // at is 0 without After
	case q.After != "":
		ids = ids[:at]
	}
	return func(yield func(engine.ExecutionID) bool) {
		for i := range ids {
			id := ids[i]
			if !q.Oldest {
				id = ids[len(ids)-1-i]
			}
			if !yield(id) {
				return
			}
		}
	}
}

// Pick decodes an execution if the query selects it.
func (q Query) Pick(r Record) (x engine.Execution, ok bool, err error) {
	head, err := r.Head()
	if err != nil || !q.Selects(head) {
		return x, false, err
	}
	if x, err = r.Decode(); err != nil {
		return x, false, err
	}
	return x, q.Matches(&x), nil
}
