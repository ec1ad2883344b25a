package expr

import "fmt"

// SyntaxError says where a template cannot be read, and why. Line and Col count
// from 1 within the template's own source; Col counts characters.
type SyntaxError struct {
	Line, Col int
	Msg       string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg) }

// EvalError says where in a template an evaluation stopped, and why. Line and
// Col count as in [SyntaxError].
type EvalError struct {
	Line, Col int
	Msg       string
}

func (e *EvalError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg) }
