package main

import (
	"context"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// service is the product as the API sees it. Who calls is told to the bot with
// every call; what they may is decided there.
type service struct {
	*bot.Bot

	people *people.People
	store  store.Store
}

var _ api.Service = service{}

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
func (s service) Execution(ctx context.Context, id engine.ExecutionID, by adapters.Account) (engine.Execution, error) {
	who, err := s.principal(by)
	if err != nil {
		return engine.Execution{}, err
	}
	return s.Bot.Execution(ctx, id, who)
}

// Audit returns lines of the trail.
func (s service) Audit(ctx context.Context, r api.AuditRange, by adapters.Account) ([]audit.Line, audit.Head, error) {
	who, err := s.principal(by)
	if err != nil {
		return nil, audit.Head{}, err
	}
	return s.Bot.Audit(ctx, r.From, r.N, who)
}

// Flows describes the latest revision of every flow that the caller may see.
func (s service) Flows(ctx context.Context, by adapters.Account) ([]api.FlowInfo, error) {
	who, err := s.principal(by)
	if err != nil {
		return nil, err
	}
	return s.flows(ctx, who)
}

func (s service) flows(ctx context.Context, by engine.Principal) ([]api.FlowInfo, error) {
	saved, err := s.Bot.Flows(ctx, by)
	if err != nil {
		return nil, err
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
