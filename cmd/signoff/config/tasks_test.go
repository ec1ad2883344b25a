package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/cmd/signoff/config"
)

func TestParseReadsTasksAndMail(t *testing.T) {
	t.Parallel()
	c, faults := config.Parse("f.yaml", []byte(`
mail: {host: smtp.example.com, port: 465, username: bot, password: {env: MAIL_PASSWORD}, from: signoff@example.com}
tasks:
  scripts: allow
  path: /opt/bin:/usr/bin
  max_time: PT30M
  reach: {company.ops: [company.hr, company.it]}
  types:
    io.kestra.plugin.docker.Build:
      command: [/usr/local/bin/build, --fast]
      env: {TOKEN: {file: /run/secrets/t}, MODE: ci}
      timeout: PT10M
    io.kestra.plugin.ee.nutanix.*:
      url: https://nutanix.example.com/tasks
      headers: {Authorization: {env: NUTANIX}}
`))
	for _, f := range faults {
		t.Error(f)
	}
	want := config.Tasks{
		Scripts: "allow", Path: "/opt/bin:/usr/bin", MaxTime: 30 * time.Minute,
		Reach: map[string][]string{"company.ops": {"company.hr", "company.it"}},
		Types: map[string]config.TaskType{
			"io.kestra.plugin.docker.Build": {
				Command: []string{"/usr/local/bin/build", "--fast"}, Timeout: 10 * time.Minute,
				Env: map[string]config.Setting{"TOKEN": {Ref: config.SecretRef{File: "/run/secrets/t"}}, "MODE": {Text: "ci"}},
			},
			"io.kestra.plugin.ee.nutanix.*": {
				URL: "https://nutanix.example.com/tasks", Headers: map[string]config.Setting{"Authorization": {Ref: config.SecretRef{Env: "NUTANIX"}}},
			},
		},
	}
	if diff := cmp.Diff(want, c.Tasks); diff != "" {
		t.Errorf("tasks (-want +got):\n%s", diff)
	}
	mail := config.Mail{Host: "smtp.example.com", Port: 465, Username: "bot", Password: config.SecretRef{Env: "MAIL_PASSWORD"}, From: "signoff@example.com"}
	if diff := cmp.Diff(mail, c.Mail); diff != "" {
		t.Errorf("mail (-want +got):\n%s", diff)
	}
	for name, want := range map[string]bool{
		"io.kestra.plugin.docker.Build": true, "io.kestra.plugin.docker.Run": false,
		"io.kestra.plugin.ee.nutanix.vm.Create": true, "io.kestra.plugin.ee.nutanix": false,
	} {
		if got := c.Tasks.Mapped(name); got != want {
			t.Errorf("Mapped(%s) = %t, want %t", name, got, want)
		}
	}
}

func TestParseRefusesTasksAndMail(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, src, want string }{
		{"scripts", "tasks: {scripts: maybe}", "allow or refuse"},
		{"time", "tasks: {max_time: 10m}", "duration"},
		{"neither", "tasks: {types: {a.B: {timeout: PT1M}}}", "a command or a url"},
		{"both", "tasks: {types: {a.B: {command: [/a], url: https://a.example}}}", "one of them only"},
		{"headers of a command", "tasks: {types: {a.B: {command: [/a], headers: {A: b}}}}", "headers go with a url"},
		{"a program without a path", "tasks: {types: {a.B: {command: [build]}}}", "whole path"},
		{"http", "tasks: {types: {a.B: {url: http://a.example}}}", "https"},
		{"a star within", "tasks: {types: {'a.*.B': {command: [/a]}}}", "* at its end"},
		{"every type", "tasks: {types: {'*': {command: [/a]}}}", "* at its end"},
		{"a password", "mail: {host: a, password: very-secret}", "must not stand here"},
		{"a port", "mail: {host: a, port: 70000}", "1 to 65535"},
		{"no host", "mail: {from: a@b.c}", "needs a host"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, faults := config.Parse("f.yaml", []byte(tt.src))
			if !faults.Stop() || !strings.Contains(faults[0].Message, tt.want) || strings.Contains(faults[0].Message, "very-secret") {
				t.Errorf("faults %v, want %q", faults, tt.want)
			}
		})
	}
}
