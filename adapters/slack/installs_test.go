package slack_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// kinds are who can press a button in a workspace of which they are, or are not,
// a member; team is that workspace, sister another one of its organisation.
func kinds(team, sister string) map[string]slacktest.User {
	of := func(u slacktest.User) slacktest.User {
		if u.Team == "" {
			u.Team = team
		}
		return u
	}
	return map[string]slacktest.User{
		"member":                      of(slacktest.User{ID: "UMEMBER", Name: "mem"}),
		"administrator":               of(slacktest.User{ID: "UADMIN", Name: "adm", Admin: true}),
		"guest":                       of(slacktest.User{ID: "UGUEST", Name: "gst", Restricted: true}),
		"guest_of_one_channel":        of(slacktest.User{ID: "UONE", Name: "one", UltraRestricted: true}),
		"deactivated":                 of(slacktest.User{ID: "UGONE", Name: "gon", Deleted: true}),
		"invited":                     of(slacktest.User{ID: "UINV", Name: "inv", Invited: true}),
		"bot":                         of(slacktest.User{ID: "UBOT", Name: "bot", Bot: true}),
		"workflow":                    of(slacktest.User{ID: "UFLOW", Name: "wfl", WorkflowBot: true}),
		"slackbot":                    of(slacktest.User{ID: "USLACKBOT", Name: "slackbot"}),
		"stranger":                    of(slacktest.User{ID: "UFAR", Name: "far", Team: "TFAR", Stranger: true}),
		"of_another_workspace":        of(slacktest.User{ID: "UELSE", Name: "els", Team: "TELSE"}),
		"of_a_workspace_of_our_group": of(slacktest.User{ID: "USISTER", Name: "sis", Team: sister}),
	}
}

// TestTwelveKindsOfUserInThreeKindsOfInstall (SL7): what a click says of who
// clicked is the same wherever the app is installed, but for who belongs to the
// organisation.
func TestTwelveKindsOfUserInThreeKindsOfInstall(t *testing.T) {
	t.Parallel()
	type place struct {
		installer []string
		org       bool
		channel   string
		team      string
		sister    string
		tenant    string
		sisterOK  bool // somebody of the sister workspace belongs to us
	}
	for kind, p := range map[string]place{
		"workspace":    {[]string{"UALONE"}, false, "#alone", "TALONE", "TWEST", "TALONE", false},
		"organisation": {[]string{"UEAST"}, true, "EORG/CEAST", "TEAST", "TWEST", "EORG", true},
		"several":      {[]string{"UALONE", "UEAST", "UWEST"}, false, "TEAST/#east", "TEAST", "TWEST", "TEAST", false},
	} {
		for name, user := range kinds(p.team, p.sister) {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				r := newRealm(t, realmOptions{users: []slacktest.User{user}})
				for _, who := range p.installer {
					r.install(t, who, p.org)
				}
				member := r.fake.ChannelID(strings.ToLower(strings.TrimPrefix(p.team, "T")))
				r.fake.SetChannel(slacktest.Channel{
					ID: member, Name: strings.ToLower(strings.TrimPrefix(p.team, "T")), Team: p.team,
					Members: []string{user.ID}, Shared: true, Teams: []string{user.Team},
				})
				r.press(t, user.ID, r.post(t, p.channel))
				clicks := r.desk.seen()
				if len(clicks) != 1 {
					t.Fatalf("one press made %d clicks", len(clicks))
				}
				got := clicks[0].Actor
				want := adapters.Account{Surface: "slack", Tenant: p.tenant, ID: user.ID, Name: got.Name, Email: got.Email}
				switch name {
				case "guest", "guest_of_one_channel":
					want.Guest = true
				case "deactivated":
					want.Deactivated = true
					if p.org { // Slack leaves out to which organisation they belonged
						want.Tenant, want.Foreign = p.team, true
					}
				case "invited":
					want.Deactivated = true
				case "bot", "workflow":
					want.Bot = true
				case "slackbot": // it belongs to no organisation
					want.Bot, want.Foreign, want.Tenant = true, p.org, got.Tenant
				case "stranger", "of_another_workspace":
					want.Tenant, want.Foreign = user.Team, true
				case "of_a_workspace_of_our_group":
					if !p.sisterOK {
						want.Tenant, want.Foreign = user.Team, true
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("actor (-want +got)\n%s", diff)
				}
			})
		}
	}
}

