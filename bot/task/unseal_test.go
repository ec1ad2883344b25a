package task_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signoff/bot/task"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// keyring opens what it knows.
type keyring map[string]string

func (k keyring) Unseal(sealed string) (string, error) {
	text, ok := k[sealed]
	if !ok {
		return "", errors.New("not sealed here")
	}
	return text, nil
}

// An answer to a SECRET is opened for the call and masked in all that comes of
// it; one that cannot be opened goes out sealed.
func TestAnswersAreOpenedForTheCall(t *testing.T) {
	t.Parallel()
	const sealed, foreign = flow.SealedPrefix + "AAAA", flow.SealedPrefix + "BBBB"
	var got string
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = r.Header.Get("Authorization") + " " + string(b)
		_, _ = w.Write([]byte("you said " + got))
	}))
	defer far.Close()
	b := newBench(t, func(c *task.Config) { c.Unseal = keyring{sealed: "hunter2hunter2"} }, far)
	f, faults := flow.Parse("f", []byte(`
id: f
namespace: demo
inputs: [{id: token, type: SECRET}]
tasks:
  - {id: ask, type: Pause, onResume: [{id: pin, type: SECRET}]}
  - id: call
    type: http.Request
    uri: `+far.URL+`
    method: POST
    headers: {Authorization: "Bearer {{ inputs.token }}"}
    body: "{{ outputs.ask.onResume.pin }}"
`))
	if f == nil {
		t.Fatal(faults)
	}
	env := expr.Env{Roots: map[string]any{
		"inputs":  map[string]any{"token": sealed},
		"outputs": map[string]any{"ask": map[string]any{"onResume": map[string]any{"pin": foreign}}},
	}}
	res := b.Run(t.Context(), task.Call{Task: f.Task("call"), Env: env})
	if res.Problem != "" || got != "Bearer hunter2hunter2 "+foreign {
		t.Errorf("the far side got %q, problem %q", got, res.Problem)
	}
	if body, _ := res.Outputs["body"].(string); strings.Contains(body, "hunter2") || !strings.Contains(body, "Bearer ******") {
		t.Errorf("the output says %q", body)
	}
	if inputs, _ := env.Roots["inputs"].(map[string]any); inputs["token"] != sealed {
		t.Errorf("the call changed what the engine holds: %v", inputs)
	}
}

// A sealed text that somebody took from a backup is not opened because a far side,
// a program or a value hands it back.
func TestSealedTextsFromOutsideAreNotKept(t *testing.T) {
	t.Parallel()
	const sealed = flow.SealedPrefix + "AAAA"
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Said", sealed)
		_, _ = io.WriteString(w, sealed)
	})
	b := newBench(t, func(c *task.Config) {
		c.Unseal, c.Values = keyring{sealed: "hunter2hunter2"}, &inside{values: map[string]any{"hr.operations/a": map[string]any{"b": []any{sealed}}}}
	}, far.Server)
	for name, spec := range map[string]flow.Spec{
		"http": &flow.HTTPRequest{URI: template(t, far.URL)},
		"kv":   &flow.KVGet{Key: template(t, "a")},
	} {
		got := b.Run(t.Context(), call(spec, nil))
		succeeds(t, got)
		if text := fmt.Sprint(got.Outputs); strings.Contains(text, flow.SealedPrefix) || !strings.Contains(text, flow.Hidden) {
			t.Errorf("%s: outputs %s", name, text)
		}
	}
}
