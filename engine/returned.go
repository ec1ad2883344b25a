package engine

import (
	"slices"
	"time"

	"signoff/engine/approval"
	"signoff/engine/audit"
)

// A request that was sent back lies with its requester, whom nobody else can
// help. They are reminded as the stage reminds those whom it asks. If that does
// not help, whoever sent it back learns that nothing was changed; after that it
// is nobody's turn any more, and the request is one that waits in vain.

// sinceLast is how long after the last reminder the one who sent a request back
// is told.
const sinceLast = 24 * time.Hour

// longestReturned is how long a request lies with its requester, at most, before
// it counts as one that waits in vain, whatever reminders are to come.
const longestReturned = 7 * 24 * time.Hour

// returnReminders are when a requester is reminded, where the stage reminds
// nobody.
func returnReminders() []time.Duration { return []time.Duration{24 * time.Hour, 72 * time.Hour} }

func returnKey(run TaskRunID) EffectKey { return EffectKey("return/" + string(run)) }

// Returned is what somebody wants to be changed, by whom and since when; false
// if the request does not lie with its requester.
func (r *Request) Returned() (Remark, bool) {
	if r.Wanted == "" {
		return Remark{}, false
	}
	for _, c := range slices.Backward(r.Comments) {
		if c.Kind == Changes {
			return c, true
		}
	}
	return Remark{}, false
}

// chases are the moments at which somebody is told that a request still lies
// with its requester: they themselves, and at the last whoever sent it back.
func (r *Request) chases() []time.Time {
	back, ok := r.Returned()
	if !ok {
		return nil
	}
	after := r.stage().Remind
	if len(after) == 0 {
		after = returnReminders()
	}
	out := make([]time.Time, len(after), len(after)+1)
	for i, d := range after {
		out[i] = back.At.Add(d)
	}
	return append(out, out[len(out)-1].Add(sinceLast))
}

// Neglected reports whether a request lies with its requester for so long that
// nobody will be told any more, or a week.
func (r *Request) Neglected(now time.Time) bool {
	back, ok := r.Returned()
	return ok && (r.Chased >= len(r.chases()) || !now.Before(back.At.Add(longestReturned)))
}

// chaseLater owes the next word about a request that was sent back. Reminders
// whose time has passed are left out; the last word is not, and leaves time after
// a reminder that came late.
func (m *machine) chaseLater(run *TaskRun) {
	r, times := run.Request, run.Request.chases()
	last := len(times) - 1
	for r.Chased < last && !times[r.Chased].After(m.facts.Now) {
		r.Chased++
	}
	if r.Chased > last {
		return
	}
	who, at := m.next.Requester.Person, times[r.Chased]
	if r.Chased == last {
		back, _ := r.Returned()
		who = back.By.Person
		if !at.After(m.facts.Now) {
			at = m.facts.Now.Add(sinceLast)
		}
	}
	m.put(returnKey(run.ID), Effect{
		Due:  m.workHours(r.stage(), who, at),
		Work: ReturnReminder{Run: run.ID, N: r.Chased},
	})
}

// remindReturned reminds the requester of what they are to change; or, at the
// last or when they are not there any more, tells whoever wanted it. What falls
// outside their hours of work waits.
func (m *machine) remindReturned(c RemindReturned) error {
	run := m.run(c.Run)
	if run == nil || run.Request == nil || !run.Request.Open() || !m.alive(run) {
		return reject(Settled, "Nothing waits for this any more.")
	}
	r, times := run.Request, run.Request.chases()
	switch {
	case c.N != r.Chased || c.N >= len(times):
		return reject(Settled, "Nothing waits for this any more.")
	case m.facts.Now.Before(times[c.N]):
		return reject(TooEarly, "Nobody is reminded before %s.", clock(times[c.N]))
	}
	m.change.NotBefore = times[c.N]
	who, what := m.chased(run, c.N == len(times)-1)
	if what == NewsUnchanged {
		r.Chased = len(times) - 1
	}
	if len(who) == 1 {
		if later := m.workHours(r.stage(), who[0], m.facts.Now); later.After(m.facts.Now) {
			m.put(returnKey(run.ID), Effect{Due: later, Work: ReturnReminder{Run: c.Run, N: r.Chased}})
			return nil
		}
	}
	m.drop(returnKey(run.ID))
	for _, p := range who {
		m.tell(run, p, what, c.N)
	}
	if len(who) > 0 {
		m.record(audit.RequestReminded, run, itself(), map[string]any{
			"stage": r.stage().ID, "asked": names(who), "what": string(what), "reminder": c.N + 1, "digest": r.Digest,
		})
	}
	r.Chased++
	m.chaseLater(run)
	return nil
}

// chased are who is told that a request was not changed, and what: the requester;
// at the last, or if they are not there any more, whoever sent it back; if those
// are not, who could answer it; and if nobody could, the requester again.
func (m *machine) chased(run *TaskRun, last bool) ([]approval.PersonID, News) {
	there := func(p approval.PersonID) bool {
		one, known := m.people().People[p]
		return known && !one.Inactive
	}
	requester := m.next.Requester.Person
	if !last && there(requester) {
		return []approval.PersonID{requester}, NewsToChange
	}
	back, _ := run.Request.Returned()
	if there(back.By.Person) {
		return []approval.PersonID{back.By.Person}, NewsUnchanged
	}
	who := m.mayBe(run, run.Request.Asked[run.Request.Stage])
	if len(who) == 0 && there(requester) {
		return []approval.PersonID{requester}, NewsToChange
	}
	return who, NewsUnchanged
}

// chaseText is what an explanation says of a moment to come.
func (r *Request) chaseText(n int, d *approval.Directory, by Principal) string {
	back, _ := r.Returned()
	if n == len(r.chases())-1 {
		return d.Names([]approval.PersonID{back.By.Person}, "") + ", who sent it back, is told that it still waits"
	}
	text := d.Names([]approval.PersonID{by.Person}, "") + " is reminded to change it"
	if !r.stage().Urgent {
		text += ", in their working hours"
	}
	return text
}

// whileReturned is what happens to a request that was sent back if nothing is
// changed, in order.
func (m *machine) whileReturned(run *TaskRun) []approval.Event {
	r := run.Request
	var out []approval.Event
	for n, at := range r.chases() {
		if n >= r.Chased && at.After(m.facts.Now) && (r.Deadline.IsZero() || at.Before(r.Deadline)) {
			out = append(out, approval.Event{At: at, Kind: approval.Reminded, Text: r.chaseText(n, m.people(), m.next.Requester)})
		}
	}
	return out
}
