package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSlackOfSeveralWorkspaces(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		fault string
		gaps  []string // those about installs
	}{
		"complete":      {"slack: {client_id: '1.2', client_secret: {env: S}, signing_secret: {env: X}, workspace: T012}\nsecret_key: {env: K}", "", nil},
		"no_secret_key": {"slack: {client_id: '1.2', client_secret: {env: S}}", "", []string{"secret_key"}},
		"no_secret":     {"slack: {client_id: '1.2'}", "", []string{"slack.token", "slack.client_secret"}},
		"no_id":         {"slack: {client_secret: {env: S}}", "", []string{"slack.token", "slack.client_id"}},
		"none":          {"slack: {}", "", []string{"slack.token"}},
		"name":          {"slack: {workspace: acme}", "slack.workspace must be the id", nil},
		"path":          {"slack: {workspace: T1/C2}", "slack.workspace must be the id", nil},
		"secret_here":   {"slack: {client_secret: abc}", "slack.client_secret must not stand here", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, faults := Parse("f", []byte(c.text))
			if c.fault != "" {
				if !faults.Stop() || !strings.Contains(faults[0].Message, c.fault) {
					t.Errorf("Parse = %v, want %q", faults, c.fault)
				}
				return
			}
			if faults.Stop() {
				t.Fatalf("Parse = %v", faults)
			}
			var got []string
			for _, g := range cfg.Gaps() {
				if slices.Contains([]string{"secret_key", "slack.token", "slack.client_id", "slack.client_secret"}, g.Key) {
					got = append(got, g.Key)
				}
			}
			if diff := cmp.Diff(c.gaps, got); diff != "" {
				t.Errorf("gaps (-want +got)\n%s", diff)
			}
		})
	}
	cfg, _ := Parse("f", []byte("slack: {client_id: '1.2'}"))
	cfg = cfg.WithDefaults(func(name string) string { return map[string]string{ClientSecretEnv: "x"}[name] })
	if cfg.Slack.ClientSecret.Env != ClientSecretEnv || !cfg.Slack.Installs() {
		t.Errorf("the secret of the environment is not taken: %+v", cfg.Slack)
	}
}

func TestSlackAway(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		want  []string
		fault string
	}{
		"list":        {`[":palm_tree:", ":+1:", ":läuft:"]`, []string{":palm_tree:", ":+1:", ":läuft:"}, ""},
		"none":        {"[]", nil, ""},
		"no_colons":   {"[palm_tree]", nil, `slack.away lists emoji by their names in Slack, such as ":palm_tree:", and "palm_tree" is none`},
		"emoji":       {`["🌴"]`, nil, "slack.away lists emoji by their names"},
		"tone":        {`[":wave::skin-tone-2:"]`, nil, "slack.away lists emoji by their names"},
		"colons_only": {`["::"]`, nil, "slack.away lists emoji by their names"},
		"text":        {`":palm_tree:"`, nil, "slack.away"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, faults := Parse("f", []byte("slack: {away: "+c.text+"}"))
			if c.fault != "" {
				if !faults.Stop() || !strings.Contains(faults[0].Message, c.fault) {
					t.Errorf("Parse = %v, want %q", faults, c.fault)
				}
				return
			}
			if diff := cmp.Diff(c.want, cfg.Slack.Away); diff != "" || faults.Stop() {
				t.Errorf("Parse: %v (-want +got)\n%s", faults, diff)
			}
		})
	}
}
