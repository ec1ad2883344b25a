package slacktest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

// crowd is one person of each kind.
func crowd() []slacktest.User {
	return []slacktest.User{
		{ID: "UMEMBER", Name: "member"},
		{ID: "UMULTI", Name: "multi", Restricted: true},
		{ID: "USINGLE", Name: "single", UltraRestricted: true},
		{ID: "ULEFT", Name: "left", Deleted: true},
		{ID: "USTRANGER", Name: "stranger", Team: "TFAR", Stranger: true},
		{ID: "UOTHER", Name: "other", Team: "TELSE"},
		{ID: "UBOT", Name: "bot", Bot: true},
		{ID: "UFLOW", Name: "flow", Bot: true, WorkflowBot: true},
		{ID: "UINVITED", Name: "invited", Invited: true},
	}
}

func TestKindsOfPeople(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	for _, u := range crowd() {
		s.SetUser(u)
	}
	for id, is := range map[string]func(*goslack.User) bool{
		"UMEMBER":   func(u *goslack.User) bool { return !u.IsBot && !u.IsRestricted && u.TeamID == "T0SIGNOFF" },
		"UMULTI":    func(u *goslack.User) bool { return u.IsRestricted && !u.IsUltraRestricted },
		"USINGLE":   func(u *goslack.User) bool { return u.IsRestricted && u.IsUltraRestricted },
		"ULEFT":     func(u *goslack.User) bool { return u.Deleted && u.TZ == "" },
		"USTRANGER": func(u *goslack.User) bool { return u.IsStranger && u.TeamID == "TFAR" },
		"UOTHER":    func(u *goslack.User) bool { return !u.IsStranger && u.TeamID == "TELSE" },
		"UBOT":      func(u *goslack.User) bool { return u.IsBot },
		"UFLOW":     func(u *goslack.User) bool { return u.IsBot && u.IsWorkflowBot },
		"UINVITED":  func(u *goslack.User) bool { return u.IsInvitedUser },
		"USLACKBOT": func(u *goslack.User) bool { return !u.IsBot && u.Name == "slackbot" },
	} {
		u, err := c.GetUserInfoContext(t.Context(), id)
		if err != nil || !is(u) {
			t.Errorf("users.info of %s = %+v, %v", id, u, err)
		}
	}
}

func TestProfileStatus(t *testing.T) {
	t.Parallel()
	until := time.Unix(1_795_400_000, 0)
	s, c := start(t, slacktest.Options{})
	s.SetUser(slacktest.User{ID: "UDANA", Name: "dana", StatusText: "On vacation", StatusEmoji: ":palm_tree:", StatusUntil: until})
	u, err := c.GetUserInfoContext(t.Context(), "UDANA")
	if err != nil || u.Profile.StatusText != "On vacation" || u.Profile.StatusEmoji != ":palm_tree:" || u.Profile.StatusExpiration != int(until.Unix()) {
		t.Errorf("profile = %+v, %v", u, err)
	}
	u, err = c.GetUserInfoContext(t.Context(), "UALEX")
	if err != nil || u.Profile.StatusText != "" || u.Profile.StatusExpiration != 0 {
		t.Errorf("profile of somebody without a status = %+v, %v", u, err)
	}
}

func TestUsersListPages(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	s.SetUser(slacktest.User{ID: "UNEAR", Name: "near", Stranger: true})
	var ids []string
	pages := 0
	p := c.GetUsersPaginated(goslack.GetUsersOptionLimit(2))
	for {
		next, err := p.Next(t.Context())
		if next.Done(err) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p = next
		pages++
		for _, u := range p.Users {
			ids = append(ids, u.ID)
		}
	}
	// The strangers are not members of the workspace.
	want := []string{"USLACKBOT", "UDANA", "UALEX", "UGONE", "UGUEST"}
	if diff := cmp.Diff(want, ids); diff != "" || pages != 3 {
		t.Errorf("%d pages (-want +got)\n%s", pages, diff)
	}
	if got := call(t, s, s.BotToken(), "users.list", map[string]string{"cursor": "guess"}); got["error"] != "invalid_cursor" {
		t.Errorf("a cursor that was made up: %v", got)
	}
}

