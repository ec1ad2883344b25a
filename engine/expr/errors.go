package expr

import (
	"errors"
	"fmt"
)

// SyntaxError says where a template cannot be read, and why. Line and Col count
// from 1 within the template's own source; Col counts characters.
type SyntaxError struct {
	Line, Col int
	Msg       string
	// Filter and Test are the name, if all that is wrong here is that there is no
	// filter or test of it.
	Filter, Test string
	// More is what else is wrong with the template, in source order: names that do
	// not exist do not keep the rest from being read.
	More []*SyntaxError
	// Outline is what could be read of the template, for its Refs and Calls alone.
	// It is nil in what stands in More, and if not even the tokens could be told.
	Outline *Template
}

// Error is the first fault alone.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg) }

// EvalError says where in a template an evaluation stopped, and why. Line and
// Col count as in [SyntaxError]. Its text names places and types, never values.
type EvalError struct {
	Line, Col int
	Msg       string
}

func (e *EvalError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg) }

// pos is a place in a template's source, counted from 1.
type pos struct{ line, col int }

func (p pos) syntax(format string, args ...any) error {
	return &SyntaxError{Line: p.line, Col: p.col, Msg: fmt.Sprintf(format, args...)}
}

func (p pos) eval(msg string) error { return &EvalError{Line: p.line, Col: p.col, Msg: msg} }

// place gives err this place, unless it has one.
func (p pos) place(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*EvalError](err); ok {
		return err
	}
	return p.eval(err.Error())
}

// undefined is what a missing value evaluates to. It travels up through every
// operator, so that ??, ???, default and `is defined` can catch it wherever it
// arose; what nobody catches is an [EvalError].
type undefined struct {
	pos
	text string // the path, as written, up to what is missing
	why  string // may be empty
}

func (u *undefined) err() error {
	msg := "`" + u.text + "` is not defined"
	if u.why != "" {
		msg += " (" + u.why + ")"
	}
	return u.eval(msg)
}
