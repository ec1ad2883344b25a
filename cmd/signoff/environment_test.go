package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/cmd/signoff/config"
)

// Of signoff's own environment flows see what is listed, and nothing else.
func TestEnvironmentGivesWhatIsListed(t *testing.T) {
	t.Parallel()
	p := &program{Command: Command{Getenv: func(name string) string {
		return map[string]string{"STAGE": "prod", "PATH": "/bin", "SLACK_BOT_TOKEN": "x"}[name]
	}}}
	got := p.environment(config.Config{BaseURL: "https://s.example", Environment: config.Environment{Name: "eu", Envs: []string{"STAGE", "MISSING"}}})
	want := map[string]any{
		"envs": map[string]any{"stage": "prod"}, "globals": map[string]any{},
		"kestra": map[string]any{"url": "https://s.example", "environment": "eu"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
