package bot

import (
	"context"
	"errors"
	"fmt"

	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/flow"
	"signoff/store"
)

// StartRequest asks for an execution of the latest revision of a flow.
type StartRequest struct {
	Namespace string
	Flow      string
	Inputs    map[string]any
	Labels    map[string]string
	By        engine.Principal
	// Once, if not empty, names the request: a second one with it is
	// [store.ErrSeen]. Evidence is told in the trail.
	Once     string
	Evidence string
}

// Start begins an execution and goes as far as it can without the outside. It
// refuses with a *engine.RejectionError.
func (b *Bot) Start(ctx context.Context, r StartRequest) (engine.Execution, error) {
	ref := engine.FlowRef{Namespace: r.Namespace, ID: r.Flow}
	if !b.authorize(ctx, r.By, access.StartExecution, in(r.Namespace)) {
		return engine.Execution{}, noFlowFor(ref, access.StartExecution)
	}
	rev, err := b.latest(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return engine.Execution{}, &engine.RejectionError{
			Code: engine.NotFound, Text: fmt.Sprintf("There is no flow %s.", ref),
		}
	} else if err != nil {
		return engine.Execution{}, err
	}
	inputs, err := b.prepared(ctx, flow.Blank(rev.flow.Inputs), r.Inputs)
	if err != nil {
		return engine.Execution{}, err
	}
	cmd := engine.Start{Inputs: inputs, Labels: r.Labels, By: r.By, Evidence: r.Evidence}
	return b.begin(ctx, rev, cmd, func(engine.ExecutionID) store.Commit { return store.Commit{Once: r.Once} })
}

// latest returns the latest revision; the store knows its number.
func (b *Bot) latest(ctx context.Context, ref engine.FlowRef) (revision, error) {
	ref.Revision = 0
	return b.revision(ctx, ref)
}
