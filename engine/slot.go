package engine

import (
	"fmt"

	"signoff/engine/audit"
	"signoff/engine/flow"
)

// A flow may bound how many of its executions run at once. One that runs holds a
// slot. With releaseOnPause it gives the slot back while all that it does is
// wait at a Pause; once somebody decided, it takes a slot again, and waits in
// the queue if none is free: the limit holds always. A person who answered is
// told so at once, for the answer is recorded whatever the queue.

// lacksSlot reports whether a slot is needed before anything may begin.
func (m *machine) lacksSlot() bool { return m.flow.Concurrency != nil && !m.next.Slot }

// takeSlot takes a slot if one is free. If not, it does what the flow says; an
// execution that has begun is never given up for it.
func (m *machine) takeSlot(before State) bool {
	limit := m.flow.Concurrency
	if !m.facts.Full {
		m.seize(limit.Limit)
		return true
	}
	behavior := limit.Behavior
	if len(m.next.Runs) > 0 {
		behavior = flow.ConcurrencyQueue
	}
	why := fmt.Sprintf("The limit of this flow's executions at once (%d) is reached.", limit.Limit)
	switch behavior {
	case flow.ConcurrencyCancel:
		m.end(Cancelled, why)
	case flow.ConcurrencyFail:
		m.end(Failed, why)
	case flow.ConcurrencyQueue, "":
		if before != Queued {
			m.record(audit.ExecutionQueued, nil, itself(), map[string]any{"limit": limit.Limit})
		}
		m.next.State = Queued
		// A slot may have become free while this was decided.
		m.put("dequeue", Effect{Work: Dequeue{}})
	default:
		panic("engine: unknown concurrency behavior " + string(behavior))
	}
	return false
}

// seize takes one slot of so many; with 0 it is taken above the limit.
func (m *machine) seize(limit int) {
	m.next.Slot = true
	m.change.Slots = limit
	m.begins()
}

// begins notes that the execution begins, or begins again, and what it promised.
func (m *machine) begins() {
	if m.next.Began.IsZero() {
		m.next.Began = m.facts.Now
		m.promise()
	}
}

// freeSlot gives the slot back and lets the next in the queue know.
func (m *machine) freeSlot() {
	if m.next.Slot {
		m.next.Slot = false
		m.change.Slots = 0
		m.put("dequeue", Effect{Work: Dequeue{}})
	}
}

// releaseSlot gives the slot back while nothing is done but wait for people.
func (m *machine) releaseSlot() {
	c := m.flow.Concurrency
	if c != nil && c.ReleasePaused && m.next.State == Paused && !m.next.Held && !m.working() {
		m.freeSlot()
	}
}

// admit lets a queued execution go on.
func (m *machine) admit(c Admit) error {
	switch {
	case m.next.State != Queued:
		return reject(Settled, "The execution does not wait in the queue.")
	case m.facts.Full && !c.Forced:
		return reject(Settled, "No slot is free yet.")
	}
	limit := 0
	if l := m.flow.Concurrency; l != nil && !c.Forced {
		limit = l.Limit
	}
	m.record(audit.ExecutionAdmitted, nil, c.By, map[string]any{"forced": c.Forced})
	m.next.State = Running
	m.seize(limit)
	m.advance()
	return nil
}
