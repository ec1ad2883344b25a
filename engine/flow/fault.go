package flow

import "fmt"

// Severity tells what stops a flow from what a reviewer would mention.
type Severity string

// The severities. A flow with an Error does not load.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Fault is one thing wrong with a flow, at its place.
type Fault struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Col      int      `json:"col"`
	Severity Severity `json:"severity"`
	// Rule is the stable name that docs/rules.md explains.
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

// String is "file:line:col: message [rule]"; a warning says so.
func (f Fault) String() string {
	kind := ""
	if f.Severity == Warning {
		kind = "warning: "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s [%s]", f.File, f.Line, f.Col, kind, f.Message, f.Rule)
}

// Faults is everything wrong with a flow, in source order.
type Faults []Fault

// Stop reports whether any of the faults is an error.
func (fs Faults) Stop() bool {
	for _, f := range fs {
		if f.Severity == Error {
			return true
		}
	}
	return false
}
