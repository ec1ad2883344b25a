package approval_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

// TestSeatsNeedARight: whoever is named has a seat; whoever is asked for what they
// are needs the right to answer, too. Exclusions ask for no right.
func TestSeatsNeedARight(t *testing.T) {
	t.Parallel()
	d := &approval.Directory{
		People: map[approval.PersonID]approval.Person{
			"sam": {ID: "sam", Manager: "max"}, "max": {ID: "max"}, "dana": {ID: "dana"}, "kim": {ID: "kim"}, "ada": {ID: "ada"},
		},
		Groups: map[string][]approval.PersonID{"ops": {"kim"}},
		Roles:  map[string][]approval.PersonID{"lead": {"dana", "kim", "ada"}},
		OnCall: map[string][]approval.PersonID{"pay": {"kim", "ada"}},
	}
	sel := func(kind approval.SelectorKind, name string) approval.Selector {
		return approval.Selector{Kind: kind, Name: name}
	}
	lead, boss, duty := sel(approval.Role, "lead"), sel(approval.ManagerOf, approval.Requester), sel(approval.OnCall, "pay")
	user, group := sel(approval.User, "dana"), sel(approval.Group, "ops")
	for name, c := range map[string]struct {
		who  []approval.Selector
		may  map[approval.PersonID]bool
		want []approval.PersonID
	}{
		"everybody_may":         {[]approval.Selector{lead, boss, duty}, nil, []approval.PersonID{"ada", "dana", "kim", "max"}},
		"role_and_right":        {[]approval.Selector{lead}, map[approval.PersonID]bool{"ada": true}, []approval.PersonID{"ada"}},
		"manager_without_right": {[]approval.Selector{boss}, map[approval.PersonID]bool{"ada": true}, []approval.PersonID{}},
		"duty_and_right":        {[]approval.Selector{duty}, map[approval.PersonID]bool{"kim": true}, []approval.PersonID{"kim"}},
		"named":                 {[]approval.Selector{user, group}, map[approval.PersonID]bool{}, []approval.PersonID{"dana", "kim"}},
		"all_with_one_who_may_not": {
			[]approval.Selector{boss, user}, map[approval.PersonID]bool{}, []approval.PersonID{"dana"},
		},
		"named_besides": {[]approval.Selector{lead, group}, map[approval.PersonID]bool{}, []approval.PersonID{"kim"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			of := *d
			of.Deciders = c.may
			if diff := cmp.Diff(c.want, of.Seats(c.who, "sam")); diff != "" {
				t.Errorf("Seats (-want +got):\n%s", diff)
			}
			policy := approval.Policy{Stages: []approval.Stage{{ID: "one", Who: c.who}}, AllowRequester: true}
			kase := approval.Case{Policy: policy, People: &of, Requester: "sam"}
			asked, err := approval.Ask(kase)
			if len(c.want) == 0 {
				if err == nil {
					t.Errorf("Ask() = %v, want nobody to be found", asked)
				}
				return
			}
			if diff := cmp.Diff([][]approval.PersonID{c.want}, asked); diff != "" || err != nil {
				t.Errorf("Ask() = %v (-want +got):\n%s", err, diff)
			}
			kase.Asked = asked
			for id := range of.People {
				_, err := kase.May(id)
				in := slices.Contains(c.want, id)
				if (err == nil) != in {
					t.Errorf("May(%s) = %v, want a seat: %v", id, err, in)
				}
			}
			kase.Policy.Exclude = []approval.Selector{lead}
			for _, id := range []approval.PersonID{"dana", "kim", "ada"} {
				if _, err := kase.May(id); err == nil {
					t.Errorf("May(%s) = nil although all leads are excluded, with a right or without", id)
				}
			}
		})
	}
}

// TestAllNeedsWhoMayAnswer: "all" of a list in which one may not answer is not all
// the others.
func TestAllNeedsWhoMayAnswer(t *testing.T) {
	t.Parallel()
	d := &approval.Directory{
		People:   map[approval.PersonID]approval.Person{"dana": {ID: "dana"}, "kim": {ID: "kim"}},
		Roles:    map[string][]approval.PersonID{"lead": {"kim"}},
		Deciders: map[approval.PersonID]bool{},
	}
	who := []approval.Selector{{Kind: approval.Role, Name: "lead"}, {Kind: approval.User, Name: "dana"}}
	policy := approval.Policy{Stages: []approval.Stage{{ID: "one", Who: who, Need: approval.Need{All: true}}}}
	if asked, err := approval.Ask(approval.Case{Policy: policy, People: d}); err == nil {
		t.Errorf("Ask() = %v, want a refusal: the lead may not answer", asked)
	}
	d.Deciders["kim"] = true
	if _, err := approval.Ask(approval.Case{Policy: policy, People: d}); err != nil {
		t.Errorf("Ask() = %v once the lead may answer", err)
	}
}
