package approval_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

func TestTally(t *testing.T) {
	t.Parallel()
	two := asks(approval.Stage{Who: groups("finance"), Need: need(2)})
	everybody := asks(approval.Stage{Who: groups("finance"), Need: all()})
	many := func(deny, n int) change { return asks(approval.Stage{Who: groups("many"), Deny: deny, Need: need(n)}) }
	for name, c := range map[string]struct {
		kase approval.Case
		want approval.Standing
	}{
		"one_of_one":                       {with(voted(yes("kim", ""))), approval.Passed},
		"one_no":                           {with(voted(no("kim"))), approval.Refused},
		"one_of_two":                       {with(two, voted(yes("kim", ""))), approval.Waiting},
		"owner_and_their_delegate":         {with(two, voted(yes("kim", ""), yes("dana", "kim"))), approval.Waiting},
		"delegate_and_the_owner":           {with(two, voted(yes("dana", "kim"), yes("kim", ""))), approval.Waiting},
		"delegate_twice":                   {with(two, voted(yes("dana", "kim"), yes("dana", "lee"))), approval.Waiting},
		"delegate_and_another":             {with(two, voted(yes("dana", "kim"), yes("lee", ""))), approval.Passed},
		"all_by_owner_and_delegate":        {with(everybody, voted(yes("dana", "kim"), yes("lee", ""))), approval.Passed},
		"all_and_who_joined":               {with(everybody, voted(yes("dana", ""), yes("lee", ""))), approval.Waiting},
		"all_and_who_was_escalated":        {with(everybody, moved(climbed(false, users("dana")...)), voted(yes("dana", ""), yes("lee", ""))), approval.Passed},
		"all_and_who_got_the_seat":         {with(everybody, moved(reassigned("kim", "dana")), voted(yes("dana", ""), yes("lee", ""))), approval.Passed},
		"all_after_a_rung_that_replaces":   {with(everybody, moved(climbed(true, users("dana")...)), voted(yes("dana", ""))), approval.Passed},
		"number_after_a_rung":              {with(two, voted(yes("kim", "")), moved(climbed(true, users("dana")...)), voted(yes("dana", ""))), approval.Passed},
		"first_of_two_noes":                {with(many(2, 2), voted(no("m1"))), approval.Waiting},
		"second_of_two_noes":               {with(many(2, 2), voted(no("m1"), yes("m2", ""), no("m3"))), approval.Refused},
		"same_no_twice":                    {with(many(2, 2), voted(no("m1"), no("m1"))), approval.Waiting},
		"no_by_owner_and_delegate":         {with(many(2, 2), voted(no("m1"), approval.Vote{Person: "dana", For: "m1"})), approval.Waiting},
		"enough_in_spite_of_a_no":          {with(many(2, 2), voted(no("m1"), yes("m2", ""), yes("m3", ""))), approval.Passed},
		"noes_that_leave_too_few":          {with(many(5, 6), voted(no("m1"), no("m2"))), approval.Refused},
		"noes_that_leave_just_enough":      {with(many(5, 6), voted(no("m1"))), approval.Waiting},
		"no_beside_all":                    {with(asks(approval.Stage{Who: groups("many"), Deny: 3, Need: all()}), voted(no("m1"))), approval.Refused},
		"no_while_the_list_cannot_be_read": {with(many(2, 1), voted(no("m1")), unread(groups("many")...)), approval.Waiting},
		"no_after_everybody_else_left": {
			with(many(2, 1), voted(no("m1")), func(c *approval.Case) { c.People.Groups["many"] = []approval.PersonID{"m1"} }), approval.Refused,
		},
		"too_few_left_without_a_no": {
			with(many(2, 2), voted(yes("m1", "")), func(c *approval.Case) { c.People.Groups["many"] = []approval.PersonID{"m1"} }), approval.Waiting,
		},
		"one_side_of_two":               {with(sides(0, need(1), need(1)), voted(yes("kim", "", 0, 1))), approval.Waiting},
		"both_sides":                    {with(sides(0, need(1), need(1)), voted(yes("kim", "", 0, 1), yes("lee", "", 0))), approval.Passed},
		"one_side_twice":                {with(sides(0, need(1), need(1)), voted(yes("lee", "", 0), yes("m1", "", 0))), approval.Waiting},
		"side_as_it_was_let_in":         {with(sides(0, need(1), need(1)), voted(yes("lee", "", 0), yes("m7", "", 1))), approval.Passed},
		"side_by_the_list_if_unwritten": {with(sides(0, need(1), need(1)), voted(yes("lee", ""), yes("dana", ""))), approval.Passed},
		"side_of_who_is_in_none":        {with(sides(0, need(1), need(1)), voted(yes("lee", ""), yes("m7", ""))), approval.Waiting},
		"all_of_overlapping_sides":      {with(sides(0, all(), need(1)), voted(yes("kim", "", 0, 1), yes("lee", "", 0))), approval.Waiting},
		"all_of_one_side_and_another":   {with(sides(0, all(), need(1)), voted(yes("kim", "", 0, 1), yes("lee", "", 0), yes("dana", "", 1))), approval.Passed},
		"side_that_said_no":             {with(sides(2, need(1), need(1)), voted(no("dana"), no("kim"))), approval.Refused},
		"no_that_leaves_a_side_empty":   {with(sides(3, need(1), need(2)), voted(no("dana"))), approval.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.kase.Tally(); got != c.want {
				t.Errorf("Tally = %s, want %s", got, c.want)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	type gap struct {
		ID      string
		Need    int
		Waiting []approval.PersonID
	}
	for name, c := range map[string]struct {
		kase approval.Case
		want []gap
	}{
		"one_of_two":              {with(), []gap{{"", 1, []approval.PersonID{"kim", "lee"}}}},
		"decided":                 {with(voted(no("kim"))), nil},
		"after_the_delegate":      {with(asks(approval.Stage{Who: groups("finance"), Need: need(2)}), voted(yes("dana", "kim"))), []gap{{"", 1, []approval.PersonID{"lee"}}}},
		"who_got_the_seat":        {with(moved(reassigned("kim", "dana"))), []gap{{"", 1, []approval.PersonID{"dana", "lee"}}}},
		"who_was_escalated":       {with(moved(climbed(false, users("dana")...))), []gap{{"", 1, []approval.PersonID{"dana", "kim", "lee"}}}},
		"who_came_instead":        {with(moved(climbed(true, users("dana")...))), []gap{{"", 1, []approval.PersonID{"dana"}}}},
		"not_who_answered_before": {with(second, voted(yes("kim", ""))), []gap{{"", 1, []approval.PersonID{"dana", "m1"}}}},
		"each_side": {
			with(sides(0, need(1), need(2))),
			[]gap{{"money", 1, []approval.PersonID{"kim", "lee"}}, {"safety", 2, []approval.PersonID{"dana", "kim"}}},
		},
		"only_the_side_that_waits": {
			with(sides(0, need(1), need(1)), voted(yes("lee", "", 0))), []gap{{"safety", 1, []approval.PersonID{"dana", "kim"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []gap
			for _, g := range c.kase.Missing() {
				got = append(got, gap{g.Party.ID, g.Need, g.Waiting})
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Missing (-want +got):\n%s", diff)
			}
		})
	}
}
