package approval_test

import (
	"errors"
	"testing"
	"time"

	"signoff/engine/approval"
)

func TestMayMoveRefuses(t *testing.T) {
	t.Parallel()
	two := asks(approval.Stage{Who: groups("finance"), Need: need(2)})
	onward := delegated("dana", "m1")
	until := func(m approval.Move, at time.Time) approval.Move { m.Until = at; return m }
	elsewhere := delegated("kim", "dana")
	elsewhere.Stage = 1
	for name, c := range map[string]struct {
		kase approval.Case
		by   approval.PersonID
		move approval.Move
		kind approval.RefusalKind
		want string
	}{
		"unknown_person":     {with(), "who", delegated("who", "dana"), approval.UnknownPerson, "signoff does not know you. Ask an administrator to add you."},
		"service":            {with(), "", delegated("", "dana"), approval.UnknownPerson, "signoff does not know you. Ask an administrator to add you."},
		"inactive_person":    {with(), "old", delegated("old", "dana"), approval.InactivePerson, "You are switched off in signoff's directory, so you cannot answer. Ask an administrator."},
		"stranger":           {with(), "m1", delegated("m1", "dana"), approval.NotEligible, "Only Kim or Lee can answer this. You are Mo1."},
		"seat_of_another":    {with(), "lee", delegated("kim", "dana"), approval.BadMove, "You can hand on your own seat only. Ask an operator to move that of somebody else."},
		"as_somebody_else":   {with(), "lee", func() approval.Move { m := delegated("kim", "dana"); m.By = "kim"; return m }(), approval.BadMove, "You can hand on your own seat only. Ask an operator to move that of somebody else."},
		"flow_forbids":       {with(rules(func(p *approval.Policy) { p.NoDelegate = true })), "kim", delegated("kim", "dana"), approval.BadMove, "The flow does not let anybody hand this on. Only those who were asked can answer."},
		"requester":          {with(asks(approval.Stage{Who: append(users("alex"), groups("finance")...)})), "alex", delegated("alex", "dana"), approval.OwnRequest, "This is your own request, so somebody else must answer it. Kim or Lee can."},
		"answered":           {with(two, voted(yes("kim", ""))), "kim", delegated("kim", "dana"), approval.AlreadyAnswered, "You have already answered this. Your answer counts once."},
		"answered_for_them":  {with(two, voted(yes("m1", "kim"))), "kim", delegated("kim", "dana"), approval.AlreadyAnswered, "Mo1 has already answered this for you. Your seat counts once."},
		"moved_away":         {with(moved(reassigned("kim", "m1"))), "kim", delegated("kim", "dana"), approval.Moved, "This was given to somebody else, so you do not answer it any more. Lee or Mo1 can."},
		"escalation":         {with(), "kim", climbed(false, users("dana")...), approval.BadMove, "A question can be delegated or reassigned, and nothing else."},
		"another_step":       {with(second), "kim", delegated("kim", "dana"), approval.BadMove, "This step is not the one that is asked now."},
		"step_that_is_not":   {with(), "kim", elsewhere, approval.BadMove, "This step is not the one that is asked now."},
		"reassigned_a_while": {with(), "kim", until(reassigned("kim", "dana"), today.Add(1)), approval.BadMove, "A seat is reassigned for good. Delegate it to hand it on for a time."},
		"time_that_is_over":  {with(), "kim", until(delegated("kim", "dana"), today), approval.BadMove, "The time until which you delegate is over already. Name a later one."},
		"to_oneself":         {with(), "kim", delegated("kim", "kim"), approval.BadMove, "The question is with that person already. Name somebody else."},
		"to_unknown":         {with(), "kim", delegated("kim", "who"), approval.BadMove, "signoff does not know who. Ask an administrator to add them, or name somebody else."},
		"to_nobody":          {with(), "kim", delegated("kim", ""), approval.BadMove, "Nobody is named. Say who gets the question."},
		"to_inactive":        {with(), "kim", delegated("kim", "old"), approval.BadMove, "Otto is switched off in signoff's directory. Name somebody else."},
		"to_the_requester":   {with(), "kim", delegated("kim", "alex"), approval.BadMove, "Alex made this request, so they cannot answer it. Name somebody else."},
		"to_the_author": {
			with(func(c *approval.Case) { c.Author, c.Policy.ExcludeAuthor = "dana", true }), "kim", delegated("kim", "dana"),
			approval.BadMove, "Dana wrote this flow, so they cannot answer it. Name somebody else.",
		},
		"to_an_excluded_person": {
			with(rules(func(p *approval.Policy) { p.Exclude = users("dana") })), "kim", reassigned("kim", "dana"),
			approval.BadMove, "Dana is excluded from answering this. Name somebody else.",
		},
		"to_the_requesters_stand_in": {
			with(absent("alex", "dana")), "kim", delegated("kim", "dana"),
			approval.BadMove, "Dana stands in for Alex, who may not answer this. Name somebody else.",
		},
		"to_who_answered": {with(two, voted(yes("lee", ""))), "kim", delegated("kim", "lee"), approval.BadMove, "Lee has already answered, and nobody answers twice. Name somebody else."},
		"to_who_answered_another_step": {
			with(second, voted(yes("lee", "")), func(c *approval.Case) { c.Votes[0].Stage = 0 }), "dana", func() approval.Move { m := delegated("dana", "lee"); m.Stage = 1; return m }(),
			approval.BadMove, "Lee has already answered, and nobody answers twice. Name somebody else.",
		},
		"twice":                   {with(moved(delegated("kim", "dana"))), "kim", delegated("kim", "dana"), approval.BadMove, "Dana can already answer for you."},
		"one_hand_too_far":        {with(moved(delegated("kim", "dana"))), "dana", onward, approval.BadMove, "This was handed on to you, and the flow does not let it go further. Answer it, or leave it to who asked you."},
		"reassigned_too_far":      {with(moved(reassigned("kim", "dana"))), "dana", reassigned("dana", "m1"), approval.BadMove, "This was handed on to you, and the flow does not let it go further. Answer it, or leave it to who asked you."},
		"by_a_stand_in":           {with(absent("kim", "dana")), "dana", delegated("dana", "m1"), approval.BadMove, "This was handed on to you, and the flow does not let it go further. Answer it, or leave it to who asked you."},
		"reassigned_by_delegate":  {with(moved(delegated("kim", "dana"))), "dana", reassigned("dana", "m1"), approval.BadMove, "You answer for Kim, who alone can reassign that seat."},
		"back":                    {with(rules(func(p *approval.Policy) { p.Hops = 5 }), moved(delegated("kim", "dana"))), "dana", delegated("dana", "kim"), approval.BadMove, "Kim had this before, so it cannot go back to them. Name somebody else."},
		"back_by_reassigning":     {with(rules(func(p *approval.Policy) { p.Hops = 5 }), moved(reassigned("kim", "dana"))), "dana", reassigned("dana", "kim"), approval.BadMove, "Kim had this before, so it cannot go back to them. Name somebody else."},
		"to_a_colleague":          {with(), "kim", reassigned("kim", "lee"), approval.BadMove, "Lee is asked here already and counts once. Name somebody else."},
		"to_who_was_asked_and_is": {with(func(c *approval.Case) { c.People.Groups["finance"] = []approval.PersonID{"kim"} }), "kim", reassigned("kim", "lee"), approval.BadMove, "Lee is asked here already and counts once. Name somebody else."},
		"to_who_is_needed_later": {
			with(asks(approval.Stage{Who: users("kim")}, approval.Stage{Who: users("dana")})), "kim", reassigned("kim", "dana"), approval.BadMove,
			"With Dana in this seat there would be too few people to finish this. Name somebody else.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.kase.MayMove(c.by, c.move)
			refusal, ok := errors.AsType[*approval.RefusalError](err)
			if !ok {
				t.Fatalf("MayMove = %v, want a RefusalError", err)
			}
			if refusal.Kind != c.kind || refusal.Text != c.want {
				t.Errorf("MayMove = %s: %s\nwant %s: %s", refusal.Kind, refusal.Text, c.kind, c.want)
			}
		})
	}
}

