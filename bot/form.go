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

// Form returns the questions that a flow asks when it is started and these
// values were given so far, to whoever may start it. It refuses with a
// *engine.RejectionError.
func (b *Bot) Form(ctx context.Context, ref engine.FlowRef, given map[string]any, by engine.Principal) ([]flow.Field, error) {
	if !b.authorize(ctx, by, access.StartExecution, in(ref.Namespace)) {
		return nil, noFlowFor(ref, access.StartExecution)
	}
	rev, err := b.latest(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return nil, &engine.RejectionError{Code: engine.NotFound, Text: fmt.Sprintf("There is no flow %s.", ref)}
	} else if err != nil {
		return nil, err
	}
	facts, err := b.facts(ctx, rev)
	if err != nil {
		return nil, err
	}
	return engine.Form(rev.flow, given, facts)
}
