package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// endless has a request wait for ever.
func endless(p *flow.Pause) { p.Duration, p.Timeout = nil, nil }

// chase does the work that is owed about a request that was sent back, when it is
// due, until there is none; it returns who was told what, and after how long.
func (s *story) chase() []string {
	s.t.Helper()
	began := s.facts.Now
	var out []string
	for range 20 {
		e, ok := s.due("return/1")
		if !ok {
			return out
		}
		s.facts.Now = e.Due
		work, ok := e.Work.(engine.ReturnReminder)
		if !ok {
			s.t.Fatalf("%T is owed", e.Work)
		}
		s.do(engine.RemindReturned(work))
		for _, e := range s.last.Effects {
			if tell, ok := e.Work.(engine.Tell); ok {
				out = append(out, fmt.Sprintf("%s %s %s", s.facts.Now.Sub(began), tell.Person, tell.What))
			}
		}
	}
	s.t.Fatal("it does not end")
	return nil
}

// due is work that the last step owes.
func (s *story) due(key engine.EffectKey) (engine.Effect, bool) {
	i := slices.IndexFunc(s.last.Effects, func(e engine.Effect) bool { return e.Key == key })
	if i < 0 {
		return engine.Effect{}, false
	}
	return s.last.Effects[i], true
}

// TestReturnedIsNotForgotten: the requester is reminded as the stage reminds; then
// whoever sent it back is told, and then it waits in vain.
func TestReturnedIsNotForgotten(t *testing.T) {
	t.Parallel()
	nine := approval.Hours{From: 9 * 60, To: 17 * 60, Days: []time.Weekday{1, 2, 3, 4, 5}}
	for name, c := range map[string]struct {
		edit func(*flow.Pause)
		make func(*approval.Directory)
		want string
	}{
		"as_the_stage_reminds": {
			edit: stageOne(func(st *approval.Stage) { st.Remind = []time.Duration{time.Hour, 5 * time.Hour} }),
			want: "1h0m0s rob to_change, 5h0m0s rob to_change, 29h0m0s ben unchanged",
		},
		"by_itself_where_it_does_not": {
			want: "24h0m0s rob to_change, 72h0m0s rob to_change, 96h0m0s ben unchanged",
		},
		"in_their_working_hours": { // it is Sunday, 9:00
			edit: stageOne(func(st *approval.Stage) { st.Remind = []time.Duration{time.Hour} }),
			make: func(d *approval.Directory) {
				for id, p := range d.People {
					p.Hours = nine
					d.People[id] = p
				}
			},
			want: "24h0m0s rob to_change, 25h0m0s ben unchanged",
		},
		"at_once_where_it_is_urgent": {
			edit: stageOne(func(st *approval.Stage) { st.Remind, st.Urgent = []time.Duration{time.Hour}, true }),
			make: func(d *approval.Directory) { d.People["rob"] = approval.Person{ID: "rob", Name: "rob", Hours: nine} },
			want: "1h0m0s rob to_change, 25h0m0s ben unchanged",
		},
		"a_requester_who_left": {
			make: func(d *approval.Directory) { d.People["rob"] = approval.Person{ID: "rob", Name: "rob", Inactive: true} },
			want: "24h0m0s ben unchanged",
		},
		"all_who_could_answer_left": {
			make: func(d *approval.Directory) {
				for id := range d.People {
					d.People[id] = approval.Person{ID: id, Name: string(id), Inactive: id != "rob"}
				}
			},
			want: "24h0m0s rob to_change, 72h0m0s rob to_change, 96h0m0s rob to_change",
		},
		"who_wanted_it_left": {
			make: func(d *approval.Directory) { d.People["ben"] = approval.Person{ID: "ben", Name: "ben", Inactive: true} },
			want: "24h0m0s rob to_change, 72h0m0s rob to_change, 96h0m0s ann unchanged",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			edits := []func(*flow.Pause){editable("amount"), endless}
			if c.edit != nil {
				edits = append(edits, c.edit)
			}
			s := paying(t, edits...)
			s.facts.People = office()
			s.do(s.sendBack("ben"))
			if c.make != nil {
				c.make(s.facts.People)
			}
			if got := strings.Join(s.chase(), ", "); got != c.want {
				t.Errorf("told are\n%s, want\n%s", got, c.want)
			}
			if !s.request().Neglected(s.facts.Now) {
				t.Error("nobody will be told any more, and it is not neglected")
			}
			if line := s.wrote(audit.RequestReminded); line.Data["digest"] != s.request().Digest {
				t.Errorf("it wrote %v", line)
			}
		})
	}
}

