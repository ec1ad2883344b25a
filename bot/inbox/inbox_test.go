package inbox

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/approval"
)

// start is when all of it happens.
func start() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

var everybody = []approval.PersonID{"a", "b", "c", "d", "e", "f"}

// drawDirectory draws who is in which group, and who is away.
func drawDirectory(t *rapid.T) *approval.Directory {
	d := &approval.Directory{People: map[approval.PersonID]approval.Person{}, Groups: map[string][]approval.PersonID{}, Absent: map[approval.PersonID]approval.Absence{}}
	for _, id := range everybody {
		d.People[id] = approval.Person{ID: id, Name: string(id), Inactive: rapid.IntRange(0, 9).Draw(t, "inactive") == 0, Manager: rapid.SampledFrom(everybody).Draw(t, "manager")}
		if rapid.IntRange(0, 2).Draw(t, "away") == 0 {
			d.Absent[id] = approval.Absence{
				From:    start().Add(time.Duration(rapid.IntRange(-9, 3).Draw(t, "from")) * time.Hour),
				Until:   start().Add(time.Duration(rapid.IntRange(-3, 9).Draw(t, "until")) * time.Hour),
				StandIn: rapid.SampledFrom(everybody).Draw(t, "stand-in"),
			}
		}
	}
	for _, g := range []string{"g", "h"} {
		d.Groups[g] = slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.SampledFrom(everybody), 0, 4).Draw(t, g))))
	}
	return d
}

func drawSelectors(t *rapid.T) []approval.Selector {
	return rapid.SliceOfN(rapid.SampledFrom([]approval.Selector{
		{Kind: approval.User, Name: "a"},
		{Kind: approval.User, Name: "b"},
		{Kind: approval.User, Name: "c"},
		{Kind: approval.Group, Name: "g"},
		{Kind: approval.Group, Name: "h"},
		{Kind: approval.ManagerOf, Name: "requester"},
	}), 1, 2).Draw(t, "who")
}

func drawEntry(t *rapid.T, n int) *Entry {
	id := engine.NewRequestID(engine.ExecutionID(fmt.Sprintf("x%d", n)), "1")
	e := &Entry{
		Request: id, Execution: engine.ExecutionID(fmt.Sprintf("x%d", n)), Namespace: "hr", Ref: fmt.Sprint("REQ-", n%7),
		Requester: rapid.SampledFrom(everybody).Draw(t, "requester"), Opened: start().Add(-time.Duration(n) * time.Minute),
		Waits: rapid.IntRange(0, 5).Draw(t, "sent back") > 0,
	}
	if rapid.Bool().Draw(t, "has a deadline") {
		e.Due = start().Add(time.Duration(rapid.IntRange(-2, 9).Draw(t, "due")) * time.Hour)
	}
	if rapid.IntRange(0, 4).Draw(t, "closed") == 0 {
		e.Closed, e.Waits = start().Add(-time.Minute), false
	}
	c := approval.Case{Requester: e.Requester, Stage: rapid.IntRange(0, 1).Draw(t, "stage")}
	for i := range 2 {
		c.Policy.Stages = append(c.Policy.Stages, approval.Stage{ID: fmt.Sprint("s", i), Who: drawSelectors(t)})
		c.Asked = append(c.Asked, rapid.SliceOfNDistinct(rapid.SampledFrom(everybody), 0, 3, rapid.ID).Draw(t, "asked"))
	}
	for range rapid.IntRange(0, 2).Draw(t, "moves") {
		m := approval.Move{
			Kind:  rapid.SampledFrom([]approval.MoveKind{approval.Delegated, approval.Reassigned, approval.Escalated}).Draw(t, "kind"),
			Stage: c.Stage, From: rapid.SampledFrom(everybody).Draw(t, "from"), At: start().Add(-time.Hour),
		}
		if m.Kind == approval.Escalated {
			m.From, m.Who = "", drawSelectors(t)
		} else {
			m.To = rapid.SampledFrom(everybody).Draw(t, "to")
		}
		if m.Kind == approval.Delegated && rapid.Bool().Draw(t, "ends") {
			m.Until = start().Add(time.Duration(rapid.IntRange(-2, 5).Draw(t, "end")) * time.Hour)
		}
		c.Moves = append(c.Moves, m)
	}
	if rapid.IntRange(0, 3).Draw(t, "voted") == 0 {
		by := rapid.SampledFrom(everybody).Draw(t, "by")
		c.Votes = append(c.Votes, approval.Vote{Person: by, Stage: c.Stage, Approve: true})
		e.Answers = append(e.Answers, Answer{By: by, At: start()})
	}
	e.Case = c
	return e
}