func TestUserGroups(t *testing.T) {
	t.Parallel()
	_, c := start(t, slacktest.Options{UserGroups: []slacktest.UserGroup{
		{ID: "SHR", Name: "HR", Handle: "hr", Members: []string{"UDANA", "UGONE"}}, {ID: "SOLD", Disabled: true},
	}})
	groups, err := c.GetUserGroupsContext(t.Context(), goslack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil || len(groups) != 1 || groups[0].Handle != "hr" || !slices.Equal(groups[0].Users, []string{"UDANA"}) {
		t.Errorf("usergroups.list = %+v, %v", groups, err)
	}
	all, err := c.GetUserGroupsContext(t.Context(), goslack.GetUserGroupsOptionIncludeDisabled(true))
	if err != nil || len(all) != 2 {
		t.Errorf("with those that are switched off: %+v, %v", all, err)
	}
	if _, err := c.GetUserGroupMembersContext(t.Context(), "SOLD"); word(err) != "no_such_subteam" {
		t.Errorf("members of one that is switched off: %v", err)
	}
	_, free := start(t, slacktest.Options{FreePlan: true})
	if _, err := free.GetUserGroupsContext(t.Context()); word(err) != "plan_upgrade_required" {
		t.Errorf("usergroups.list on a free plan: %v", err)
	}
	if _, err := free.GetUserGroupMembersContext(t.Context(), "SHR"); word(err) != "plan_upgrade_required" {
		t.Errorf("usergroups.users.list on a free plan: %v", err)
	}
}

func TestConversations(t *testing.T) {
	t.Parallel()
	_, c := start(t, slacktest.Options{})
	names := func(p *goslack.GetConversationsParameters) (list []string) {
		t.Helper()
		channels, _, err := c.GetConversationsContext(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range channels {
			list = append(list, ch.Name)
		}
		return list
	}
	if got := names(&goslack.GetConversationsParameters{}); !slices.Equal(got, []string{"vacation-approvals", "old", "away"}) {
		t.Errorf("public channels = %v", got)
	}
	if got := names(&goslack.GetConversationsParameters{Types: []string{"private_channel"}}); !slices.Equal(got, []string{"small"}) {
		t.Errorf("private channels = %v, want none that the app is not in", got)
	}
	if got := names(&goslack.GetConversationsParameters{ExcludeArchived: true}); slices.Contains(got, "old") {
		t.Errorf("without archived ones = %v", got)
	}
	members, _, err := c.GetUsersInConversationContext(t.Context(), &goslack.GetUsersInConversationParameters{ChannelID: "CSMALL"})
	if err != nil || !slices.Equal(members, []string{"UDANA", "U0SIGNOFF"}) {
		t.Errorf("conversations.members = %v, %v", members, err)
	}
	if _, _, err := c.GetUsersInConversationContext(t.Context(), &goslack.GetUsersInConversationParameters{ChannelID: "CSECRET"}); word(err) != "channel_not_found" {
		t.Errorf("members of a channel that the app may not know: %v", err)
	}
}

func TestMissingScope(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{Scopes: []string{"chat:write", "users:read"}})
	if _, err := c.GetUserGroupsContext(t.Context()); word(err) != "missing_scope" {
		t.Errorf("usergroups.list: %v", err)
	}
	got := call(t, s, s.BotToken(), "usergroups.list", nil)
	if got["needed"] != "usergroups:read" || got["provided"] != "chat:write,users:read" {
		t.Errorf("answer = %v", got)
	}
	if u, err := c.GetUserInfoContext(t.Context(), "UDANA"); err != nil || u.Profile.Email != "" {
		t.Errorf("users.info = %+v, %v, want no address without its scope", u, err)
	}
	if _, err := c.AuthTestContext(t.Context()); err != nil {
		t.Errorf("auth.test needs no scope: %v", err)
	}
}
