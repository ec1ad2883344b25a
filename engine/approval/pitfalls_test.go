package approval_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"signoff/engine/approval"
)

// kindOf is why somebody may not answer; empty if they may.
func kindOf(err error) approval.RefusalKind {
	if no, ok := errors.AsType[*approval.RefusalError](err); ok {
		return no.Kind
	}
	return ""
}

// askFinance is a request by Alex to the two of finance.
func askFinance() approval.Case {
	return approval.Case{
		Policy: stages(approval.Stage{Who: groups("finance")}), People: office(), Requester: "alex",
		Asked: [][]approval.PersonID{{"kim", "lee"}}, Now: today,
	}
}

// TestPitfall7_SeeingTheCardIsNotEnough: whoever is on no list is refused, and an
// empty or unknown list is nobody, never everybody.
func TestPitfall7_SeeingTheCardIsNotEnough(t *testing.T) {
	t.Parallel()
	everybody := office().People
	for name, who := range map[string][]approval.Selector{
		"a_list":         groups("finance"),
		"empty_group":    groups("empty"),
		"unknown_group":  groups("nope"),
		"no_list":        nil,
		"empty_role":     {{Kind: approval.Role, Name: "approver"}},
		"empty_rota":     {{Kind: approval.OnCall, Name: "payments"}},
		"no_manager":     {{Kind: approval.ManagerOf, Name: approval.Requester}},
		"unknown_kind":   {{Kind: "everybody", Name: "finance"}},
		"nameless_group": groups(""),
		"nameless_user":  users(""),
	} {
		c := askFinance()
		c.Policy, c.Asked = stages(approval.Stage{Who: who}), nil
		for id := range everybody {
			_, err := c.May(id)
			listed := name == "a_list" && (id == "kim" || id == "lee")
			if listed != (err == nil) {
				t.Errorf("%s: May(%s) = %v", name, id, err)
			}
		}
		if _, err := approval.Ask(c); name != "a_list" && err == nil {
			t.Errorf("%s: Ask finds somebody", name)
		}
	}
}

// TestPitfall13_OnePersonInTwoGroupsCountsOnce: two groups with one person in
// both still need two people, and more answers than needed are enough.
func TestPitfall13_OnePersonInTwoGroupsCountsOnce(t *testing.T) {
	t.Parallel()
	c := askFinance()
	c.People.Groups["ops"] = []approval.PersonID{"kim", "dana"}
	c.Policy = stages(approval.Stage{Who: groups("finance", "ops"), Need: need(2)})
	c.Votes = []approval.Vote{{Person: "kim", Approve: true}, {Person: "kim", Approve: true}}
	if got := c.Tally(); got != approval.Waiting {
		t.Errorf("Tally after Kim twice, who is in both groups = %s, want waiting", got)
	}
	c.Votes = append(c.Votes, approval.Vote{Person: "lee", Approve: true}, approval.Vote{Person: "dana", Approve: true})
	if got := c.Tally(); got != approval.Passed {
		t.Errorf("Tally after three of two = %s, want passed", got)
	}
	c.Policy = stages(approval.Stage{Groups: []approval.Party{{ID: "finance", Who: groups("finance")}, {ID: "ops", Who: groups("ops")}}})
	c.Votes = c.Votes[:1]
	c.Votes[0].Parties = []int{0, 1}
	if got := c.Tally(); got != approval.Waiting {
		t.Errorf("Tally after Kim for two groups = %s, want waiting: one answer counts for one", got)
	}
}

