package engine_test

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/approval"
)

// anyConduct draws a command about a request, besides its answers.
func anyConduct(rt *rapid.T, run engine.TaskRunID, by engine.Principal, number *rapid.Generator[int]) engine.Command {
	person := rapid.SampledFrom([]approval.PersonID{"", "ann", "ben", "dan", "rob", "zoe"})
	text := rapid.SampledFrom([]string{"", "so", "\x00", strings.Repeat("x", 10_000)}).Draw(rt, "text")
	stage, n := number.Draw(rt, "stage"), number.Draw(rt, "n")
	if rapid.Bool().Draw(rt, "first") {
		stage, n = 0, rapid.IntRange(0, 1).Draw(rt, "of the first")
	}
	switch rapid.IntRange(0, 9).Draw(rt, "what") {
	case 0:
		mv := approval.Move{
			Kind: rapid.SampledFrom([]approval.MoveKind{"", approval.Delegated, approval.Reassigned, approval.Escalated, "odd"}).Draw(rt, "kind"),
			From: person.Draw(rt, "from"), To: person.Draw(rt, "to"), Stage: stage, Reason: text,
		}
		return engine.Move{Run: run, Version: number.Draw(rt, "seen"), By: by, Move: mv, Operator: rapid.Bool().Draw(rt, "operator")}
	case 1:
		return engine.SendBack{Run: run, Version: number.Draw(rt, "seen"), By: by, Text: text}
	case 2:
		return engine.Resubmit{Run: run, By: by, Text: text, Inputs: rapid.SampledFrom([]map[string]any{
			nil, {}, {"days": 3}, {"days": "1"}, {"days": "x"}, {"wait": "PT1H"}, {"": nil},
		}).Draw(rt, "inputs")}
	case 3:
		return engine.Comment{Run: run, By: by, Text: text}
	case 4:
		return engine.Withdraw{Run: run, By: by, Reason: text}
	case 5:
		return engine.Remind{Run: run, Stage: stage, N: n, Person: person.Draw(rt, "reminded")}
	case 6:
		return engine.Escalate{Run: run, Stage: stage, N: n}
	case 8:
		return engine.RemindReturned{Run: run, N: n}
	case 7:
		return engine.StageOver{Run: run, Stage: stage}
	default:
		return engine.Respond{Run: run, Version: number.Draw(rt, "seen"), By: by, Verdict: engine.Approve, Override: text}
	}
}

// checkNobodyBarred: whoever began the execution decides nothing in it, and what
// has ended asks nobody for changes.
func checkNobodyBarred(rt *rapid.T, x engine.Execution) {
	for _, run := range x.Runs {
		r := run.Request
		if r == nil {
			continue
		}
		if !r.Open() && (r.Wanted != "" || r.Chased > 0 || len(r.Reminded) > 0) {
			rt.Fatalf("%s is %s and still wants something: %s", run.Task, r.Outcome, dump(r))
		}
		for _, a := range r.Responses {
			first := slices.ContainsFunc(x.Origin, func(p engine.Principal) bool { return p.Person == a.By.Person })
			if a.By.Person == "" || a.By.Person == x.Requester.Person || first {
				rt.Fatalf("%q decides what %q asked for, %v first", a.By.Person, x.Requester.Person, x.Origin)
			}
		}
	}
}
