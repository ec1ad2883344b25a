package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine"
	"signoff/engine/approval"
)

// chosen is a flow that asks for people when it starts and when it resumes.
const chosen = `id: f
namespace: n
inputs:
  - {id: boss, type: USER, defaults: Ann@example.com}
  - {id: copied, type: USERS, required: false}
  - {id: team, type: GROUP, required: false}
tasks:
  - id: gate
    type: Pause
    onReject: CONTINUE
    behavior: FAIL
    request: {title: Deploy, risk: high}
    approval:
      stages: [{id: one, who: ["user:ann"]}]
      reject: {needs: why, reasons: [Too late, Too dear]}
    onResume:
      - {id: ok, type: BOOL}
      - {id: why, type: TEXT, required: false}
      - {id: next, type: USER, required: false, prefill: "{{ inputs.boss }}"}
`

func choosing(t *testing.T) *story {
	t.Helper()
	s := newStory(t, chosen)
	s.facts.People = &approval.Directory{
		People: map[approval.PersonID]approval.Person{
			"ann": {ID: "ann", Name: "Ann"}, "rob": {ID: "rob", Name: "Rob"}, "sam": {ID: "sam", Name: "Sam", Inactive: true},
		},
		Groups:  map[string][]approval.PersonID{"finance": {}},
		Aliases: map[string]approval.PersonID{"ann@example.com": "ann", "rob@example.com": "rob"},
	}
	return s
}

func TestPeopleInAFormAreLookedUp(t *testing.T) {
	t.Parallel()
	s := choosing(t).do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{
		"copied": []any{"ROB@example.com", "ann", "rob"}, "team": "finance",
	}})
	want := map[string]any{"boss": "ann", "copied": []any{"rob", "ann"}, "team": "finance"}
	if diff := cmp.Diff(want, s.x.Inputs); diff != "" {
		t.Errorf("inputs (-want +got)\n%s", diff)
	}
	r := s.request()
	if got := r.Form[2].Prefill; got != "ann" {
		t.Errorf("the form suggests %v", got)
	}
	if diff := cmp.Diff([]string{"Too late", "Too dear"}, r.Reasons); diff != "" || !r.HighRisk {
		t.Errorf("high risk %v, reasons (-want +got)\n%s", r.HighRisk, diff)
	}
	no := s.click("ann", engine.Approve)
	no.Values = map[string]any{"next": "zoe"}
	err := s.try(no)
	if err == nil || !strings.Contains(err.Error(), "next: cannot be chosen, because signoff does not know zoe") {
		t.Fatalf("an answer that names a stranger: %v", err)
	}
	yes := s.click("ann", engine.Approve)
	yes.Values = map[string]any{"next": "Rob@example.com"}
	s.do(yes)
	if got := s.request().Responses[0].Values["next"]; got != "rob" {
		t.Errorf("the answer holds %v", got)
	}
}

func TestPeopleInAFormMustBeKnown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		given map[string]any
		want  string
	}{
		"unknown":        {map[string]any{"boss": "zoe@example.com"}, "boss: cannot be chosen, because signoff does not know zoe@example.com"},
		"not_active":     {map[string]any{"boss": "sam"}, "boss: cannot be chosen, because sam is not active any more"},
		"one_of_several": {map[string]any{"copied": "ann\nzoe"}, "copied: is not accepted: item 2 (zoe) cannot be chosen, because signoff does not know zoe"},
		"group":          {map[string]any{"team": "ann"}, "team: cannot be chosen, because signoff does not know the group ann"},
		"nobody":         {map[string]any{"boss": nil, "copied": []any{""}}, "copied: is not accepted: item 1 () must be a name or a mail address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := choosing(t).try(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: test.given})
			if err == nil || err.Error() != "Not accepted: "+test.want+"." {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// A form that offers somebody who left is a fault of the flow, and is told.
func TestFormOffersNoStranger(t *testing.T) {
	t.Parallel()
	s := choosing(t)
	s.facts.People.Aliases["ann@example.com"] = "gone"
	err := s.try(engine.Start{ID: "x", Revision: 1, By: person("rob")})
	if err == nil || !strings.Contains(err.Error(), "the default of input boss cannot be chosen, because signoff does not know Ann@example.com") {
		t.Errorf("%v", err)
	}
}
