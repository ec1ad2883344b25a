package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/api"
	"signoff/adapters/slack/slacktest"
)

// formFlow asks for what a chat has elements for. What it asks depends on what is
// answered.
const formFlow = `
id: gate
namespace: ops
tasks:
  - id: ask
    type: Pause
    onReject: CONTINUE
    behavior: FAIL
    request: {title: Hand over, risk: high}
    onResume:
      - {id: ok, type: BOOL}
      - {id: why, type: TEXT, required: false, dependsOn: {condition: "{{ not inputs.ok }}"}}
      - {id: kind, type: SELECT, values: [paper, talk], dependsOn: {condition: "{{ inputs.ok }}"}}
      - id: shelf
        type: SELECT
        expression: "{{ range(1, 150) }}"
        dependsOn: {condition: "{{ inputs.kind == 'paper' }}"}
      - {id: scan, type: FILE, required: false, allowedFileExtensions: [.pdf], dependsOn: {condition: "{{ inputs.kind == 'paper' }}"}}
      - {id: to, type: USER, required: false}
      - {id: plan, type: RICHTEXT, required: false}
      - {id: cost, type: FLOAT, required: false}
      - {id: team, type: GROUP, required: false}
    approval:
      stages:
        - {id: one, who: ["user:dana"]}
      reject: {needs: why, reasons: [Too late, Too dear]}
    deliver:
      - slack: "#ops"
  - {id: done, type: Log, message: "{{ outputs.ask.onResume }}"}
`

// formed is a request with that form, in front of Dana.
type formed struct {
	*served
	t   *testing.T
	ctx context.Context
}

