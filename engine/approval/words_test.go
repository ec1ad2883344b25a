package approval_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

// office is the directory of the stories below.
func office() *approval.Directory {
	d := &approval.Directory{
		People: map[approval.PersonID]approval.Person{},
		Groups: map[string][]approval.PersonID{
			"finance": {"kim", "lee"},
			"empty":   {},
			"gone":    {"old"},
			"ghosts":  {"nobody"},
			"mixed":   {"dana", "old"},
			"many":    {"m1", "m2", "m3", "m4", "m5", "m6", "m7"},
			"twins":   {"sam1", "sam2"},
		},
		Aliases: map[string]approval.PersonID{"dana@example.com": "dana"},
	}
	add := func(id approval.PersonID, name string) { d.People[id] = approval.Person{ID: id, Name: name} }
	add("dana", "Dana")
	add("alex", "Alex")
	add("kim", "Kim")
	add("lee", "Lee")
	add("sam1", "Sam")
	add("sam2", "sam")
	add("nameless", "")
	for i := range 7 {
		add(approval.PersonID(fmt.Sprint("m", i+1)), fmt.Sprint("Mo", i+1))
	}
	d.People["old"] = approval.Person{ID: "old", Name: "Otto", Inactive: true}
	return d
}

func users(names ...string) []approval.Selector {
	var out []approval.Selector
	for _, n := range names {
		out = append(out, approval.Selector{Kind: approval.User, Name: n})
	}
	return out
}

func groups(names ...string) []approval.Selector {
	var out []approval.Selector
	for _, n := range names {
		out = append(out, approval.Selector{Kind: approval.Group, Name: n})
	}
	return out
}

func need(n int) approval.Need { return approval.Need{Count: n} }

func all() approval.Need { return approval.Need{All: true} }

func stages(s ...approval.Stage) approval.Policy { return approval.Policy{Stages: s} }

// mayAnswer asks whether a person may answer their own seat.
func mayAnswer(p approval.Policy, d *approval.Directory, requester approval.PersonID, stage int, votes []approval.Vote, who approval.PersonID) error {
	_, err := approval.Case{Policy: p, People: d, Requester: requester, Stage: stage, Votes: votes}.May(who)
	return err
}

// alone is a case of one stage.
func alone(s approval.Stage, asked []approval.PersonID, votes []approval.Vote) approval.Case {
	return approval.Case{Policy: stages(s), Asked: [][]approval.PersonID{asked}, Votes: votes}
}

func tally(s approval.Stage, asked []approval.PersonID, votes []approval.Vote) approval.Standing {
	return alone(s, asked, votes).Tally()
}

// missingIn is what a stage of one group lacks.
func missingIn(s approval.Stage, asked []approval.PersonID, votes []approval.Vote) (need int, waiting []approval.PersonID) {
	for _, gap := range alone(s, asked, votes).Missing() {
		return gap.Need, gap.Waiting
	}
	return 0, nil
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who  []approval.Selector
		want []approval.PersonID
	}{
		"nothing":                          {nil, []approval.PersonID{}},
		"by_id":                            {users("dana"), []approval.PersonID{"dana"}},
		"by_id_in_capitals":                {users("DANA"), []approval.PersonID{"dana"}},
		"by_mail":                          {users("Dana@Example.com"), []approval.PersonID{"dana"}},
		"by_both_names_once":               {users("dana", "dana@example.com"), []approval.PersonID{"dana"}},
		"unknown_person":                   {users("nobody"), []approval.PersonID{}},
		"nameless_person":                  {users(""), []approval.PersonID{}},
		"inactive_person":                  {users("old"), []approval.PersonID{}},
		"group_sorted":                     {groups("finance"), []approval.PersonID{"kim", "lee"}},
		"two_groups_and_a_user_once":       {append(groups("finance", "mixed"), users("kim")...), []approval.PersonID{"dana", "kim", "lee"}},
		"empty_group_is_nobody":            {groups("empty"), []approval.PersonID{}},
		"unknown_group_is_nobody":          {groups("nope"), []approval.PersonID{}},
		"group_of_unknown_people":          {groups("ghosts"), []approval.PersonID{}},
		"group_name_is_not_a_user_name":    {users("finance"), []approval.PersonID{}},
		"unknown_kind_of_selector":         {[]approval.Selector{{Kind: "role", Name: "dana"}}, []approval.PersonID{}},
		"group_names_are_taken_as_written": {groups("Finance"), []approval.PersonID{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, office().Resolve(c.who)); diff != "" {
				t.Errorf("Resolve(%v) (-want +got):\n%s", c.who, diff)
			}
		})
	}
	if got := (*approval.Directory)(nil).Resolve(users("dana")); len(got) != 0 {
		t.Errorf("Resolve without a directory = %v, want nobody", got)
	}
}

