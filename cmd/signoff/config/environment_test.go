package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	c, faults := Parse("f", []byte("environment: {name: prod, envs: [STAGE, region_2], globals: {team: hr, list: [1, true]}}\n"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	want := Environment{
		Name: "prod", Envs: []string{"STAGE", "region_2"},
		Globals: map[string]any{"team": "hr", "list": []any{int64(1), true}},
	}
	if diff := cmp.Diff(want, c.Environment); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Flows show what they read, so nothing that may be a secret is given to them.
func TestEnvironmentRefuses(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"environment: {envs: [SECRET_TOKEN]}":                                    "1:22: environment.envs must not list SECRET_TOKEN",
		"environment: {envs: [signoff_secret_token]}":                            "it may be a secret",
		"environment: {envs: [SLACK_TOKEN]}\nslack: {token: {env: SLACK_TOKEN}}": "which holds a secret by this file",
		"environment: {envs: [KEY]}\nsecrets: {names: {A: {env: KEY}}}":          "which holds a secret by this file",
		"environment: {envs: [\"A=B\"]}":                                         "names of environment variables",
		"environment: {envs: STAGE}":                                             "must be a list",
		"environment: {globals: [a]}":                                            "environment.globals must be",
		"environment: {env: [A]}":                                                "unknown-key",
	} {
		_, faults := Parse("f", []byte(src))
		texts := []string{}
		for _, f := range faults {
			texts = append(texts, f.String())
		}
		if !strings.Contains(strings.Join(texts, "\n"), want) {
			t.Errorf("%s\ngot  %q\nwant %q", src, texts, want)
		}
	}
}
