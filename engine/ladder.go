package engine

import (
	"slices"
	"strconv"
	"time"

	"signoff/engine/approval"
	"signoff/engine/audit"
)

// A stage may have an end of its own, reminders, and a ladder of others who are
// asked when nobody answers. Of each, only the next is owed: one timer, one rung,
// and one reminder for each person.

func stageKey(run TaskRunID) EffectKey { return EffectKey("stage/" + string(run)) }

func climbKey(run TaskRunID) EffectKey { return EffectKey("climb/" + string(run)) }

func remindKey(run TaskRunID, who approval.PersonID) EffectKey {
	return EffectKey("remind/" + string(run) + "/" + string(who))
}

// stage is the one that is asked.
func (r *Request) stage() *approval.Stage { return &r.Policy.Stages[r.Stage] }

// stageBegins notes when the stage that is asked began, and owes what belongs to
// its time.
func (m *machine) stageBegins(run *TaskRun) {
	r := run.Request
	s := r.stage()
	r.StageAt, r.StageDue, r.Reminded = m.facts.Now, time.Time{}, nil
	if s.Within > 0 {
		r.StageDue = r.StageAt.Add(s.Within)
		m.put(stageKey(run.ID), Effect{Due: r.StageDue, Work: StageTimer{Run: run.ID, Stage: r.Stage}})
	}
	m.climbLater(run, 0)
	m.remindAll(run, r.Asked[r.Stage])
}

// stageEnds takes back what is owed for the stage that was asked.
func (m *machine) stageEnds(run *TaskRun) {
	r := run.Request
	if r.Stage >= len(r.Policy.Stages) {
		return
	}
	if r.Wanted != "" {
		m.drop(returnKey(run.ID))
	}
	if !r.StageDue.IsZero() {
		m.drop(stageKey(run.ID))
	}
	if len(r.stage().Escalate) > 0 {
		m.drop(climbKey(run.ID))
	}
	for _, p := range r.Reminded {
		m.drop(remindKey(run.ID, p))
	}
	r.Reminded = nil
}

// stageOver ends a request whose stage took too long. A timer that comes after
// the stage settles and does nothing.
func (m *machine) stageOver(c StageOver) error {
	run := m.run(c.Run)
	if !m.asks(run, c.Stage) || run.Request.StageDue.IsZero() {
		return reject(Settled, "Nothing waits for this timer any more.")
	}
	due := run.Request.StageDue
	if m.facts.Now.Before(due) {
		return reject(TooEarly, "This stage may take until %s.", clock(due))
	}
	m.change.NotBefore = due
	t := m.task(run)
	state, why := m.silence(run), "Nobody decided before "+clock(due)+"."
	if state == Success {
		why = ""
	}
	m.close(run, ending{outcome: Expired, by: itself(), state: state, why: why})
	m.gateEnds(t, run, state, why)
	m.advance()
	return nil
}

// asks reports whether a run waits for the answers of a stage.
func (m *machine) asks(run *TaskRun, stage int) bool {
	return run != nil && run.Request != nil && run.Request.Open() && m.alive(run) &&
		run.Request.Stage == stage && run.Request.Wanted == ""
}

// climbLater owes a rung of the ladder, if it has so many.
func (m *machine) climbLater(run *TaskRun, n int) {
	r := run.Request
	if ladder := r.stage().Escalate; n < len(ladder) {
		due := r.StageAt.Add(ladder[n].After)
		m.put(climbKey(run.ID), Effect{Due: due, Work: Climb{Run: run.ID, Stage: r.Stage, N: n}})
	}
}

// escalate asks the people of a rung, because nobody decided before.
func (m *machine) escalate(c Escalate) error {
	run := m.run(c.Run)
	if !m.asks(run, c.Stage) || c.N < 0 || c.N >= len(run.Request.stage().Escalate) || m.climbed(run) != c.N {
		return reject(Settled, "Nothing waits for this any more.")
	}
	r := run.Request
	rung := r.stage().Escalate[c.N]
	due := r.StageAt.Add(rung.After)
	if m.facts.Now.Before(due) {
		return reject(TooEarly, "Nobody else is asked before %s.", clock(due))
	}
	m.change.NotBefore = due
	for _, sel := range rung.To {
		if _, bad := m.people().Unsure[sel]; bad {
			m.unread = "signoff could not read who is in " + sel.String() + "."
		}
	}
	m.drop(climbKey(run.ID))
	before := waits(m.caseOf(run))
	r.Moves = append(r.Moves, approval.Move{
		Kind: approval.Escalated, Stage: r.Stage, Who: rung.To, Replace: rung.Replace, At: m.facts.Now,
	})
	asked := m.mayBe(run, m.people().Seats(rung.To, m.next.Requester.Person))
	m.record(audit.RequestEscalated, run, itself(), map[string]any{
		"stage": r.stage().ID, "asked": names(asked), "replace": rung.Replace, "digest": r.Digest,
	})
	m.takenFrom(run, before)
	m.redraw(run)
	for _, p := range asked {
		m.bring(run, p, NewsEscalated)
	}
	m.remindAll(run, asked)
	m.climbLater(run, c.N+1)
	return nil
}

