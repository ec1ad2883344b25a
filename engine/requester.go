package engine

import (
	"slices"
	"time"

	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// Role says for whom a copy is.
type Role string

// The roles. Most copies are for those who can answer, in a channel or alone.
const (
	ForApprovers Role = ""
	// ForRequester: the copy of whoever asked. Nobody answers on it.
	ForRequester Role = "requester"
)

// betweenNudges is how long a requester waits before they can remind people
// again.
const betweenNudges = time.Hour

// Nudge reminds those whose answer is missing, because the requester wants it.
type Nudge struct {
	Run TaskRunID
	By  Principal
}

func (Nudge) command() {}

// nudge tells everybody who is missing that the requester waits for them: at
// most once an hour, whatever the flow's own reminders are.
func (m *machine) nudge(c Nudge) error {
	run, err := m.asking(c.Run)
	if err != nil {
		return err
	}
	r := run.Request
	if err := m.stillOpen(run); err != nil {
		return err
	}
	next := r.Nudged.Add(betweenNudges)
	switch {
	case c.By.Person == "" || c.By.Person != m.next.Requester.Person:
		return reject(NotEligible, "Only %s, who made the request, can remind people of it.", m.next.Requester)
	case r.Wanted != "":
		return reject(NotAllowed, "It waits for you: change what was asked for, and ask anew.")
	case !r.Nudged.IsZero() && m.facts.Now.Before(next):
		return reject(NotAllowed, "You reminded them at %s. You can remind them again from %s.", clock(r.Nudged), clock(next))
	}
	var who []approval.PersonID
	for _, p := range waits(m.caseOf(run)) {
		if p = m.lacking(run, p); p != "" && p != c.By.Person && !slices.Contains(who, p) {
			who = append(who, p)
		}
	}
	if len(who) == 0 {
		return reject(NotAllowed, "Nobody is left who could answer now, so nobody was reminded.")
	}
	slices.Sort(who)
	m.intime(r)
	r.Nudged, r.Nudges = m.facts.Now, r.Nudges+1
	m.record(audit.RequestReminded, run, c.By, map[string]any{"stage": r.stage().ID, "asked": names(who), "digest": r.Digest})
	for _, p := range who {
		m.tell(run, p, NewsNudge, r.Nudges)
	}
	return nil
}

// begunByHand tells whether somebody waits for the answer: they started the
// execution themselves, or typed the flow's command. What a subflow asks is asked
// for whoever began the flow around it.
func (m *machine) begunByHand() bool {
	_, typed := m.next.Trigger["command"]
	return m.next.Trigger == nil || typed || m.next.Parent != nil
}

// requesterCopies lists the copies for whoever asked: where the flow says so, or
// else on every surface to which the request goes and on which they have an
// account, or where they began it. A namespace that wants none is heard unless
// the flow says where.
func (m *machine) requesterCopies(run *TaskRun, spec *flow.Pause) []Copy {
	who := m.next.Requester.Person
	if p, known := m.people().People[who]; !known || p.Inactive {
		return nil
	}
	var out []Copy
	add := func(surface string) {
		c := Copy{Surface: surface, Person: who, Role: ForRequester}
		asked := func(o Copy) bool { return o.Surface == surface && o.Person == who }
		if !slices.Contains(out, c) && !slices.ContainsFunc(run.Request.Copies, asked) {
			out = append(out, c)
		}
	}
	to, said := m.places(spec), false
	for _, d := range to {
		said = said || d.To == flow.Requester || d.Surface == flow.Requester
		if d.To == flow.Requester {
			add(d.Surface)
		}
	}
	silent := func(d flow.Destination) bool { return d.Surface == flow.Requester }
	if said = said || slices.ContainsFunc(m.facts.Deliver, silent); said || !m.begunByHand() {
		return out
	}
	for _, d := range to {
		if slices.Contains(m.facts.RequesterOn, d.Surface) {
			add(d.Surface)
		}
	}
	via := m.next.Requester.Via
	if !slices.ContainsFunc(to, func(d flow.Destination) bool { return slices.Contains(m.facts.RequesterOn, d.Surface) }) &&
		slices.Contains(m.facts.RequesterOn, via) {
		add(via)
	}
	return out
}

// places are the destinations that hold for a Pause.
func (m *machine) places(spec *flow.Pause) []flow.Destination {
	if spec.Deliver != nil {
		return spec.Deliver
	}
	return m.facts.Deliver
}
