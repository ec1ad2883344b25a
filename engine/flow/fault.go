package flow

import (
	"fmt"
	"slices"
)

// Severity tells what stops a flow from what a reviewer would mention.
type Severity string

// The severities. A flow with an Error does not load; one that Blocks loads and
// does not start.
const (
	Error   Severity = "error"
	Blocks  Severity = "blocks"
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
	switch f.Severity {
	case Warning:
		kind = "warning: "
	case Error, Blocks:
	}
	return fmt.Sprintf("%s:%d:%d: %s%s [%s]", f.File, f.Line, f.Col, kind, f.Message, f.Rule)
}

// Faults is everything wrong with a flow, in source order.
type Faults []Fault

// Stop reports whether any of the faults is an error, so that the flow does not
// load.
func (fs Faults) Stop() bool { return fs.have(Error) }

// Block reports whether any of the faults keeps the flow from starting.
func (fs Faults) Block() bool { return fs.have(Blocks) }

func (fs Faults) have(s Severity) bool {
	return slices.ContainsFunc(fs, func(f Fault) bool { return f.Severity == s })
}
