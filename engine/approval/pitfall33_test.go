package approval_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"signoff/engine/approval"
)

// outsiders is a request by Alex to the seven of finance, of whom five may not
// answer: who made it, asked for it first and restarted it, who wrote the flow,
// and one who is named.
func outsiders() (c approval.Case, why map[approval.PersonID]approval.RefusalKind) {
	c = askFinance()
	c.Requester, c.Origin, c.Restarted = "alex", []approval.PersonID{"m5"}, []approval.PersonID{"m6"}
	c.Author, c.Policy.ExcludeAuthor, c.Policy.Exclude = "sam1", true, users("sam2")
	c.People.Groups["finance"] = []approval.PersonID{"kim", "lee", "alex", "m5", "m6", "sam1", "sam2"}
	return c, map[approval.PersonID]approval.RefusalKind{
		"alex": approval.OwnRequest, "m5": approval.OwnRequest, "m6": approval.OwnRequest,
		"sam1": approval.Author, "sam2": approval.Excluded,
	}
}

// ways are how a seat of Kim's could come to somebody.
func ways(id approval.PersonID) map[string][]approval.Move {
	return map[string][]approval.Move{
		"by_list":    nil,
		"delegated":  {{Kind: approval.Delegated, From: "kim", To: id, By: "kim", At: today}},
		"reassigned": {{Kind: approval.Reassigned, From: "kim", To: id, By: "kim", At: today}},
		"forced":     {{Kind: approval.Reassigned, From: "kim", To: id, By: "m7", At: today}},
		"escalated":  {{Kind: approval.Escalated, Who: users(string(id)), At: today}},
		"replaced":   {{Kind: approval.Escalated, Who: users(string(id), "kim"), Replace: true, At: today}},
	}
}

// refusesMoves checks that nobody, and no operator, can give Kim's seat to
// somebody, and that they choose nobody as an operator.
func refusesMoves(t *testing.T, c approval.Case, id approval.PersonID) {
	t.Helper()
	c.Moves = nil
	for _, kind := range []approval.MoveKind{approval.Delegated, approval.Reassigned} {
		m := approval.Move{Kind: kind, From: "kim", To: id, By: "kim", At: today}
		if err := c.MayMove("kim", m); kindOf(err) != approval.BadMove {
			t.Errorf("Kim may hand on to %s: %v", id, err)
		}
	}
	m := approval.Move{Kind: approval.Reassigned, From: "kim", To: id, By: "m7", At: today}
	if kindOf(c.MayForce(m)) != approval.BadMove {
		t.Errorf("an operator may give the seat to %s", id)
	}
	m.To = "dana"
	if m.By = id; kindOf(c.MayForce(m)) != approval.BadMove {
		t.Errorf("%s, as an operator, chooses who answers", id)
	}
}

// TestPitfall33_NoWayRoundToOneself: whoever asks for it, the author and named
// people are out, whatever list, ladder or move names them.
func TestPitfall33_NoWayRoundToOneself(t *testing.T) {
	t.Parallel()
	base, why := outsiders()
	for id, want := range why {
		for name, moves := range ways(id) {
			c := base
			c.Moves = moves
			if _, err := c.May(id); kindOf(err) != want {
				t.Errorf("%s %s: May = %v, want %s", name, id, err, want)
			}
		}
		refusesMoves(t, base, id)
	}
	asked, err := approval.Ask(base)
	if err != nil || !slices.Equal(asked[0], []approval.PersonID{"kim", "lee"}) {
		t.Errorf("Ask = %v, %v, want Kim and Lee", asked, err)
	}
}

