package main

import (
	"context"
	"errors"
	"fmt"

	"signoff/adapters/api"
	"signoff/adapters/web"
	"signoff/bot"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// service is the product as the API and the pages see it: the bot for what
// changes something, the store for what is only read.
type service struct {
	*bot.Bot

	people *bot.People
	store  store.Store
}

var (
	_ api.Service = service{}
	_ web.Service = service{}
)

// Start begins an execution as the person behind the account, or as the service
// that it names.
func (s service) Start(ctx context.Context, r api.StartRequest) (engine.Execution, error) {
	by, err := s.principal(r.By)
	if err != nil {
		return engine.Execution{}, err
	}
	return s.Bot.Start(ctx, bot.StartRequest{Namespace: r.Namespace, Flow: r.Flow, Inputs: r.Inputs, Labels: r.Labels, By: by})
}

// Execution returns one execution; what does not exist is refused in words.
func (s service) Execution(ctx context.Context, id engine.ExecutionID) (engine.Execution, error) {
	x, err := s.store.Execution(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return x, &engine.RejectionError{Code: engine.NotFound, Text: "There is no such execution."}
	}
	if err != nil {
		return x, fmt.Errorf("load execution %s: %w", id, err)
	}
	return x, nil
}

// Recent returns the newest executions.
func (s service) Recent(ctx context.Context, n int) ([]engine.Execution, error) {
	return s.store.Executions(ctx, store.Query{Limit: n})
}

// Inputs names the inputs of a revision, in its order.
func (s service) Inputs(ctx context.Context, ref engine.FlowRef) ([]string, error) {
	saved, err := s.store.Flow(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load flow %s: %w", ref, err)
	}
	parsed, faults := s.Loader().Parse(ref.String(), saved.Source)
	if faults.Stop() {
		return nil, nil // saved by a version that understood it
	}
	names := make([]string, 0, len(parsed.Inputs))
	for _, in := range parsed.Inputs {
		names = append(names, in.ID)
	}
	return names, nil
}

// Audit returns lines of the trail.
func (s service) Audit(ctx context.Context, from uint64, n int) ([]audit.Line, audit.Head, error) {
	return s.store.Audit(ctx, from, n)
}

// Flows describes the latest revision of every flow.
func (s service) Flows(ctx context.Context) ([]api.FlowInfo, error) {
	saved, err := s.store.Flows(ctx)
	if err != nil {
		return nil, fmt.Errorf("list flows: %w", err)
	}
	infos := make([]api.FlowInfo, 0, len(saved))
	for _, f := range saved {
		parsed, faults := s.Loader().Parse(f.Ref.String(), f.Source)
		if faults.Stop() {
			continue // saved by a version that understood it
		}
		info := describe(f.Ref, parsed)
		info.Disabled, info.CannotStart = f.Disabled || parsed.Disabled, parsed.Blocked()
		infos = append(infos, info)
	}
	return infos, nil
}

func describe(ref engine.FlowRef, f *flow.Flow) api.FlowInfo {
	info := api.FlowInfo{Namespace: ref.Namespace, ID: ref.ID, Revision: ref.Revision, Description: f.Description}
	for _, in := range f.Inputs {
		i := api.InputInfo{ID: in.ID, Type: string(in.Type), Required: in.Required}
		if in.DisplayName != nil {
			i.Label = in.DisplayName.Source()
		}
		if in.Description != nil {
			i.Description = in.Description.Source()
		}
		if in.Defaults != nil {
			i.Default = in.Defaults.Source()
		}
		for _, o := range in.Values {
			i.Values = append(i.Values, o.Value)
		}
		info.Inputs = append(info.Inputs, i)
	}
	return info
}