// TestPlacesOfSeveralWorkspaces: a card goes where the place says, is redrawn
// there, and its clicks name it as it was named.
func TestPlacesOfSeveralWorkspaces(t *testing.T) {
	t.Parallel()
	r := newRealm(t, realmOptions{main: "TALONE"})
	for _, who := range []string{"UALONE", "UEAST"} {
		r.install(t, who, false)
	}
	for _, c := range []struct{ channel, want, user string }{
		{"TEAST/#east", "TEAST/CEAST", "UEAST"},
		{"TEAST/CEAST", "TEAST/CEAST", "UEAST"},
		{"TALONE/#alone", "TALONE/CALONE", "UALONE"},
		{"#alone", "TALONE/CALONE", "UALONE"},
	} {
		ref := r.post(t, c.channel)
		if ref.Place != c.want {
			t.Errorf("Post(%s) is at %s, want %s", c.channel, ref.Place, c.want)
		}
		if err := r.adapter.Update(t.Context(), ref, adaptertest.Pending()); err != nil {
			t.Errorf("Update(%v) = %v", ref, err)
		}
		before := len(r.desk.seen())
		r.press(t, c.user, ref)
		if clicks := r.desk.seen(); len(clicks) != before+1 || clicks[before].Copy != ref {
			t.Errorf("a press on %v names %+v", ref, clicks)
		}
	}
}

// TestOwnTokenStaysAsItWas: with a token in the configuration, its places carry
// no workspace, also beside installs.
func TestOwnTokenStaysAsItWas(t *testing.T) {
	t.Parallel()
	r := newRealm(t, realmOptions{token: true})
	r.install(t, "UALONE", false)
	own := r.post(t, "#own")
	if own.Place != "COWN" {
		t.Errorf("the own workspace's card is at %s", own.Place)
	}
	if ref := r.post(t, r.fake.TeamID()+"/COWN"); ref.Place != "COWN" {
		t.Errorf("by its full name it is at %s", ref.Place)
	}
	r.press(t, "UDANA", own)
	other := r.post(t, "TALONE/#alone")
	r.press(t, "UALONE", other)
	clicks := r.desk.seen()
	if len(clicks) != 2 || clicks[0].Copy != own || clicks[0].Actor.Tenant != r.fake.TeamID() || clicks[1].Copy != other || clicks[1].Actor.Tenant != "TALONE" {
		t.Errorf("clicks = %+v", clicks)
	}
}

// TestPlacesThatAreNone: each says what a person can do.
func TestPlacesThatAreNone(t *testing.T) {
	t.Parallel()
	r := newRealm(t, realmOptions{})
	post := func(channel string) *adapters.DeliveryError {
		_, err := r.adapter.Post(t.Context(), adapters.Destination{Channel: channel}, adaptertest.Pending())
		failure, ok := errors.AsType[*adapters.DeliveryError](err)
		if !ok {
			t.Fatalf("Post(%s) = %v", channel, err)
		}
		return failure
	}
	if e := post("#alone"); e.Code != "no_workspace" || e.Advice == "" || e.Kind != adapters.Unreachable {
		t.Errorf("without an install: %+v", e)
	}
	r.install(t, "UALONE", false)
	if ref := r.post(t, "#alone"); ref.Place != "TALONE/CALONE" {
		t.Errorf("the only one there is: %v", ref)
	}
	r.install(t, "UEAST", false)
	for channel, code := range map[string]string{
		"#alone": "which_workspace", "TNEVER/#x": "unknown_workspace", "TALONE/#nowhere": "channel_not_found", "TALONE/": "no_destination", "": "no_destination",
	} {
		e := post(channel)
		if e.Code != code || e.Kind == adapters.Unreachable && e.Advice == "" {
			t.Errorf("Post(%q) = %+v, want %s", channel, e, code)
		}
	}
}

