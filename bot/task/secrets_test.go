package task_test

import (
	"errors"
	"testing"

	"signoff/bot/task"
)

func TestEnvSecrets(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"SECRET_TOKEN":           "aHVzaA==",
		"SECRET_LONG":            "aHVz\naA==\n",
		"SECRET_BAD":             "not base64!",
		"SIGNOFF_SECRET_PLAIN":   "as it is ",
		"SECRET_BOTH":            "aHVzaA==",
		"SIGNOFF_SECRET_BOTH":    "plain",
		"SIGNOFF_SECRET_EMPTY":   "",
		"TOKEN":                  "never",
		"SIGNOFF_SECRET_MY-NAME": "odd",
	}
	s := task.EnvSecrets(func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	tests := []struct{ name, want string }{
		{"TOKEN", "hush"},
		{"token", "hush"},
		{"Long", "hush"},
		{"plain", "as it is "},
		{"BOTH", "plain"},
		{"EMPTY", ""},
		{"my-name", "odd"},
	}
	for _, tt := range tests {
		got, err := s.Secret(t.Context(), "any.namespace", tt.name)
		if err != nil || got != tt.want {
			t.Errorf("Secret(%q) = %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
	if _, err := s.Secret(t.Context(), "n", "NOBODY"); !errors.Is(err, task.ErrNoSecret) {
		t.Errorf("Secret of an unknown name: %v, want ErrNoSecret", err)
	}
	_, err := s.Secret(t.Context(), "n", "BAD")
	if want := "SECRET_BAD is not base64; set SIGNOFF_SECRET_BAD to give it as it is"; err == nil || err.Error() != want {
		t.Errorf("Secret that is not base64: %v, want %q", err, want)
	}
}

func TestRunNamesTheMissingSecret(t *testing.T) {
	t.Parallel()
	far := newFar(t, nil)
	spec := post(t, far.URL)
	spec.Headers = pairs(t, "Authorization", "Bearer {{ secret('NOBODY') }}")
	fails(t, newBench(t, nil, far.Server).Run(t.Context(), call(spec, nil)), `there is no secret "NOBODY"`)
	none := newBench(t, func(c *task.Config) { c.Secrets = nil }, far.Server)
	fails(t, none.Run(t.Context(), call(spec, nil)), `there is no secret "NOBODY"`)
	far.none(t)
}

func TestRunLeavesTheEnvironmentAlone(t *testing.T) {
	t.Parallel()
	far := newFar(t, nil)
	c := call(get(t, far.URL), map[string]any{"a": "b"})
	newBench(t, nil, far.Server).Run(t.Context(), c)
	if c.Env.Funcs.Find("secret") != nil {
		t.Error("Run put secret() into the caller's environment")
	}
}
