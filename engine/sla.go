package engine

import (
	"slices"
	"time"

	"signoff/engine/audit"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// promise puts the timers of what the flow promises about its duration.
func (m *machine) promise() {
	for i := range m.flow.SLA {
		if s := &m.flow.SLA[i]; s.Kind == flow.SLAMaxDuration && !m.breached(s) {
			m.put(promiseKey(s), Effect{Due: m.promised(s), Work: Timer{}})
		}
	}
}

func (m *machine) dropPromises() {
	for i := range m.flow.SLA {
		if s := &m.flow.SLA[i]; s.Kind == flow.SLAMaxDuration {
			m.drop(promiseKey(s))
		}
	}
}

func promiseKey(s *flow.SLA) EffectKey { return EffectKey("timer/sla/" + s.ID) }

func (m *machine) promised(s *flow.SLA) time.Time { return m.next.Began.Add(s.Duration) }

func (m *machine) breached(s *flow.SLA) bool { return slices.Contains(m.next.Breached, s.ID) }

// overdue takes the timer of a promise: the execution runs longer than it
// should.
func (m *machine) overdue() error {
	if m.next.State.Final() || m.next.Began.IsZero() {
		return reject(Settled, "The execution has ended; its promise was kept.")
	}
	var next time.Time
	late := false
	for i := range m.flow.SLA {
		s := &m.flow.SLA[i]
		if s.Kind != flow.SLAMaxDuration || m.breached(s) || m.next.State.Final() {
			continue
		}
		due := m.promised(s)
		if m.facts.Now.Before(due) {
			next = due
			continue
		}
		late = true
		if due.After(m.change.NotBefore) {
			m.change.NotBefore = due
		}
		m.drop(promiseKey(s))
		m.breach(s, "The execution runs longer than "+s.Duration.String()+".")
	}
	switch {
	case !late && next.IsZero():
		return reject(Settled, "Nothing waits for this timer any more.")
	case !late:
		return reject(TooEarly, "This timer is not due before %s.", clock(next))
	}
	if !m.next.State.Final() {
		m.advance()
	}
	return nil
}

// assertions checks what the flow promises about its state. One that cannot be
// evaluated yet, because it names what has not run, is not broken yet.
func (m *machine) assertions() {
	if m.next.State.Final() || m.next.Began.IsZero() {
		return
	}
	broken := false
	for i := range m.flow.SLA {
		s := &m.flow.SLA[i]
		if s.Kind != flow.SLAAssertion || s.Assert == nil || m.breached(s) || m.next.State.Final() {
			continue
		}
		v, err := s.Assert.Eval(m.env(nil))
		if err != nil || expr.Truthy(v) {
			continue
		}
		m.breach(s, "The assertion "+s.Assert.Source()+" is not true.")
		broken = true
	}
	if broken && !m.next.State.Final() {
		m.pass(m.next.Held || m.lacksSlot())
	}
}

// breach does what follows when a promise is broken, once.
func (m *machine) breach(s *flow.SLA, why string) {
	m.next.Breached = append(slices.Clip(m.next.Breached), s.ID)
	why = "The SLA " + s.ID + " was broken. " + why
	m.record(audit.SLABreached, nil, itself(), map[string]any{"sla": s.ID, "behavior": string(s.Behavior), "problem": why})
	if merged, problem := merge(m.next.Labels, s.Labels); problem == "" {
		m.relabelled(merged)
	}
	switch s.Behavior {
	case flow.SLANone:
	case flow.SLACancel:
		m.stop(Cancelled, itself(), why)
	case flow.SLAFail:
		// What runs fails; the flow's errors and finally follow as after any
		// failure.
		if !m.stopRuns(Failed, itself(), why) {
			m.end(Failed, why)
		}
	default:
		panic("engine: unknown sla behavior " + string(s.Behavior))
	}
}