// TestPeopleOfSeveralWorkspaces are found by the workspace of their account, or
// by mail address wherever they are.
func TestPeopleOfSeveralWorkspaces(t *testing.T) {
	t.Parallel()
	r := newRealm(t, realmOptions{})
	for _, who := range []string{"UALONE", "UEAST"} {
		r.install(t, who, false)
	}
	for name, c := range map[string]struct {
		person adapters.Person
		user   string
		team   string
	}{
		"account": {adapters.Person{Account: "UEAST", Tenant: "TEAST"}, "UEAST", "TEAST"},
		"mail":    {adapters.Person{Email: "eva@example.com"}, "UEAST", "TEAST"},
		"mail_2":  {adapters.Person{Email: "ann@example.com"}, "UALONE", "TALONE"},
	} {
		ref, err := r.adapter.Post(t.Context(), adapters.Destination{Person: &c.person}, adaptertest.Pending())
		if err != nil || !strings.HasPrefix(ref.Place, c.team+"/D") || len(r.fake.DMs(c.user)) == 0 {
			t.Errorf("%s: Post = %v, %v", name, ref, err)
		}
	}
	for name, p := range map[string]adapters.Person{
		"bare_account": {Account: "UEAST"}, "nobody": {Email: "nobody@example.com"}, "elsewhere": {Account: "UEAST", Tenant: "TNEVER"}, "unknown": {Name: "Kim"},
	} {
		_, err := r.adapter.Post(t.Context(), adapters.Destination{Person: &p}, adaptertest.Pending())
		if e, ok := errors.AsType[*adapters.DeliveryError](err); !ok || e.Kind != adapters.Unreachable || e.Advice == "" {
			t.Errorf("%s: Post = %v", name, err)
		}
	}
}

// TestGroupsOfSeveralWorkspaces: the token of an organisation must say where a
// group is.
func TestGroupsOfSeveralWorkspaces(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		installer string
		org       bool
		group     string
		want      adapters.Account
	}{
		"workspace":    {"UALONE", false, "TALONE/SALONE", adapters.Account{Surface: "slack", Tenant: "TALONE", ID: "UALONE"}},
		"the_only_one": {"UALONE", false, "SALONE", adapters.Account{Surface: "slack", Tenant: "TALONE", ID: "UALONE"}},
		"organisation": {"UEAST", true, "EORG/TEAST/SEAST", adapters.Account{Surface: "slack", Tenant: "EORG", ID: "UEAST"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRealm(t, realmOptions{})
			r.install(t, c.installer, c.org)
			got, err := r.adapter.Members(t.Context(), c.group)
			if diff := cmp.Diff([]adapters.Account{c.want}, got); diff != "" || err != nil {
				t.Fatalf("Members (-want +got) %v\n%s", err, diff)
			}
			if a, err := r.adapter.Account(t.Context(), got[0]); err != nil || a.Email == "" || a.Foreign || a.Tenant != c.want.Tenant {
				t.Errorf("Account = %+v, %v", a, err)
			}
		})
	}
}

// TestPressInAWorkspaceThatIsNotOurs decides nothing, and says so.
func TestPressInAWorkspaceThatIsNotOurs(t *testing.T) {
	t.Parallel()
	r := newRealm(t, realmOptions{})
	r.install(t, "UALONE", false)
	ref := r.post(t, "#alone")
	if err := r.adapter.Uninstalled(t.Context(), "TALONE", r.now().Add(-time.Hour), "app_uninstalled"); err != nil {
		t.Fatal(err)
	}
	if err := r.adapter.Update(t.Context(), ref, adaptertest.Pending()); err != nil {
		t.Fatalf("news from before the install took the token: %v", err)
	}
	for range 2 {
		if err := r.adapter.Uninstalled(t.Context(), "TALONE", r.now(), "app_uninstalled"); err != nil {
			t.Fatal(err)
		}
	}
	r.press(t, "UALONE", ref) // Slack sends it all the same
	if clicks := r.desk.seen(); len(clicks) > 0 {
		t.Errorf("it made clicks: %+v", clicks)
	}
	told := func(st *slacktest.State) bool {
		for _, e := range st.Ephemerals("UALONE") {
			if strings.Contains(e.Text, "not installed in this workspace") {
				return true
			}
		}
		return false
	}
	if err := r.fake.WaitFor(soon(t), told); err != nil {
		t.Errorf("nobody was told: %v", err)
	}
	_, err := r.adapter.Post(t.Context(), adapters.Destination{Channel: "TALONE/#alone"}, adaptertest.Pending())
	if e, ok := errors.AsType[*adapters.DeliveryError](err); !ok || e.Kind != adapters.Unreachable || e.Code != "workspace_removed" || e.Advice == "" {
		t.Errorf("Post = %v", err)
	}
	if err := r.adapter.Update(t.Context(), ref, adaptertest.Pending()); err == nil {
		t.Error("Update of a workspace that removed the app = nil")
	}
}

