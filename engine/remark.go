package engine

import (
	"errors"
	"strings"

	"signoff/engine/approval"
	"signoff/engine/audit"
)

// maxRemarks bounds the questions and replies about one request. What a move
// says, such as a withdrawal, is not one of them: nobody can talk so much that
// the request cannot be sent back.
const maxRemarks = 100

// comment takes a question about a request, or the requester's reply. It changes
// nothing about who may answer.
func (m *machine) comment(c Comment) error {
	run, err := m.asking(c.Run)
	if err != nil {
		return err
	}
	r, text := run.Request, strings.TrimSpace(c.Text)
	if err := m.stillOpen(run); err != nil {
		return err
	}
	if c.By.Person == "" {
		return reject(NotEligible, "Only a person can ask, and signoff does not know who you are.")
	}
	kind, err := m.voice(run, c.By)
	if err != nil {
		return err
	}
	if err := m.sayable(text, "Write what you want to say."); err != nil {
		return err
	}
	if n := r.talk(); n >= maxRemarks {
		return reject(NotAllowed, "There are %d comments already, and no more are possible.", n)
	}
	m.remark(run, c.By, kind, text)
	if !m.hasRoom(run) {
		return reject(NotAllowed, "The execution holds as much as it can. Say it elsewhere, and link it.")
	}
	m.record(audit.RequestCommented, run, c.By, map[string]any{"kind": string(kind), "text": text, "digest": r.Digest})
	m.redraw(run)
	for _, p := range m.hearers(run, c.By, kind) {
		m.tell(run, p, newsOf(kind), len(r.Comments)-1)
	}
	return nil
}

func newsOf(kind RemarkKind) News {
	if kind == Reply {
		return NewsReply
	}
	return NewsQuestion
}

// voice says as what somebody speaks: the requester replies; who can answer, or
// has answered, asks.
func (m *machine) voice(run *TaskRun, by Principal) (RemarkKind, error) {
	if by.Person == m.next.Requester.Person {
		return Reply, nil
	}
	_, err := m.caseOf(run).May(by.Person)
	no, ok := errors.AsType[*approval.RefusalError](err)
	switch {
	case err == nil, ok && (no.Kind == approval.AlreadyAnswered || no.Kind == approval.SeatTaken):
		return Question, nil
	case ok:
		return "", refused(err)
	}
	return "", err
}

// hearers are those who are told of a remark: the requester of a question, and
// of a reply whoever asked last.
func (m *machine) hearers(run *TaskRun, by Principal, kind RemarkKind) []approval.PersonID {
	if kind == Question {
		if p := m.next.Requester.Person; p != "" {
			return []approval.PersonID{p}
		}
		return nil
	}
	said := run.Request.Comments
	for i := len(said) - 2; i >= 0; i-- {
		if q := said[i]; q.By.Person != by.Person && q.By.Person != "" {
			return []approval.PersonID{q.By.Person}
		}
	}
	return nil
}

// remark keeps what was said.
func (m *machine) remark(run *TaskRun, by Principal, kind RemarkKind, text string) {
	r := run.Request
	r.Comments = append(r.Comments, Remark{By: by, At: m.facts.Now, Kind: kind, Text: text})
}

// talk counts the questions and replies.
func (r *Request) talk() int {
	n := 0
	for _, c := range r.Comments {
		if c.Kind == Question || c.Kind == Reply {
			n++
		}
	}
	return n
}

// sayable reports why a text cannot be kept; nothing is what an empty one is
// answered with.
func (m *machine) sayable(text, nothing string) error {
	switch {
	case text == "":
		return reject(NotAllowed, "%s", nothing)
	case len(text) > maxSaid:
		return reject(NotAllowed, "This is longer than %d KiB. Shorten it.", maxSaid>>10)
	}
	return nil
}

// withdraw takes a request back. Its execution is cancelled: what it was for is
// not wanted any more.
func (m *machine) withdraw(c Withdraw) error {
	run, err := m.asking(c.Run)
	if err != nil {
		return err
	}
	r, text := run.Request, strings.TrimSpace(c.Reason)
	if err := m.stillOpen(run); err != nil {
		return err
	}
	if c.By.Person == "" || c.By.Person != m.next.Requester.Person {
		return reject(NotEligible, "Only %s, who made the request, can withdraw it.", m.next.Requester)
	}
	why := "Withdrawn by " + c.By.String() + "."
	if text != "" {
		if err := m.sayable(text, ""); err != nil {
			return err
		}
		m.remark(run, c.By, Reason, text)
		why = "Withdrawn by " + c.By.String() + ": " + text
	}
	m.intime(r)
	m.ender = c.By
	m.decided(run, ending{outcome: Withdrawn, by: c.By, state: Cancelled, why: why, reason: text})
	m.advance()
	return nil
}
