package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"signoff/adapters"
	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// The ways in which other systems broke over who somebody is, by their numbers.
// Those of the rules and of the engine stand with these.

func TestPitfall8_AccountOfAnotherOrganisationIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*adapters.Account){
		"guest":             func(a *adapters.Account) { a.Guest = true },
		"another_workspace": func(a *adapters.Account) { a.Foreign = true },
		"same_id_elsewhere": func(a *adapters.Account) { a.Tenant = "T2" },
		"deactivated":       func(a *adapters.Account) { a.Deactivated = true },
		"bot":               func(a *adapters.Account) { a.Bot = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				x, request := w.begin()
				click := w.click("dana", request, "approve", nil)
				change(&click.Actor)
				if a := w.press(click); a.Kind != adapters.Refused || a.Text == "" {
					t.Errorf("Click() = %s %q, want a refusal", a.Kind, a.Text)
				}
				if got := w.execution(x.ID); got.State != engine.Paused || len(got.Runs[0].Request.Responses) > 0 {
					t.Errorf("it counted: %+v", got.Runs[0].Request.Responses)
				}
				if n := w.count(audit.ResponseRefused); n != 1 {
					t.Errorf("%d refusals in the trail, want 1", n)
				}
			})
		})
	}
}

func TestPitfall16_WhatRunsIsWhatWasShown(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		far := &addressed{}
		w.stop()
		w.tasks = far
		w.run()
		x, request := w.begin()
		w.save(strings.ReplaceAll(vacation, "https://hr.example/", "https://elsewhere.example/"))
		w.press(w.click("dana", request, "approve", nil))
		if want := []string{"https://hr.example/yes"}; !slices.Equal(far.at, want) {
			t.Errorf("the flow called %v, want %v, as the approved revision says", far.at, want)
		}
		digest := w.execution(x.ID).Runs[0].Request.Digest
		for _, r := range w.trail() {
			if r.Event == audit.ResponseRecorded && r.Data["digest"] != digest {
				t.Errorf("the answer is on %v, and %s was shown", r.Data["digest"], digest)
			}
		}
	})
}

func TestPitfall25_ApproverWhoLeftHarmsNobodyElse(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.chat.breaks(func(_, place string) error {
			if place == "dana" {
				return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "account_inactive", Advice: "Name somebody else."}
			}
			return nil
		})
		x, request := w.begin()
		if got, want := w.chat.places(), []string{"#hr", "kim"}; !slices.Equal(got, want) {
			t.Errorf("copies at %v, want %v", got, want)
		}
		if n := w.count(audit.CopyFailed); n != 1 {
			t.Errorf("%d copies failed in the trail, want 1", n)
		}
		w.press(w.click("kim", request, "approve", nil))
		if got := w.execution(x.ID); got.State != engine.Success {
			t.Errorf("the execution is %s: %s", got.State, got.Problem)
		}
	})
}

func TestPitfall29_ActorIsWhoeverClicked(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		click := w.click("kim", request, "approve", nil)
		click.Actor.Name, click.Actor.Email = "Dana", "dana@example.com"              // as it calls itself
		click.Copy = adapters.MessageRef{Place: "dana", Message: w.messageAt("dana")} // on the copy of another
		w.press(click)
		got := w.execution(x.ID).Runs[0]
		if by := got.Request.Responses[0].By; by.Person != "kim" || by.Name != "Kim" || by.Account != "slack:T1:UKIM" {
			t.Errorf("the answer is by %+v, want Kim", by)
		}
		for _, r := range w.trail() {
			if r.Event == audit.ResponseRecorded && r.Actor.Person != "kim" {
				t.Errorf("the trail says %+v", r.Actor)
			}
		}
	})
}

// addressed is a far end that notes where it was called.
type addressed struct{ at []string }

func (f *addressed) Run(_ context.Context, c task.Call) task.Result {
	spec, ok := c.Task.Spec.(*flow.HTTPRequest)
	if !ok {
		return task.Result{Problem: "no call was expected"}
	}
	uri, err := spec.URI.Render(c.Env)
	if err != nil {
		return task.Result{Problem: err.Error()}
	}
	f.at = append(f.at, uri)
	return task.Result{Outputs: map[string]any{"code": int64(200)}}
}

// messageAt is the message that was posted at a place.
func (w *world) messageAt(place string) string {
	w.t.Helper()
	w.chat.mu.Lock()
	defer w.chat.mu.Unlock()
	for _, ref := range w.chat.order {
		if ref.Place == place {
			return ref.Message
		}
	}
	w.t.Fatalf("nothing was posted at %s", place)
	return ""
}
