package engine

import "signoff/engine/flow"

// Form returns the questions that a flow asks when it is started and these
// values were given so far, with texts, defaults and choices rendered. What
// waits for an answer that is missing is not among them.
func Form(f *flow.Flow, given map[string]any, facts Facts) ([]flow.Field, error) {
	fields, err := Questions(f, facts)
	if err != nil {
		return nil, err
	}
	return flow.Enabled(fields, given), nil
}

// Questions returns all questions that a flow may ask when it is started,
// whatever is answered; see [flow.Enabled].
func Questions(f *flow.Flow, facts Facts) ([]flow.Field, error) {
	m := &machine{flow: f, facts: facts, next: Execution{
		Flow: FlowRef{Namespace: f.Namespace, ID: f.ID}, State: Created, Started: facts.Now,
	}}
	fields, err := flow.Fields(f.Inputs, m.env(nil))
	if err != nil {
		return nil, reject(BadInput, "The flow's inputs cannot be prepared: %v", err)
	}
	return fields, nil
}
