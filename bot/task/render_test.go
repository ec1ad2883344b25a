package task_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/flow"
)

// A variable that is rendered for a call sees what the call sees: real secrets
// and answers. Nothing of that is kept.
func TestVariablesAreRenderedWithSecrets(t *testing.T) {
	t.Parallel()
	const sealed = flow.SealedPrefix + "AAAA"
	var got string
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = r.Header.Get("Authorization") + "; " + string(b)
		_, _ = w.Write([]byte("you said " + got))
	}))
	defer far.Close()
	b := newBench(t, func(c *task.Config) {
		c.Secrets = secrets{"TOKEN": "s3cr3t-token"}
		c.Unseal = keyring{sealed: "hunter2hunter2"}
	}, far)
	f, faults := flow.Parse("f", []byte(`
id: f
namespace: demo
inputs: [{id: pin, type: SECRET}]
variables:
  auth: "Bearer {{ secret('TOKEN') }}"
  more: {body: "{{ render(vars.auth) }} {{ inputs.pin }}"}
tasks:
  - id: call
    type: http.Request
    uri: `+far.URL+`
    method: POST
    headers: {Authorization: "{{ render(vars.auth) }}"}
    contentType: text/plain
    body: "{{ render(vars.more.body) }}"
`))
	if f == nil {
		t.Fatal(faults)
	}
	started, err := engine.Step(f, engine.Execution{}, engine.Start{ID: "x", Revision: 1, Inputs: map[string]any{"pin": sealed}}, engine.Facts{})
	if err != nil {
		t.Fatal(err)
	}
	x := started.Next
	res := b.Run(t.Context(), task.Call{Task: f.Task("call"), Env: engine.Env(f, x, x.Runs[0], engine.Facts{})})
	if want := "Bearer s3cr3t-token; Bearer s3cr3t-token hunter2hunter2"; res.Problem != "" || got != want {
		t.Errorf("the far side got %q, problem %q", got, res.Problem)
	}
	if kept := fmt.Sprint(res); strings.Contains(kept, "s3cr3t") || strings.Contains(kept, "hunter2") {
		t.Errorf("kept is %s", kept)
	}
}
