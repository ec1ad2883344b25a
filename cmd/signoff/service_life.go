package main

import (
	"context"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/bot"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/store"
)

// Executions lists the executions that the caller may see, newest first.
func (s service) Executions(ctx context.Context, f api.Filter, by adapters.Account) ([]engine.Execution, error) {
	who, err := s.principal(by)
	if err != nil {
		return nil, err
	}
	return s.Bot.Executions(ctx, store.Query{
		Namespace: f.Namespace, Flow: f.Flow, States: f.States, Labels: f.Labels,
		Started:   store.Range{From: f.StartedAfter, To: f.StartedBefore},
		Ended:     store.Range{From: f.EndedAfter, To: f.EndedBefore},
		Requester: approval.PersonID(f.Requester), Parent: engine.ExecutionID(f.Parent), Original: engine.ExecutionID(f.Original),
		Text: f.Text, Oldest: f.Oldest, After: engine.ExecutionID(f.After), Limit: f.Limit,
	}, who)
}

// Do does what an order says, as the person or service that gives it.
func (s service) Do(ctx context.Context, id engine.ExecutionID, o api.Order) (engine.Execution, error) {
	by, err := s.principal(o.By)
	if err != nil {
		return engine.Execution{}, err
	}
	return s.Bot.Do(ctx, id, bot.Order{
		Verb: bot.Verb(o.Verb), By: by, Reason: o.Reason, Labels: o.Labels,
		Run: engine.TaskRunID(o.TaskRun), State: o.State, DryRun: o.DryRun,
	})
}

// Replay starts a new execution out of an earlier one.
func (s service) Replay(ctx context.Context, r api.ReplayRequest) (engine.Execution, error) {
	by, err := s.principal(r.By)
	if err != nil {
		return engine.Execution{}, err
	}
	return s.Bot.Replay(ctx, bot.ReplayRequest{
		Of: r.Of, From: engine.TaskRunID(r.TaskRun), Revision: r.Revision, Latest: r.Latest,
		Inputs: r.Inputs, By: by, Once: r.Once, DryRun: r.DryRun,
	})
}
