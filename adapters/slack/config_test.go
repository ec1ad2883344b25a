package slack_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := slack.Config{Token: "xoxb-1", SigningSecrets: []string{"s"}}
	if _, err := slack.New(good); err != nil {
		t.Fatalf("New(good) = %v", err)
	}
	for name, c := range map[string]struct {
		spoil func(*slack.Config)
		want  string
	}{
		"no_token":         {func(c *slack.Config) { c.Token = "" }, "token is missing"},
		"blank_token":      {func(c *slack.Config) { c.Token = " \n" }, "token is missing"},
		"no_secret":        {func(c *slack.Config) { c.SigningSecrets = nil }, "app-level token or a signing secret is missing"},
		"empty_secret":     {func(c *slack.Config) { c.SigningSecrets = []string{""} }, "secret is empty"},
		"one_empty_secret": {func(c *slack.Config) { c.SigningSecrets = []string{"s", " "} }, "secret is empty"},
		"bot_token_as_app": {func(c *slack.Config) { c.AppToken = "xoxb-very-secret" }, "does not begin with xapp-"},
		"too_many_sockets": {func(c *slack.Config) { c.AppToken, c.Sockets = "xapp-1", 6 }, "want 1 to 5"},
		"relative_address": {func(c *slack.Config) { c.APIURL = "/api/" }, "absolute"},
		"no_slash":         {func(c *slack.Config) { c.APIURL = "https://slack.com/api" }, "slash"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := good
			c.spoil(&cfg)
			if _, err := slack.New(cfg); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "very-secret") {
				t.Errorf("New = %v, want %q", err, c.want)
			}
		})
	}
}

func TestConfigPrintsNoSecret(t *testing.T) {
	t.Parallel()
	cfg := slack.Config{Token: "xoxb-very-secret", AppToken: "xapp-very-secret", SigningSecrets: []string{"sign-secret"}, Tenant: "T1"}
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Info("configured", "slack", cfg)
	_, _ = fmt.Fprintf(&b, "%v %+v %#v %s", cfg, cfg, cfg, cfg)
	if s := b.String(); strings.Contains(s, "very-secret") || strings.Contains(s, "sign-secret") || !strings.Contains(s, "T1") {
		t.Errorf("printed %s", s)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(slacktest.Options{})
	fake.Start(t)
	for name, c := range map[string]struct {
		token, tenant, want string
	}{
		"good":            {fake.BotToken(), "", ""},
		"right_tenant":    {fake.BotToken(), fake.TeamID(), ""},
		"other_tenant":    {fake.BotToken(), "T0OTHER", "belongs to workspace"},
		"rejected_token":  {"xoxb-wrong-token", "", "invalid_auth"},
		"rejected_tenant": {"xoxb-wrong-token", fake.TeamID(), "invalid_auth"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := slack.New(slack.Config{Token: c.token, SigningSecrets: []string{"s"}, APIURL: fake.APIURL(), Tenant: c.tenant})
			if err != nil {
				t.Fatal(err)
			}
			err = a.Check(t.Context())
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("Check = %v, want %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), c.token) {
				t.Errorf("Check holds the token: %v", err)
			}
		})
	}
}