// What was changed, withdrawn or decided is not asked after any more.
func TestReturnedIsOver(t *testing.T) {
	t.Parallel()
	for name, cmd := range map[string]func(*story) engine.Command{
		"resubmitted": func(*story) engine.Command { return resubmit("rob", nil) },
		"withdrawn":   func(*story) engine.Command { return engine.Withdraw{Run: "1", By: person("rob")} },
		"overridden":  func(s *story) engine.Command { return s.override() },
		"cancelled":   func(*story) engine.Command { return engine.Cancel{By: person("eve")} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := paying(t, editable("amount"))
			s.do(s.sendBack("ben"))
			if _, owed := s.due("return/1"); !owed {
				t.Fatal("the requester will not be reminded")
			}
			s.do(cmd(s))
			if !slices.Contains(s.last.Drop, "return/1") {
				t.Errorf("it drops %v", s.last.Drop)
			}
			s.later(24*time.Hour-1).refused(engine.RemindReturned{Run: "1"}, engine.Settled)
		})
	}
}

// Each word is said once, in order, and none before its time.
func TestRemindReturnedRefuses(t *testing.T) {
	t.Parallel()
	s := paying(t, editable("amount"), endless)
	s.refused(engine.RemindReturned{Run: "1"}, engine.Settled)
	s.do(s.sendBack("ben")).refused(engine.RemindReturned{Run: "1"}, engine.TooEarly)
	s.later(24*time.Hour).refused(engine.RemindReturned{Run: "1", N: 1}, engine.Settled)
	s.refused(engine.RemindReturned{Run: "1", N: -1}, engine.Settled)
	s.refused(engine.RemindReturned{Run: "9"}, engine.Settled)
	s.do(engine.RemindReturned{Run: "1"})
	s.refused(engine.RemindReturned{Run: "1"}, engine.Settled)
	// One that comes late leaves time before the last.
	s.later(80 * time.Hour).do(engine.RemindReturned{Run: "1", N: 1}).told("rob to_change")
	if due := s.owed("return/1").Due; !due.Equal(s.facts.Now.Add(24 * time.Hour)) {
		t.Errorf("the last word is due at %s", due)
	}
	s.later(24 * time.Hour).do(engine.RemindReturned{Run: "1", N: 2}).told("ben unchanged")
	if r := s.request(); r.Chased != 3 || !r.Neglected(s.facts.Now) {
		t.Errorf("%d words were said", r.Chased)
	}
	// Sent back anew, it begins anew.
	s.do(resubmit("rob", nil)).do(s.sendBack("ann"))
	if r := s.request(); r.Chased != 0 || r.Neglected(s.facts.Now) {
		t.Errorf("%d words were said", r.Chased)
	}
}

// A week with the requester is long, whatever reminders are to come.
func TestNeglectedAfterAWeek(t *testing.T) {
	t.Parallel()
	s := paying(t, editable("amount"), endless, stageOne(func(st *approval.Stage) { st.Remind = []time.Duration{720 * time.Hour} }))
	if s.request().Neglected(s.facts.Now.Add(1000 * time.Hour)) {
		t.Error("what waits for approvers is not neglected by the requester")
	}
	s.do(s.sendBack("ben"))
	for after, want := range map[time.Duration]bool{0: false, 7*24*time.Hour - 1: false, 7 * 24 * time.Hour: true} {
		if got := s.request().Neglected(s.facts.Now.Add(after)); got != want {
			t.Errorf("after %s it is neglected: %t", after, got)
		}
	}
}

func TestExplainTellsWhatFollowsAReturn(t *testing.T) {
	t.Parallel()
	s := paying(t, editable("amount"))
	s.do(s.sendBack("ben"))
	const want = `rob was asked to change something first. Nobody can answer until then. Without a change its time is over at 2026-11-24 09:00 UTC.
If nothing is changed, 2026-11-23 09:00 UTC: Rob is reminded to change it, in their working hours.`
	if got := s.explained(""); got != want {
		t.Errorf("explained is\n%s, want\n%s", got, want)
	}
}