func TestMayMove(t *testing.T) {
	t.Parallel()
	hops := rules(func(p *approval.Policy) { p.Hops = 2 })
	for name, c := range map[string]struct {
		kase approval.Case
		move approval.Move
	}{
		"delegate":                     {with(), delegated("kim", "dana")},
		"reassign":                     {with(), reassigned("kim", "dana")},
		"delegate_to_a_colleague":      {with(), delegated("kim", "lee")},
		"delegate_to_two":              {with(moved(delegated("kim", "m1"))), delegated("kim", "dana")},
		"while_away":                   {with(absent("kim", "lee")), delegated("kim", "dana")},
		"two_hands_where_allowed":      {with(hops, moved(delegated("kim", "m1"))), delegated("m1", "dana")},
		"two_seats_where_allowed":      {with(hops, moved(reassigned("kim", "m1"))), reassigned("m1", "dana")},
		"own_seat_of_a_delegate":       {with(moved(delegated("kim", "lee"))), delegated("lee", "dana")},
		"after_the_first_was_over":     {with(moved(approval.Move{Kind: approval.Delegated, From: "kim", To: "dana", By: "kim", Until: today})), delegated("kim", "dana")},
		"seat_from_the_ladder":         {with(moved(climbed(false, users("m1")...))), delegated("m1", "dana")},
		"seat_from_an_operator":        {with(moved(approval.Move{Kind: approval.Reassigned, From: "kim", To: "m1", By: "m7"})), reassigned("m1", "dana")},
		"requester_where_allowed":      {with(rules(func(p *approval.Policy) { p.AllowRequester = true })), delegated("kim", "alex")},
		"lost_already_is_no_reason":    {with(asks(approval.Stage{Who: users("kim")}, approval.Stage{Who: users("dana")}, approval.Stage{Who: groups("gone")})), reassigned("kim", "dana")},
		"to_the_other_side_of_a_stage": {with(sides(0, need(1), need(1))), delegated("lee", "dana")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := c.kase.MayMove(c.move.From, c.move); err != nil {
				t.Errorf("MayMove = %v, want nil", err)
			}
		})
	}
}

