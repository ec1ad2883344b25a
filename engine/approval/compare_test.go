package approval_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	gate := func(p approval.Policy, d *approval.Directory) []approval.Gate {
		return []approval.Gate{{Flow: "hr/trip", Task: "ask", Policy: p, People: d}}
	}
	one := func(who []approval.Selector) approval.Policy { return stages(approval.Stage{ID: "f", Who: who}) }
	manager := []approval.Selector{{Kind: approval.ManagerOf, Name: approval.Requester}}
	for name, c := range map[string]struct {
		old, now []approval.Gate
		want     []string
	}{
		"nothing": {gate(finance(), shop()), gate(finance(), shop()), nil},
		"one_more_in_a_group": {gate(one(groups("finance")), shop()), gate(one(groups("finance")), func() *approval.Directory {
			d := shop()
			d.Groups["finance"] = append(d.Groups["finance"], "sam")
			return d
		}()), []string{"+ Sam can now approve step f of hr/trip, task ask."}},
		"switched_off": {gate(one(groups("finance")), shop()), gate(one(groups("finance")), func() *approval.Directory {
			d := shop()
			d.People["lee"] = approval.Person{ID: "lee", Name: "Lee", Inactive: true}
			return d
		}()), []string{"- Lee can no longer approve step f of hr/trip, task ask."}},
		"another_selector": {gate(one(users("kim")), shop()), gate(one(groups("leads")), shop()), []string{
			"+ Dana can now approve step f of hr/trip, task ask.",
			"- Kim can no longer approve step f of hr/trip, task ask.",
			"+ Mo can now approve step f of hr/trip, task ask.",
		}},
		"the_same_people_otherwise": {gate(one(users("kim", "lee")), shop()), gate(one(groups("finance")), shop()), nil},
		"excluded": {gate(one(groups("finance")), shop()), gate(func() approval.Policy {
			p := one(groups("finance"))
			p.Exclude = users("kim")
			return p
		}(), shop()), []string{
			"- Kim can no longer approve step f of hr/trip, task ask.",
			"+ The flow excludes user:kim.",
		}},
		"a_gate_appears": {nil, gate(one(users("kim")), shop()), []string{
			"+ Kim can now approve step f of hr/trip, task ask.",
			"+ It asks f.",
			"+ Step f needs one person.",
		}},
		"a_gate_goes": {gate(one(users("kim")), shop()), nil, []string{
			"- Kim can no longer approve step f of hr/trip, task ask.",
			"- It asks f.",
			"- Step f needs one person.",
		}},
		"another_manager": {gate(one(manager), shop()), gate(one(manager), func() *approval.Directory {
			d := shop()
			d.People["alex"] = approval.Person{ID: "alex", Name: "Alex", Manager: "kim"}
			return d
		}()), []string{
			"- Dana can no longer approve step f of hr/trip, task ask, for requests of Alex.",
			"+ Kim can now approve step f of hr/trip, task ask, for requests of Alex.",
		}},
		"from_a_group_to_managers": {gate(one(users("dana")), shop()), gate(one(manager), shop()), []string{
			"- Dana can no longer approve step f of hr/trip, task ask, for requests of Kim, Lee, Mo and Sam.",
		}},
		"only_by_the_ladder": {gate(one(users("kim", "lee")), shop()), gate(stages(approval.Stage{
			ID: "f", Who: users("kim"), Escalate: []approval.Rung{{After: time.Hour, To: users("lee", "mo")}},
		}), shop()), []string{
			"- Lee can now approve step f of hr/trip, task ask only when it is escalated.",
			"+ Mo can now approve step f of hr/trip, task ask, when it is escalated.",
			"+ Step f asks user:lee or user:mo after 1h0m0s.",
		}},
		"fewer_are_needed": {gate(finance(), shop()), gate(func() approval.Policy {
			p := finance()
			p.Stages[1].Need = approval.Need{}
			p.AllowRequester, p.Repeat, p.NoDelegate = true, true, true
			return p
		}(), shop()), []string{
			"- Step finance needs 2 people.",
			"+ Step finance needs one person.",
			"+ Requesters may answer their own requests.",
			"+ One person may answer several steps.",
			"+ Nobody may hand a seat on.",
		}},
		"a_name_without_a_directory": {
			gate(one(groups("finance")), approval.Named(nil, []approval.Policy{one(groups("finance"))})),
			gate(one(append(groups("finance"), users("Sam@Example.com")...)), approval.Named(nil, []approval.Policy{one(append(groups("finance"), users("Sam@Example.com")...))})),
			[]string{"+ Sam@Example.com can now approve step f of hr/trip, task ask."},
		},
		"managers_without_a_directory": {
			gate(one(users("kim")), approval.Named(nil, []approval.Policy{one(users("kim")), one(manager)})),
			gate(one(manager), approval.Named(nil, []approval.Policy{one(users("kim")), one(manager)})),
			[]string{
				"- kim can no longer approve step f of hr/trip, task ask.",
				"+ manager-of:requester can now approve step f of hr/trip, task ask.",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := approval.Compare(c.old, c.now)
			var got []string
			for _, p := range d.People {
				got = append(got, map[bool]string{true: "+ ", false: "- "}[p.Gained]+p.Text)
			}
			for _, r := range d.Rules {
				got = append(got, map[bool]string{true: "+ ", false: "- "}[r.Added]+r.Text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Compare() (-want +got):\n%s", diff)
			}
			if d.Empty() != (len(c.want) == 0) {
				t.Errorf("Empty() = %t", d.Empty())
			}
		})
	}
}
