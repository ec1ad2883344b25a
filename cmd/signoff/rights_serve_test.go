package main

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signoff/adapters/api"
)

// accessConfig gives Kim a token and a role, and a service another.
const accessConfig = `
access:
  - {role: viewer, to: ["user:kim"], in: [ops]}
  - {role: deployer, to: ["service:ci"], in: [ops]}
roles:
  deployer: [execution.start]
`

// TestServeWithAccess is the real server with tokens of a person and of a service:
// each may what the configuration says, and the token of the data folder all.
func TestServeWithAccess(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the built server")
	}
	h := newHarness(t)
	h.kill()
	raw, err := os.ReadFile(filepath.Join(h.dir, "signoff.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{"kim": secretOf("kim"), "ci": secretOf("ci"), "old": secretOf("old")}
	tokens := "api:\n  local_person: dana\n  tokens:\n"
	for name, what := range map[string]string{"kim": "person: kim", "ci": "service: true", "old": "person: dana, expires: 2020-01-01"} {
		h.write(name+".token", secrets[name]+"\n")
		tokens += "    - {name: " + name + ", " + what + ", secret: {file: " + filepath.Join(h.dir, name+".token") + "}}\n"
	}
	h.write("signoff.yaml", strings.Replace(string(raw), "api: {local_person: dana}\n", tokens+accessConfig, 1))
	h.serve()

	clients := map[string]*api.Client{"root": h.client()}
	for name, secret := range secrets {
		if clients[name], err = api.NewClient("http://"+h.listen, secret); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	x, err := clients["ci"].Start(ctx, api.StartBody{Namespace: "ops", Flow: "gate"})
	if err != nil {
		t.Fatalf("a service with execution.start cannot start: %v", err)
	}
	if got := x.Requester.Account; got != "api::ci" {
		t.Errorf("it was started by %s, want the token's name", got)
	}
	decide := func(c *api.Client) error {
		_, err := c.Decide(ctx, x.ID+".1", 0, api.DecisionBody{Verdict: "approve"})
		return err
	}
	view := func(c *api.Client) error { _, err := c.Execution(ctx, x.ID); return err }
	stop := func(c *api.Client) error { _, err := c.Do(ctx, x.ID, api.VerbKill, api.OrderBody{}); return err }
	flows := func(c *api.Client) error { _, err := c.Source(ctx, "ops", "gate", 0); return err }
	for _, step := range []struct {
		who, what string
		do        func(*api.Client) error
		want      int // 0: it is done
	}{
		{"old", "view", view, http.StatusUnauthorized},
		{"ci", "view", view, http.StatusNotFound},
		{"ci", "flows", flows, http.StatusNotFound},
		{"ci", "decide", decide, http.StatusForbidden},
		{"kim", "view", view, 0},
		{"kim", "flows", flows, 0},
		{"kim", "stop", stop, http.StatusNotFound},
		{"root", "flows", flows, 0},
		{"kim", "decide", decide, 0}, // the flow names her
		{"root", "view", view, 0},
	} {
		err := step.do(clients[step.who])
		status := 0
		if e, ok := errors.AsType[*api.Error](err); ok {
			status = e.Status
		} else if err != nil {
			t.Errorf("%s may not %s: %v", step.who, step.what, err)
		}
		if status != step.want {
			t.Errorf("%s: %s = %d %v, want %d", step.who, step.what, status, err, step.want)
		}
	}
}