// TestPitfall14_EveryoneIsEveryone: the last click does not decide for all, in
// whatever order they come.
func TestPitfall14_EveryoneIsEveryone(t *testing.T) {
	t.Parallel()
	for _, order := range [][]approval.PersonID{{"kim", "lee", "dana"}, {"dana", "kim", "lee"}, {"lee", "dana", "kim"}} {
		c := askFinance()
		c.Policy = stages(approval.Stage{Who: append(users("dana"), groups("finance")...), Need: all()})
		c.Asked = [][]approval.PersonID{{"dana", "kim", "lee"}}
		for i, id := range order {
			if got := c.Tally(); got != approval.Waiting {
				t.Errorf("Tally after %d of 3 = %s, want waiting", i, got)
			}
			if _, err := c.May(id); err != nil {
				t.Errorf("May(%s) = %v", id, err)
			}
			c.Votes = append(c.Votes, approval.Vote{Person: id, Approve: true})
		}
		if got := c.Tally(); got != approval.Passed {
			t.Errorf("Tally after all = %s, want passed", got)
		}
		c.Votes[0].Approve = false
		if got := c.Tally(); got != approval.Refused {
			t.Errorf("Tally when the first said no and the last yes = %s, want refused", got)
		}
	}
}

// TestPitfall32_OnlyApproverIsTheRequester is refused when it is asked, with the
// reason, however the approver is named.
func TestPitfall32_OnlyApproverIsTheRequester(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]approval.Selector{
		"user":    {Kind: approval.User, Name: "dana"},
		"mail":    {Kind: approval.User, Name: "dana@example.com"},
		"group":   {Kind: approval.Group, Name: "mixed"},
		"role":    {Kind: approval.Role, Name: "approver"},
		"rota":    {Kind: approval.OnCall, Name: "payments"},
		"manager": {Kind: approval.ManagerOf, Name: approval.Requester},
	} {
		c := askFinance()
		c.Requester, c.Policy = "dana", stages(approval.Stage{Who: []approval.Selector{who}})
		c.People.Roles = map[string][]approval.PersonID{"approver": {"dana"}}
		c.People.OnCall = map[string][]approval.PersonID{"payments": {"dana"}}
		c.People.People["dana"] = approval.Person{ID: "dana", Name: "Dana", Manager: "dana"}
		const want = "Nobody can answer this request: the only approver is Dana, who made the request. Name somebody else in the flow, or write `exclude: []` to let requesters answer."
		if _, err := approval.Ask(c); err == nil || err.Error() != want {
			t.Errorf("%s: Ask = %v, want %s", name, err, want)
		}
	}
}

// TestP4_NotOneself: where the flow lets requesters answer, it does so in as many
// words, and for nobody else who is out.
func TestP4_NotOneself(t *testing.T) {
	t.Parallel()
	c := askFinance()
	c.Requester, c.Author = "kim", "lee"
	c.Policy.AllowRequester, c.Policy.ExcludeAuthor = true, true
	if _, err := c.May("kim"); err != nil {
		t.Errorf("May(requester) = %v where the flow allows it", err)
	}
	if _, err := c.May("lee"); kindOf(err) != approval.Author {
		t.Errorf("May(author) = %v", err)
	}
	c.Author = "kim"
	if _, err := c.May("kim"); kindOf(err) != approval.Author {
		t.Errorf("May(requester who is the author) = %v: allowed as the one, not as the other", err)
	}
}