func TestAskExplains(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy    approval.Policy
		requester approval.PersonID
		stage     int
		want      string
	}{
		"no_stage":                            {stages(), "alex", 0, "Nobody is named to answer this request. Name approvers in the flow or in the configuration."},
		"stage_without_people":                {stages(approval.Stage{}), "alex", 0, "Nobody can answer this request: the flow names no active person that signoff knows."},
		"only_approver_is_the_requester":      {stages(approval.Stage{Who: users("alex")}), "alex", 0, "Nobody can answer this request: the only approver is Alex, who made the request. Name somebody else in the flow, or write `exclude: []` to let requesters answer."},
		"unknown_group":                       {stages(approval.Stage{Who: groups("nope")}), "alex", 0, "Nobody can answer this request: group:nope names no active person that signoff knows."},
		"everybody_left":                      {stages(approval.Stage{Who: append(groups("gone"), users("old")...)}), "alex", 0, "Nobody can answer this request: group:gone or user:old names no active person that signoff knows."},
		"too_few":                             {stages(approval.Stage{Who: groups("mixed"), Need: need(2)}), "alex", 0, "This request needs 2 people, but only Dana can answer it."},
		"too_few_without_the_requester":       {stages(approval.Stage{Who: groups("finance"), Need: need(2)}), "kim", 0, "This request needs 2 people, but only Lee can answer it. Kim made the request and may not answer it."},
		"everybody_excluded":                  {approval.Policy{Stages: stages(approval.Stage{Who: groups("finance")}).Stages, Exclude: groups("finance")}, "alex", 0, "Nobody can answer this request. The flow excludes Kim and Lee."},
		"excluded_and_requester":              {approval.Policy{Stages: stages(approval.Stage{Who: groups("finance")}).Stages, Exclude: users("lee")}, "kim", 0, "Nobody can answer this request. Kim made the request and may not answer it. The flow excludes Lee."},
		"second_step":                         {stages(approval.Stage{Who: users("dana")}, approval.Stage{ID: "finance", Who: groups("finance"), Need: need(3)}), "alex", 1, "Step 2 (finance) needs 3 people, but only Kim and Lee can answer it."},
		"second_step_nobody":                  {stages(approval.Stage{Who: users("dana")}, approval.Stage{Who: groups("empty")}), "alex", 1, "Nobody can answer step 2: group:empty names no active person that signoff knows."},
		"one_person_for_two_steps":            {stages(approval.Stage{Who: users("dana")}, approval.Stage{Who: groups("mixed")}), "alex", -1, "Steps 1 and 2 together need 2 different people, but only Dana can answer them. Name more people in the flow, or write `distinct: false`."},
		"steps_that_lack_people_are_named":    {stages(approval.Stage{Who: users("dana")}, approval.Stage{Who: groups("finance"), Need: all()}, approval.Stage{Who: groups("finance")}), "alex", -1, "Steps 2 and 3 together need 3 different people, but only Kim and Lee can answer them. Name more people in the flow, or write `distinct: false`."},
		"all_of_a_list_with_a_wrong_name":     {stages(approval.Stage{Who: users("dana", "kmi"), Need: all()}), "alex", 0, "This request needs everybody in its list, but user:kmi names no active person that signoff knows."},
		"all_of_a_list_with_a_gone_person":    {stages(approval.Stage{Who: users("dana", "old"), Need: all()}), "alex", 0, "This request needs everybody in its list, but user:old names no active person that signoff knows."},
		"exclusion_of_an_unknown_group":       {approval.Policy{Stages: stages(approval.Stage{Who: users("dana")}).Stages, Exclude: groups("athours")}, "alex", 0, "The flow excludes group:athours, but signoff does not know this group."},
		"exclusion_of_an_unknown_person":      {approval.Policy{Stages: stages(approval.Stage{Who: users("dana")}).Stages, Exclude: users("dnaa")}, "alex", 0, "The flow excludes user:dnaa, but signoff does not know this person."},
		"two_of_the_same_name_are_told_apart": {stages(approval.Stage{Who: groups("twins"), Need: need(3)}), "alex", 0, "This request needs 3 people, but only Sam (sam1) and sam (sam2) can answer it."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := approval.Ask(approval.Case{Policy: c.policy, People: office(), Requester: c.requester})
			unmet, ok := errors.AsType[*approval.UnmetError](err)
			if !ok {
				t.Fatalf("Ask = %v, want an UnmetError", err)
			}
			if unmet.Text != c.want || unmet.Stage != c.stage {
				t.Errorf("Ask explains stage %d:\n%s\nwant stage %d:\n%s", unmet.Stage, unmet.Text, c.stage, c.want)
			}
		})
	}
}

