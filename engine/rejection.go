package engine

import (
	"fmt"

	"signoff/engine/flow"
)

// Code names a refusal for programs; the text is for people.
type Code string

// The refusals.
const (
	NotFound       Code = "not_found"       // no such execution, task run or request
	Ended          Code = "ended"           // the execution is over
	AlreadyDecided Code = "already_decided" // the request has an outcome
	Stale          Code = "stale"           // the request changed since it was shown
	TooLate        Code = "too_late"        // the deadline has passed
	TooEarly       Code = "too_early"       // a timer that is not due yet
	NotEligible    Code = "not_eligible"    // this person may not answer
	OwnRequest     Code = "own_request"     // the requester may not answer
	AlreadyVoted   Code = "already_voted"   // one person, one answer
	BadInput       Code = "bad_input"       // fields are missing or wrong
	Settled        Code = "settled"         // the news is old: nothing to do
	NotAllowed     Code = "not_allowed"     // the verdict does not fit the request
	Unverified     Code = "unverified"      // nobody can tell now who may answer; try again
)

// RejectionError is the rules saying no. Its text is shown to the person word
// for word.
type RejectionError struct {
	Code Code
	Text string
	// Fields holds one fault per bad input when Code is BadInput.
	Fields []flow.FieldError
}

func (e *RejectionError) Error() string { return e.Text }

func reject(code Code, format string, args ...any) *RejectionError {
	return &RejectionError{Code: code, Text: fmt.Sprintf(format, args...)}
}
