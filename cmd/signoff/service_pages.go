package main

import (
	"context"
	"errors"

	"signoff/adapters/api"
	"signoff/adapters/web"
	"signoff/bot"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/store"
)

// pages is the product as its pages see it: whoever reads them came with the
// token of the data folder.
type pages struct {
	service

	by engine.Principal
}

var _ web.Service = pages{}

// pagesOf are the pages for whoever holds the token of the data folder.
func pagesOf(s service) pages {
	return pages{s, bot.Service(bot.LocalToken, "web")}
}

// Execution returns one execution; what does not exist is refused in words.
func (p pages) Execution(ctx context.Context, id engine.ExecutionID) (engine.Execution, error) {
	return p.Bot.Execution(ctx, id, p.by)
}

// Recent returns the newest executions.
func (p pages) Recent(ctx context.Context, n int) ([]engine.Execution, error) {
	return p.Bot.Executions(ctx, store.Query{Limit: n}, p.by)
}

// Flows describes the latest revision of every flow.
func (p pages) Flows(ctx context.Context) ([]api.FlowInfo, error) { return p.flows(ctx, p.by) }

// Inputs names the inputs of a revision, in its order.
func (p pages) Inputs(ctx context.Context, ref engine.FlowRef) ([]string, error) {
	saved, err := p.Flow(ctx, ref, p.by)
	if no, ok := errors.AsType[*engine.RejectionError](err); ok && no.Code == engine.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	parsed, faults := p.Loader().Parse(ref.String(), saved.Source)
	if faults.Stop() {
		return nil, nil // saved by a version that understood it
	}
	names := make([]string, 0, len(parsed.Inputs))
	for _, in := range parsed.Inputs {
		names = append(names, in.ID)
	}
	return names, nil
}

// Explain says who can decide a request.
func (p pages) Explain(ctx context.Context, id engine.RequestID) (approval.Explanation, error) {
	return p.Bot.Explain(ctx, string(id), "", p.by)
}

// Audit returns lines of the trail.
func (p pages) Audit(ctx context.Context, from uint64, n int) ([]audit.Line, audit.Head, error) {
	return p.Bot.Audit(ctx, from, n, p.by)
}
