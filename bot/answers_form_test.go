package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/bot"
	"signoff/engine"
	"signoff/store/folder"
)

// handover asks for people and files, and what it asks depends on an answer.
const handover = `
id: handover
namespace: hr
inputs:
  - {id: owner, type: USER}
tasks:
  - id: gate
    type: Pause
    onReject: CONTINUE
    behavior: FAIL
    request: {title: Hand over, risk: high}
    approval:
      stages: [{id: one, who: ["user:dana"]}]
      reject: {needs: why, reasons: [Too late, Not mine]}
    onResume:
      - {id: ok, type: BOOL}
      - {id: why, type: TEXT, required: false, dependsOn: {condition: "{{ not inputs.ok }}"}}
      - {id: kind, type: SELECT, values: [paper, talk], dependsOn: {condition: "{{ inputs.ok }}"}}
      - {id: scan, type: FILE, allowedFileExtensions: [.pdf], dependsOn: {condition: "{{ inputs.kind == 'paper' }}"}}
      - {id: to, type: USER, required: false, prefill: "{{ inputs.owner }}"}
      - {id: copied, type: USERS, required: false}
`

func slackAccount(id string) adapters.Account {
	return adapters.Account{Surface: "slack", Tenant: "T1", ID: id, Name: strings.ToLower(id)}
}

// handedIn is a file that was handed in; it counts how often it is fetched.
func handedIn(name, text string, fetched *int) adapters.Upload {
	return adapters.Upload{Name: name, Size: int64(len(text)), Read: func(_ context.Context, limit int64) ([]byte, error) {
		*fetched++
		if int64(len(text)) > limit {
			return nil, errors.New("too much")
		}
		return []byte(text), nil
	}}
}

