package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"signoff/bot"
	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/audit"
)

const hooked = `
id: promote
namespace: hr
inputs:
  - {id: image, type: STRING}
tasks:
  - {id: say, type: Log, message: "{{ inputs.image }} {{ trigger.headers['x-from'] | first }} {{ trigger.parameters.n }}"}
outputs:
  - {id: image, type: STRING, value: "{{ inputs.image }}"}
triggers:
  - id: hook
    type: io.kestra.plugin.core.trigger.Webhook
    key: open-sesame
    inputs: {image: "{{ trigger.body.image }}"}
    conditions:
      - {type: Expression, expression: "{{ trigger.body.image != 'ignored' }}"}
  - {id: sealed, type: Webhook, key: "{{ secret('HOOK') }}", inputs: {image: sealed}}
`

func hookCall(key string) bot.WebhookCall {
	return bot.WebhookCall{
		Namespace: "hr", Flow: "promote", Key: key, Method: "POST", Body: map[string]any{"image": "app:1"},
		Headers: map[string][]string{"x-from": {"ci"}}, Parameters: map[string][]string{"n": {"1", "2"}},
	}
}

// vault knows one secret.
type vault struct{ name, value string }

func (v *vault) Secret(_ context.Context, namespace, name string) (string, error) {
	if namespace != "hr" || !strings.EqualFold(name, v.name) {
		return "", task.ErrNoSecret
	}
	return v.value, nil
}

func refused(t *testing.T, err error) *engine.RejectionError {
	t.Helper()
	no, ok := errors.AsType[*engine.RejectionError](err)
	if !ok {
		t.Fatalf("error = %v, want a refusal", err)
	}
	return no
}

func TestWebhookStarts(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(hooked)
		a, err := w.bot.Webhook(t.Context(), hookCall("open-sesame"))
		if err != nil {
			t.Fatal(err)
		}
		x := w.execution(a.Execution.ID)
		if got, want := x.Runs[0].Logs[0].Text, `app:1 ci ["1","2"]`; got != want {
			t.Errorf("it said %s, want %s", got, want)
		}
		if x.Requester.Via != "webhook" || x.Requester.Person != "" || w.count(audit.TriggerFired) != 1 {
			t.Errorf("requester %+v", x.Requester)
		}
	})
}

// Who does not know the key learns nothing, not even whether there is a flow.
func TestWebhookThatIsNotThereIsOneAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(hooked)
		w.save(scheduled("clock", `cron: "0 9 * * *"`))
		var first string
		for name, c := range map[string]bot.WebhookCall{
			"another key":      hookCall("open-sesam"),
			"no key":           hookCall(""),
			"a longer key":     hookCall("open-sesame "),
			"the template":     hookCall("{{ secret('HOOK') }}"),
			"the mask":         hookCall(engine.Masked),
			"another flow":     {Namespace: "hr", Flow: "demote", Key: "open-sesame"},
			"a flow without":   {Namespace: "hr", Flow: "clock", Key: "open-sesame"},
			"namespace below":  {Namespace: "hr.ops", Flow: "promote", Key: "open-sesame"},
			"nothing":          {},
			"a long key":       hookCall(strings.Repeat("x", 1<<20)),
			"an unset secret":  hookCall("sealed"),
			"its own trigger":  {Namespace: "hr", Flow: "promote", Key: "hook"},
			"another spelling": {Namespace: "HR", Flow: "promote", Key: "open-sesame"},
		} {
			_, err := w.bot.Webhook(t.Context(), c)
			no := refused(t, err)
			if first == "" {
				first = no.Text
			}
			if no.Code != engine.NotFound || no.Text != first {
				t.Errorf("%s: %s %q, want %q as for all others", name, no.Code, no.Text, first)
			}
		}
		if n := len(w.executions("promote")); n != 0 {
			t.Errorf("%d executions", n)
		}
	})
}

