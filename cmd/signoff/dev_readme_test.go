package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signoff/adapters/api"
	"signoff/engine"
)

// The README's flow is the first that a reader copies: it runs in dev as it
// stands there.
func TestTheReadmesFlowRunsInDev(t *testing.T) {
	t.Parallel()
	_, block, ok := strings.Cut(readFile(t, "../../README.md"), "```yaml\n")
	src, _, closed := strings.Cut(block, "```")
	if !ok || !closed {
		t.Fatal("the README shows no flow")
	}
	client := devOf(t, src)
	x, err := client.Start(t.Context(), api.StartBody{Namespace: "platform", Flow: "deploy", Inputs: map[string]any{"version": "4.2.1"}, As: alex})
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range []string{dana, kim} {
		if _, err := client.Decide(t.Context(), x.ID+".1", 0, api.DecisionBody{Verdict: string(engine.Approve), As: person}); err != nil {
			t.Fatalf("%s: %v", person, err)
		}
	}
	if x, err = awaitEnd(t.Context(), client, x); err != nil || x.State != engine.Success {
		t.Errorf("the execution is %s, %v: %s", x.State, err, x.Problem)
	}
}

// A gate that was written for elsewhere names nobody. In dev it asks all the
// same, so that a copied flow runs at once.
func TestAFlowFromElsewhereAsksInDev(t *testing.T) {
	t.Parallel()
	client := devOf(t, "id: gate\nnamespace: company.team\ntasks:\n  - {id: ask, type: io.kestra.plugin.core.flow.Pause, onResume: [{id: ok, type: BOOLEAN}]}\n")
	x, err := client.Start(t.Context(), api.StartBody{Namespace: "company.team", Flow: "gate", As: alex})
	if err != nil || x.State != engine.Paused {
		t.Fatalf("the execution is %s, %v: %s", x.State, err, x.Problem)
	}
	if _, err := client.Decide(t.Context(), x.ID+".1", 0, api.DecisionBody{Verdict: string(engine.Approve), As: sam}); err == nil {
		t.Error("Sam may decide")
	}
	if _, err := client.Decide(t.Context(), x.ID+".1", 0, api.DecisionBody{Verdict: string(engine.Approve), As: kim}); err != nil {
		t.Error(err)
	}
}

// devOf runs `signoff dev` with one flow, and returns a client of it.
func devOf(t *testing.T, src string) *api.Client {
	t.Helper()
	dir := t.TempDir()
	flow, data := filepath.Join(dir, "deploy.yaml"), filepath.Join(dir, "data")
	if err := os.WriteFile(flow, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &program{Command: Command{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Getenv: func(string) string { return "" }}}
	a, ctx := newApp(t.Context(), p.logger(0))
	t.Cleanup(func() {
		if err := a.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	if err := p.startDev(ctx, a, devFlags{data: data, flows: []string{flow}, listen: "127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	client, err := api.NewClient(strings.TrimSpace(readFile(t, filepath.Join(data, addressFile))), strings.TrimSpace(readFile(t, filepath.Join(data, tokenFile))))
	if err != nil {
		t.Fatal(err)
	}
	return client
}
