package story

import "context"

// act does something to an execution as a whole.
func (w *world) act(_ context.Context, a *Act) error {
	w.fail(a.Pos, "%s cannot be told yet", a.Verb)
	return nil
}
