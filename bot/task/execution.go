package task

import (
	"context"

	"signoff/engine"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// resume answers, as a service, what another execution waits for. What people
// are asked, only people answer.
func (x *run) resume(ctx context.Context, spec *flow.ResumeExecution) error {
	id, err := x.other(spec.Execution)
	if err != nil {
		return err
	}
	values := map[string]any{}
	if spec.Inputs != nil {
		v, err := spec.Inputs.Eval(x.env)
		if err != nil {
			return about("inputs", evalProblem(err))
		}
		m, ok := v.(map[string]any)
		if !ok {
			return problemf("inputs must be a map")
		}
		values = x.mask.values(m)
	}
	return refused(x.Executions.Resume(ctx, x.caller(), id, values))
}

// kill ends another execution.
func (x *run) kill(ctx context.Context, spec *flow.KillExecution) error {
	id, err := x.other(spec.Execution)
	if err != nil {
		return err
	}
	return refused(x.Executions.Kill(ctx, x.caller(), id))
}

// other renders the id of another execution.
func (x *run) other(t *expr.Template) (engine.ExecutionID, error) {
	if x.Executions == nil {
		return "", problemf("other executions cannot be reached from here")
	}
	id, err := x.renderOr(t, "")
	switch {
	case err != nil:
		return "", about("executionId", err)
	case id == "":
		return "", problemf("executionId is empty")
	case engine.ExecutionID(id) == x.call.Execution:
		return "", problemf("executionId names this execution itself")
	}
	return engine.ExecutionID(id), nil
}
