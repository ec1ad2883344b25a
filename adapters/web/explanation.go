package web

import (
	"context"
	"errors"

	"signoff/engine"
)

// explanations are sentences about who can decide, by the run that asks.
type explanations map[engine.TaskRunID][]string

// explained asks of each open request who can decide it.
func (s *server) explained(ctx context.Context, x engine.Execution) (explanations, error) {
	out := explanations{}
	for _, t := range x.Runs {
		if t.Request == nil || !t.Request.Open() {
			continue
		}
		e, err := s.Service.Explain(ctx, engine.NewRequestID(x.ID, t.ID))
		if no, ok := errors.AsType[*engine.RejectionError](err); ok && no.Code == engine.NotFound {
			continue // it went away meanwhile
		}
		if err != nil {
			return nil, err
		}
		for _, line := range e.Lines() {
			out[t.ID] = append(out[t.ID], clean(line))
		}
	}
	return out, nil
}
