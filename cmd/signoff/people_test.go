package main

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
	"signoff/cmd/signoff/config"
	"signoff/directory/entra/entratest"
	"signoff/directory/oncall/oncalltest"
	"signoff/engine/approval"
)

// groupsOfOthers is a configuration of whose groups three services know the
// members.
const groupsOfOthers = `
people:
  - {id: dana, email: dana@corp.example, slack: UDANA}
  - {id: kim, email: kim@corp.example, entra: u-kim}
  - {id: lee, email: lee@corp.example, manager: dana, hours: "09:00-17:00", zone: Europe/Berlin}
  - {id: max, email: max@partner.example}
owned_domains: [corp.example]
groups:
  leads: {slack: S0LEADS}
  staff: {members: [max], slack: S0LEADS, entra: g-staff, oncall: payments}
  plain: [lee]
entra: {tenant: %[1]s, client_id: %[2]s, client_secret: {env: ENTRA}, login_url: "%[3]s", graph_url: "%[3]s"}
oncall:
  payments: {url: "%[4]s", headers: {Authorization: {env: ONCALL}}, people: "%[5]s"}
`

// TestGroupsOfOthers: the file, the services and the directory fit together.
func TestGroupsOfOthers(t *testing.T) {
	t.Parallel()
	chat := slacktest.New(slacktest.Options{
		Users:      []slacktest.User{{ID: "UDANA"}, {ID: "ULEE", Email: "lee@corp.example"}, {ID: "UEVE", Email: "eve@corp.example"}},
		UserGroups: []slacktest.UserGroup{{ID: "S0LEADS", Members: []string{"UDANA", "ULEE", "UEVE"}}},
	})
	chat.Start(t)
	ids := entratest.New(t)
	ids.SetUser(entratest.User{ID: "u-kim", Name: "Kim", Login: "kim@corp.example"})
	ids.SetGroup("g-staff", "u-kim")
	duty := oncalltest.New(t, "max@partner.example")
	cfg, faults := config.Parse("signoff.yaml", fmt.Appendf(nil, groupsOfOthers,
		entratest.Tenant, entratest.ClientID, ids.URL, duty.URL, oncalltest.People))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	surface, err := slack.New(slack.Config{Token: chat.BotToken(), SigningSecrets: []string{chat.SigningSecret()}, APIURL: chat.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"ENTRA": entratest.ClientSecret, "ONCALL": oncalltest.Key}
	p := &program{Command: Command{Getenv: func(name string) string { return env[name] }}}
	known, err := p.livePeople(cfg, surface, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	sels := []approval.Selector{
		{Kind: approval.Group, Name: "leads"},
		{Kind: approval.Group, Name: "staff"},
		{Kind: approval.Group, Name: "plain"},
		{Kind: approval.OnCall, Name: "payments"},
	}
	known.Fresh(t.Context(), sels...)
	d := known.Directory()
	got := map[string]string{}
	for _, s := range sels {
		got[s.String()] = fmt.Sprint(d.Resolve([]approval.Selector{s}))
	}
	want := map[string]string{
		"group:leads": "[dana lee]", "group:staff": "[dana kim lee max]", "group:plain": "[lee]", "oncall:payments": "[max]",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(d.Unsure) > 0 {
		t.Errorf("unsure %v, members (-want +got):\n%s", d.Unsure, diff)
	}
	lee := approval.Person{ID: "lee", Name: "lee", Manager: "dana", Hours: approval.Hours{Zone: "Europe/Berlin", From: 540, To: 1020}}
	if diff := cmp.Diff(lee, d.People["lee"]); diff != "" {
		t.Errorf("Lee (-want +got):\n%s", diff)
	}
	var problems []string
	for _, p := range known.Problems() {
		problems = append(problems, p.About.String())
	}
	if diff := cmp.Diff([]string{"group:leads", "group:staff"}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestPeopleByThemselves: without the services, their groups are not relied on.
func TestPeopleByThemselves(t *testing.T) {
	t.Parallel()
	cfg, faults := config.Parse("f", fmt.Appendf(nil, groupsOfOthers, "t", "c", "https://login.example", "https://oncall.example", "a"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	known, err := configuredPeople(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := known.Directory(); len(d.Unsure) != 3 || len(d.Groups["plain"]) != 1 {
		t.Errorf("unsure %v, groups %v", d.Unsure, d.Groups)
	}
}

// TestLivePeopleTellsEverySecret: all secrets that cannot be read are told at
// once, by their place.
func TestLivePeopleTellsEverySecret(t *testing.T) {
	t.Parallel()
	cfg, _ := config.Parse("f", fmt.Appendf(nil, groupsOfOthers, "t", "c", "https://login.example", "https://oncall.example", "a"))
	p := &program{Command: Command{Getenv: func(string) string { return "" }}}
	_, err := p.livePeople(cfg, nil, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "oncall.payments.headers.Authorization") || !strings.Contains(err.Error(), "entra.client_secret") {
		t.Errorf("livePeople = %v", err)
	}
}