func TestMayForce(t *testing.T) {
	t.Parallel()
	force := func(from, to approval.PersonID) approval.Move {
		return approval.Move{Kind: approval.Reassigned, From: from, To: to, By: "m7", At: today}
	}
	left := func(c *approval.Case) { c.People.Groups["finance"] = []approval.PersonID{"lee"} }
	for name, c := range map[string]struct {
		kase approval.Case
		move approval.Move
		want string // empty: allowed
	}{
		"seat":                        {with(), force("kim", "dana"), ""},
		"where_the_flow_forbids_it":   {with(rules(func(p *approval.Policy) { p.NoDelegate = true })), force("kim", "dana"), ""},
		"once_more":                   {with(moved(reassigned("kim", "m1"))), force("m1", "dana"), ""},
		"back":                        {with(moved(reassigned("kim", "m1"))), force("m1", "kim"), ""},
		"seat_of_who_left":            {with(left), force("kim", "dana"), ""},
		"own_seat":                    {with(asks(approval.Stage{Who: users("kim", "m7")})), force("m7", "dana"), ""},
		"no_seat":                     {with(), force("m1", "dana"), "Mo1 has no seat in this step, so there is nothing to move."},
		"who_left_one_of_two_sides":   {with(sides(0, need(1), need(1)), left, rules(func(p *approval.Policy) { p.Stages[0].Groups[1].Who = users("dana") })), force("kim", "m1"), "Kim has no seat in this step, so there is nothing to move."},
		"answered":                    {with(asks(approval.Stage{Who: groups("finance"), Need: need(2)}), voted(yes("kim", ""))), force("kim", "dana"), "Kim has answered already, or somebody has for them. That stays."},
		"to_themselves":               {with(), force("kim", "m7"), "You cannot give yourself somebody else's seat. Name somebody else."},
		"own_request":                 {with(func(c *approval.Case) { c.Requester = "m7" }), force("kim", "dana"), "You may not answer this yourself, so you cannot choose who does. Ask another operator."},
		"stand_in_of_the_requester":   {with(absent("alex", "m7")), force("kim", "dana"), "You may not answer this yourself, so you cannot choose who does. Ask another operator."},
		"delegation":                  {with(), func() approval.Move { m := force("kim", "dana"); m.Kind = approval.Delegated; return m }(), "Only Kim can delegate their seat. Reassign it instead."},
		"to_the_requester":            {with(), force("kim", "alex"), "Alex made this request, so they cannot answer it. Name somebody else."},
		"to_a_colleague":              {with(), force("kim", "lee"), "Lee is asked here already and counts once. Name somebody else."},
		"step_that_is_not":            {with(func(c *approval.Case) { c.Stage = 3 }), force("kim", "dana"), "This step does not exist. Nobody can answer it."},
		"operator_whom_nobody_names":  {with(), func() approval.Move { m := force("kim", "dana"); m.By = ""; return m }(), "Only a person can move a seat, and signoff does not know who you are."},
		"to_who_is_in_the_only_group": {with(moved(climbed(false, users("dana")...))), force("kim", "dana"), "Dana is asked here already and counts once. Name somebody else."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := ""
			if err := c.kase.MayForce(c.move); err != nil {
				text = err.Error()
			}
			if text != c.want {
				t.Errorf("MayForce = %q, want %q", text, c.want)
			}
		})
	}
}
