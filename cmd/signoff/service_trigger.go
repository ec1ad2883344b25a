package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/bot"
	"signoff/engine"
)

var _ api.Hooks = service{}

// Triggers lists the triggers of the flows that the caller may see.
func (s service) Triggers(ctx context.Context, namespace string, upcoming int, by adapters.Account) ([]api.Trigger, error) {
	who, err := s.principal(by)
	if err != nil {
		return nil, err
	}
	all, err := s.TriggerList(ctx, namespace, upcoming-1, who)
	if err != nil {
		return nil, err
	}
	out := make([]api.Trigger, 0, len(all))
	for _, t := range all {
		v := api.Trigger{
			Namespace: t.Flow.Namespace, Flow: t.Flow.ID, Revision: t.Flow.Revision, ID: t.ID, Type: t.Kind,
			Description: t.Description, Says: t.Says, Last: t.Last, LastExecution: string(t.LastExecution),
			Status: triggerStatus(t), Problem: t.Problem,
		}
		if !t.Next.IsZero() {
			v.Next = append([]time.Time{t.Next}, t.Upcoming...)
		}
		out = append(out, v)
	}
	return out, nil
}

func triggerStatus(t bot.TriggerInfo) string {
	switch {
	case t.Problem != "":
		return "broken"
	case t.Off:
		return "off"
	case t.Disabled:
		return "disabled"
	case t.Locked:
		return "locked"
	}
	return "on"
}

// SwitchTrigger switches a trigger on or off.
func (s service) SwitchTrigger(ctx context.Context, ref engine.FlowRef, id string, on bool, by adapters.Account) error {
	who, err := s.principal(by)
	if err != nil {
		return err
	}
	return s.Bot.SwitchTrigger(ctx, ref, id, on, who)
}

// UnlockTrigger lets a schedule start although its last execution runs.
func (s service) UnlockTrigger(ctx context.Context, ref engine.FlowRef, id string, by adapters.Account) error {
	who, err := s.principal(by)
	if err != nil {
		return err
	}
	return s.Bot.UnlockTrigger(ctx, ref, id, who)
}

// Webhook starts the flow behind an address.
func (s service) Webhook(ctx context.Context, c api.HookCall) (api.HookAnswer, error) {
	a, err := s.Bot.Webhook(ctx, bot.WebhookCall{
		Namespace: c.Namespace, Flow: c.Flow, Key: c.Key, Path: c.Path, Method: c.Method,
		Headers: c.Headers, Parameters: c.Parameters, Body: c.Body, Delivery: c.Delivery,
	})
	if storm, ok := errors.AsType[*bot.StormError](err); ok {
		return api.HookAnswer{}, &api.Error{
			Status: http.StatusTooManyRequests, Code: "too_many",
			Text: "Too many flows were started within a minute. Try again at " + storm.Until.Format(time.TimeOnly) + " UTC.",
		}
	}
	answer := api.HookAnswer{Execution: a.Execution, Seen: a.Seen, Outputs: a.Outputs, Status: a.Status}
	if a.Execution.ID != "" {
		answer.URL = engine.PageURL(s.BaseURL, a.Execution.ID)
	}
	return answer, err
}
