package engine

import (
	"errors"
	"fmt"
	"strings"

	"signoff/engine/approval"
	"signoff/engine/audit"
)

// maxMoves bounds how often one round of a request may move; maxSaid how long a
// text about it may be, in bytes.
const (
	maxMoves = 100
	maxSaid  = 4 << 10
)

// move hands a question on. The exclusions hold over it: [approval.Case.May] is
// asked again when somebody answers.
func (m *machine) move(c Move) error {
	run, err := m.asking(c.Run)
	if err != nil {
		return err
	}
	if err := m.takes(run, c.By, c.Version); err != nil {
		return err
	}
	r, mv := run.Request, c.Move
	mv.Stage, mv.By, mv.At, mv.Reason = r.Stage, c.By.Person, m.facts.Now, strings.TrimSpace(mv.Reason)
	mv.Who, mv.Replace = nil, false
	if mv.From == "" {
		mv.From = c.By.Person
	}
	if err := m.mayMove(run, mv, c.Operator); err != nil {
		return err
	}
	r.Moves = append(r.Moves, mv)
	m.intime(r)
	m.record(moveEvent(mv.Kind), run, c.By, moved(r, mv))
	m.redraw(run)
	m.bring(run, mv.To, NewsMoved)
	m.remindLater(run, mv.To)
	if mv.Kind == approval.Reassigned {
		m.remindNever(run, mv.From)
		if mv.From != c.By.Person {
			m.tell(run, mv.From, NewsTaken, len(r.Moves)-1)
		}
	}
	return nil
}

func (m *machine) mayMove(run *TaskRun, mv approval.Move, operator bool) error {
	r := run.Request
	switch {
	case mv.Kind != approval.Delegated && mv.Kind != approval.Reassigned:
		return reject(NotAllowed, "A question can be delegated or reassigned, and nothing else.")
	case mv.Kind == approval.Reassigned && !mv.Until.IsZero():
		return reject(NotAllowed, "A seat is reassigned for good. Delegate it to hand it on for a time.")
	case len(mv.Reason) > maxSaid:
		return reject(NotAllowed, "The reason is longer than %d KiB. Shorten it.", maxSaid>>10)
	case len(r.Moves) >= maxMoves:
		return reject(NotAllowed, "This request has been handed on %d times already. Ask an operator to cancel it and start it anew.", len(r.Moves))
	}
	var err error
	if c := m.caseOf(run); operator {
		err = c.MayForce(mv)
	} else {
		err = c.MayMove(mv.By, mv)
	}
	if err != nil {
		return refused(err)
	}
	return nil
}

func moveEvent(k approval.MoveKind) audit.Event {
	switch k {
	case approval.Delegated:
		return audit.RequestDelegated
	case approval.Reassigned:
		return audit.RequestReassigned
	case approval.Escalated:
		return audit.RequestEscalated
	}
	panic("engine: unknown kind of move " + string(k))
}

func moved(r *Request, mv approval.Move) map[string]any {
	data := map[string]any{"stage": r.stage().ID, "from": string(mv.From), "to": string(mv.To), "digest": r.Digest}
	if !mv.Until.IsZero() {
		data["until"] = stamp(mv.Until)
	}
	if mv.Reason != "" {
		data["reason"] = mv.Reason
	}
	return data
}

// refused turns the rules' refusal into the person's.
func refused(err error) error {
	r, ok := errors.AsType[*approval.RefusalError](err)
	if !ok {
		return fmt.Errorf("check who may answer: %w", err)
	}
	return &RejectionError{Code: codeOf(r.Kind), Text: r.Text}
}
