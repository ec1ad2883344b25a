package approval_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

// change makes one thing different in a case.
type change func(*approval.Case)

func absent(who, standIn approval.PersonID) change {
	return func(c *approval.Case) {
		if c.People.Absent == nil {
			c.People.Absent = map[approval.PersonID]approval.Absence{}
		}
		c.People.Absent[who] = approval.Absence{From: today.Add(-time.Hour), Until: today.Add(time.Hour), StandIn: standIn}
	}
}

func unread(sels ...approval.Selector) change {
	return func(c *approval.Case) {
		c.People.Unsure = map[approval.Selector]string{}
		for _, s := range sels {
			c.People.Unsure[s] = "no answer"
		}
	}
}

func moved(moves ...approval.Move) change {
	return func(c *approval.Case) { c.Moves = append(c.Moves, moves...) }
}

func voted(votes ...approval.Vote) change {
	return func(c *approval.Case) { c.Votes = append(c.Votes, votes...) }
}

func asks(s ...approval.Stage) change {
	return func(c *approval.Case) { c.Policy.Stages, c.Asked = s, nil }
}

func rules(set func(*approval.Policy)) change {
	return func(c *approval.Case) { set(&c.Policy) }
}

func delegated(from, to approval.PersonID) approval.Move {
	return approval.Move{Kind: approval.Delegated, From: from, To: to, By: from, At: today}
}

func reassigned(from, to approval.PersonID) approval.Move {
	return approval.Move{Kind: approval.Reassigned, From: from, To: to, By: from, At: today}
}

func climbed(replace bool, who ...approval.Selector) approval.Move {
	return approval.Move{Kind: approval.Escalated, Who: who, Replace: replace, At: today}
}

func yes(who, seat approval.PersonID, parties ...int) approval.Vote {
	return approval.Vote{Person: who, For: seat, Parties: parties, Approve: true}
}

func no(who approval.PersonID) approval.Vote { return approval.Vote{Person: who} }

// with is a request by Alex to Kim and Lee of finance, with changes.
func with(changes ...change) approval.Case {
	c := askFinance()
	for _, set := range changes {
		set(&c)
	}
	if c.Asked == nil {
		c.Asked, _ = approval.Ask(c)
	}
	return c
}

// second is a chain of finance, then Dana or Kim; the second is asked.
func second(c *approval.Case) {
	c.Policy.Stages = append(c.Policy.Stages, approval.Stage{Who: users("dana", "kim", "m1")})
	c.Asked = [][]approval.PersonID{{"kim", "lee"}, {"dana", "kim", "m1"}}
	c.Stage = 1
}

// sides is a stage of two groups: finance, and Dana with Kim.
func sides(deny int, first, second approval.Need) change {
	return func(c *approval.Case) {
		c.Policy.Stages = []approval.Stage{{Deny: deny, Groups: []approval.Party{
			{ID: "money", Who: groups("finance"), Need: first}, {ID: "safety", Who: users("dana", "kim"), Need: second},
		}}}
		c.Asked = [][]approval.PersonID{{"dana", "kim", "lee"}}
	}
}

func TestMayRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kase approval.Case
		who  approval.PersonID
		kind approval.RefusalKind
		want string
	}{
		"author": {
			with(rules(func(p *approval.Policy) { p.ExcludeAuthor = true }), func(c *approval.Case) { c.Author = "kim" }), "kim",
			approval.Author, "You wrote this flow, so somebody else must answer it. Lee can.",
		},
		"stand_in_of_the_requester": {
			with(absent("alex", "dana"), moved(delegated("kim", "dana"))), "dana", approval.StandIn,
			"You stand in for Alex, who may not answer this, so what was handed to you since does not count. Kim or Lee can.",
		},
		"stand_in_of_their_stand_in": {
			with(absent("alex", "m1"), absent("m1", "dana"), moved(reassigned("kim", "dana"))), "dana", approval.StandIn,
			"You stand in for Mo1, who may not answer this, so what was handed to you since does not count. Lee can.",
		},
		"who_asked_first": {
			with(func(c *approval.Case) { c.Origin = []approval.PersonID{"kim"} }), "kim", approval.OwnRequest,
			"You made this request first, so somebody else must answer it. Lee can.",
		},
		"who_restarted_it": {
			with(func(c *approval.Case) { c.Restarted = []approval.PersonID{"kim"} }), "kim", approval.OwnRequest,
			"You restarted this execution, so somebody else must answer it. Lee can.",
		},
		"reassigned_away": {
			with(moved(reassigned("kim", "dana"))), "kim", approval.Moved,
			"This was given to somebody else, so you do not answer it any more. Dana or Lee can.",
		},
		"replaced_by_the_ladder": {
			with(moved(climbed(true, users("dana")...))), "kim", approval.Moved,
			"This was given to somebody else, so you do not answer it any more. Dana can.",
		},
		"delegated_and_reassigned_away": {
			with(moved(delegated("kim", "dana"), reassigned("kim", "m1"))), "dana", approval.NotEligible,
			"Only Lee or Mo1 can answer this. You are Dana.",
		},
		"delegation_that_is_over": {
			with(moved(approval.Move{Kind: approval.Delegated, From: "kim", To: "dana", By: "kim", Until: today})), "dana", approval.NotEligible,
			"The time for which you could answer for Kim is over. Kim or Lee can.",
		},
		"absence_that_is_over": {
			with(func(c *approval.Case) {
				c.People.Absent = map[approval.PersonID]approval.Absence{"kim": {From: today.Add(-time.Hour), Until: today, StandIn: "dana"}}
			}), "dana", approval.NotEligible, "Only Kim or Lee can answer this. You are Dana.",
		},
		"delegation_of_who_left": {
			with(moved(delegated("kim", "dana")), func(c *approval.Case) { c.People.Groups["finance"] = []approval.PersonID{"lee"} }), "dana",
			approval.NotEligible, "Only Lee can answer this. You are Dana.",
		},
		"delegation_where_the_flow_forbids_it": {
			with(moved(delegated("kim", "dana")), rules(func(p *approval.Policy) { p.NoDelegate = true })), "dana",
			approval.NotEligible, "Only Kim or Lee can answer this. You are Dana.",
		},
		"stand_in_where_the_flow_forbids_it": {
			with(absent("kim", "dana"), rules(func(p *approval.Policy) { p.NoDelegate = true })), "dana",
			approval.NotEligible, "Only Kim or Lee can answer this. You are Dana.",
		},
		"stand_in_of_a_stand_in": {
			with(absent("kim", "dana"), absent("dana", "m1")), "m1", approval.NotEligible, "Only Kim or Lee can answer this. You are Mo1.",
		},
		"list_that_cannot_be_read": {
			with(unread(groups("finance")...)), "kim", approval.Unverified,
			"signoff cannot verify you now: it could not read who is in group:finance. Try again in a minute.",
		},
		"exclusion_that_cannot_be_read": {
			with(rules(func(p *approval.Policy) { p.Exclude = groups("empty") }), unread(groups("empty")...)), "kim", approval.Unverified,
			"signoff cannot verify you now: it could not read who is in group:empty. Try again in a minute.",
		},
		"ladder_that_cannot_be_read": {
			with(moved(climbed(false, groups("many")...)), unread(groups("many")...)), "m1", approval.Unverified,
			"signoff cannot verify you now: it could not read who is in group:many. Try again in a minute.",
		},
		"answered_by_the_delegate": {
			with(asks(approval.Stage{Who: groups("finance"), Need: need(2)}), moved(delegated("kim", "dana")), voted(yes("dana", "kim"))), "kim",
			approval.AlreadyAnswered, "Dana has already answered this for you. Your seat counts once.",
		},
		"delegate_after_the_owner": {
			with(asks(approval.Stage{Who: groups("finance"), Need: need(2)}), moved(delegated("kim", "dana")), voted(yes("kim", ""))), "dana",
			approval.AlreadyAnswered, "You would answer for Kim, whose answer is already there. It counts once.",
		},
		"second_of_two_delegates": {
			with(asks(approval.Stage{Who: groups("finance"), Need: need(2)}), moved(delegated("kim", "dana"), delegated("kim", "m1")), voted(yes("dana", "kim"))), "m1",
			approval.AlreadyAnswered, "You would answer for Kim, whose answer is already there. It counts once.",
		},
		"delegate_in_the_next_step": {
			with(second, moved(delegated("kim", "dana")), voted(yes("dana", "kim"))), "dana", approval.SeatTaken,
			"You have already answered another step of this, and each step needs somebody else. Mo1 can.",
		},
		"owner_in_the_next_step": {
			with(second, voted(yes("dana", "kim"))), "kim", approval.SeatTaken,
			"You have already answered another step of this, and each step needs somebody else. Mo1 can.",
		},
		"for_one_who_answered_another_step": {
			with(second, voted(yes("kim", "")), func(c *approval.Case) {
				m := delegated("kim", "m2")
				m.Stage = 1
				c.Moves = []approval.Move{m}
			}), "m2", approval.SeatTaken,
			"You would answer for Kim, who already answered another step of this, and each step needs somebody else.",
		},
		"needed_for_the_other_group": {
			with(sides(0, need(1), need(1)), func(c *approval.Case) {
				c.Policy.Stages[0].Groups[1].Who = users("kim")
				c.Moves = []approval.Move{delegated("lee", "m1"), delegated("kim", "m1")}
				c.People.Groups["finance"] = []approval.PersonID{"lee"}
				c.Votes = []approval.Vote{yes("lee", "", 0)}
				c.Policy.Stages = append(c.Policy.Stages, approval.Stage{Who: users("m1")})
				c.Asked = append(c.Asked, []approval.PersonID{"m1"})
			}), "m1", approval.NotEligible,
			"A later step of this cannot do without you, and nobody answers two steps. Kim can.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seat, err := c.kase.May(c.who)
			refusal, ok := errors.AsType[*approval.RefusalError](err)
			if !ok {
				t.Fatalf("May = %v, %v, want a RefusalError", seat, err)
			}
			if refusal.Kind != c.kind || refusal.Text != c.want {
				t.Errorf("May = %s: %s\nwant %s: %s", refusal.Kind, refusal.Text, c.kind, c.want)
			}
		})
	}
}

