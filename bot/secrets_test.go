package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/bot"
	"signoff/bot/seal"
	"signoff/engine"
	"signoff/store"
)

func (w *world) sealer() *seal.Box {
	w.t.Helper()
	box, err := seal.New("a key that is long enough")
	if err != nil {
		w.t.Fatal(err)
	}
	w.with(func(c *bot.Config) { c.Sealer = box })
	return box
}

const secretChild = `
id: child
namespace: hr
inputs: [{id: token, type: SECRET}, {id: note, type: STRING, required: false}]
tasks: [{id: said, type: Return, format: "{{ inputs.token }}"}]
`

// A subflow is given the secret and not the stars that stand for it; nothing
// but a SECRET takes it.
func TestSubflowIsGivenTheSecret(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ inputs, refused string }{
		"as it is":       {`{token: "{{ inputs.token }}"}`, ""},
		"its own":        {`{token: "hunter2hunter2"}`, ""},
		"beside a text":  {`{token: "Bearer {{ inputs.token }}"}`, "only as it is"},
		"to a text":      {`{token: x, note: "{{ inputs.token }}"}`, "only an input of type SECRET"},
		"made of a text": {`{token: "{{ inputs.token | upper }}"}`, "only as it is"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				box := w.sealer()
				w.save(secretChild)
				w.save("id: parent\nnamespace: hr\ninputs: [{id: token, type: SECRET}]\n" +
					"tasks: [{id: sub, type: Subflow, namespace: hr, flowId: child, inputs: " + c.inputs + "}]\n")
				x, _ := w.beginFlow("parent", map[string]any{"token": "hunter2hunter2"})
				time.Sleep(time.Minute)
				x = w.execution(x.ID)
				if c.refused != "" {
					if x.State != engine.Failed || !strings.Contains(x.Problem, c.refused) || strings.Contains(fmt.Sprintf("%+v", x), "hunter2") {
						t.Errorf("it is %s: %s", x.State, x.Problem)
					}
					return
				}
				kids := w.children(x.ID)
				if len(kids) != 1 || x.State != engine.Success {
					t.Fatalf("it is %s: %s", x.State, x.Problem)
				}
				sealed, _ := kids[0].Inputs["token"].(string)
				if text, err := box.Unseal(sealed); text != "hunter2hunter2" || err != nil {
					t.Errorf("the subflow has %q, %v", text, err)
				}
				if got := kids[0].Runs[0].Outputs["value"]; got != engine.Masked {
					t.Errorf("the subflow shows %v", got)
				}
			})
		})
	}
}

// What was bound once is not sealed, read or refused a second time.
func TestReplayAndRetryKeepSecretsAndData(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		box := w.sealer()
		w.save(`
id: again
namespace: hr
inputs: [{id: token, type: SECRET}, {id: data, type: JSON}, {id: n, type: INT, defaults: 1}]
retry: {type: constant, interval: PT1M, maxAttempts: 2, behavior: CREATE_NEW_EXECUTION}
tasks: [{id: f, type: Fail, errorMessage: "{{ inputs.data }}"}]
`)
		x, _ := w.beginFlow("again", map[string]any{"token": "hunter2hunter2", "data": `"a text"`})
		time.Sleep(time.Hour)
		for _, more := range []map[string]any{nil, {"n": "2"}} {
			if _, err := w.bot.Replay(t.Context(), bot.ReplayRequest{Of: x.ID, By: rob(), Inputs: more}); err != nil {
				t.Errorf("Replay() with %v = %v", more, err)
			}
		}
		synctest.Wait()
		xs, err := w.store.Executions(t.Context(), store.Query{Namespace: "hr", Flow: "again"})
		if err != nil || len(xs) != 4 {
			t.Fatalf("%d executions, %v", len(xs), err)
		}
		for _, x := range xs {
			x = w.execution(x.ID)
			sealed, _ := x.Inputs["token"].(string)
			if text, err := box.Unseal(sealed); text != "hunter2hunter2" || err != nil || x.Inputs["data"] != "a text" {
				t.Errorf("the inputs are %v: %q, %v", x.Inputs, text, err)
			}
		}
	})
}
