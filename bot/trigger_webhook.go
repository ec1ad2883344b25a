package bot

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/expr"
	"signoff/engine/flow"
	"signoff/store"
)

// WebhookCall is somebody calling the address of a webhook.
type WebhookCall struct {
	Namespace, Flow string
	// Key is what the address says it is; it is secret.
	Key string
	// Path is what follows the key in the address.
	Path   string
	Method string
	// Headers have names in lower case.
	Headers, Parameters map[string][]string
	// Body is JSON as values, or text.
	Body any
	// Delivery names this call for the caller: a second one with the same name
	// starts nothing. Empty is a call of its own.
	Delivery string
}

// WebhookAnswer is what came of a call.
type WebhookAnswer struct {
	// Execution is what was started, as far as it came; without an ID nothing
	// was: a condition said no, or the call was Seen before.
	Execution engine.Execution
	Seen      bool
	// Outputs: the caller wants the flow's outputs and nothing else.
	Outputs bool
	// Status is what the flow wants to be answered; 0 is the usual.
	Status int
}

// maxDelivery bounds what the trail says of a delivery's name.
const maxDelivery = 200

// webhookPatience is how long a caller waits for the end of an execution.
const webhookPatience = 45 * time.Second

// Webhook starts the flow behind an address. An address that does not exist, of
// whatever reason, is one refusal.
func (b *Bot) Webhook(ctx context.Context, c WebhookCall) (WebhookAnswer, error) {
	t, err := b.addressed(ctx, c)
	if err != nil {
		return WebhookAnswer{}, err
	}
	if t == nil {
		return WebhookAnswer{}, refuse(engine.NotFound, "There is no such webhook.")
	}
	spec, _ := t.spec.Spec.(*flow.Webhook)
	if off, err := b.switchedOff(ctx, t); err != nil {
		return WebhookAnswer{}, err
	} else if off {
		return WebhookAnswer{}, refuse(engine.NotAllowed, "This webhook is switched off.")
	}
	answer := WebhookAnswer{Outputs: spec.Wait && spec.ReturnOutputs, Status: spec.ResponseCode}
	came, err := b.fire(ctx, c.firing(t, spec, b.Store.Now()))
	switch {
	case errors.Is(err, store.ErrSeen):
		answer.Seen = true
		return answer, nil
	case err != nil:
		return answer, err
	case came.problem != nil:
		if no, ok := errors.AsType[*engine.RejectionError](came.problem); ok {
			return answer, no
		}
		return answer, refuse(engine.BadInput, "The flow could not be started: %v.", came.problem)
	}
	answer.Execution = came.x
	if spec.Wait && came.x.ID != "" {
		answer.Execution, err = b.awaited(ctx, came.x)
	}
	return answer, err
}

// addressed finds the trigger that the call names; nil if there is none, or
// the key is another one. Every key of the flow is compared, in constant time.
func (b *Bot) addressed(ctx context.Context, c WebhookCall) (*armed, error) {
	all, err := b.triggers(ctx)
	if err != nil {
		return nil, err
	}
	given := sha256.Sum256([]byte(c.Key))
	var found *armed
	for _, t := range all {
		if t.flow.Namespace != c.Namespace || t.flow.ID != c.Flow {
			continue
		}
		spec, ok := t.spec.Spec.(*flow.Webhook)
		if !ok {
			continue
		}
		key, err := b.webhookKey(ctx, t, spec)
		if err != nil || key == "" {
			if b.keyless.first(t.triggerRef, b.Store.Now()) { // strangers may call as often as they like
				b.Log.WarnContext(ctx, "the key of a webhook cannot be read; it answers nobody", "flow", t.flow.String(), "trigger", t.id, "err", err)
			}
			continue
		}
		wanted := sha256.Sum256([]byte(key))
		if subtle.ConstantTimeCompare(given[:], wanted[:]) == 1 {
			found = t
		}
	}
	return found, nil
}

// webhookKey reads the key at the moment of the call, so that a changed secret
// counts at once and is kept nowhere.
func (b *Bot) webhookKey(ctx context.Context, t *armed, spec *flow.Webhook) (string, error) {
	if !strings.Contains(spec.Key, "{") {
		return spec.Key, nil
	}
	text, err := expr.Parse(spec.Key)
	if err != nil {
		return "", err
	}
	env, err := b.triggerEnv(ctx, firing{armed: t})
	if err != nil {
		return "", err
	}
	env.Funcs = env.Funcs.With(map[string]expr.Func{"secret": func(args expr.Args) (any, error) {
		v, _ := args.Get(0, "key")
		name, ok := v.(string)
		if !ok {
			return nil, errors.New("secret() needs the name of a secret")
		}
		if b.Secrets == nil {
			return nil, task.ErrNoSecret
		}
		return b.Secrets.Secret(ctx, t.flow.Namespace, name)
	}})
	return text.Render(env)
}

func (b *Bot) switchedOff(ctx context.Context, t *armed) (bool, error) {
	if t.off {
		return true, nil
	}
	states, err := b.states(ctx)
	return states[t.triggerRef].Disabled, err
}

// firing is the call as it moves the trigger.
func (c WebhookCall) firing(t *armed, spec *flow.Webhook, now time.Time) firing {
	f := firing{
		armed: t, at: now.UTC(), conditions: spec.Conditions, by: t.by("webhook"),
		root: map[string]any{
			"body": c.Body, "headers": lists(c.Headers), "parameters": lists(c.Parameters),
			"method": c.Method, "path": c.Path, "date": stamp(now),
		},
	}
	if c.Delivery != "" {
		sum := sha256.Sum256([]byte(c.Delivery))
		f.once = "webhook/" + t.String() + "/" + hex.EncodeToString(sum[:])
		f.data = map[string]any{"delivery": strings.ToValidUTF8(c.Delivery[:min(len(c.Delivery), maxDelivery)], "")}
	}
	return f
}

// lists turns headers and parameters into values that expressions know.
func lists(in map[string][]string) map[string]any {
	out := make(map[string]any, len(in))
	for k, values := range in {
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = v
		}
		out[k] = list
	}
	return out
}

// awaited waits for the end of an execution, and returns how far it came when
// the caller's patience ends.
func (b *Bot) awaited(ctx context.Context, x engine.Execution) (engine.Execution, error) {
	ctx, cancel := context.WithTimeout(ctx, webhookPatience)
	defer cancel()
	tick := time.NewTicker(webhookLook)
	defer tick.Stop()
	for !x.State.Final() {
		select {
		case <-ctx.Done():
			return x, nil
		case <-tick.C:
		}
		now, err := b.Store.Execution(context.WithoutCancel(ctx), x.ID)
		if err != nil {
			return x, fmt.Errorf("wait for execution %s: %w", x.ID, err)
		}
		x = now
	}
	return x, nil
}

// webhookLook is how often a waiting call looks.
const webhookLook = 100 * time.Millisecond