// TestWaitingIsWhatTheRulesSay: whoever the rules let answer finds it on the page,
// nobody else does, now and later, with the same index.
func TestWaitingIsWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := drawDirectory(t)
		var ix Index
		var all []*Entry
		for n := range rapid.IntRange(1, 12).Draw(t, "requests") {
			e := drawEntry(t, n)
			all = append(all, e)
			ix.Put(e.Execution, 1, []*Entry{e})
		}
		for _, later := range []time.Duration{0, time.Hour, 4 * time.Hour, 30 * time.Hour} {
			now := start().Add(later)
			for _, who := range everybody {
				want := map[engine.RequestID]bool{}
				for _, e := range all {
					c := e.Case
					c.People, c.Now = people, now
					_, no := c.May(who)
					if no == nil && e.Waits && (e.Due.IsZero() || now.Before(e.Due)) {
						want[e.Request] = true
					}
				}
				got := map[engine.RequestID]bool{}
				list := ix.Waiting(who, now, func(string) *approval.Directory { return people })
				for i, e := range list {
					got[e.Request] = true
					if i > 0 && byDue(list[i-1].Due, e.Due) > 0 {
						t.Fatalf("%s comes before %s", list[i-1].Due, e.Due)
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s after %s (-want +got):\n%s", who, later, diff)
				}
			}
		}
	})
}

// TestIndexIsWhatWasCommittedLast: in whatever order the versions of executions
// arrive, the newest counts.
func TestIndexIsWhatWasCommittedLast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type state struct {
			x engine.ExecutionID
			v engine.Version
			e *Entry
		}
		var states []state
		last := map[engine.RequestID]*Entry{}
		for n := range 4 {
			versions := rapid.IntRange(1, 4).Draw(t, "versions")
			for v := range versions {
				e := &Entry{
					Request: engine.NewRequestID(engine.ExecutionID(fmt.Sprint("x", n)), "1"), Execution: engine.ExecutionID(fmt.Sprint("x", n)),
					Ref: fmt.Sprint("REQ-", n%2), Requester: "a", Opened: start(),
				}
				if v == versions-1 && rapid.Bool().Draw(t, "closed") {
					e.Closed = start()
				}
				states = append(states, state{e.Execution, engine.Version(v + 1), e})
				last[e.Request] = e
			}
		}
		var ix Index
		for _, i := range rapid.Permutation(states).Draw(t, "order") {
			ix.Put(i.x, i.v, []*Entry{i.e})
		}
		open := 0
		for _, e := range last {
			if e.Open() {
				open++
			}
		}
		if ix.Len() != open {
			t.Fatalf("%d are open, want %d", ix.Len(), open)
		}
		mine := ix.Mine("a", 100)
		if len(mine) != len(last) {
			t.Fatalf("%d are mine, want %d", len(mine), len(last))
		}
		for i, e := range mine {
			if last[e.Request] != e || e.Open() != (i < open) {
				t.Fatalf("%s is not the last, or out of order", e.Request)
			}
		}
		for _, ref := range []string{"REQ-0", "REQ-1"} {
			if got := ix.Called(ref); len(got) != 2 {
				t.Fatalf("%s is %v", ref, got)
			}
		}
	})
}

// A request whose run was done anew is forgotten, and so are the oldest closed ones.
func TestIndexForgets(t *testing.T) {
	t.Parallel()
	var ix Index
	one := &Entry{Request: "x.1", Execution: "x", Ref: "REQ-A", Opened: start()}
	two := &Entry{Request: "x.2", Execution: "x", Ref: "REQ-B", Opened: start()}
	ix.Put("x", 1, []*Entry{one})
	ix.Put("x", 2, []*Entry{two})
	if ix.Len() != 1 || len(ix.Called("REQ-A")) != 0 || len(ix.Called("REQ-B")) != 1 {
		t.Errorf("%d are open, %v, %v", ix.Len(), ix.Called("REQ-A"), ix.Called("REQ-B"))
	}
	ix.Put("x", 3, nil)
	if ix.Len() != 0 || len(ix.states) != 0 || len(ix.refs) != 0 {
		t.Errorf("%d are open, %d executions", ix.Len(), len(ix.states))
	}
	for i := range maxClosed + 10 {
		id := engine.ExecutionID(fmt.Sprint("y", i))
		ix.Put(id, 1, []*Entry{{Request: engine.NewRequestID(id, "1"), Execution: id, Ref: fmt.Sprint(i), Opened: start(), Closed: start()}})
	}
	if len(ix.closed) != maxClosed || len(ix.order) != maxClosed || len(ix.states) != maxClosed || len(ix.refs) != maxClosed {
		t.Errorf("it remembers %d, %d, %d, %d", len(ix.closed), len(ix.order), len(ix.states), len(ix.refs))
	}
	if len(ix.Called("0")) != 0 || len(ix.Called(fmt.Sprint(maxClosed))) != 1 {
		t.Error("it forgot the wrong ones")
	}
}

func TestDecidedIsTheLatestFirst(t *testing.T) {
	t.Parallel()
	var ix Index
	for i := range 9 {
		id := engine.ExecutionID(fmt.Sprint("y", i))
		e := &Entry{Request: engine.NewRequestID(id, "1"), Execution: id, Opened: start(), Answers: []Answer{{"a", start().Add(time.Duration(i*7%9) * time.Hour)}}}
		if i%2 == 0 {
			e.Closed = start()
		}
		ix.Put(id, 1, []*Entry{e})
	}
	got := ix.Decided("a", 5)
	for i, e := range got {
		if want := start().Add(time.Duration(8-i) * time.Hour); !e.answered("a").Equal(want) {
			t.Errorf("number %d was at %s, want %s", i, e.answered("a"), want)
		}
	}
	if len(got) != 5 || len(ix.Decided("b", 5)) != 0 {
		t.Errorf("%d are decided", len(got))
	}
}
