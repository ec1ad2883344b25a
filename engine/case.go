package engine

import (
	"slices"
	"time"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// CaseOf returns a request, open or closed, as the rules see it: for what
// explains who may answer. It reports false if the run asks nobody.
func CaseOf(f *flow.Flow, x Execution, run TaskRunID, facts Facts) (approval.Case, bool) {
	m := &machine{flow: f, facts: facts, next: x}
	at := m.run(run)
	if at == nil || at.Request == nil {
		return approval.Case{}, false
	}
	c, r := m.caseOf(at), at.Request
	c.Times = approval.Times{Began: r.StageAt, StageDue: r.StageDue, Deadline: r.Deadline, Silence: approval.SilenceFails}
	if t := m.task(at); t != nil && isGate(t) {
		if b := m.behaviorOf(at); b != "" {
			c.Times.Silence = approval.Silence(b)
		}
	}
	return c, true
}

// caseOf is the request of a run as the rules see it.
func (m *machine) caseOf(run *TaskRun) approval.Case {
	r := run.Request
	return approval.Case{
		Policy: r.Policy, People: m.people(), Requester: m.next.Requester.Person, Author: r.Author,
		Origin: People(m.next.Origin), Restarted: People(m.next.Restarted),
		Stage: r.Stage, Asked: r.Asked, Votes: r.Votes(), Moves: r.Moves, Now: m.facts.Now,
	}
}

// mayBe is who could answer now, of those given, in their order.
func (m *machine) mayBe(run *TaskRun, people []approval.PersonID) []approval.PersonID {
	c := m.caseOf(run)
	var out []approval.PersonID
	for _, p := range people {
		if _, err := c.May(p); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// waits are those whose answers a stage waits for: each once, sorted.
func waits(c approval.Case) []approval.PersonID {
	var out []approval.PersonID
	for _, gap := range c.Missing() {
		out = append(out, gap.Waiting...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lastCall is when answers stop being taken; zero is never.
func (r *Request) lastCall() time.Time {
	if !r.StageDue.IsZero() && (r.Deadline.IsZero() || r.StageDue.Before(r.Deadline)) {
		return r.StageDue
	}
	return r.Deadline
}