// TestP7_DelegationIsShort: one hand on by default, for its time, never round.
func TestP7_DelegationIsShort(t *testing.T) {
	t.Parallel()
	hand := func(from, to approval.PersonID, until time.Duration) approval.Move {
		m := approval.Move{Kind: approval.Delegated, From: from, To: to, By: from, At: today}
		if until != 0 {
			m.Until = today.Add(until)
		}
		return m
	}
	chain := []approval.Move{hand("kim", "dana", 0), hand("dana", "m1", 0), hand("m1", "m2", 0)}
	for hops, may := range map[int][]approval.PersonID{
		0: {"dana"}, 1: {"dana"}, 2: {"dana", "m1"}, 3: {"dana", "m1", "m2"},
	} {
		c := askFinance()
		c.Policy.Hops, c.Moves = hops, chain
		for _, id := range []approval.PersonID{"dana", "m1", "m2"} {
			if _, err := c.May(id); slices.Contains(may, id) != (err == nil) {
				t.Errorf("after %d hops at most, May(%s) = %v", hops, id, err)
			}
		}
	}
	c := askFinance()
	c.Policy.Hops = 9
	c.Moves = chain
	for _, to := range []approval.PersonID{"kim", "dana", "m1"} {
		if err := c.MayMove("m2", hand("m2", to, 0)); kindOf(err) != approval.BadMove {
			t.Errorf("MayMove(back to %s) = %v, want a refusal: it goes round", to, err)
		}
	}
	for until, want := range map[time.Duration]bool{-time.Hour: false, time.Nanosecond: true, time.Hour: true} {
		c := askFinance()
		c.Moves = []approval.Move{hand("kim", "dana", until)}
		if _, err := c.May("dana"); want != (err == nil) {
			t.Errorf("May(dana), delegated until now and %s = %v", until, err)
		}
	}
	c = askFinance()
	c.Moves = []approval.Move{hand("kim", "dana", time.Hour)}
	c.Now = today.Add(time.Hour)
	if _, err := c.May("dana"); kindOf(err) != approval.NotEligible {
		t.Errorf("May(dana) at the very end = %v, want a refusal", err)
	}
	// A cycle that is there all the same neither hangs nor lets anybody else in.
	c = askFinance()
	c.Policy.Hops = 1 << 30
	c.Moves = []approval.Move{hand("kim", "dana", 0), hand("dana", "kim", 0), hand("dana", "dana", 0)}
	if seat, err := c.May("dana"); err != nil || seat.For != "kim" {
		t.Errorf("May(dana) in a cycle = %v, %v, want Kim's seat", seat, err)
	}
	if _, err := c.May("m1"); err == nil {
		t.Error("a cycle lets a stranger in")
	}
}

// TestP10_UnmetIsKnown: a request that becomes impossible is known to be, and an
// outage is not that.
func TestP10_UnmetIsKnown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*approval.Case)
		stuck  bool
	}{
		"nothing_happened": {func(*approval.Case) {}, false},
		"all_left":         {func(c *approval.Case) { c.People.Groups["finance"] = nil }, true},
		"all_switched_off": {func(c *approval.Case) {
			for _, id := range []approval.PersonID{"kim", "lee"} {
				c.People.People[id] = approval.Person{ID: id, Inactive: true}
			}
		}, true},
		"only_the_requester_is_left": {func(c *approval.Case) { c.People.Groups["finance"] = []approval.PersonID{"alex"} }, true},
		"list_cannot_be_read": {func(c *approval.Case) {
			c.People.Unsure = map[approval.Selector]string{groups("finance")[0]: "timeout"}
		}, false},
		"next_step_has_nobody": {func(c *approval.Case) {
			c.Policy.Stages = append(c.Policy.Stages, approval.Stage{Who: groups("gone")})
			c.Asked = append(c.Asked, []approval.PersonID{"old"})
		}, true},
		"all_of_two_and_one_left": {func(c *approval.Case) {
			c.Policy.Stages[0].Need = all()
			c.People.Groups["finance"] = []approval.PersonID{"kim"}
		}, true},
		"all_of_two_and_the_ladder_came": {func(c *approval.Case) {
			c.Policy.Stages[0].Need = all()
			c.People.Groups["finance"] = []approval.PersonID{"kim"}
			c.Moves = []approval.Move{{Kind: approval.Escalated, Who: users("dana")}}
		}, false},
	} {
		kase := askFinance()
		c.change(&kase)
		if got := kase.Stuck(); got != c.stuck {
			t.Errorf("%s: Stuck = %v, want %v", name, got, c.stuck)
		}
		if got := kase.Tally(); got != approval.Waiting {
			t.Errorf("%s: Tally = %s, want waiting", name, got)
		}
	}
}