func TestMaySeats(t *testing.T) {
	t.Parallel()
	manager := func(c *approval.Case) {
		c.People.People["alex"] = approval.Person{ID: "alex", Name: "Alex", Manager: "dana"}
		c.Policy.Stages[0].Who = []approval.Selector{{Kind: approval.ManagerOf, Name: approval.Requester}}
	}
	other := func(c *approval.Case) {
		c.People.People["kim"] = approval.Person{ID: "kim", Name: "Kim", Manager: "dana"}
		c.Policy.Stages[0].Who = []approval.Selector{{Kind: approval.ManagerOf, Name: "KIM"}}
	}
	roles := func(c *approval.Case) {
		c.People.Roles = map[string][]approval.PersonID{"approver": {"dana"}}
		c.Policy.Stages[0].Who = []approval.Selector{{Kind: approval.Role, Name: "approver"}}
	}
	duty := func(c *approval.Case) {
		c.People.OnCall = map[string][]approval.PersonID{"payments": {"dana"}}
		c.Policy.Stages[0].Who = []approval.Selector{{Kind: approval.OnCall, Name: "payments"}}
	}
	for name, c := range map[string]struct {
		kase approval.Case
		who  approval.PersonID
		want approval.Seat
	}{
		"own":                         {with(), "kim", approval.Seat{}},
		"manager_of_the_requester":    {with(manager), "dana", approval.Seat{}},
		"manager_of_somebody":         {with(other), "dana", approval.Seat{}},
		"role":                        {with(roles), "dana", approval.Seat{}},
		"on_duty":                     {with(duty), "dana", approval.Seat{}},
		"delegate":                    {with(moved(delegated("kim", "dana"))), "dana", approval.Seat{For: "kim"}},
		"who_delegated_still_may":     {with(moved(delegated("kim", "dana"))), "kim", approval.Seat{}},
		"stand_in":                    {with(absent("kim", "dana")), "dana", approval.Seat{For: "kim"}},
		"who_is_away_still_may":       {with(absent("kim", "dana")), "kim", approval.Seat{}},
		"reassigned":                  {with(moved(reassigned("kim", "dana"))), "dana", approval.Seat{}},
		"escalated":                   {with(moved(climbed(false, users("dana")...))), "dana", approval.Seat{}},
		"besides_who_was_escalated":   {with(moved(climbed(false, users("dana")...))), "kim", approval.Seat{}},
		"rung_that_names_nobody":      {with(moved(climbed(true, groups("gone")...))), "kim", approval.Seat{}},
		"move_of_another_step":        {with(second, moved(reassigned("dana", "m2"))), "dana", approval.Seat{}},
		"own_before_lent":             {with(moved(delegated("kim", "lee"))), "lee", approval.Seat{}},
		"stand_in_who_is_asked":       {with(absent("alex", "kim")), "kim", approval.Seat{}},
		"who_asked_first_where_let":   {with(func(c *approval.Case) { c.Origin = []approval.PersonID{"kim"} }, rules(func(p *approval.Policy) { p.AllowRequester = true })), "kim", approval.Seat{}},
		"author_where_not_excluded":   {with(func(c *approval.Case) { c.Author = "kim" }), "kim", approval.Seat{}},
		"stand_in_where_allowed":      {with(absent("alex", "kim"), rules(func(p *approval.Policy) { p.AllowRequester = true })), "kim", approval.Seat{}},
		"own_side":                    {with(sides(0, need(1), need(1))), "lee", approval.Seat{Parties: []int{0}}},
		"both_sides":                  {with(sides(0, need(1), need(1))), "kim", approval.Seat{Parties: []int{0, 1}}},
		"lent_side_that_still_waits":  {with(sides(0, need(1), need(1)), moved(delegated("dana", "lee")), voted(yes("kim", "", 0))), "lee", approval.Seat{For: "dana", Parties: []int{1}}},
		"own_side_when_both_wait":     {with(sides(0, need(1), need(1)), moved(delegated("dana", "lee"))), "lee", approval.Seat{Parties: []int{0}}},
		"escalated_to_every_side":     {with(sides(0, need(1), need(1)), moved(climbed(false, users("m1")...))), "m1", approval.Seat{Parties: []int{0, 1}}},
		"side_that_has_enough_may_no": {with(sides(0, need(1), need(1)), voted(yes("kim", "", 0, 1))), "lee", approval.Seat{Parties: []int{0}}},
		"unread_list_beside_a_name":   {with(asks(approval.Stage{Who: append(users("dana"), groups("finance")...)}), unread(groups("finance")...)), "dana", approval.Seat{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.kase.May(c.who)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("May(%s) (-want +got):\n%s", c.who, diff)
			}
		})
	}
}
