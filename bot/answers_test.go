package bot_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/card"
	"signoff/bot/seal"
	"signoff/engine"
	"signoff/engine/flow"
	"signoff/store/folder"
)

const papers = `
id: papers
namespace: hr
inputs:
  - {id: token, type: SECRET, validator: ".{8,}"}
  - {id: scan, type: FILE, allowedFileExtensions: [.pdf], required: false}
tasks:
  - id: ask
    type: Pause
    onResume:
      - {id: pin, type: SECRET}
    request: {title: "Sign for {{ inputs.token }}"}
    deliver: [{slack: "#hr"}]
  - {id: done, type: Log, message: "{{ inputs.token }} {{ outputs.ask.onResume.pin }} {{ outputs.ask.responses }}"}
`

func refusal(t *testing.T, err error) map[string]string {
	t.Helper()
	r, ok := errors.AsType[*engine.RejectionError](err)
	if !ok {
		t.Fatalf("Start = %v, want a refusal", err)
	}
	out := map[string]string{}
	for _, f := range r.Fields {
		out[f.Field] = f.Text
	}
	return out
}

// A secret is in clear nowhere: not in the state, not in the trail, not on the
// card; and it is there for who has the key.
func TestSecretsAreSealed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(papers)
		start := bot.StartRequest{Namespace: "hr", Flow: "papers", By: engine.Principal{Person: "alex"}}
		start.Inputs = map[string]any{"token": "hunter2hunter2"}
		_, err := w.bot.Start(t.Context(), start)
		if got := refusal(t, err)["token"]; !strings.Contains(got, "secret_key") {
			t.Errorf("without a key: %q", got)
		}
		box, err := seal.New("a key that is long enough")
		if err != nil {
			t.Fatal(err)
		}
		w.with(func(c *bot.Config) { c.Sealer = box })
		start.Inputs = map[string]any{"token": "short"}
		_, err = w.bot.Start(t.Context(), start)
		if got := refusal(t, err)["token"]; got != "must match the pattern `.{8,}`" {
			t.Errorf("a short one: %q", got)
		}
		start.Inputs = map[string]any{"token": "hunter2hunter2"}
		x, err := w.bot.Start(t.Context(), start)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.bot.Click(t.Context(), adapters.Click{
			Actor: adapters.Account{Surface: "slack", Tenant: "T1", ID: "UDANA"}, Request: string(x.ID) + ".1", Version: 1,
			Action: "answer", Values: map[string]any{"pin": "hunter2-0815"}, Once: "1",
		}); err != nil {
			t.Fatal(err)
		}
		x, err = w.store.Execution(t.Context(), x.ID)
		if err != nil || x.State != engine.Success {
			t.Fatalf("the execution is %s: %s (%v)", x.State, x.Problem, err)
		}
		lines, _, err := w.store.Audit(t.Context(), 1, 100)
		if err != nil {
			t.Fatal(err)
		}
		state, err := json.Marshal([]any{x, lines, card.Draw(card.View{Execution: x, Run: x.Runs[0]})})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(state), "hunter2") {
			t.Errorf("a secret stands in clear in %s", state)
		}
		logs, err := json.Marshal(x.Runs[1].Logs)
		if err != nil || strings.Contains(string(logs), flow.SealedPrefix) || !strings.Contains(string(logs), "****** ****** ") {
			t.Errorf("the log says %s (%v)", logs, err)
		}
		sealed, _ := x.Inputs["token"].(string)
		if text, err := box.Unseal(sealed); text != "hunter2hunter2" || err != nil {
			t.Errorf("with the key it is %q, %v", text, err)
		}
	})
}

func TestFilesAreLookedAt(t *testing.T) {
	t.Parallel()
	files, err := folder.Open(t.TempDir() + "/files")
	if err != nil {
		t.Fatal(err)
	}
	put := func(name, text string) string {
		f, err := files.Put(t.Context(), "upload-1", name, strings.NewReader(text), 1000)
		if err != nil {
			t.Fatal(err)
		}
		return f.URI
	}
	pdf, fake, other := put("a.pdf", "%PDF-1.7 x"), put("b.pdf", "just words"), put("c.txt", "words")
	inBubble(t, func(t *testing.T, w *world) {
		w.save(papers)
		w.with(func(c *bot.Config) { c.Files = files })
		for uri, want := range map[string]string{
			pdf:   "",
			fake:  "is named b.pdf, but its content is text/plain",
			other: "must be a file whose name ends with .pdf",
			strings.TrimSuffix(other, "c.txt") + "c.pdf": "must be a file that was uploaded; there is none at this address",
			"signoff:///upload-1/aaaa/a.pdf":             "must be a file that was uploaded; there is none at this address",
		} {
			_, err := w.bot.Start(t.Context(), bot.StartRequest{
				Namespace: "hr", Flow: "papers", Inputs: map[string]any{"scan": uri}, By: engine.Principal{Person: "alex"},
			})
			if got := refusal(t, err)["scan"]; !strings.HasPrefix(got, want) || want == "" && got != "" {
				t.Errorf("%s: %q, want %q", uri, got, want)
			}
		}
	})
}
