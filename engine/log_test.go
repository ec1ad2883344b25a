package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// logging is a payment whose channel can be written below, and whose card in it
// is posted.
func logging(t *testing.T, edits ...func(*flow.Pause)) *story {
	t.Helper()
	s := preparing(t, edits...)
	s.facts.Threads = []string{"slack"}
	return s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 100}}).
		do(engine.Delivered{Run: "1", Copy: 1, Ref: room, Shown: 1})
}

// said is the log in short: what, of which round, where.
func (s *story) said() []string {
	var out []string
	for _, e := range s.request().Log {
		line := fmt.Sprintf("%s %d.%d", e.What, e.Round, e.N)
		for _, p := range e.Who {
			line += " " + string(p)
		}
		out = append(out, strings.TrimSpace(line+" "+e.Text))
	}
	return out
}

func TestLogTellsEachEvent(t *testing.T) {
	t.Parallel()
	s := logging(t, editable("amount"), stageOne(func(st *approval.Stage) {
		st.Remind = []time.Duration{time.Hour}
		st.Escalate = []approval.Rung{{After: 2 * time.Hour, To: []approval.Selector{{Kind: approval.User, Name: "eve"}}}}
	}))
	at := func(d time.Duration) { s.facts.Now = s.facts.Now.Add(d) }
	s.vote("ann", engine.Approve)
	s.do(engine.Comment{Run: "1", By: person("ben"), Text: "What for?"})
	at(time.Hour)
	s.do(engine.Remind{Run: "1", Person: "ben"})
	s.do(engine.Nudge{Run: "1", By: person("rob")})
	s.do(engine.Move{Run: "1", Version: s.request().Version, By: person("ben"), Move: approval.Move{Kind: approval.Delegated, To: "dan"}})
	at(time.Hour)
	s.do(engine.Escalate{Run: "1"})
	s.do(engine.SendBack{Run: "1", Version: s.request().Version, By: person("ben"), Text: "Less."})
	s.do(engine.Resubmit{Run: "1", By: person("rob"), Inputs: map[string]any{"amount": 7}})
	s.vote("ann", engine.Approve).vote("ben", engine.Approve).vote("cat", engine.Approve)
	want := []string{
		"response.recorded 0.0", "request.commented 0.0", "request.reminded 0.0 ben", "request.reminded 0.0 ben",
		"request.delegated 0.0", "request.escalated 0.1", "request.returned 0.1",
		"request.superseded 0.0 Changed by rob.", "response.recorded 1.0", "response.recorded 1.1", "request.opened 1.1",
		"response.recorded 1.2", "request.approved 1.0", "execution.ended 1.0 SUCCESS",
	}
	if diff := cmp.Diff(want, s.said()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	if moves := s.request().Rounds[0].Moves; len(moves) != 2 {
		t.Errorf("the first round keeps %d moves, want both that its log names", len(moves))
	}
}

// A copy tells each entry once, in order, and what it has told stays told.
func TestCopyToldGoesUpOnly(t *testing.T) {
	t.Parallel()
	s := logging(t).vote("ann", engine.Approve)
	if !s.owes("log/1/1") {
		t.Fatalf("after an answer it owes %v, want a line of the log", s.work())
	}
	s.do(engine.Comment{Run: "1", By: person("ben"), Text: "What for?"})
	s.do(engine.Logged{Run: "1", Copy: 1, Told: 1})
	if !s.owes("log/1/1") {
		t.Error("one of two entries was told, and the other is not owed")
	}
	s.wrote(audit.CopyTold)
	for _, told := range []int{0, 1, 3, -1} {
		if err := s.try(engine.Logged{Run: "1", Copy: 1, Told: told}); err == nil {
			t.Errorf("Logged{Told: %d} was taken, want it refused", told)
		}
	}
	s.do(engine.Logged{Run: "1", Copy: 1, Told: 2})
	if s.owes("log/1/1") {
		t.Error("all is told, and more is owed")
	}
}

// A card that was posted late tells what happened meanwhile; one that was posted
// anew does not tell it twice.
func TestLogWaitsForItsCard(t *testing.T) {
	t.Parallel()
	s := preparing(t)
	s.facts.Threads = []string{"slack"}
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 100}}).vote("ann", engine.Approve)
	if s.owes("log/1/1") {
		t.Fatal("a line is owed below a card that is not there")
	}
	s.do(engine.Delivered{Run: "1", Copy: 1, Ref: room, Shown: s.request().Version})
	if !s.owes("log/1/1") {
		t.Fatal("the card is there, and what happened before is not owed")
	}
	s.do(engine.Logged{Run: "1", Copy: 1, Told: 1})
	s.vote("ben", engine.Approve)
	s.do(engine.Logged{Run: "1", Copy: 1, Told: len(s.request().Log)})
	s.do(engine.Delivered{Run: "1", Copy: 1, Ref: engine.CopyRef{Place: "C1", Message: "2.2"}, Shown: s.request().Version})
	if s.owes("log/1/1") {
		t.Error("the card was posted anew, and its log is told twice")
	}
}

// Nothing is kept for nobody: where no surface has threads, and no card stands in
// a channel.
func TestLogIsKeptForReadersOnly(t *testing.T) {
	t.Parallel()
	quiet := paying(t).do(engine.Delivered{Run: "1", Copy: 1, Ref: room, Shown: 1}).vote("ann", engine.Approve)
	if n := len(quiet.request().Log); n != 0 || quiet.owes("log/1/1") {
		t.Errorf("without threads %d entries are kept, and owed are %v", n, quiet.work())
	}
	alone := preparing(t, func(p *flow.Pause) { p.Deliver = []flow.Destination{{Surface: "slack", To: flow.Approvers}} })
	alone.facts.Threads = []string{"slack"}
	alone.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 100}}).vote("ann", engine.Approve)
	if n := len(alone.request().Log); n != 0 {
		t.Errorf("for direct messages alone %d entries are kept, want none", n)
	}
}

