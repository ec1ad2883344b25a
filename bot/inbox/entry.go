package inbox

import (
	"slices"
	"sync"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
)

// Entry is one request, as far as lists need it. It is not changed once it is in
// an [Index].
type Entry struct {
	Request   engine.RequestID
	Execution engine.ExecutionID
	// Namespace is that of the flow, whose directory judges who may answer.
	Namespace string
	Ref       string
	// Version is that of what is shown.
	Version   int
	Requester approval.PersonID
	Answers   []Answer
	Opened    time.Time
	// Due is when answers stop being taken; zero is never.
	Due time.Time
	// Closed is zero while the request is open.
	Closed time.Time
	// Waits: it is open, and lies with those who are asked.
	Waits bool
	// Case is the request as the rules see it, without people and time.
	Case approval.Case

	mu      sync.Mutex
	judged  judgement                  // guarded by mu
	verdict map[approval.PersonID]bool // guarded by mu
}

// Answer is that somebody answered, and when.
type Answer struct {
	By approval.PersonID
	At time.Time
}

// Open reports whether the request is open.
func (e *Entry) Open() bool { return e.Closed.IsZero() }

// answered is when somebody last answered; zero if they did not.
func (e *Entry) answered(who approval.PersonID) time.Time {
	var last time.Time
	for _, a := range e.Answers {
		if a.By == who && a.At.After(last) {
			last = a.At
		}
	}
	return last
}

// judgement is what a verdict was found with: it holds as long as they are the
// same.
type judgement struct {
	people *approval.Directory
	epoch  time.Time
}

// judge says whether somebody can answer, by the rules; it remembers that.
func (e *Entry) judge(who approval.PersonID, now time.Time, by judgement) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.judged != by {
		e.judged, e.verdict = by, nil
	}
	can, known := e.verdict[who]
	if !known {
		can = e.ask(who, now, by.people)
		if e.verdict == nil {
			e.verdict = map[approval.PersonID]bool{}
		}
		e.verdict[who] = can
	}
	return can
}

// known reports whether somebody was judged before.
func (e *Entry) known(who approval.PersonID, by judgement) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, known := e.verdict[who]
	return known && e.judged == by
}

// ask asks the rules. Who is named by a group that could not be read of late, and
// was asked when the request was made, still waits for it to be read.
func (e *Entry) ask(who approval.PersonID, now time.Time, people *approval.Directory) bool {
	c := e.Case
	c.People, c.Now = people, now
	_, err := c.May(who)
	if no, ok := refused(err); ok {
		return no.Kind == approval.Unverified && e.asked(who)
	}
	return err == nil
}

func (e *Entry) asked(who approval.PersonID) bool {
	at := e.Case.Stage
	return at >= 0 && at < len(e.Case.Asked) && slices.Contains(e.Case.Asked[at], who)
}