// takenFrom tells those who were waited for and are not any more, and reminds
// them no longer. A rung that names nobody takes nothing from anybody.
func (m *machine) takenFrom(run *TaskRun, before []approval.PersonID) {
	after := waits(m.caseOf(run))
	for _, p := range before {
		if !slices.Contains(after, p) {
			m.remindNever(run, p)
			m.tell(run, p, NewsTaken, len(run.Request.Moves)-1)
		}
	}
}

// climbed counts the rungs that were climbed in the stage that is asked.
func (m *machine) climbed(run *TaskRun) int {
	n := 0
	for _, mv := range run.Request.Moves {
		if mv.Kind == approval.Escalated && mv.Stage == run.Request.Stage {
			n++
		}
	}
	return n
}

// bring gives somebody who is asked from now on a copy of their own; or a word,
// where the flow sends none to approvers.
func (m *machine) bring(run *TaskRun, who approval.PersonID, what News) {
	told := false
	for _, c := range m.wanted(m.spec(run), []approval.PersonID{who}) {
		if c.Person != "" && len(run.Request.Copies) < 2*maxCopies {
			m.addCopy(run, c)
			told = true
		}
	}
	if !told {
		m.tell(run, who, what, max(len(run.Request.Moves)-1, 0))
	}
}

// tell owes a person a word.
func (m *machine) tell(run *TaskRun, who approval.PersonID, what News, n int) {
	key := "tell/" + string(run.ID) + "/" + string(who) + "/" + string(what) + "/" + strconv.Itoa(n)
	m.put(EffectKey(key), Effect{Work: Tell{Run: run.ID, Person: who, What: what, N: n}})
}

// remindAll owes the next reminder of each, if the stage reminds.
func (m *machine) remindAll(run *TaskRun, people []approval.PersonID) {
	for _, p := range people {
		m.remindLater(run, p)
	}
}

// remindLater owes a person the next reminder that lies ahead, in their hours of
// work.
func (m *machine) remindLater(run *TaskRun, who approval.PersonID) {
	r := run.Request
	s := r.stage()
	n := slices.IndexFunc(s.Remind, func(d time.Duration) bool { return r.StageAt.Add(d).After(m.facts.Now) })
	if n < 0 {
		m.remindNever(run, who)
		return
	}
	if !slices.Contains(r.Reminded, who) {
		if len(r.Reminded) >= 2*maxCopies {
			return
		}
		r.Reminded = append(r.Reminded, who)
	}
	m.put(remindKey(run.ID, who), Effect{
		Due:  m.workHours(s, who, r.StageAt.Add(s.Remind[n])),
		Work: Reminder{Run: run.ID, Stage: r.Stage, N: n, Person: who},
	})
}

// remindNever ends the reminders of a person.
func (m *machine) remindNever(run *TaskRun, who approval.PersonID) {
	r := run.Request
	if !slices.Contains(r.Reminded, who) {
		return
	}
	m.drop(remindKey(run.ID, who))
	r.Reminded = slices.DeleteFunc(slices.Clone(r.Reminded), func(p approval.PersonID) bool { return p == who })
}

// workHours is when a person may be reminded: not before a moment, and in their
// hours of work.
func (m *machine) workHours(s *approval.Stage, who approval.PersonID, at time.Time) time.Time {
	if s.Urgent {
		return at
	}
	return approval.NextWorking(m.people().People[who].Hours, at)
}

// remind tells somebody that their answer is waited for. What falls outside
// their hours of work waits; who needs no reminder any more gets none.
func (m *machine) remind(c Remind) error {
	run := m.run(c.Run)
	if !m.asks(run, c.Stage) || !slices.Contains(run.Request.Reminded, c.Person) ||
		c.N < 0 || c.N >= len(run.Request.stage().Remind) {
		return reject(Settled, "Nothing waits for this any more.")
	}
	r := run.Request
	s := r.stage()
	due := r.StageAt.Add(s.Remind[c.N])
	if m.facts.Now.Before(due) {
		return reject(TooEarly, "Nobody is reminded before %s.", clock(due))
	}
	m.change.NotBefore = due
	who := m.lacking(run, c.Person)
	if later := m.workHours(s, who, m.facts.Now); who != "" && later.After(m.facts.Now) {
		m.put(remindKey(run.ID, c.Person), Effect{Due: later, Work: Reminder(c)})
		return nil
	}
	m.drop(remindKey(run.ID, c.Person))
	if who != "" {
		m.tell(run, who, NewsReminder, c.N)
		m.record(audit.RequestReminded, run, itself(), map[string]any{
			"stage": s.ID, "person": string(who), "reminder": c.N + 1, "digest": r.Digest,
		})
	}
	m.remindLater(run, c.Person)
	return nil
}

// lacking is who should be reminded of a seat: its owner, or who stands in for
// them; empty if their answer is not waited for.
func (m *machine) lacking(run *TaskRun, who approval.PersonID) approval.PersonID {
	c := m.caseOf(run)
	if away, ok := m.people().Absent[who]; ok && away.Covers(m.facts.Now) && away.StandIn != "" {
		if _, err := c.May(away.StandIn); err == nil {
			return away.StandIn
		}
	}
	if _, err := c.May(who); err == nil {
		return who
	}
	return ""
}
