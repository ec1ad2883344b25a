package access_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/engine/access"
	"signoff/engine/approval"
)

// staff is Dana and Kim, who are ops, and Otto, who left.
func staff() *approval.Directory {
	return &approval.Directory{
		People: map[approval.PersonID]approval.Person{
			"dana": {ID: "dana"}, "kim": {ID: "kim"}, "sam": {ID: "sam"}, "otto": {ID: "otto", Inactive: true},
		},
		Groups:  map[string][]approval.PersonID{"ops": {"dana", "kim", "otto"}, "empty": {}, "far": {"sam"}},
		Aliases: map[string]approval.PersonID{"kim@corp.example": "kim"},
		Unsure:  map[approval.Selector]string{{Kind: approval.Group, Name: "far"}: "no answer"},
	}
}

func user(name string) approval.Selector {
	return approval.Selector{Kind: approval.User, Name: name}
}

func group(name string) approval.Selector {
	return approval.Selector{Kind: approval.Group, Name: name}
}

func rules(t *testing.T, grants ...access.Grant) *access.Rules {
	t.Helper()
	r, err := access.New(access.Config{
		Roles:  map[access.Role][]access.Verb{"deployer": {access.ViewExecution, access.StartExecution}},
		Grants: grants,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMay(t *testing.T) {
	t.Parallel()
	r := rules(t,
		access.Grant{Role: access.Operator, To: []approval.Selector{group("ops")}, In: []string{"platform"}},
		access.Grant{Role: access.Viewer, To: []approval.Selector{user("KIM@corp.example")}, In: []string{access.Everywhere}},
		access.Grant{Role: access.Admin, To: []approval.Selector{group("empty"), group("far"), group("nowhere"), user("nobody")}, In: []string{access.Everywhere}},
		access.Grant{Role: "deployer", Services: []string{"ci"}, In: []string{"platform.web"}},
		access.Grant{Role: access.Admin, Services: []string{"robot"}, In: []string{access.Everywhere}},
		access.Grant{Role: access.Admin, To: []approval.Selector{{Kind: approval.Role, Name: "admin"}}, In: []string{access.Everywhere}},
	)
	for name, c := range map[string]struct {
		who  access.Caller
		verb access.Verb
		in   string
		want bool
	}{
		"group_in_its_namespace":        {access.Caller{Person: "dana"}, access.ControlExecution, "platform", true},
		"group_below_its_namespace":     {access.Caller{Person: "dana"}, access.ControlExecution, "platform.web", true},
		"name_that_only_begins_alike":   {access.Caller{Person: "dana"}, access.ControlExecution, "platforms", false},
		"above_its_namespace":           {access.Caller{Person: "dana"}, access.ControlExecution, access.Everywhere, false},
		"foreign_namespace":             {access.Caller{Person: "dana"}, access.ControlExecution, "hr", false},
		"verb_that_the_role_has_not":    {access.Caller{Person: "dana"}, access.EditFlow, "platform", false},
		"by_mail_address_in_any_case":   {access.Caller{Person: "kim"}, access.ViewFlow, "hr", true},
		"everywhere_is_all":             {access.Caller{Person: "kim"}, access.ViewFlow, access.Everywhere, true},
		"two_roles_do_not_mix":          {access.Caller{Person: "kim"}, access.ControlExecution, "hr", false},
		"somebody_inactive":             {access.Caller{Person: "otto"}, access.ControlExecution, "platform", false},
		"somebody_unknown":              {access.Caller{Person: "eve"}, access.ViewFlow, "platform", false},
		"nobody":                        {access.Caller{}, access.ViewFlow, "platform", false},
		"group_that_could_not_be_read":  {access.Caller{Person: "sam"}, access.ViewFlow, "hr", false},
		"service_by_its_name":           {access.Caller{Service: "ci"}, access.StartExecution, "platform.web", true},
		"service_elsewhere":             {access.Caller{Service: "ci"}, access.StartExecution, "platform", false},
		"service_of_another_name":       {access.Caller{Service: "cd"}, access.StartExecution, "platform.web", false},
		"person_called_like_a_service":  {access.Caller{Person: "ci"}, access.StartExecution, "platform.web", false},
		"service_called_like_a_person":  {access.Caller{Service: "dana"}, access.ControlExecution, "platform", false},
		"service_that_is_admin":         {access.Caller{Service: "robot"}, access.EditFlow, "hr", true},
		"service_never_decides":         {access.Caller{Service: "robot"}, access.Decide, "hr", false},
		"service_never_overrides":       {access.Caller{Service: "robot"}, access.Override, "hr", false},
		"root":                          {access.Caller{Root: true}, access.ReadAudit, access.Everywhere, true},
		"root_that_is_nobody_decides":   {access.Caller{Root: true}, access.Decide, "hr", false},
		"root_that_is_somebody_decides": {access.Caller{Root: true, Person: "dana"}, access.Decide, "hr", true},
		"unknown_verb_even_for_root":    {access.Caller{Root: true}, "flow.steal", "hr", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := r.May(staff(), c.who, c.verb, c.in); got != c.want {
				t.Errorf("May(%+v, %s, %q) = %v, want %v", c.who, c.verb, c.in, got, c.want)
			}
			if got := r.May(nil, c.who, c.verb, c.in); got && c.who.Person != "" && !c.who.Root {
				t.Errorf("without a directory May(%+v, %s, %q) = true, want false", c.who, c.verb, c.in)
			}
		})
	}
}

func TestMayAnywhere(t *testing.T) {
	t.Parallel()
	r := rules(t,
		access.Grant{Role: access.Launcher, To: []approval.Selector{user("dana")}, In: []string{"hr"}},
		access.Grant{Role: access.Admin, To: []approval.Selector{user("kim")}},
	)
	for who, want := range map[approval.PersonID]bool{"dana": true, "kim": false, "sam": false} {
		if got := r.MayAnywhere(staff(), access.Caller{Person: who}, access.StartExecution); got != want {
			t.Errorf("MayAnywhere(%s) = %v, want %v", who, got, want)
		}
	}
}

// TestEveryone is what holds where no access is configured.
func TestEveryone(t *testing.T) {
	t.Parallel()
	r := access.Everyone()
	person := []access.Verb{
		access.ViewFlow, access.ViewExecution, access.StartExecution, access.ViewRequest, access.Decide,
	}
	service := []access.Verb{access.ViewFlow, access.ViewExecution, access.StartExecution, access.ViewRequest}
	for _, c := range []struct {
		who  access.Caller
		want []access.Verb
	}{
		{access.Caller{Person: "sam"}, person},
		{access.Caller{Service: "ci"}, service},
		{access.Caller{Person: "otto"}, nil},
		{access.Caller{Person: "eve"}, nil},
		{access.Caller{}, nil},
	} {
		var got []access.Verb
		for _, v := range access.Verbs() {
			if r.May(staff(), c.who, v, "hr.operations") {
				got = append(got, v)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v may (-want +got):\n%s", c.who, diff)
		}
	}
	if got := r.Holders(staff(), "hr", access.Admin); got != nil {
		t.Errorf("Holders(admin) = %v, want nobody", got)
	}
	want := []approval.PersonID{"dana", "kim", "sam"}
	if diff := cmp.Diff(want, r.Holders(staff(), "hr", access.Approver)); diff != "" {
		t.Errorf("Holders(approver) (-want +got):\n%s", diff)
	}
}

func TestHolders(t *testing.T) {
	t.Parallel()
	r := rules(t,
		access.Grant{Role: "deployer", To: []approval.Selector{group("ops"), group("far")}, In: []string{"platform"}},
		access.Grant{Role: "deployer", To: []approval.Selector{user("sam")}, In: []string{"hr"}},
		access.Grant{Role: access.Admin, To: []approval.Selector{user("sam")}, In: []string{access.Everywhere}},
	)
	for in, want := range map[string][]approval.PersonID{
		"platform": {"dana", "kim"}, "platform.web": {"dana", "kim"}, "hr": {"sam"}, access.Everywhere: nil,
	} {
		if diff := cmp.Diff(want, r.Holders(staff(), in, "deployer")); diff != "" {
			t.Errorf("Holders(%q, deployer) (-want +got):\n%s", in, diff)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]access.Config{
		"unknown_role":       {Grants: []access.Grant{{Role: "boss"}}},
		"unknown_verb":       {Roles: map[access.Role][]access.Verb{"boss": {"everything"}}},
		"built_in_redefined": {Roles: map[access.Role][]access.Verb{access.Viewer: access.Verbs()}},
		"role_without_name":  {Roles: map[access.Role][]access.Verb{"": nil}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r, err := access.New(c); err == nil {
				t.Errorf("New(%v) = %v, want an error", c, r)
			}
		})
	}
}

// TestVerbsAreExplained keeps the list and the texts together.
func TestVerbsAreExplained(t *testing.T) {
	t.Parallel()
	var said []string
	for _, v := range access.Verbs() {
		if slices.Contains(said, v.Does()) {
			t.Errorf("two verbs say %q", v.Does())
		}
		said = append(said, v.Does())
	}
}

// TestMayNeedsAGrant: what one adds for somebody never changes what others may,
// and whoever may something is named by a grant that covers it.
func TestMayNeedsAGrant(t *testing.T) {
	t.Parallel()
	people := []approval.PersonID{"dana", "kim", "sam", "otto", "eve"}
	spaces := []string{"", "hr", "hr.pay", "platform", "platforms"}
	rapid.Check(t, func(t *rapid.T) {
		draw := func() access.Grant {
			return access.Grant{
				Role: rapid.SampledFrom(append(access.BuiltIn(), "deployer")).Draw(t, "role"),
				To: rapid.SliceOfN(rapid.SampledFrom([]approval.Selector{
					user("dana"), user("kim@corp.example"), user("otto"), user("eve"), group("ops"), group("empty"), group("far"),
				}), 0, 2).Draw(t, "to"),
				In: rapid.SliceOfN(rapid.SampledFrom(spaces), 0, 2).Draw(t, "in"),
			}
		}
		var grants []access.Grant
		for range rapid.IntRange(0, 4).Draw(t, "grants") {
			grants = append(grants, draw())
		}
		config := access.Config{Roles: map[access.Role][]access.Verb{"deployer": {access.StartExecution}}, Grants: grants}
		r, err := access.New(config)
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range people {
			for _, v := range access.Verbs() {
				for _, ns := range spaces {
					want := oracle(grants, who, v, ns)
					if got := r.May(staff(), access.Caller{Person: who}, v, ns); got != want {
						t.Fatalf("May(%s, %s, %q) = %v, want %v under %+v", who, v, ns, got, want, grants)
					}
				}
			}
		}
	})
}

// oracle is the same said in the plainest way.
func oracle(grants []access.Grant, who approval.PersonID, v access.Verb, ns string) bool {
	members := map[string][]approval.PersonID{
		"user:dana": {"dana"}, "user:kim@corp.example": {"kim"}, "group:ops": {"dana", "kim"},
	}
	does := map[access.Role][]access.Verb{
		access.Viewer:   {"flow.view", "execution.view", "request.view"},
		access.Launcher: {"flow.view", "execution.start"},
		access.Approver: {"request.view", "request.decide"},
		access.Operator: {
			"flow.view", "execution.view", "execution.start", "execution.control", "request.view", "request.move", "values.read", "trigger.control",
		},
		access.Admin: access.Verbs(),
		"deployer":   {"execution.start"},
	}
	for _, g := range grants {
		for _, to := range g.To {
			for _, in := range g.In {
				below := in == "" || ns == in || len(ns) > len(in) && ns[:len(in)+1] == in+"."
				if below && slices.Contains(members[to.String()], who) && slices.Contains(does[g.Role], v) {
					return true
				}
			}
		}
	}
	return false
}

// TestRolesAreDocumented: docs/rights.md says of each role what it allows, and of
// each verb what it is.
func TestRolesAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/rights.md")
	if err != nil {
		t.Fatal(err)
	}
	rules := access.Everyone()
	for _, role := range access.BuiltIn() {
		verbs := make([]string, 0, len(access.Verbs()))
		for _, v := range rules.Verbs(role) {
			verbs = append(verbs, "`"+string(v)+"`")
		}
		row := "| `" + string(role) + "` | " + strings.Join(verbs, ", ") + " |"
		if role == access.Admin {
			row = "| `admin` | all |"
		}
		if !strings.Contains(string(page), row+"\n") {
			t.Errorf("docs/rights.md has no row %s", row)
		}
	}
	_, table, _ := strings.Cut(string(page), "| verb |")
	for _, v := range access.Verbs() {
		if !strings.Contains(table, "`"+string(v)+"`") {
			t.Errorf("docs/rights.md does not explain %s", v)
		}
	}
}
