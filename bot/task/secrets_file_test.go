package task_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signoff/bot/task"
)

func writeSecret(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// secretOf says the secret, or why there is none.
func secretOf(t *testing.T, s task.Secrets, namespace, name string) string {
	t.Helper()
	v, err := s.Secret(t.Context(), namespace, name)
	switch {
	case errors.Is(err, task.ErrNoSecret):
		return "none"
	case err != nil:
		return "error: " + err.Error()
	}
	return v
}

func TestDirSecretsAreTheFilesOfTheFolder(t *testing.T) {
	t.Parallel()
	outer := t.TempDir()
	dir := filepath.Join(outer, "secrets")
	if err := os.MkdirAll(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeSecret(t, outer, "outside", "outside")
	writeSecret(t, dir, "API_TOKEN", "hush\n")
	writeSecret(t, dir, "lower", " two\nlines \r\n")
	writeSecret(t, dir, ".hidden", "hidden")
	writeSecret(t, dir, "empty", "")
	writeSecret(t, dir, "Twice", "one")
	writeSecret(t, dir, "TWICE", "two")
	writeSecret(t, dir, "large", strings.Repeat("x", 1<<17))
	own := writeSecret(t, dir, "slack-token", "xoxb")
	if err := os.Symlink(own, filepath.Join(dir, "alias")); err != nil {
		t.Fatal(err)
	}
	s := task.DirSecrets(dir, own)
	for name, want := range map[string]string{
		"API_TOKEN": "hush", "api_token": "hush", "LOWER": " two\nlines ", "empty": "",
		"TWICE": "two", "Twice": "one", "twice": "error: the folder of secrets holds both TWICE and Twice",
		".hidden": "none", "folder": "none", "absent": "none", "": "none", ".": "none", "..": "none",
		"../outside": "none", "folder/../API_TOKEN": "none", "/etc/passwd": "none",
		"slack-token": "none", "SLACK-TOKEN": "none", "alias": "none",
		"large": "error: its file is too large to hold a secret",
	} {
		if got := secretOf(t, s, "any", name); got != want {
			t.Errorf("Secret(%q) = %.40q, want %q", name, got, want)
		}
	}
	writeSecret(t, dir, "API_TOKEN", "new")
	if got := secretOf(t, s, "any", "API_TOKEN"); got != "new" {
		t.Errorf("after it was changed: %q, want the new value", got)
	}
	if got := secretOf(t, task.DirSecrets(filepath.Join(dir, "none")), "any", "X"); got != "none" {
		t.Errorf("Secret of a folder that is not there = %q, want none", got)
	}
}

func TestNamespaceKnowsItsOwnSecretsAndThoseAbove(t *testing.T) {
	t.Parallel()
	is := func(v string) func() (string, error) { return func() (string, error) { return v, nil } }
	s := task.NamespaceSecrets(map[string]map[string]func() (string, error){
		"":       {"ALL": is("all")},
		"hr":     {"token": is("hr"), "HR": is("hr alone")},
		"hr.ops": {"TOKEN": is("ops")},
		"hrx":    {"OTHER": is("hrx")},
		"it":     {"BROKEN": func() (string, error) { return "", errors.New("no") }},
	})
	for _, c := range []struct{ namespace, name, want string }{
		{"hr.ops", "TOKEN", "ops"},
		{"hr.ops.deep", "Token", "ops"},
		{"hr", "TOKEN", "hr"},
		{"hr.other", "token", "hr"},
		{"hr.ops", "HR", "hr alone"},
		{"hr", "OTHER", "none"},
		{"hrx", "TOKEN", "none"},
		{"it", "TOKEN", "none"},
		{"", "TOKEN", "none"},
		{"it.deep", "ALL", "all"},
		{"it", "BROKEN", "error: no"},
	} {
		if got := secretOf(t, s, c.namespace, c.name); got != c.want {
			t.Errorf("Secret(%s, %s) = %q, want %q", c.namespace, c.name, got, c.want)
		}
	}
}

// fixed is one secret.
type fixed struct {
	name, value string
	err         error
}

func (f fixed) Secret(_ context.Context, _, name string) (string, error) {
	if name != f.name {
		return "", task.ErrNoSecret
	}
	return f.value, f.err
}

func TestFirstSecretsStopAtTheFirstThatKnows(t *testing.T) {
	t.Parallel()
	s := task.FirstSecrets(
		fixed{name: "A", value: "first"}, fixed{name: "B", err: errors.New("locked")},
		fixed{name: "A", value: "second"}, fixed{name: "B", value: "second"}, fixed{name: "C", value: "third"},
	)
	for name, want := range map[string]string{"A": "first", "B": "error: locked", "C": "third", "D": "none"} {
		if got := secretOf(t, s, "any", name); got != want {
			t.Errorf("Secret(%s) = %q, want %q", name, got, want)
		}
	}
}
