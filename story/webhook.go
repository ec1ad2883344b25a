package story

import (
	"context"
	"fmt"
	"strings"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// call is somebody who calls the address of one of the flow's webhooks. The
// caller does not wait for the end, for time stands still meanwhile.
func (w *world) call(ctx context.Context, f *flow.Flow, st *Start) (engine.Execution, error) {
	key, err := w.key(ctx, f, st.Webhook)
	if err != nil {
		return engine.Execution{}, &engine.RejectionError{Code: engine.BadInput, Text: err.Error()}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w.started = stop
	defer func() { w.started = nil }()
	answer, err := w.bot.Webhook(ctx, bot.WebhookCall{
		Namespace: f.Namespace, Flow: f.ID, Key: key, Method: "POST", Body: st.Body,
		Headers: manyEach(st.Headers, strings.ToLower), Parameters: manyEach(st.Parameters, strings.TrimSpace),
	})
	return answer.Execution, err
}

// key reads the key of a webhook, which may be a secret.
func (w *world) key(ctx context.Context, f *flow.Flow, id string) (string, error) {
	for _, t := range f.Triggers {
		hook, ok := t.Spec.(*flow.Webhook)
		if !ok || t.ID != id {
			continue
		}
		text, err := expr.Parse(hook.Key)
		if err != nil {
			return "", err
		}
		return text.Render(expr.Env{Funcs: expr.FuncMap(map[string]expr.Func{"secret": func(args expr.Args) (any, error) {
			name, _ := args.Get(0, "key")
			return secrets(w.story.secrets).Secret(ctx, "", fmt.Sprint(name))
		}})})
	}
	return "", fmt.Errorf("the flow %s has no webhook %q", f.ID, id)
}

// manyEach makes lists of one of values.
func manyEach(values map[string]string, name func(string) string) map[string][]string {
	out := make(map[string][]string, len(values))
	for k, v := range values {
		out[name(k)] = []string{v}
	}
	return out
}
