package store

import (
	"fmt"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// decided is an everyday execution that has come to its end.
func decided() engine.Execution {
	at := time.Date(2026, 11, 22, 12, 0, 0, 129456789, time.UTC)
	dana := engine.Principal{Person: "dana", Name: "Dana", Account: "slack:T0SIGNOFF:UDANA", Via: "slack"}
	values := map[string]any{"approved": true, "reason": "enjoy"}
	run := func(id engine.TaskRunID, task string) engine.TaskRun {
		return engine.TaskRun{ID: id, Task: task, State: engine.Success, Attempt: 1, Started: at, Ended: at}
	}
	ask, first, second := run("1", "ask"), run("2", "first"), run("3", "second")
	ask.Outputs = map[string]any{
		"onResume": values, "outcome": "approved",
		"resumed":   map[string]any{"by": "dana", "on": "2026-11-22T12:00:00Z", "via": "slack"},
		"responses": []any{map[string]any{"by": "dana", "verdict": "approve", "values": values}},
	}
	ask.Request = &engine.Request{
		Version: 2, Since: 1, Title: "Vacation for Alex", Verdict: "approved", Opened: at, Closed: at, Outcome: engine.Approved,
		Facts:     []engine.Fact{{Label: "From", Value: "2026-12-21"}, {Label: "To", Value: "2026-12-31"}},
		Form:      []flow.Field{{ID: "approved", Type: flow.Bool, Label: "Approve this request?", Required: true}, {ID: "reason", Type: flow.String}},
		Policy:    approval.Policy{Stages: []approval.Stage{{ID: "approvers", Who: []approval.Selector{{Kind: approval.User, Name: "dana"}}, Need: approval.Need{Count: 1}}}},
		Asked:     [][]approval.PersonID{{"dana"}},
		Digest:    "0f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a6978",
		Responses: []engine.Response{{By: dana, At: at, Verdict: engine.Approve, Values: values}},
		Copies:    []engine.Copy{{ID: 1, Surface: "slack", Place: "C0BENCH", Ref: engine.CopyRef{Place: "C0BENCH", Message: "1790000000.000100"}, Shown: 2}},
	}
	first.Logs = []engine.LogLine{{At: at, Level: "INFO", Text: "true by dana"}}
	second.Logs = []engine.LogLine{{At: at, Level: "INFO", Text: "done"}}
	return engine.Execution{
		ID: "01kbench000000000000000001", Version: 2, State: engine.Success, Flow: engine.FlowRef{Namespace: "hr.operations", ID: "vacation", Revision: 1},
		Inputs: map[string]any{"employee": "Alex", "days": int64(9)}, Requester: dana, Started: at, Ended: at, Runs: []engine.TaskRun{ask, first, second},
	}
}

// lines are what a decision leaves in the log, n times.
func lines(b *testing.B, n int) []audit.Line {
	var all []audit.Line
	var head audit.Head
	for i := range n {
		for _, e := range []audit.Event{audit.ResponseRecorded, audit.RequestApproved, audit.TaskEnded, audit.TaskStarted, audit.TaskEnded, audit.ExecutionEnded} {
			raw, err := audit.Canonical(audit.Record{
				At: time.Date(2026, 11, 22, 12, 0, i, 129456789, time.UTC), Event: e, Namespace: "hr.operations", Flow: "vacation", Revision: 1,
				Execution: fmt.Sprintf("01kbench%018d", i), Task: "await_decision", TaskRun: "2",
				Actor: audit.Actor{Person: "dana", Name: "Dana", Account: "slack:T0SIGNOFF:UDANA", Via: "slack"},
				Data:  map[string]any{"digest": "0f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a6978", "verdict": "approve"},
			})
			if err != nil {
				b.Fatal(err)
			}
			l := audit.Append(head, raw)
			all, head = append(all, l), l.Head()
		}
	}
	return all
}
