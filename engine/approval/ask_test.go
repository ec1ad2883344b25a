package approval_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

// group is one group of a stage.
func group(id string, n approval.Need, who ...approval.Selector) approval.Party {
	return approval.Party{ID: id, Who: who, Need: n}
}

func TestAskRefuses(t *testing.T) {
	t.Parallel()
	both := func(first, second approval.Party) change {
		return asks(approval.Stage{ID: "review", Groups: []approval.Party{first, second}})
	}
	money, safety := groups("finance"), users("dana", "kim")
	for name, c := range map[string]struct {
		kase   approval.Case
		stage  int
		unsure bool
		want   string
	}{
		"group_with_too_few": {
			with(both(group("money", need(3), money...), group("safety", need(1), safety...))), 0, false,
			"Group money of this request needs 3 people, but only Kim and Lee can answer it.",
		},
		"group_with_nobody": {
			with(both(group("money", need(1), money...), group("safety", need(1), groups("gone")...))), 0, false,
			"Nobody can answer group safety of this request: group:gone names no active person that signoff knows.",
		},
		"groups_of_the_same_people": {
			with(both(group("money", need(2), money...), group("safety", need(1), users("kim")...))), 0, false,
			"Group money of this request and group safety of this request together need 3 different people, but only Kim and Lee can answer them. One answer counts for one group. Name more people in the flow.",
		},
		"groups_of_the_same_people_may_not_repeat_either": {
			with(both(group("money", need(1), users("kim")...), group("safety", need(1), users("kim")...)), rules(func(p *approval.Policy) { p.Repeat = true })), 0, false,
			"Group money of this request and group safety of this request together need 2 different people, but only Kim can answer them. One answer counts for one group. Name more people in the flow.",
		},
		"group_of_a_later_step": {
			with(asks(approval.Stage{Who: money}, approval.Stage{ID: "review", Groups: []approval.Party{group("safety", need(4), safety...)}})), 1, false,
			"Group safety of step 2 (review) needs 4 people, but only Dana and Kim can answer it.",
		},
		"group_that_needs_all_with_a_wrong_name": {
			with(both(group("money", all(), users("kim", "lle")...), group("safety", need(1), users("dana")...))), 0, false,
			"Group money of this request needs everybody in its list, but user:lle names no active person that signoff knows.",
		},
		"steps_and_groups": {
			with(asks(approval.Stage{Who: users("kim")}, approval.Stage{Groups: []approval.Party{group("a", need(1), users("kim")...), group("b", need(1), money...)}})), -1, false,
			"Steps 1 and 2 together need 2 different people, but only Kim can answer them. Name more people in the flow, or write `distinct: false`.",
		},
		"author": {
			with(asks(approval.Stage{Who: users("dana")}), func(c *approval.Case) { c.Author, c.Policy.ExcludeAuthor = "dana", true }), 0, false,
			"Nobody can answer this request. Dana wrote the flow and may not answer it.",
		},
		"who_asked_first": {
			with(asks(approval.Stage{Who: users("dana")}), func(c *approval.Case) { c.Origin = []approval.PersonID{"dana"} }), 0, false,
			"Nobody can answer this request: the only approver is Dana, who made the request first. Name somebody else in the flow, or write `exclude: []` to let requesters answer.",
		},
		"who_restarted_it_and_who_asks": {
			with(asks(approval.Stage{Who: users("alex", "dana")}), func(c *approval.Case) { c.Restarted = []approval.PersonID{"dana"} }), 0, false,
			"Nobody can answer this request. Alex made the request and may not answer it. Dana restarted the execution and may not answer it.",
		},
		"manager_of_a_service": {
			with(asks(approval.Stage{Who: []approval.Selector{{Kind: approval.ManagerOf, Name: approval.Requester}}}), func(c *approval.Case) { c.Requester = "" }), 0, false,
			"Nobody can answer this request: manager-of:requester names no active person that signoff knows.",
		},
		"list_that_cannot_be_read": {
			with(unread(groups("finance")...)), 0, true,
			"signoff could not read who is in group:finance. Try again in a minute.",
		},
		"all_of_a_list_that_cannot_be_read": {
			with(asks(approval.Stage{Who: append(users("dana"), groups("finance")...), Need: all()}), unread(groups("finance")...)), 0, true,
			"signoff could not read who is in group:finance. Try again in a minute.",
		},
		"exclusion_that_cannot_be_read": {
			with(rules(func(p *approval.Policy) { p.Exclude = groups("many") }), unread(groups("many")...)), 0, true,
			"signoff could not read who is in group:many. Try again in a minute.",
		},
		"exclusion_of_an_unknown_role": {
			with(rules(func(p *approval.Policy) { p.Exclude = []approval.Selector{{Kind: approval.Role, Name: "oprator"}} })), 0, false,
			"The flow excludes role:oprator, but signoff does not know this role.",
		},
		"exclusion_of_an_unknown_rota": {
			with(rules(func(p *approval.Policy) { p.Exclude = []approval.Selector{{Kind: approval.OnCall, Name: "pay"}} })), 0, false,
			"The flow excludes oncall:pay, but signoff does not know this rota.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := approval.Ask(c.kase)
			unmet, ok := errors.AsType[*approval.UnmetError](err)
			if !ok {
				t.Fatalf("Ask = %v, want an UnmetError", err)
			}
			if unmet.Text != c.want || unmet.Stage != c.stage || unmet.Unsure != c.unsure {
				t.Errorf("Ask explains stage %d (unsure %v):\n%s\nwant stage %d (%v):\n%s", unmet.Stage, unmet.Unsure, unmet.Text, c.stage, c.unsure, c.want)
			}
		})
	}
}

func TestAsk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kase approval.Case
		want []approval.PersonID
	}{
		"union_of_groups":           {with(sides(0, need(1), need(1))), []approval.PersonID{"dana", "kim", "lee"}},
		"name_beside_what_is_wrong": {with(asks(approval.Stage{Who: append(users("dana"), groups("finance")...)}), unread(groups("finance")...)), []approval.PersonID{"dana"}},
		"who_is_away_is_asked":      {with(absent("kim", "dana")), []approval.PersonID{"kim", "lee"}},
		"history_is_not_looked_at":  {with(moved(reassigned("kim", "dana")), voted(yes("lee", "")), second), []approval.PersonID{"kim", "lee"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := approval.Ask(c.kase)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got[0]); diff != "" {
				t.Errorf("Ask (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAskChangesNothing: a directory may be shared, and so may the lists in it.
func TestAskChangesNothing(t *testing.T) {
	t.Parallel()
	c := with(absent("kim", "dana"), moved(delegated("kim", "dana")))
	c.People.Groups["finance"] = []approval.PersonID{"lee", "kim", "lee"}
	before := slices.Clone(c.People.Groups["finance"])
	for id := range c.People.People {
		_, _ = c.May(id)
	}
	c.Tally()
	c.Missing()
	c.Stuck()
	if _, err := approval.Ask(c); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, c.People.Groups["finance"]); diff != "" {
		t.Errorf("the rules change the directory (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff([]approval.PersonID{"kim", "lee"}, c.Asked[0]); diff != "" {
		t.Errorf("the rules change who was asked (-before +after):\n%s", diff)
	}
}
