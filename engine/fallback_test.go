package engine_test

import (
	"slices"
	"strings"
	"testing"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// direct lists whose direct messages a request has, in order.
func direct(s *story) []approval.PersonID {
	var who []approval.PersonID
	for _, c := range s.x.Runs[0].Request.Copies {
		if c.Person != "" && c.Role == engine.ForApprovers {
			who = append(who, c.Person)
		}
	}
	return who
}

func inRooms(t *testing.T, rooms ...string) *story {
	t.Helper()
	s := newStory(t, gateFlow)
	for _, room := range rooms {
		s.facts.Deliver = append(s.facts.Deliver, flow.Destination{Surface: "slack", To: room})
	}
	return s.begin()
}

// TestLostChannelFallsBackToDirectMessages: nobody waits for an answer from
// people who never hear of the question.
func TestLostChannelFallsBackToDirectMessages(t *testing.T) {
	t.Parallel()
	s := inRooms(t, "#room")
	asked := s.x.Runs[0].Request.Asked[0]
	if len(asked) == 0 || len(direct(s)) > 0 {
		t.Fatalf("asked %v, direct messages %v", asked, direct(s))
	}
	s.do(engine.Undeliverable{Run: "1", Copy: 1, Problem: "the bot is not in the channel"})
	if got := direct(s); !slices.Equal(got, asked) {
		t.Errorf("direct messages for %v, want those who are asked: %v", got, asked)
	}
	for _, c := range s.x.Runs[0].Request.Copies[1:] {
		if c.Surface != "slack" || !s.owes(engine.EffectKey("copy/1/"+string(rune('0'+c.ID)))) {
			t.Errorf("copy %d on %s is not owed", c.ID, c.Surface)
		}
	}
	if !s.owes("notice/1/1") {
		t.Error("nobody is told that the channel is lost")
	}
}

func TestLostChannelDoesNotFallBack(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(*testing.T) *story{
		"another_channel_is_there": func(t *testing.T) *story {
			t.Helper()
			return inRooms(t, "#room", "#other").do(engine.Undeliverable{Run: "1", Copy: 1, Problem: "archived"})
		},
		"a_note_was_left_beside_it": func(t *testing.T) *story {
			t.Helper()
			s := posted(t).do(answer("ann", engine.Approve, nil))
			r := s.x.Runs[0].Request
			return s.do(engine.Undeliverable{Run: "1", Copy: 1, Problem: "edits are refused", Told: r.Version})
		},
		"the_request_is_closed": func(t *testing.T) *story {
			t.Helper()
			return posted(t).do(engine.Cancel{By: person("rob")}).do(engine.Undeliverable{Run: "1", Copy: 1, Problem: "archived"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := direct(run(t)); len(got) > 0 {
				t.Errorf("direct messages for %v, want none", got)
			}
		})
	}
}

func TestBothChannelsLost(t *testing.T) {
	t.Parallel()
	s := inRooms(t, "#room", "#other").do(engine.Undeliverable{Run: "1", Copy: 1, Problem: "archived"})
	s.do(engine.Undeliverable{Run: "1", Copy: 2, Problem: "archived"})
	if got := direct(s); !slices.Equal(got, s.x.Runs[0].Request.Asked[0]) {
		t.Errorf("direct messages for %v", got)
	}
}

// TestLostChannelInTheNextStage: who is asked later hears of it, too.
func TestLostChannelInTheNextStage(t *testing.T) {
	t.Parallel()
	s := newStory(t, strings.Replace(gateFlow, `[{id: two, need: 2, who: ["user:ann", "user:ben", "user:cat"]}]`,
		`[{id: one, who: ["user:ann"]}, {id: two, who: ["user:ben"]}]`, 1))
	s.facts.Deliver = []flow.Destination{{Surface: "slack", To: "#room"}}
	s.begin().do(engine.Undeliverable{Run: "1", Copy: 1, Problem: "archived"})
	if got := direct(s); !slices.Equal(got, []approval.PersonID{"ann"}) {
		t.Fatalf("in the first stage: direct messages for %v", got)
	}
	s.do(answer("ann", engine.Approve, nil))
	if got := direct(s); !slices.Equal(got, []approval.PersonID{"ann", "ben"}) {
		t.Errorf("in the second stage: direct messages for %v", got)
	}
}