func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	s := logging(t)
	for range 700 {
		s.facts.Now = s.facts.Now.Add(time.Minute)
		if s.facts.Now.Minute() == 0 {
			s.do(engine.Nudge{Run: "1", By: person("rob")})
		}
		if s.request().Deadline.Sub(s.facts.Now) < time.Hour {
			break
		}
		_ = s.try(engine.Comment{Run: "1", By: person("ann"), Text: "?"})
	}
	if n := len(s.request().Log); n < 100 || n > 500 {
		t.Errorf("the log holds %d entries", n)
	}
}

func TestRequesterRemindsOnceAnHour(t *testing.T) {
	t.Parallel()
	nudge := engine.Nudge{Run: "1", By: person("rob")}
	s := paying(t)
	if err := s.try(engine.Nudge{Run: "1", By: person("ann")}); err == nil {
		t.Error("an approver reminds in the requester's name")
	}
	s.do(nudge).told("ann nudge", "ben nudge")
	if by := s.wrote(audit.RequestReminded).Actor.Person; by != "rob" {
		t.Errorf("the trail says that %s reminded", by)
	}
	s.facts.Now = s.facts.Now.Add(time.Hour - time.Second)
	if err := s.try(nudge); err == nil || !strings.Contains(err.Error(), "again from 2026-11-22 10:00 UTC") {
		t.Errorf("within the hour: %v", err)
	}
	s.facts.Now = s.facts.Now.Add(time.Second)
	s.vote("ann", engine.Approve).do(nudge).told("ben nudge")
	s.vote("ben", engine.Approve).vote("cat", engine.Approve)
	s.facts.Now = s.facts.Now.Add(2 * time.Hour)
	if err := s.try(nudge); err == nil {
		t.Error("a decided request is reminded of")
	}
}

func TestRequesterIsNotRemindedByThemselves(t *testing.T) {
	t.Parallel()
	s := paying(t, editable("amount")).do(engine.SendBack{Run: "1", Version: 1, By: person("ann"), Text: "Less."})
	if err := s.try(engine.Nudge{Run: "1", By: person("rob")}); err == nil {
		t.Error("it waits for the requester, who reminds others")
	}
}

// TestRequesterGetsACopy says where, and where not.
func TestRequesterGetsACopy(t *testing.T) {
	t.Parallel()
	to := func(d ...flow.Destination) func(*flow.Pause) { return func(p *flow.Pause) { p.Deliver = d } }
	channel, approvers := flow.Destination{Surface: "slack", To: "#pay"}, flow.Destination{Surface: "slack", To: flow.Approvers}
	none := flow.Destination{Surface: flow.Requester, To: "none"}
	for name, c := range map[string]struct {
		on   []string
		edit func(*flow.Pause)
		by   approval.PersonID
		cmd  func(*engine.Start)
		want []string
	}{
		"where the request goes":         {on: []string{"slack", "teams"}, want: []string{"slack"}},
		"on all of its surfaces":         {on: []string{"slack", "teams"}, edit: to(channel, flow.Destination{Surface: "teams", To: "HR"}), want: []string{"slack", "teams"}},
		"no account there":               {on: []string{"teams"}, want: nil},
		"where they began it":            {on: []string{"slack"}, edit: to(flow.Destination{Surface: "teams", To: "HR"}), want: []string{"slack"}},
		"the flow says none":             {on: []string{"slack"}, edit: to(channel, none), want: nil},
		"the flow says where":            {edit: to(channel, flow.Destination{Surface: "teams", To: flow.Requester}), want: []string{"teams"}},
		"a trigger began it":             {on: []string{"slack"}, cmd: func(s *engine.Start) { s.Trigger = map[string]any{"id": "t"} }, want: nil},
		"a trigger, and the flow says":   {edit: to(approvers, flow.Destination{Surface: "slack", To: flow.Requester}), cmd: func(s *engine.Start) { s.Trigger = map[string]any{} }, want: []string{"slack"}},
		"somebody who is not known":      {on: []string{"slack"}, by: "zoe", want: nil},
		"a service":                      {on: []string{"slack"}, cmd: func(s *engine.Start) { s.By = engine.Principal{Name: "ci", Via: "slack"} }, want: nil},
		"who is asked has a card anyway": {on: []string{"slack"}, by: "ann", edit: func(p *flow.Pause) { p.Approval.AllowRequester = true }, want: nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := preparing(t)
			if c.edit != nil {
				c.edit(s.pause())
			}
			s.facts.RequesterOn = c.on
			cmd := engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 100}}
			if c.by != "" {
				cmd.By = person(c.by)
			}
			if c.cmd != nil {
				c.cmd(&cmd)
			}
			s.do(cmd)
			var got []string
			for _, cp := range s.request().Copies {
				if cp.Role == engine.ForRequester {
					got = append(got, cp.Surface)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the requester has copies on %q, want %q", got, c.want)
			}
		})
	}
}

// Nobody is alarmed because the requester's own copy is lost: no answer depends
// on it.
func TestRequestersLostCopyAlarmsNobody(t *testing.T) {
	t.Parallel()
	s := preparing(t)
	s.facts.RequesterOn = []string{"slack"}
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 100}})
	n := slices.IndexFunc(s.request().Copies, func(c engine.Copy) bool { return c.Role == engine.ForRequester }) + 1
	s.do(engine.Undeliverable{Run: "1", Copy: n, Problem: "no such user"})
	s.wrote(audit.CopyFailed)
	if got := s.work(); len(got) != 0 {
		t.Errorf("it owes %q, want nothing", got)
	}
}
