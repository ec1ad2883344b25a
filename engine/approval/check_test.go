package approval_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	managed := stages(approval.Stage{ID: "m", Who: []approval.Selector{{Kind: approval.ManagerOf, Name: approval.Requester}}})
	ladder := func(within time.Duration, r ...approval.Rung) approval.Policy {
		return stages(approval.Stage{ID: "f", Who: groups("finance"), Within: within, Escalate: r})
	}
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		policy approval.Policy
		change func(*approval.Directory)
		want   []string
	}{
		"nothing_wrong": {policy: stages(approval.Stage{ID: "f", Who: groups("finance", "leads"), Need: need(2)})},
		"empty_group": {policy: stages(approval.Stage{ID: "f", Who: append(groups("empty"), users("kim")...)}), want: []string{
			"dead-approver 0 group:empty This request: group:empty has no active member.",
			"requester-only 0  A request by Kim cannot be approved. Nobody can answer this request: the only approver is Kim, who made the request. Name somebody else in the flow, or write `exclude: []` to let requesters answer.",
		}},
		"unknown_person": {policy: stages(approval.Stage{ID: "f", Who: append(groups("finance"), users("nobody")...)}), want: []string{
			"dead-approver 0 user:nobody This request: user:nobody names nobody that signoff knows.",
		}},
		"inactive_person": {policy: stages(approval.Stage{ID: "f", Who: append(groups("finance"), users("sam")...)}), change: func(d *approval.Directory) {
			d.People["sam"] = approval.Person{ID: "sam", Name: "Sam", Inactive: true}
		}, want: []string{
			"dead-approver 0 user:sam This request: user:sam is switched off in the directory.",
		}},
		"quorum_above_the_group": {policy: stages(approval.Stage{ID: "f", Who: groups("finance"), Need: need(3)}), want: []string{
			"quorum-unmet 0  This request needs 3 people, but only Kim and Lee can answer it.",
		}},
		"quorum_of_the_second_step": {policy: stages(approval.Stage{ID: "a", Who: users("dana")}, approval.Stage{ID: "b", Who: groups("finance"), Need: need(3)}), want: []string{
			"quorum-unmet 1  Step 2 (b) needs 3 people, but only Kim and Lee can answer it.",
		}},
		"chain_of_one_person": {policy: stages(approval.Stage{ID: "a", Who: users("kim")}, approval.Stage{ID: "b", Who: users("kim")}), want: []string{
			"quorum-unmet -1  Steps 1 and 2 together need 2 different people, but only Kim can answer them. Name more people in the flow, or write `distinct: false`.",
		}},
		"whoever_is_needed_asks": {policy: finance(), want: []string{
			"requester-only 0  A request by Dana cannot be approved. Nobody can answer step 1 (manager): the only approver is Dana, who made the request. Name somebody else in the flow, or write `exclude: []` to let requesters answer.",
			"requester-only 1  A request by Kim or Lee cannot be approved. Step 2 (finance) needs 2 people, but only Lee can answer it. Kim made the request and may not answer it.",
		}},
		"quorum_without_slack": {policy: stages(approval.Stage{ID: "f", Who: groups("finance"), Need: need(2)}), want: []string{
			"requester-only 0  A request by Kim or Lee cannot be approved. This request needs 2 people, but only Lee can answer it. Kim made the request and may not answer it.",
		}},
		"requesters_may_answer": {policy: func() approval.Policy {
			p := stages(approval.Stage{ID: "f", Who: users("kim")})
			p.AllowRequester = true
			return p
		}()},
		"people_without_a_manager": {policy: managed, want: []string{
			"quorum-unmet 0  A request by Dana, Kim, Lee, Mo or Sam cannot be approved. Nobody can answer this request: manager-of:requester names no active person that signoff knows.",
		}},
		"what_cannot_be_read_is_not_judged": {policy: stages(approval.Stage{ID: "f", Who: groups("finance"), Need: need(7)}), change: func(d *approval.Directory) {
			d.Unsure[approval.Selector{Kind: approval.Group, Name: "finance"}] = "no answer"
		}},
		"escalation_to_nobody": {policy: ladder(0, approval.Rung{After: day, To: groups("nowhere")}), want: []string{
			"dead-escalation 0 group:nowhere This request: the escalation asks nobody: group:nowhere names nobody that signoff knows.",
		}},
		"escalation_to_the_same": {policy: ladder(0, approval.Rung{After: day, To: users("kim")}), want: []string{
			"dead-escalation 0  This request: the escalation to user:kim asks nobody who was not asked before.",
		}},
		"escalation_that_narrows":           {policy: ladder(0, approval.Rung{After: day, To: groups("leads"), Replace: true}, approval.Rung{After: 2 * day, To: users("kim")})},
		"escalation_on_one_of_the_managers": {policy: ladder(0, approval.Rung{After: day, To: []approval.Selector{{Kind: approval.ManagerOf, Name: approval.Requester}}})},
		"escalation_after_the_end": {policy: ladder(day, approval.Rung{After: day, To: groups("leads")}), want: []string{
			"dead-escalation 0  This request: the escalation after 24h0m0s comes when the time of the step is over.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := shop()
			if c.change != nil {
				c.change(d)
			}
			if diff := cmp.Diff(c.want, told(approval.Check(c.policy, d))); diff != "" {
				t.Errorf("Check() (-want +got):\n%s", diff)
			}
		})
	}
}

// told writes findings as lines.
func told(all []approval.Finding) []string {
	var out []string
	for _, f := range all {
		name := ""
		if f.Selector != (approval.Selector{}) {
			name = f.Selector.String()
		}
		out = append(out, string(f.Rule)+" "+itoa(f.Stage)+" "+name+" "+f.Text)
	}
	return out
}

func itoa(n int) string {
	if n < 0 {
		return "-1"
	}
	return string(rune('0' + n))
}

func TestCheckPeople(t *testing.T) {
	t.Parallel()
	away := func(in approval.PersonID) approval.Absence { return approval.Absence{From: noon, StandIn: in} }
	for name, c := range map[string]struct {
		absent map[approval.PersonID]approval.Absence
		want   []string
	}{
		"nobody_away":    {nil, nil},
		"a_chain":        {map[approval.PersonID]approval.Absence{"kim": away("lee"), "lee": away("mo")}, nil},
		"without_anyone": {map[approval.PersonID]approval.Absence{"kim": away("")}, nil},
		"a_circle_is_told_once": {map[approval.PersonID]approval.Absence{"kim": away("lee"), "lee": away("mo"), "mo": away("kim")}, []string{
			"stand-in-cycle -1 user:kim Stand-ins go round in a circle: Kim, Lee, Mo and Kim.",
		}},
		"into_a_circle": {map[approval.PersonID]approval.Absence{"alex": away("kim"), "kim": away("lee"), "lee": away("kim")}, []string{
			"stand-in-cycle -1 user:kim Stand-ins go round in a circle: Kim, Lee and Kim.",
		}},
		"for_oneself": {map[approval.PersonID]approval.Absence{"kim": away("kim")}, []string{
			"stand-in-cycle -1 user:kim Stand-ins go round in a circle: Kim and Kim.",
		}},
		"an_unknown_stand_in": {map[approval.PersonID]approval.Absence{"kim": away("ghost")}, []string{
			"dead-approver -1 user:ghost Kim is away, and the stand-in ghost is not an active person that signoff knows.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := shop()
			d.Absent = c.absent
			if diff := cmp.Diff(c.want, told(approval.CheckPeople(d))); diff != "" {
				t.Errorf("CheckPeople() (-want +got):\n%s", diff)
			}
		})
	}
}