func serveForm(t *testing.T) formed {
	t.Helper()
	s := newServed(t)
	s.more = "groups: {finance: [dana], it: [kim]}\n"
	if err := os.WriteFile(filepath.Join(s.dir, "gate.yaml"), []byte(formFlow), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	f := formed{s, t, ctx}
	s.up(t)
	s.start(t)
	return f
}

// open presses a button of the card and returns the form.
func (f formed) open(label string) slacktest.View {
	f.t.Helper()
	f.wait("the card has no button "+label, func(st *slacktest.State) bool {
		m := st.Messages("#ops")
		if len(m) == 0 {
			return false
		}
		_, ok := m[0].Button(label)
		return ok
	})
	m := f.chat.Messages("#ops")[0]
	button, _ := m.Button(label)
	if r, err := f.chat.Press(f.ctx, "dana", m.Channel, m.TS, button.Action); err != nil || r.Outcome != slacktest.Acknowledged {
		f.t.Fatalf("Press(%s) = %+v, %v", label, r, err)
	}
	f.wait("no form opens", func(st *slacktest.State) bool { return len(st.Modals("dana")) == 1 })
	return f.chat.Modals("dana")[0]
}

func (f formed) wait(why string, cond func(*slacktest.State) bool) {
	f.t.Helper()
	if err := f.chat.WaitFor(f.ctx, cond); err != nil {
		f.t.Fatalf("%s: %v\n%s", why, err, f.log)
	}
}

// shows waits until the open form says a text, or does not.
func (f formed) shows(text string, want bool) {
	f.t.Helper()
	f.wait(fmt.Sprintf("the form shows %q: want %v", text, want), func(st *slacktest.State) bool {
		m := st.Modals("dana")
		return len(m) == 1 && strings.Contains(strings.Join(m[0].Lines(), "\n"), text) == want
	})
}

// TestFormFollowsInSlack: what is asked follows from what is chosen, a long list
// is searched, what is wrong stands at its field, and what is sent arrives whole.
func TestFormFollowsInSlack(t *testing.T) {
	t.Parallel()
	f := serveForm(t)
	view := f.open("Approve…")
	f.shows("Approve: Hand over? Its risk is high.", true)
	f.shows("Shelf", false)
	typed := slacktest.Values{"f:cost": "12.50", "f:plan": "First *the* pump"}
	if r, err := f.chat.Act(f.ctx, slacktest.Gesture{
		User: "dana", View: view.ID, Action: "f:kind/value", Value: "paper", Values: typed,
	}); err != nil || r.Outcome != slacktest.Acknowledged {
		t.Fatalf("choosing = %+v, %v", r, err)
	}
	f.shows("Shelf", true)
	found, err := f.chat.Suggest(f.ctx, slacktest.Gesture{User: "dana", View: view.ID, Action: "f:shelf/value", Value: "14"})
	if err != nil || found.Failed != "" || len(found.Options) == 0 || found.Options[0].Value != "14" {
		t.Fatalf("searching = %+v, %v\n%s", found, err, f.log)
	}
	file := f.chat.Upload("dana", slacktest.File{Name: "words.pdf", Content: []byte("just words")})
	values := slacktest.Values{
		"f:kind": "paper", "f:shelf": "149", "f:cost": "12.50", "f:plan": "First *the* pump", "f:to": "UKIM", "f:team": "it",
	}
	if more, err := f.chat.Suggest(f.ctx, slacktest.Gesture{User: "dana", View: view.ID, Action: "f:shelf/value", Value: "149"}); err != nil || len(more.Options) != 1 {
		t.Fatalf("searching = %+v, %v", more, err)
	}
	wrong := slacktest.Values{"f:scan": []any{file}}
	maps.Copy(wrong, values)
	r, err := f.chat.Submit(f.ctx, "dana", view.ID, wrong)
	if err != nil {
		t.Fatal(err)
	}
	f.wait("the file is taken for a PDF: "+fmt.Sprint(r.Outcome), func(st *slacktest.State) bool {
		m := st.Modals("dana")
		return len(m) == 1 && strings.Contains(strings.Join(m[0].Lines(), "\n"), "but its content is text/plain")
	})
	values["f:scan"] = []any{f.chat.Upload("dana", slacktest.File{Name: "plan.pdf", Content: []byte("%PDF-1.7 x")})}
	if _, err := f.chat.Submit(f.ctx, "dana", f.chat.Modals("dana")[0].ID, values); err != nil {
		t.Fatal(err)
	}
	f.wait("the request is not approved", func(st *slacktest.State) bool {
		m := st.Messages("#ops")
		return len(m) > 0 && strings.Contains(strings.Join(m[0].Lines(), "\n"), "Approved")
	})
	got := f.answer()
	uri, _ := got["scan"].(string)
	if !strings.HasSuffix(uri, "/plan.pdf") {
		t.Errorf("the file is %q", uri)
	}
	delete(got, "scan")
	want := map[string]any{
		"ok": true, "why": nil, "kind": "paper", "shelf": "149", "to": "kim", "plan": `First \*the\* pump`, "cost": 12.5, "team": "it",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the answer (-want +got)\n%s", diff)
	}
}

// TestRejectWithACommonReason: one press for what is usually said, and a word of
// one's own beside it.
func TestRejectWithACommonReason(t *testing.T) {
	t.Parallel()
	f := serveForm(t)
	view := f.open("Reject…")
	f.shows("Its risk is high", false)
	r, err := f.chat.Submit(f.ctx, "dana", view.ID, slacktest.Values{})
	if err != nil || !strings.Contains(r.Errors["f:why"], "required") {
		t.Fatalf("a rejection without a reason = %+v, %v", r, err)
	}
	if r, err = f.chat.Submit(f.ctx, "dana", view.ID, slacktest.Values{"p:why": "Too late", "f:why": "By two days."}); err != nil || r.Outcome != slacktest.Closed {
		t.Fatalf("%+v, %v", r, err)
	}
	f.wait("the request is not rejected", func(st *slacktest.State) bool {
		m := st.Messages("#ops")
		return len(m) > 0 && strings.Contains(strings.Join(m[0].Lines(), "\n"), "Too late: By two days.")
	})
}

// answer is what the Pause got, as the API tells it.
func (f formed) answer() map[string]any {
	f.t.Helper()
	token := strings.TrimSpace(readFile(f.t, filepath.Join(f.dir, "data", "api.token")))
	client, err := api.NewClient("http://"+f.listen, token)
	if err != nil {
		f.t.Fatal(err)
	}
	all, err := client.Executions(f.ctx, api.Filter{})
	if err != nil || len(all) != 1 {
		f.t.Fatalf("%d executions, %v", len(all), err)
	}
	x, err := client.Execution(f.ctx, all[0].ID)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, run := range x.Runs {
		if values, ok := run.Outputs["onResume"].(map[string]any); ok {
			return values
		}
	}
	f.t.Fatalf("no answer is stored: %+v", x.Runs)
	return nil
}