// handing starts the flow and returns the request and what clicks on it.
func handing(t *testing.T, w *world) (string, func(who string, values map[string]any) adapters.Answer) {
	t.Helper()
	w.save(handover)
	x, err := w.bot.Start(t.Context(), bot.StartRequest{
		Namespace: "hr", Flow: "handover", Inputs: map[string]any{"owner": slackAccount("UKIM")}, By: engine.Principal{Person: "alex"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Inputs["owner"]; got != "kim" {
		t.Errorf("an account became %v", got)
	}
	request, clicks := string(x.ID)+".1", 0
	return request, func(who string, values map[string]any) adapters.Answer {
		clicks++
		ans, err := w.bot.Click(t.Context(), adapters.Click{
			Actor: slackAccount(who), Request: request, Version: 1, Action: "approve", Values: values, Once: fmt.Sprint(clicks),
			Copy: adapters.MessageRef{Place: "D1", Message: "1"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return ans
	}
}

func TestPeopleAndFilesOfAForm(t *testing.T) {
	t.Parallel()
	files, err := folder.Open(t.TempDir() + "/files")
	if err != nil {
		t.Fatal(err)
	}
	inBubble(t, func(t *testing.T, w *world) {
		w.with(func(c *bot.Config) { c.Files, c.MaxFile = files, 100 })
		request, click := handing(t, w)
		const pdf = "%PDF-1.7 x"
		fetched := 0
		for name, test := range map[string]struct {
			values map[string]any
			field  string
			want   string
		}{
			"stranger":      {map[string]any{"kind": "talk", "to": slackAccount("UZOE")}, "to", "cannot be chosen, because signoff does not know uzoe"},
			"bot":           {map[string]any{"kind": "talk", "to": adapters.Account{Surface: "slack", Tenant: "T1", ID: "UKIM", Name: "Kim", Bot: true}}, "to", "cannot be chosen, because Kim is no person"},
			"guest":         {map[string]any{"kind": "talk", "copied": []any{slackAccount("UKIM"), adapters.Account{Surface: "slack", Tenant: "T1", ID: "UALEX", Name: "Alex", Guest: true}}}, "copied", "is not accepted: item 2 cannot be chosen, because Alex is a guest"},
			"foreign":       {map[string]any{"kind": "talk", "to": adapters.Account{Surface: "slack", Tenant: "T9", ID: "UKIM", Name: "Kim", Foreign: true}}, "to", "cannot be chosen, because Kim is of another organisation"},
			"no_account":    {map[string]any{"kind": "talk", "to": adapters.Account{}}, "to", "cannot be chosen, because signoff does not know this account"},
			"text_instead":  {map[string]any{"kind": slackAccount("UKIM")}, "kind", "must be a text"},
			"no_file":       {map[string]any{"kind": "paper"}, "scan", "is required"},
			"wrong_ending":  {map[string]any{"kind": "paper", "scan": handedIn("a.exe", pdf, &fetched)}, "scan", "must be a file whose name ends with .pdf"},
			"wrong_content": {map[string]any{"kind": "paper", "scan": handedIn("a.pdf", "MZ just words", &fetched)}, "scan", "is named a.pdf, but its content is text/plain; charset=utf-8"},
			"too_large":     {map[string]any{"kind": "paper", "scan": handedIn("a.pdf", strings.Repeat("x", 101), &fetched)}, "scan", "is larger than 0 KiB, which is the most that is kept"},
			"says_less": {map[string]any{"kind": "paper", "scan": adapters.Upload{Name: "a.pdf", Size: 1, Read: func(context.Context, int64) ([]byte, error) {
				return make([]byte, 101), nil
			}}}, "scan", "is larger than 0 KiB, which is the most that is kept"},
			"not_fetched": {map[string]any{"kind": "paper", "scan": adapters.Upload{Name: "a.pdf", Read: func(context.Context, int64) ([]byte, error) {
				return nil, errors.New("xoxb-token at files.slack.com")
			}}}, "scan", "could not be fetched from where it was uploaded; send the form again in a minute"},
			"nothing_to_read": {map[string]any{"kind": "paper", "scan": adapters.Upload{Name: "a.pdf"}}, "scan", "must be a file that was uploaded"},
		} {
			ans := click("UDANA", test.values)
			if diff := cmp.Diff(map[string]string{test.field: test.want}, ans.Fields); ans.Kind != adapters.Invalid || diff != "" {
				t.Errorf("%s: %s %s (-want +got)\n%s", name, ans.Kind, ans.Text, diff)
			}
		}
		if owners, err := files.Owners(t.Context()); err != nil || len(owners) != 0 {
			t.Errorf("what was refused is kept: %v, %v", owners, err)
		}
		fetched = 0
		if ans := click("UALEX", map[string]any{"kind": "paper", "scan": handedIn("a.pdf", pdf, &fetched)}); ans.Kind != adapters.Refused || fetched != 0 {
			t.Errorf("whoever may not answer: %+v, fetched %d times", ans, fetched)
		}
		ans := click("UDANA", map[string]any{
			"kind": "paper", "scan": handedIn("a.pdf", pdf, &fetched), "to": slackAccount("UALEX"), "copied": []any{slackAccount("UKIM"), "Dana"},
		})
		if ans.Kind != adapters.Recorded || fetched != 1 {
			t.Fatalf("a good answer: %+v, fetched %d times", ans, fetched)
		}
		x, err := w.store.Execution(t.Context(), engine.ExecutionID(strings.TrimSuffix(request, ".1")))
		if err != nil {
			t.Fatal(err)
		}
		got := x.Runs[0].Request.Responses[0].Values
		uri, _ := got["scan"].(string)
		if !strings.HasPrefix(uri, "signoff:///upload-") || !strings.HasSuffix(uri, "/a.pdf") {
			t.Errorf("the file is at %q", uri)
		}
		delete(got, "scan")
		if diff := cmp.Diff(map[string]any{"ok": true, "kind": "paper", "why": nil, "to": "alex", "copied": []any{"kim", "dana"}}, got); diff != "" {
			t.Errorf("values (-want +got)\n%s", diff)
		}
	})
}

// A server that keeps no files says so at the field.
func TestNoFilesAreKept(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, click := handing(t, w)
		fetched := 0
		ans := click("UDANA", map[string]any{"kind": "paper", "scan": handedIn("a.pdf", "%PDF-", &fetched)})
		if ans.Fields["scan"] != "cannot be kept, because this server keeps no files" || fetched != 0 {
			t.Errorf("%+v, fetched %d times", ans, fetched)
		}
	})
}

// A form that can be drawn again asks what follows from the answers so far; one
// that cannot asks for everything that may be needed.
func TestLookFollowsTheAnswers(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		request, _ := handing(t, w)
		look := func(action string, values map[string]any) adapters.Card {
			ans, err := w.bot.Look(t.Context(), adapters.Look{
				Actor: slackAccount("UDANA"), Request: request, Version: 1, Action: action, Values: values, Copy: adapters.MessageRef{Place: "D1", Message: "1"},
			})
			if err != nil || ans.Card == nil {
				t.Fatalf("Look = %+v, %v", ans, err)
			}
			return *ans.Card
		}
		fetched := 0
		for name, test := range map[string]struct {
			action string
			values map[string]any
			want   string
		}{
			"cannot_be_drawn_again": {"approve", nil, "kind scan to copied"},
			"approve":               {"approve", map[string]any{}, "kind to copied"},
			"paper":                 {"approve", map[string]any{"kind": "paper", "scan": handedIn("a.pdf", "x", &fetched), "to": slackAccount("UZOE")}, "kind scan to copied"},
			"talk":                  {"approve", map[string]any{"kind": "talk"}, "kind to copied"},
			"reject":                {"reject", map[string]any{"kind": "paper"}, "why to copied"},
		} {
			card := look(test.action, test.values)
			for _, a := range card.Actions {
				if a.ID != test.action {
					continue
				}
				if got := strings.Join(a.Asks, " "); got != test.want {
					t.Errorf("%s asks %s, want %s", name, got, test.want)
				}
				if test.action == "reject" && (len(a.Presets) != 2 || a.Preset != "why" || a.Confirm != "") || test.action == "approve" && a.Confirm != "Approve: Hand over? Its risk is high." {
					t.Errorf("%s: presets %v of %q, confirm %q", name, a.Presets, a.Preset, a.Confirm)
				}
			}
			for _, f := range card.Form {
				if f.ID == "to" {
					if diff := cmp.Diff([]adapters.Person{{ID: "kim", Name: "Kim", Account: "UKIM", Tenant: "T1"}}, f.Chosen); diff != "" {
						t.Errorf("%s: who is suggested (-want +got)\n%s", name, diff)
					}
				}
			}
		}
		if fetched != 0 {
			t.Errorf("looking fetched a file %d times", fetched)
		}
	})
}

// Whom somebody hands a question on to is chosen among the accounts of the chat;
// a stranger who has a colleague's name is a stranger.
func TestDelegateToAnAccount(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		request, _ := handing(t, w)
		order := func(once string, to any) adapters.Answer {
			ans, err := w.bot.Click(t.Context(), adapters.Click{
				Actor: slackAccount("UDANA"), Request: request, Version: 1, Action: "delegate", Once: once,
				Values: map[string]any{"signoff.to": to}, Copy: adapters.MessageRef{Place: "D1", Message: "1"},
			})
			if err != nil {
				t.Fatal(err)
			}
			return ans
		}
		stranger := slackAccount("UZOE")
		stranger.Name = "kim"
		if ans := order("1", stranger); ans.Kind != adapters.Invalid || !strings.Contains(ans.Fields["signoff.to"], `signoff does not know "@kim"`) {
			t.Errorf("a stranger: %+v", ans)
		}
		if ans := order("2", nil); ans.Kind != adapters.Invalid || ans.Fields["signoff.to"] == "" {
			t.Errorf("nobody: %+v", ans)
		}
		if ans := order("3", slackAccount("UKIM")); ans.Kind != adapters.Recorded {
			t.Errorf("Kim: %+v", ans)
		}
	})
}