// The key is read when the address is called: a changed secret counts at once.
func TestWebhookKeyIsASecret(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		v := &vault{name: "HOOK", value: "first"}
		w.stop()
		w.secrets = v
		w.run()
		w.save(hooked)
		if _, err := w.bot.Webhook(t.Context(), hookCall("first")); err != nil {
			t.Error(err)
		}
		v.value = "second"
		if _, err := w.bot.Webhook(t.Context(), hookCall("first")); refused(t, err).Code != engine.NotFound {
			t.Error("the old secret still opens it")
		}
		if _, err := w.bot.Webhook(t.Context(), hookCall("second")); err != nil {
			t.Error(err)
		}
		v.value = "" // an empty secret opens nothing
		if _, err := w.bot.Webhook(t.Context(), hookCall("")); refused(t, err).Code != engine.NotFound {
			t.Error("an empty key opens it")
		}
		for _, r := range w.trail() {
			if line := r.Data["problem"]; line != nil {
				t.Errorf("trail: %v", r)
			}
		}
	})
}

// A stranger who calls and calls does not fill the log with a missing secret.
func TestWebhookWithoutSecretWarnsOnceAMinute(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(hooked)
		w.save(strings.Replace(hooked, "id: promote", "id: other", 1))
		w.stop()
		var log strings.Builder
		w.bot.Log = slog.New(slog.NewTextHandler(&log, nil))
		for range 60 {
			for _, f := range []string{"promote", "other"} {
				call := hookCall("guess")
				call.Flow = f
				if _, err := w.bot.Webhook(t.Context(), call); refused(t, err).Code != engine.NotFound {
					t.Error(err)
				}
			}
			time.Sleep(2 * time.Second)
		}
		for _, f := range []string{"promote", "other"} {
			if n := strings.Count(log.String(), "flow=hr/"+f); n != 2 {
				t.Errorf("%d warnings of %s in two minutes, want 2", n, f)
			}
		}
	})
}

// A delivery that comes again, over a restart too, starts nothing.
func TestWebhookDeliveryCountsOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(hooked)
		c := hookCall("open-sesame")
		c.Delivery = "d-1"
		for i := range 5 {
			a, err := w.bot.Webhook(t.Context(), c)
			if err != nil || a.Seen != (i > 0) {
				t.Errorf("call %d: %+v, %v", i, a, err)
			}
			if i == 2 {
				w.stop()
				w.run()
			}
		}
		c.Delivery = "d-2"
		if a, err := w.bot.Webhook(t.Context(), c); err != nil || a.Seen {
			t.Errorf("another delivery: %+v, %v", a, err)
		}
		if n := len(w.executions("promote")); n != 2 {
			t.Errorf("%d executions, want 2", n)
		}
	})
}

func TestWebhookThatStartsNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(hooked)
		ignored := hookCall("open-sesame")
		ignored.Body = map[string]any{"image": "ignored"}
		if a, err := w.bot.Webhook(t.Context(), ignored); err != nil || a.Execution.ID != "" {
			t.Errorf("a condition says no: %+v, %v", a, err)
		}
		wrong := hookCall("open-sesame")
		wrong.Body = map[string]any{"image": []any{"a", "list"}}
		if _, err := w.bot.Webhook(t.Context(), wrong); refused(t, err).Code != engine.BadInput {
			t.Errorf("a bad input: %v", err)
		}
		wrong.Body = "text"
		if _, err := w.bot.Webhook(t.Context(), wrong); refused(t, err).Code != engine.BadInput {
			t.Errorf("a body that is not as expected: %v", err)
		}
		if n := w.count(audit.TriggerFailed); n != 2 {
			t.Errorf("%d lines say that it failed, want 2", n)
		}
		w.save(strings.Replace(hooked, "key: open-sesame", "key: open-sesame\n    disabled: true", 1))
		if _, err := w.bot.Webhook(t.Context(), hookCall("open-sesame")); refused(t, err).Code != engine.NotAllowed {
			t.Errorf("switched off: %v", err)
		}
	})
}

// Q3: too many calls are refused, and told when to come again.
func TestQ3_WebhookStormIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.stop()
		w.triggers.PerMinute = 3
		w.run()
		w.save(hooked)
		for range 3 {
			if _, err := w.bot.Webhook(t.Context(), hookCall("open-sesame")); err != nil {
				t.Fatal(err)
			}
		}
		_, err := w.bot.Webhook(t.Context(), hookCall("open-sesame"))
		storm, ok := errors.AsType[*bot.StormError](err)
		if !ok || time.Until(storm.Until) > time.Minute {
			t.Errorf("the fourth: %v", err)
		}
		pass(time.Minute)
		if _, err := w.bot.Webhook(t.Context(), hookCall("open-sesame")); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

