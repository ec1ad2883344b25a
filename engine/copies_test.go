package engine_test

import (
	"slices"
	"testing"

	"signoff/engine"
	"signoff/engine/flow"
)

// posted is a story whose request stands in one channel.
func posted(t *testing.T) *story {
	t.Helper()
	s := newStory(t, gateFlow)
	s.facts.Deliver = []flow.Destination{{Surface: "slack", To: "#room"}}
	return s.begin().do(engine.Delivered{Run: "1", Copy: 1, Ref: room, Shown: 1})
}

var room = engine.CopyRef{Place: "C1", Message: "1.1"}

func (s *story) owes(key engine.EffectKey) bool {
	return slices.ContainsFunc(s.last.Effects, func(e engine.Effect) bool { return e.Key == key })
}

// A message that could not be redrawn for long keeps its old buttons. They must
// go when somebody shows that the message is there, and when it is decided.
func TestGivenUpCopyIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cmd  engine.Command
		want bool
	}{
		"touched":           {engine.Adopt{Run: "1", Touched: engine.Touch{Surface: "slack", Ref: room}}, true},
		"answered on it":    {touchedAnswer(), true},
		"answered and open": {answer("ann", engine.Approve, nil), false},
		"decided":           {answer("ann", engine.Reject, map[string]any{"why": "no"}), true},
		"cancelled":         {engine.Cancel{By: person("rob")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := posted(t).do(engine.Undeliverable{Run: "1", Copy: 1, Problem: "no token"}).do(c.cmd)
			if got := s.owes("copy/1/1"); got != c.want {
				t.Fatalf("a redraw is owed: %t, want %t", got, c.want)
			}
			if !c.want {
				return
			}
			s.do(engine.Delivered{Run: "1", Copy: 1, Ref: room, Shown: s.x.Runs[0].Request.Version})
			if p := s.x.Runs[0].Request.Copies[0].Problem; p != "" {
				t.Errorf("the copy was redrawn and still has the problem %q", p)
			}
		})
	}
}

func touchedAnswer() engine.Respond {
	c := answer("ann", engine.Approve, nil)
	c.Touched = engine.Touch{Surface: "slack", Ref: room}
	return c
}

// One that was never posted shows no buttons; nothing is tried again.
func TestGivenUpPostIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	s := newStory(t, gateFlow)
	s.facts.Deliver = []flow.Destination{{Surface: "slack", To: "#room"}}
	s.begin().do(engine.Undeliverable{Run: "1", Copy: 1, Problem: "no such channel"}).do(engine.Cancel{By: person("rob")})
	if s.owes("copy/1/1") {
		t.Error("a request that nobody saw is posted after it was cancelled")
	}
}

// A second failure is told to nobody: it was told before.
func TestGivenUpTwiceIsToldOnce(t *testing.T) {
	t.Parallel()
	s := posted(t).do(engine.Undeliverable{Run: "1", Copy: 1, Problem: "no token"})
	s.do(engine.Adopt{Run: "1", Touched: engine.Touch{Surface: "slack", Ref: room}})
	if err := s.try(engine.Undeliverable{Run: "1", Copy: 1, Problem: "no token"}); err == nil {
		t.Error("the copy was given up twice, and somebody is told twice")
	}
}

// A line below a deleted message fails while the message is already posted anew. The
// old one is not taken for a second copy, which would be posted, too.
func TestDeletedMessageIsNoCopyOfItsOwn(t *testing.T) {
	t.Parallel()
	s := posted(t)
	s.x.Runs[0].Request.Copies[0].Ref = engine.CopyRef{Place: "C1", Message: "2.2"} // it stands there by now
	gone := engine.Touch{Surface: "slack", Ref: room}
	if err := s.try(engine.Adopt{Run: "1", Touched: gone, Known: true}); err == nil || len(s.x.Runs[0].Request.Copies) != 1 {
		t.Errorf("%v; there are %d copies, want one", err, len(s.x.Runs[0].Request.Copies))
	}
	s.do(engine.Adopt{Run: "1", Touched: gone}) // somebody pressed it, so it is there
	if n := len(s.x.Runs[0].Request.Copies); n != 2 {
		t.Errorf("there are %d copies, want the one that was touched, too", n)
	}
}