func TestMayExplains(t *testing.T) {
	t.Parallel()
	oneOf := func(who ...approval.Selector) approval.Policy { return stages(approval.Stage{Who: who}) }
	chain := stages(approval.Stage{ID: "lead", Who: append(users("dana"), groups("finance")...)}, approval.Stage{ID: "finance", Who: groups("finance")})
	excluding := approval.Policy{Stages: oneOf(groups("finance")...).Stages, Exclude: users("lee")}
	votes := []approval.Vote{{Person: "kim", Approve: true}}
	for name, c := range map[string]struct {
		policy    approval.Policy
		requester approval.PersonID
		stage     int
		votes     []approval.Vote
		who       approval.PersonID
		kind      approval.RefusalKind
		want      string
	}{
		"stranger":                    {oneOf(users("dana", "kim")...), "lee", 0, nil, "alex", approval.NotEligible, "Only Dana or Kim can answer this. You are Alex."},
		"stranger_among_many":         {oneOf(groups("many")...), "lee", 0, nil, "alex", approval.NotEligible, "Only Mo1, Mo2, Mo3, Mo4, Mo5 or 2 others can answer this. You are Alex."},
		"stranger_when_all_left":      {oneOf(groups("gone")...), "lee", 0, nil, "alex", approval.NotEligible, "Nobody can answer this at the moment. You are Alex."},
		"nameless_stranger":           {oneOf(users("dana")...), "lee", 0, nil, "nameless", approval.NotEligible, "Only Dana can answer this. You are nameless."},
		"unknown_person":              {oneOf(users("dana")...), "lee", 0, nil, "who", approval.UnknownPerson, "signoff does not know you. Ask an administrator to add you."},
		"service":                     {oneOf(users("dana")...), "", 0, nil, "", approval.UnknownPerson, "signoff does not know you. Ask an administrator to add you."},
		"inactive_person":             {oneOf(users("old")...), "lee", 0, nil, "old", approval.InactivePerson, "You are switched off in signoff's directory, so you cannot answer. Ask an administrator."},
		"own_request":                 {oneOf(users("dana", "alex")...), "alex", 0, nil, "alex", approval.OwnRequest, "This is your own request, so somebody else must answer it. Dana can."},
		"own_request_as_a_group":      {oneOf(groups("finance")...), "kim", 0, nil, "kim", approval.OwnRequest, "This is your own request, so somebody else must answer it. Lee can."},
		"own_request_nobody_else":     {oneOf(users("alex")...), "alex", 0, nil, "alex", approval.OwnRequest, "This is your own request, so somebody else must answer it. Nobody else can at the moment."},
		"excluded":                    {excluding, "alex", 0, nil, "lee", approval.Excluded, "You are excluded from answering this. Kim can."},
		"exclusion_that_vanished":     {approval.Policy{Stages: oneOf(users("dana")...).Stages, Exclude: groups("nope")}, "alex", 0, nil, "dana", approval.Excluded, "The flow excludes group:nope, but signoff does not know this group any more, so nobody can answer. Ask an administrator."},
		"twice":                       {oneOf(groups("finance")...), "alex", 0, votes, "kim", approval.AlreadyAnswered, "You have already answered this. Your answer counts once."},
		"twice_also_where_repeatable": {approval.Policy{Stages: chain.Stages, Repeat: true}, "alex", 0, votes, "kim", approval.AlreadyAnswered, "You have already answered this. Your answer counts once."},
		"second_seat":                 {chain, "alex", 1, votes, "kim", approval.SeatTaken, "You have already answered another step of this, and each step needs somebody else. Lee can."},
		"needed_later": {
			stages(approval.Stage{Who: users("dana", "kim")}, approval.Stage{Who: users("kim")}), "alex", 0, nil, "kim", approval.NotEligible,
			"A later step of this cannot do without you, and nobody answers two steps. Dana can.",
		},
		"step_that_does_not_exist": {chain, "alex", 2, votes, "lee", approval.NotEligible, "This step does not exist. Nobody can answer it."},
		"negative_step":            {chain, "alex", -1, votes, "lee", approval.NotEligible, "This step does not exist. Nobody can answer it."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := mayAnswer(c.policy, office(), c.requester, c.stage, c.votes, c.who)
			refusal, ok := errors.AsType[*approval.RefusalError](err)
			if !ok {
				t.Fatalf("May = %v, want a RefusalError", err)
			}
			if refusal.Kind != c.kind || refusal.Text != c.want {
				t.Errorf("May = %s: %s\nwant %s: %s", refusal.Kind, refusal.Text, c.kind, c.want)
			}
		})
	}
}

