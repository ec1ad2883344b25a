package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signoff/bot/task"
	"signoff/cmd/signoff/config"
)

// TestSecretsComeFromTheNearestPlace: the namespace, what is named for all, the
// folder, the environment; signoff's own are none of them.
func TestSecretsComeFromTheNearestPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"NAMED": "folder", "FILE": "folder", "slack-token": "xoxb", "hr": "of hr"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{
		"SIGNOFF_SECRET_OWN": "environment", "SIGNOFF_SECRET_NAMED": "environment", "SIGNOFF_SECRET_FILE": "environment",
		"SIGNOFF_SECRET_ENV": "environment", "FOR_ALL": "named",
	}
	p := &program{Command: Command{Getenv: func(name string) string { return env[name] }}}
	s := p.secrets(config.Config{
		Slack:   config.Slack{Token: config.SecretRef{File: filepath.Join(dir, "slack-token")}},
		Secrets: config.Secrets{Dir: dir, Names: map[string]config.SecretRef{"NAMED": {Env: "FOR_ALL"}, "GONE": {Env: "NOT_SET"}}},
		Namespaces: map[string]config.Namespace{
			"hr": {Secrets: map[string]config.SecretRef{"OWN": {File: filepath.Join(dir, "hr")}}},
		},
	})
	for _, c := range []struct{ namespace, name, want string }{
		{"hr.ops", "own", "of hr"},
		{"it", "own", "environment"},
		{"it", "NAMED", "named"},
		{"it", "FILE", "folder"},
		{"it", "ENV", "environment"},
	} {
		if got, err := s.Secret(t.Context(), c.namespace, c.name); err != nil || got != c.want {
			t.Errorf("Secret(%s, %s) = %q, %v, want %q", c.namespace, c.name, got, err, c.want)
		}
	}
	if _, err := s.Secret(t.Context(), "hr", "slack-token"); !errors.Is(err, task.ErrNoSecret) {
		t.Errorf("Secret(slack-token) = %v, want none: it is signoff's own", err)
	}
	if _, err := s.Secret(t.Context(), "hr", "GONE"); err == nil || errors.Is(err, task.ErrNoSecret) {
		t.Errorf("Secret(GONE) = %v, want why it cannot be read", err)
	}
}

// TestOwnSecretsAreNoneOfFlows: what signoff itself needs, and what one namespace
// has, is not handed out to all, wherever it is kept.
func TestOwnSecretsAreNoneOfFlows(t *testing.T) {
	t.Parallel()
	kinds := []string{"slack", "app", "signing", "mail", "key", "header", "variable", "hr"}
	dir := t.TempDir()
	for _, name := range append(kinds, "free") {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("canary"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, prefix := range []string{"", "SIGNOFF_SECRET_", "SECRET_"} {
		at := func(name string) config.SecretRef { return config.SecretRef{Env: prefix + strings.ToUpper(name)} }
		cfg := config.Config{}
		if prefix == "" {
			at = func(name string) config.SecretRef { return config.SecretRef{File: filepath.Join(dir, name)} }
			cfg.Secrets.Dir = dir
		}
		p := &program{Command: Command{Getenv: func(name string) string {
			if prefix != "" && strings.HasPrefix(name, prefix) {
				return "Y2FuYXJ5" // canary, in base64
			}
			return ""
		}}}
		cfg.Slack = config.Slack{Token: at("slack"), AppToken: at("app"), SigningSecrets: []config.SecretRef{at("signing")}}
		cfg.Mail.Password, cfg.SecretKey = at("mail"), at("key")
		cfg.Tasks.Types = map[string]config.TaskType{
			"a": {URL: "https://a.example", Headers: map[string]config.Setting{"X": {Ref: at("header")}, "Y": {Text: "plain"}}},
			"b": {Command: []string{"/b"}, Env: map[string]config.Setting{"X": {Ref: at("variable")}}},
		}
		cfg.Namespaces = map[string]config.Namespace{"hr": {Secrets: map[string]config.SecretRef{"OF_HR": at("hr")}}}
		s := p.secrets(cfg)
		for _, name := range kinds {
			if _, err := s.Secret(t.Context(), "it", name); !errors.Is(err, task.ErrNoSecret) {
				t.Errorf("%s: Secret(%s) = %v, want none", prefix, name, err)
			}
		}
		for namespace, name := range map[string]string{"it": "free", "hr": "OF_HR"} {
			if _, err := s.Secret(t.Context(), namespace, name); err != nil {
				t.Errorf("%s: Secret(%s) = %v, want it", prefix, name, err)
			}
		}
	}
}
