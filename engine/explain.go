package engine

import (
	"errors"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// Explain says who can answer a request now and who cannot, what is missing and
// what happens when nobody answers; as is who asks "can I?", or empty. It agrees
// with [MayRespond] on the request as it stands, and reports false if the run
// asks nobody.
func Explain(f *flow.Flow, x Execution, run TaskRunID, facts Facts, as approval.PersonID) (approval.Explanation, bool) {
	c, ok := CaseOf(f, x, run, facts)
	if !ok {
		return approval.Explanation{}, false
	}
	m := &machine{flow: f, facts: facts, next: x}
	at := m.run(run)
	// Whoever it is, on the request as it stands.
	anybody := Principal{Person: c.Requester}
	if anybody.Person == "" {
		anybody.Person = "somebody"
	}
	if no, refused := errors.AsType[*RejectionError](m.takes(at, anybody, at.Request.Version)); refused {
		e := approval.Explanation{}.Shut(no.Text, as)
		e.Next = m.whileReturned(at)
		return e, true
	}
	return c.Explain(as), true
}
