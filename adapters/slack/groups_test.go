package slack_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// grouped is a workspace with user groups.
func grouped(t *testing.T, change ...func(*slack.Config)) *bench {
	t.Helper()
	b := newBench(t, &desk{}, change...)
	for _, g := range []slacktest.UserGroup{
		{ID: "S0OPS", Members: []string{"UDANA", "UGUEST", "UGONE"}},
		{ID: "S0NONE"},
		{ID: "S0OLD", Disabled: true, Members: []string{"UDANA"}},
	} {
		b.fake.SetUserGroup(g)
	}
	return b
}

func TestUserGroupMembers(t *testing.T) {
	t.Parallel()
	b := grouped(t)
	account := func(id string) adapters.Account {
		return adapters.Account{Surface: "slack", Tenant: "T0SIGNOFF", ID: id}
	}
	got, err := b.adapter.Members(t.Context(), "S0OPS")
	if diff := cmp.Diff([]adapters.Account{account("UDANA"), account("UGUEST")}, got); diff != "" || err != nil {
		t.Errorf("Members: %v (-want +got)\n%s", err, diff)
	}
	if got, err := b.adapter.Members(t.Context(), "S0NONE"); len(got) != 0 || err != nil {
		t.Errorf("an empty group: %v, %v", got, err)
	}
	b.fake.SetUserGroup(slacktest.UserGroup{ID: "S0OPS", Members: []string{"UKIM"}})
	got, err = b.adapter.Members(t.Context(), "S0OPS")
	if diff := cmp.Diff([]adapters.Account{account("UKIM")}, got); diff != "" || err != nil {
		t.Errorf("after a change: %v (-want +got)\n%s", err, diff)
	}
}

// TestUserGroupFails: what cannot be read is an error, never a group without
// members.
func TestUserGroupFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		group string
		spoil func(*slacktest.Server)
		kind  adapters.DeliveryKind
	}{
		"unknown":    {"S0WHAT", nil, adapters.Unreachable},
		"disabled":   {"S0OLD", nil, adapters.Unreachable},
		"free_plan":  {"S0OPS", func(s *slacktest.Server) { s.FailNext("usergroups.users.list", "plan_upgrade_required") }, adapters.Unreachable},
		"no_scope":   {"S0OPS", func(s *slacktest.Server) { s.FailNext("usergroups.users.list", "missing_scope") }, adapters.Denied},
		"rate_limit": {"S0OPS", func(s *slacktest.Server) { s.RateLimit("usergroups.users.list", 1, time.Minute) }, adapters.Busy},
		"broken":     {"S0OPS", func(s *slacktest.Server) { s.DropAfter("usergroups.users.list") }, adapters.Busy},
	} {
		b := grouped(t)
		if c.spoil != nil {
			c.spoil(b.fake)
		}
		got, err := b.adapter.Members(t.Context(), c.group)
		if e := wantDelivery(t, name, err); e.Kind != c.kind || got != nil {
			t.Errorf("%s: %v, %+v, want %v", name, got, e, c.kind)
		}
	}
}

// TestUserGroupIsPaced: Slack allows some twenty reads a minute, and is left
// alone when it says so.
func TestUserGroupIsPaced(t *testing.T) {
	t.Parallel()
	b := grouped(t, func(c *slack.Config) { c.Unpaced = false })
	b.fake.RateLimit("usergroups.users.list", 1, time.Minute)
	for range 3 {
		_, err := b.adapter.Members(t.Context(), "S0OPS")
		wantDelivery(t, "limited", err)
	}
	if n := b.calls("usergroups.users.list"); n != 1 {
		t.Errorf("Slack was asked %d times within the minute, want once", n)
	}
}

// TestMemberAccount: a member's profile says what leads to a person and what
// speaks against it.
func TestMemberAccount(t *testing.T) {
	t.Parallel()
	b := grouped(t)
	for id, want := range map[string]adapters.Account{
		"UDANA":  {Surface: "slack", Tenant: "T0SIGNOFF", ID: "UDANA", Name: "Dana", Email: "dana@example.com"},
		"UGUEST": {Surface: "slack", Tenant: "T0SIGNOFF", ID: "UGUEST", Name: "Guest", Guest: true},
		"UFAR":   {Surface: "slack", Tenant: "T0OTHER", ID: "UFAR", Name: "Far", Foreign: true},
	} {
		got, err := b.adapter.Account(t.Context(), adapters.Account{ID: id})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Account(%s): %v (-want +got)\n%s", id, err, diff)
		}
	}
	if _, err := b.adapter.Account(t.Context(), adapters.Account{ID: "UNOBODY"}); err == nil {
		t.Error("a member whom the workspace does not know is no error")
	}
	before := b.calls("users.info")
	for range 10 {
		if _, err := b.adapter.Account(t.Context(), adapters.Account{ID: "UDANA"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.calls("users.info"); n != before {
		t.Errorf("a known member was asked for %d times more", n-before)
	}
}

// TestUserGroupOfAnOrganisation: an organisation has groups in each workspace,
// and its people are at home in all.
func TestUserGroupOfAnOrganisation(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(slacktest.Options{
		EnterpriseID: "E0ORG", Users: people, UserGroups: []slacktest.UserGroup{{ID: "S0OPS", Members: []string{"UDANA"}}},
	})
	fake.Start(t)
	b := benchOn(t, fake, &desk{}, func(c *slack.Config) { c.Enterprise = "E0ORG" })
	got, err := b.adapter.Members(t.Context(), "S0OPS")
	if diff := cmp.Diff([]adapters.Account{{Surface: "slack", Tenant: "E0ORG", ID: "UDANA"}}, got); diff != "" || err != nil {
		t.Errorf("Members: %v (-want +got)\n%s", err, diff)
	}
}