// TestRotationUnderTheAdapter: cards go on, over the ends of tokens.
func TestRotationUnderTheAdapter(t *testing.T) {
	t.Parallel()
	r := newRealm(t, realmOptions{rotates: true})
	r.install(t, "UALONE", false)
	ref := r.post(t, "#alone")
	for hour := range 30 {
		r.pass(time.Hour)
		if err := r.installs.Renew(t.Context(), "TALONE"); err != nil {
			t.Fatalf("hour %d: Renew = %v", hour, err)
		}
		if err := r.adapter.Update(t.Context(), ref, adaptertest.Pending()); err != nil {
			t.Fatalf("hour %d: Update = %v", hour, err)
		}
	}
	if n := len(r.fake.Calls("oauth.v2.access")); n < 3 || n > 5 {
		t.Errorf("the token was fetched %d times in 30 hours", n)
	}
}

// TestTokenEndsUnderACall: the delivery is made again soon, with the new token.
func TestTokenEndsUnderACall(t *testing.T) {
	t.Parallel()
	r := newRealm(t, realmOptions{rotates: true})
	r.install(t, "UALONE", false)
	ref := r.post(t, "#alone")
	r.pass(13 * time.Hour)
	err := r.adapter.Update(t.Context(), ref, adaptertest.Pending())
	if e, ok := errors.AsType[*adapters.DeliveryError](err); !ok || e.Kind != adapters.Busy || e.RetryAfter == 0 || strings.Contains(fmt.Sprint(err), "xox") {
		t.Fatalf("Update with a token that has ended = %v", err)
	}
	if err := r.installs.Renew(t.Context(), "TALONE"); err != nil {
		t.Fatal(err)
	}
	if err := r.adapter.Update(t.Context(), ref, adaptertest.Pending()); err != nil {
		t.Errorf("Update with the new token = %v", err)
	}
}

// TestUninstalledOwnToken: what the configuration says nobody but a person can
// change.
func TestUninstalledOwnToken(t *testing.T) {
	t.Parallel()
	r := newRealm(t, realmOptions{token: true})
	if err := r.adapter.Uninstalled(t.Context(), r.fake.TeamID(), r.now(), "tokens_revoked"); err != nil {
		t.Fatal(err)
	}
	if ref := r.post(t, "#own"); ref.Place != "COWN" {
		t.Errorf("the card is at %v", ref)
	}
}

// TestEventToldToTwoServers: servers remember apart what they were told, so what an
// event changes for ever is changed in what they share. Told again to another
// server, and late, it changes nothing.
func TestEventToldToTwoServers(t *testing.T) {
	t.Parallel()
	r := newRealm(t, realmOptions{})
	r.install(t, "UALONE", false)
	other, err := slack.New(slack.Config{
		SigningSecrets: []string{r.fake.SigningSecret()}, APIURL: r.fake.APIURL(), Now: r.now, Installs: r.installs,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.pass(time.Minute)
	event := fmt.Sprintf(`{"type":"event_callback","team_id":"TALONE","event_id":"Ev1","event_time":%d,"event":{"type":"app_uninstalled"}}`, r.now().Unix())
	tell := func(a *slack.Adapter) {
		t.Helper()
		header := r.fake.Sign(r.now(), []byte(event))
		header.Set("Content-Type", "application/json")
		req := &request{method: "POST", target: slack.EventsPath, header: header, body: event}
		if w := req.send(a.Handler(&desk{})); w.Code != 200 {
			t.Errorf("the answer is %d", w.Code)
		}
	}
	active := func() bool {
		t.Helper()
		all, err := r.installs.All(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("installs = %+v, %v", all, err)
		}
		return all[0].Active()
	}
	for _, a := range []*slack.Adapter{r.adapter, other} {
		if tell(a); active() {
			t.Error("a workspace that took the app away is still ours")
		}
	}
	r.pass(time.Minute)
	r.install(t, "UALONE", false)
	third, err := slack.New(slack.Config{
		SigningSecrets: []string{r.fake.SigningSecret()}, APIURL: r.fake.APIURL(), Now: r.now, Installs: r.installs,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []*slack.Adapter{r.adapter, other, third} {
		if tell(a); !active() {
			t.Error("news from before the install undid it")
		}
	}
}
