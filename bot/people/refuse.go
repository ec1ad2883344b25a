package people

import (
	"fmt"
	"runtime/debug"

	"signoff/engine"
)

func notEligible(text string) error {
	return &engine.RejectionError{Code: engine.NotEligible, Text: text}
}

func refuse(code engine.Code, format string, args ...any) error {
	return &engine.RejectionError{Code: code, Text: fmt.Sprintf(format, args...)}
}

// unbroken makes a panic an error.
func unbroken(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}
