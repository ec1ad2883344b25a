package config_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/cmd/signoff/config"
	"signoff/engine/access"
	"signoff/engine/approval"
)

func TestParseReadsAccess(t *testing.T) {
	t.Parallel()
	got, faults := config.Parse("f", []byte(`
access:
  - {role: operator, to: ["group:ops", "user:KIM", "service:ci"], in: [platform, hr.pay]}
  - {role: deployer, to: ["user:user:kim"], in: [""]}
roles:
  deployer: [execution.view, execution.start]
  nothing: []
people: [{id: kim}, {id: "user:kim"}]
groups: {ops: [kim]}
api:
  local_person: kim
  tokens:
    - {name: kim-laptop, person: user:kim, secret: {env: KIM}, expires: 2027-01-31}
    - {name: ci, service: true, secret: {file: /run/ci}, expires: "2027-01-31T18:00:00+01:00"}
`))
	for _, f := range faults {
		t.Error(f)
	}
	wantAPI := config.API{LocalPerson: "kim", Tokens: []config.Token{
		{Name: "kim-laptop", Person: "kim", Secret: config.SecretRef{Env: "KIM"}, Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)},
		{Name: "ci", Secret: config.SecretRef{File: "/run/ci"}, Expires: time.Date(2027, 1, 31, 17, 0, 0, 0, time.UTC)},
	}}
	if diff := cmp.Diff(wantAPI, got.API); diff != "" {
		t.Errorf("api (-want +got):\n%s", diff)
	}
	user, group := approval.User, approval.Group
	wantGrants := &[]access.Grant{
		{Role: access.Operator, To: []approval.Selector{{Kind: group, Name: "ops"}, {Kind: user, Name: "kim"}}, Services: []string{"ci"}, In: []string{"platform", "hr.pay"}},
		{Role: "deployer", To: []approval.Selector{{Kind: user, Name: "user:kim"}}, In: []string{access.Everywhere}},
	}
	if diff := cmp.Diff(wantGrants, got.Access); diff != "" {
		t.Errorf("access (-want +got):\n%s", diff)
	}
	wantRoles := map[access.Role][]access.Verb{"deployer": {access.ViewExecution, access.StartExecution}, "nothing": {}}
	if diff := cmp.Diff(wantRoles, got.Roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
}

// An access section that gives nothing is not the same as none.
func TestEmptyAccessIsAccess(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{"listen: 127.0.0.1:1": false, "access: []": true} {
		got, faults := config.Parse("f", []byte(src))
		if faults.Stop() || (got.Access != nil) != want {
			t.Errorf("%q has access %v, %v, want %v", src, got.Access, faults, want)
		}
	}
}
