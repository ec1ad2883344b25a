package engine

import (
	"errors"
	"slices"
	"strings"

	"signoff/engine/approval"
)

// mayOverride reports whether a person may decide over the heads of those who
// are asked. The right to is the shell's to check. Nobody does it for their own
// request, and nobody whom the flow excludes, nor who stands in for one of them.
func (m *machine) mayOverride(run *TaskRun, c Respond) error {
	switch {
	case m.spec(run).NoOverride:
		return reject(NotAllowed, "The flow does not let anybody override this request.")
	case m.next.Asked(c.By.Person):
		return reject(OwnRequest, "This is your own request, so you cannot override it. Ask somebody else who has the right to.")
	case strings.TrimSpace(c.Override) == "":
		return reject(NotAllowed, "Say why you override the request.")
	case len(c.Override) > maxSaid:
		return reject(NotAllowed, "The reason is longer than %d KiB. Shorten it.", maxSaid>>10)
	}
	as := m.caseOf(run)
	if of := as.ActsFor(c.By.Person); of != "" {
		return reject(NotEligible, "You stand in for %s, who may not decide this, so you cannot override it. Ask somebody else who has the right to.",
			m.people().Names([]approval.PersonID{of}, ""))
	}
	as.Votes, as.Moves = nil, nil // it is not a vote
	_, err := as.May(c.By.Person)
	if no, ok := errors.AsType[*approval.RefusalError](err); ok && bars(no.Kind) {
		return refused(err)
	}
	return nil
}

// bars reports whether a refusal says who somebody is, and not only that they
// were not asked.
func bars(k approval.RefusalKind) bool {
	switch k {
	case approval.NotEligible, approval.AlreadyAnswered, approval.SeatTaken, approval.Moved, approval.BadMove:
		return false
	case approval.UnknownPerson, approval.InactivePerson, approval.OwnRequest, approval.Excluded,
		approval.Author, approval.StandIn, approval.Unverified:
	}
	return true
}

// overridden approves a request because one person said so, and tells everybody
// who was asked or had a say, and the requester.
func (m *machine) overridden(run *TaskRun, c Respond) {
	r := run.Request
	n := len(r.Responses) - 1
	outcome := Approved
	if c.Verdict == None {
		outcome = Answered
	}
	for _, p := range r.involved(m.next.Requester.Person) {
		if p != c.By.Person && p != "" {
			m.tell(run, p, NewsOverride, n)
		}
	}
	m.decided(run, ending{outcome: outcome, by: c.By, state: Success})
}

// involved is everybody who was asked, answered or said something, in any stage,
// and some others: each once.
func (r *Request) involved(out ...approval.PersonID) []approval.PersonID {
	for _, stage := range r.Asked {
		out = append(out, stage...)
	}
	for _, mv := range r.Moves {
		if mv.To != "" {
			out = append(out, mv.To)
		}
	}
	for _, a := range r.Responses {
		out = append(out, a.By.Person)
	}
	for _, c := range r.Comments {
		out = append(out, c.By.Person)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Overridden returns the answer that decided a request over the heads of those
// who were asked, if one did.
func (r *Request) Overridden() (Response, bool) {
	if n := len(r.Responses); n > 0 && !r.Open() && r.Responses[n-1].Override != "" {
		return r.Responses[n-1], true
	}
	return Response{}, false
}