func TestMayLetsIn(t *testing.T) {
	t.Parallel()
	chain := stages(approval.Stage{Who: groups("finance")}, approval.Stage{Who: groups("finance")})
	repeat := approval.Policy{Stages: chain.Stages, Repeat: true}
	votes := []approval.Vote{{Person: "kim", Approve: true}}
	for name, c := range map[string]struct {
		policy    approval.Policy
		requester approval.PersonID
		stage     int
		votes     []approval.Vote
		who       approval.PersonID
	}{
		"member":                       {chain, "alex", 0, nil, "kim"},
		"member_when_a_service_asks":   {chain, "", 0, nil, "kim"},
		"another_in_the_second_step":   {chain, "alex", 1, votes, "lee"},
		"same_where_repeat_is_allowed": {repeat, "alex", 1, votes, "kim"},
		"requester_where_allowed":      {approval.Policy{Stages: stages(approval.Stage{Who: users("alex")}).Stages, AllowRequester: true}, "alex", 0, nil, "alex"},
		"beside_somebody_elses_vote":   {stages(approval.Stage{Who: groups("finance"), Need: need(2)}), "alex", 0, votes, "lee"},
		// Lee left the chain unfinishable already: refusing Kim would not mend it.
		"when_the_chain_is_lost_anyway": {stages(approval.Stage{Who: users("kim")}, approval.Stage{Who: groups("gone")}), "alex", 0, nil, "kim"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := mayAnswer(c.policy, office(), c.requester, c.stage, c.votes, c.who); err != nil {
				t.Errorf("May = %v, want nil", err)
			}
		})
	}
}

// TestMayAsksTheDirectoryAsItIs: who left the group since the request was made
// may not answer, who joined may, and their vote counts.
func TestMayAsksTheDirectoryAsItIs(t *testing.T) {
	t.Parallel()
	p, d := stages(approval.Stage{Who: groups("finance")}), office()
	asked, err := approval.Ask(approval.Case{Policy: p, People: d, Requester: "alex"})
	if err != nil {
		t.Fatal(err)
	}
	d.Groups["finance"] = []approval.PersonID{"lee", "dana"}
	if err := mayAnswer(p, d, "alex", 0, nil, "kim"); err == nil {
		t.Error("May lets in somebody who left the group")
	}
	if err := mayAnswer(p, d, "alex", 0, nil, "dana"); err != nil {
		t.Errorf("May = %v for somebody who joined the group", err)
	}
	votes := []approval.Vote{{Person: "dana", Approve: true}}
	if got := tally(p.Stages[0], asked[0], votes); got != approval.Passed {
		t.Errorf("Tally = %s, want passed by who joined", got)
	}
}

func TestTallyOfAllOfNobodyWaits(t *testing.T) {
	t.Parallel()
	votes := []approval.Vote{{Person: "kim", Approve: true}}
	if got := tally(approval.Stage{Need: all()}, nil, votes); got != approval.Waiting {
		t.Errorf("Tally(all of nobody) = %s, want waiting", got)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for want, people := range map[string][]approval.PersonID{
		"":                                    nil,
		"Dana":                                {"dana"},
		"Dana or Kim":                         {"dana", "kim"},
		"Dana, Kim or Lee":                    {"dana", "kim", "lee"},
		"Mo1, Mo2, Mo3, Mo4, Mo5 or Mo6":      {"m1", "m2", "m3", "m4", "m5", "m6"},
		"Mo1, Mo2, Mo3, Mo4, Mo5 or 2 others": {"m1", "m2", "m3", "m4", "m5", "m6", "m7"},
		"Sam (sam1) or sam (sam2)":            {"sam1", "sam2"},
		"ghost":                               {"ghost"},
	} {
		if got := office().Names(people, "or"); got != want {
			t.Errorf("Names(%v) = %q, want %q", people, got, want)
		}
	}
}