// TestPitfall33_TheirDelegatesAreOut: whoever stands in for one of them decides
// nothing for them, directly or at two removes, and whatever is handed on to them
// meanwhile counts for nothing.
func TestPitfall33_TheirDelegatesAreOut(t *testing.T) {
	t.Parallel()
	base, why := outsiders()
	for id := range why {
		c := base
		c.People = office()
		c.People.Groups["finance"] = base.People.Groups["finance"]
		c.People.Absent = map[approval.PersonID]approval.Absence{
			id: {From: today.Add(-time.Hour), StandIn: "m1"}, "m1": {From: today.Add(-time.Hour), StandIn: "m2"},
		}
		for _, agent := range []approval.PersonID{"m1", "m2"} {
			if _, err := c.May(agent); kindOf(err) != approval.NotEligible {
				t.Errorf("May(%s), who stands in for %s and is not asked = %v, want a refusal", agent, id, err)
			}
			refusesMoves(t, c, agent)
			for _, way := range []string{"delegated", "reassigned", "forced"} {
				c.Moves = ways(agent)[way]
				if _, err := c.May(agent); kindOf(err) != approval.StandIn {
					t.Errorf("May(%s), who stands in for %s and had the seat %s = %v, want a refusal", agent, id, way, err)
				}
			}
			c.Moves = nil
			with := c.People.Absent
			c.People.Absent = map[approval.PersonID]approval.Absence{id: with[id], "m1": with["m1"], "kim": {From: today, StandIn: agent}}
			if _, err := c.May(agent); kindOf(err) != approval.StandIn {
				t.Errorf("May(%s), who stands in for %s and then for Kim = %v, want a refusal", agent, id, err)
			}
			c.People.Absent = with
		}
	}
}

// TestPitfall33_BeingNamedTakesNothing: a requester does not choose who decides
// by going away. Who has a seat by the flow, or got one before, keeps it, whoever
// of those who may not answer names them as a stand-in, at any remove.
func TestPitfall33_BeingNamedTakesNothing(t *testing.T) {
	t.Parallel()
	base, why := outsiders()
	base.Now = today.Add(2 * time.Hour)
	for id := range why {
		for remove, absences := range map[string]map[approval.PersonID]approval.Absence{
			"directly":      {id: {From: today.Add(time.Hour), StandIn: "kim"}},
			"at_two_remove": {id: {From: today.Add(-time.Hour), StandIn: "m1"}, "m1": {From: today.Add(time.Hour), StandIn: "kim"}},
		} {
			for _, ever := range []bool{true, false} { // Kim is asked, or got the seat of Lee
				c := base
				c.People = office()
				c.People.Absent = absences
				c.People.Groups["finance"] = base.People.Groups["finance"]
				seats := map[string]approval.Seat{"own": {}, "by_the_ladder": {}}
				got := map[string][]approval.Move{"own": nil, "by_the_ladder": {{Kind: approval.Escalated, Who: users("kim"), At: c.Now}}}
				if !ever {
					c.People.Groups["finance"] = []approval.PersonID{"lee"}
					c.Asked = [][]approval.PersonID{{"lee"}}
					delete(seats, "own")
					seats["reassigned"], got["reassigned"] = approval.Seat{}, []approval.Move{reassigned("lee", "kim")}
					seats["delegated"], got["delegated"] = approval.Seat{For: "lee"}, []approval.Move{delegated("lee", "kim")}
				}
				for way, want := range seats {
					c.Moves = got[way]
					if seat, err := c.May("kim"); err != nil || fmt.Sprint(seat) != fmt.Sprint(want) {
						t.Errorf("%s, named by %s %s: May(kim) = %v, %v, want %v", way, id, remove, seat, err, want)
					}
				}
			}
		}
		c := base
		c.People = office()
		c.People.Groups["finance"] = []approval.PersonID{"lee"}
		c.People.Absent = map[approval.PersonID]approval.Absence{
			"lee": {From: today, StandIn: "kim"}, id: {From: today.Add(time.Hour), StandIn: "kim"},
		}
		if seat, err := c.May("kim"); err != nil || seat.For != "lee" {
			t.Errorf("stands in for Lee, then for %s: May(kim) = %v, %v, want Lee's seat", id, seat, err)
		}
	}
	named := base
	named.People = office()
	named.People.Groups["finance"] = base.People.Groups["finance"]
	named.People.Absent = map[approval.PersonID]approval.Absence{"alex": {From: today.Add(-time.Hour), StandIn: "kim"}}
	if asked, err := approval.Ask(named); err != nil || !slices.Equal(asked[0], []approval.PersonID{"kim", "lee"}) {
		t.Errorf("Ask = %v, %v, want Kim and Lee", asked, err)
	}
}
