package flow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"signoff/engine/approval"
)

// What the source shows to be impossible is what the rules refuse to ask, and
// nothing else: where everybody is named, the two agree.
func TestQuorumFaultsAreWhatTheRulesRefuse(t *testing.T) {
	t.Parallel()
	people := []string{"ann", "ben", "cyd", "dan"}
	d := &approval.Directory{People: map[approval.PersonID]approval.Person{}}
	for _, p := range people {
		d.People[approval.PersonID(p)] = approval.Person{ID: approval.PersonID(p), Name: p}
	}
	refused := 0
	rapid.Check(t, func(t *rapid.T) {
		src, policy := drawnPolicy(t, people)
		_, faults := Parse("f.yaml", []byte(src))
		faulty := slices.ContainsFunc(faults, func(f Fault) bool { return f.Rule == string(ruleQuorumRange) })
		if faults.Stop() && !faulty {
			t.Fatalf("%v\n%s", faults, src)
		}
		_, err := approval.Ask(approval.Case{Policy: policy, People: d})
		if faulty != (err != nil) {
			t.Fatalf("the language says %v, the rules say %v\n%s", faults, err, src)
		}
		if faulty {
			refused++
		}
	})
	if refused == 0 {
		t.Error("nothing was ever refused")
	}
}

// drawnPolicy draws stages of named people, as YAML and as the rules know them.
func drawnPolicy(t *rapid.T, people []string) (string, approval.Policy) {
	policy := approval.Policy{Repeat: rapid.Bool().Draw(t, "repeat")}
	var exclude []string
	for _, p := range rapid.SliceOfNDistinct(rapid.SampledFrom(people), 0, 1, rapid.ID).Draw(t, "exclude") {
		policy.Exclude = append(policy.Exclude, approval.Selector{Kind: approval.User, Name: p})
		exclude = append(exclude, `"user:`+p+`"`)
	}
	var stages []string
	for i := range rapid.IntRange(1, 3).Draw(t, "stages") {
		st := approval.Stage{ID: fmt.Sprintf("s%d", i)}
		if n := rapid.IntRange(0, 2).Draw(t, "groups"); n > 0 {
			var groups []string
			for k := range n {
				party, text := drawnParty(t, people, fmt.Sprintf("g%d", k))
				st.Groups, groups = append(st.Groups, party), append(groups, text)
			}
			stages = append(stages, "{id: "+st.ID+", groups: ["+strings.Join(groups, ", ")+"]}")
		} else {
			party, text := drawnParty(t, people, st.ID)
			st.Who, st.Need, stages = party.Who, party.Need, append(stages, text)
		}
		policy.Stages = append(policy.Stages, st)
	}
	return fmt.Sprintf("id: demo\nnamespace: demo\ntasks:\n  - id: ask\n    type: Pause\n    onResume: [{id: ok, type: BOOL}]\n    onReject: FAIL\n"+
		"    approval:\n      distinct: %v\n      exclude: [requester, %s]\n      stages: [%s]\n",
		!policy.Repeat, strings.Join(exclude, ", "), strings.Join(stages, ", ")), policy
}

func drawnParty(t *rapid.T, people []string, id string) (approval.Party, string) {
	party := approval.Party{ID: id}
	var who []string
	for _, p := range rapid.SliceOfNDistinct(rapid.SampledFrom(people), 1, 4, rapid.ID).Draw(t, "who") {
		party.Who = append(party.Who, approval.Selector{Kind: approval.User, Name: p})
		who = append(who, `"user:`+p+`"`)
	}
	need := rapid.SampledFrom([]string{"any", "all", "1", "2", "3"}).Draw(t, "need")
	switch need {
	case "any":
	case "all":
		party.Need.All = true
	default:
		party.Need.Count = int(need[0] - '0')
	}
	return party, "{id: " + id + ", who: [" + strings.Join(who, ", ") + "], need: " + need + "}"
}
