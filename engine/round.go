package engine

import (
	"errors"
	"slices"
	"strings"
	"time"

	"signoff/engine/audit"
	"signoff/engine/flow"
)

// maxAskedAnew bounds how often one request is asked anew.
const maxAskedAnew = 20

// sendBack lays a request into its requester's hands, who is to change something.
// Nobody can answer it meanwhile; it can only be decided over everybody's heads.
func (m *machine) sendBack(c SendBack) error {
	run, err := m.asking(c.Run)
	if err != nil {
		return err
	}
	if err := m.takes(run, c.By, c.Version); err != nil {
		return err
	}
	if _, err := m.caseOf(run).May(c.By.Person); err != nil {
		return refused(err)
	}
	r, text := run.Request, strings.TrimSpace(c.Text)
	if err := m.maySendBack(run, text); err != nil {
		return err
	}
	m.intime(r)
	m.stageEnds(run)
	r.StageDue = time.Time{}
	r.Wanted, r.Chased = text, 0
	m.remark(run, c.By, Changes, text)
	m.record(audit.RequestReturned, run, c.By, map[string]any{"text": text, "digest": r.Digest, "version": c.Version})
	m.redraw(run)
	r.Since = r.Version
	m.tell(run, m.next.Requester.Person, NewsChanges, len(r.Comments)-1)
	m.chaseLater(run)
	return nil
}

func (m *machine) maySendBack(run *TaskRun, text string) error {
	r := run.Request
	switch {
	case len(r.Editable) == 0:
		return reject(NotAllowed, "The flow does not say what could be changed. Reject the request, or write `changes` into its approval.")
	case m.next.Requester.Person == "":
		return reject(NotAllowed, "A service made this request, so nobody could change it. Reject it instead.")
	case len(r.Rounds) >= maxAskedAnew:
		return reject(NotAllowed, "This request has been changed %d times already. Reject it, and start anew.", len(r.Rounds))
	case m.boundElsewhere(run):
		return reject(NotAllowed, "Something else in this execution was approved with the same inputs, so they cannot change any more. Reject the request, and start anew.")
	}
	return m.sayable(text, "Say what is to be changed.")
}

// boundElsewhere reports whether another request of the execution was let
// through: what it approved must not change any more.
func (m *machine) boundElsewhere(run *TaskRun) bool {
	return slices.ContainsFunc(m.next.Runs, func(o TaskRun) bool {
		return !o.Past && o.ID != run.ID && o.Request != nil && o.Request.passed()
	})
}

// resubmit asks anew with other inputs. What was approved before counts for
// nothing, and every old button is dead.
func (m *machine) resubmit(c Resubmit) error {
	run, err := m.asking(c.Run)
	if err != nil {
		return err
	}
	r, text := run.Request, strings.TrimSpace(c.Text)
	if err := m.stillOpen(run); err != nil {
		return err
	}
	switch {
	case c.By.Person == "" || c.By.Person != m.next.Requester.Person:
		return reject(NotEligible, "Only %s, who made the request, can change it.", m.next.Requester)
	case r.Wanted == "":
		return reject(NotAllowed, "Nobody asked for changes. Withdraw the request to start another one.")
	case m.boundElsewhere(run):
		return reject(NotAllowed, "Something else in this execution was approved with the same inputs, so they cannot change any more. Withdraw the request, and start anew.")
	}
	if text != "" {
		if err := m.sayable(text, ""); err != nil {
			return err
		}
	}
	if err := m.edit(r, c.Inputs); err != nil {
		return err
	}
	if text != "" {
		m.remark(run, c.By, Resubmitted, text)
	}
	m.intime(r)
	return m.askAll(run, c.By, "Changed by "+c.By.String()+".")
}

// edit changes inputs that may be changed.
func (m *machine) edit(r *Request, given map[string]any) error {
	var faults []flow.FieldError
	for name := range given {
		if !slices.Contains(r.Editable, name) {
			faults = append(faults, flow.FieldError{Field: name, Text: "cannot be changed; only " + strings.Join(r.Editable, ", ") + " can"})
		}
	}
	if len(faults) > 0 {
		slices.SortFunc(faults, func(a, b flow.FieldError) int { return strings.Compare(a.Field, b.Field) })
		return badInput(faults)
	}
	fields, err := m.fields(m.flow.Inputs, m.env(nil))
	if err != nil {
		return reject(BadInput, "The flow's inputs cannot be prepared: %v", err)
	}
	values, faults := flow.BindAgain(fields, m.meant(fields, given), m.next.Inputs, true)
	if len(faults) > 0 {
		return badInput(faults)
	}
	m.next.Inputs = values
	m.view = view{}
	return nil
}

// askAll asks a request anew, and every other that is open: each shows, or binds,
// what was changed.
func (m *machine) askAll(run *TaskRun, by Principal, why string) error {
	ids := []TaskRunID{run.ID}
	for i := range m.next.Runs {
		if o := &m.next.Runs[i]; o.ID != run.ID && !o.Past && o.Request != nil && o.Request.Open() && !o.State.Final() {
			ids = append(ids, o.ID)
		}
	}
	for _, id := range ids {
		if err := m.anew(m.run(id), by, why); err != nil {
			return reject(BadInput, "This could not be asked: %v", err)
		}
	}
	m.advance()
	return nil
}

// anew asks a request again, as it would be asked now. Its votes are history.
func (m *machine) anew(run *TaskRun, by Principal, why string) error {
	spec, old := m.spec(run), run.Request
	fresh, err := m.ask(run, spec)
	if err != nil {
		return err
	}
	m.stageEnds(run)
	m.record(audit.RequestSuperseded, run, by, map[string]any{"digest": old.Digest, "why": why, "round": len(old.Rounds) + 1})
	fresh.Version, fresh.Opened, fresh.Deadline = old.Version, old.Opened, old.Deadline
	fresh.Copies, fresh.Comments = old.Copies, old.Comments
	fresh.Log, fresh.Nudges, fresh.Nudged = old.Log, old.Nudges, old.Nudged
	fresh.Rounds = append(old.Rounds, Round{Digest: old.Digest, Responses: old.Responses, Moves: old.Moves, Ended: m.facts.Now, Why: why})
	fresh.Digest = m.digest(run, fresh)
	run.Request = fresh
	if !m.hasRoom(run) {
		run.Request = old
		return errors.New(tooMuch(run))
	}
	m.redraw(run)
	fresh.Since = fresh.Version
	if fresh.Auto != "" {
		m.autoApproved(run, spec)
		return nil
	}
	m.opens(run, spec)
	for _, p := range fresh.Asked[0] { // a card that is only redrawn says nothing
		m.tell(run, p, NewsAnew, len(fresh.Rounds)-1)
	}
	return nil
}