// Q3: calls that start nothing fill the trail no faster than those that do.
func TestQ3_StormOfFailingWebhooksIsRefused(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{
		"condition_breaks": "text", "input_is_refused": map[string]any{"image": []any{"a", "list"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				w.stop()
				w.triggers.PerMinute = 3
				w.run()
				w.save(hooked)
				wrong := hookCall("open-sesame")
				wrong.Body = body
				var last error
				for range 10 {
					_, last = w.bot.Webhook(t.Context(), wrong)
				}
				if _, ok := errors.AsType[*bot.StormError](last); !ok {
					t.Errorf("the tenth: %v", last)
				}
				if n := w.count(audit.TriggerFailed); n != 3 {
					t.Errorf("%d lines say that it failed, want 3", n)
				}
			})
		})
	}
}

func TestWebhookWaits(t *testing.T) {
	t.Parallel()
	rest := func(d string) string {
		return strings.Replace(strings.Replace(hooked, "tasks:\n", "tasks:\n  - {id: rest, type: Pause, pauseDuration: "+d+"}\n", 1),
			"key: open-sesame", "key: open-sesame\n    wait: true\n    returnOutputs: true\n    responseCode: 201", 1)
	}
	inBubble(t, func(t *testing.T, w *world) {
		w.save(rest("PT10S"))
		began := time.Now()
		a, err := w.bot.Webhook(t.Context(), hookCall("open-sesame"))
		if err != nil || a.Execution.State != engine.Success || a.Execution.Outputs["image"] != "app:1" || !a.Outputs || a.Status != 201 {
			t.Errorf("answer: %+v, %v", a, err)
		}
		if took := time.Since(began); took < 10*time.Second || took > 12*time.Second {
			t.Errorf("it took %v", took)
		}
		w.save(rest("PT10M"))
		began = time.Now()
		a, err = w.bot.Webhook(t.Context(), hookCall("open-sesame"))
		if took := time.Since(began); err != nil || a.Execution.State != engine.Paused || took > time.Minute {
			t.Errorf("one that takes long: %s after %v, %v", a.Execution.State, took, err)
		}
	})
}

func TestTriggersAreSwitchedByPeople(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(waiting(`cron: "0 * * * *"`))
		w.save(hooked)
		ref, dana := engine.FlowRef{Namespace: "hr", ID: "clock"}, engine.Principal{Person: "dana", Via: "api"}
		list := func() bot.TriggerInfo {
			t.Helper()
			all, err := w.bot.TriggerList(t.Context(), "hr", 2, operator)
			if err != nil || len(all) != 3 || all[0].ID != "tick" {
				t.Fatalf("TriggerList = %+v, %v", all, err)
			}
			return all[0]
		}
		pass(90 * time.Minute)
		if got := list(); !got.Locked || got.Next.Hour() != 2 || len(got.Upcoming) != 2 || got.Upcoming[1].Hour() != 4 || got.Last.Hour() != 1 {
			t.Errorf("while it runs: %+v", got)
		}
		if err := w.bot.UnlockTrigger(t.Context(), ref, "tick", dana); err != nil {
			t.Fatal(err)
		}
		pass(time.Hour) // 02:30
		if n := len(w.executions("clock")); n != 2 {
			t.Errorf("unlocked: %d executions, want 2", n)
		}
		for range 2 { // twice is as good as once
			if err := w.bot.SwitchTrigger(t.Context(), ref, "tick", false, dana); err != nil {
				t.Fatal(err)
			}
		}
		w.save(waiting(`cron: "30 * * * *"`)) // a new revision does not switch it on
		pass(4 * time.Hour)
		if got := list(); !got.Disabled || !got.Next.IsZero() || len(w.executions("clock")) != 2 {
			t.Errorf("switched off: %+v, %d executions", got, len(w.executions("clock")))
		}
		if err := w.bot.SwitchTrigger(t.Context(), ref, "tick", true, dana); err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		if n := len(w.executions("clock")); n != 3 {
			t.Errorf("switched on: %d executions, want 3", n)
		}
		if off, on := w.count(audit.TriggerDisabled), w.count(audit.TriggerEnabled); off != 1 || on != 2 {
			t.Errorf("the trail says off %d times and on %d times", off, on)
		}
		err := w.bot.SwitchTrigger(t.Context(), ref, "tock", false, dana)
		if refused(t, err).Code != engine.NotFound {
			t.Errorf("a trigger that is not there: %v", err)
		}
	})
}
