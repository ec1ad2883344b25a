package engine_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// totalFlow has a task of every type, and what can go wrong in each place.
const totalFlow = `
id: total
namespace: hr
inputs:
  - {id: days, type: INT, required: false}
  - {id: wait, type: STRING, required: false}
tasks:
  - id: around
    type: Sequential
    tasks:
      - id: branch
        type: If
        condition: "{{ inputs.days > 2 }}"
        then: [{id: call, type: http.Request, uri: "https://hr.example"}]
        else: [{id: hook, type: SlackIncomingWebhook, url: "https://hr.example", messageText: x}]
  - id: ask
    type: Pause
    pauseDuration: "{{ inputs.wait ?? 'PT1H' }}"
    behavior: WARN
    onReject: CONTINUE
    request: {title: "{{ inputs.wait }}"}
    onResume:
      - {id: ok, type: BOOL}
      - {id: why, type: STRING, required: false}
    approval:
      stages:
        - {id: one, need: 2, who: ["user:ann", "user:ben", "user:cat"]}
        - {id: two, who: ["user:dan"]}
    deliver: [{slack: "#a"}, {slack: approvers}]
  - {id: rest, type: Pause, pauseDuration: PT1M}
  - {id: last, type: Pause, timeout: PT5M, approval: {stages: [{id: any, who: ["user:ann"]}]}}
  - {id: said, type: Return, format: "{{ outputs.ask.outcome }}"}
`

// TestStepIsTotal sends anything at all, in any order, at any time. Step
// neither panics nor answers with anything but a transition or a refusal, and
// what it makes stays sane.
func TestStepIsTotal(t *testing.T) {
	t.Parallel()
	f, faults := flow.Parse("total.yaml", []byte(totalFlow))
	if faults.Stop() {
		t.Fatal(faults)
	}
	rapid.Check(t, func(rt *rapid.T) {
		facts := engine.Facts{Now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), People: anyPeople(rt)}
		var x engine.Execution
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			facts.Now = facts.Now.Add(time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(rt, "later")))
			if rapid.IntRange(0, 9).Draw(rt, "reorganise") == 0 {
				facts.People = anyPeople(rt)
			}
			cmd := anyCommand(rt, x)
			tr, err := engine.Step(f, x, cmd, facts)
			if err != nil {
				if _, ok := errors.AsType[*engine.RejectionError](err); !ok {
					rt.Fatalf("Step(%#v) failed: %v", cmd, err)
				}
				continue
			}
			checkSane(rt, cmd, x, tr)
			x = tr.Next
		}
	})
}

// checkSane holds for every transition, whatever the command was.
func checkSane(rt *rapid.T, cmd engine.Command, before engine.Execution, tr engine.Transition) {
	x := tr.Next
	if x.ID == "" || x.Version != before.Version+1 {
		rt.Fatalf("Step(%#v) made execution %q version %d", cmd, x.ID, x.Version)
	}
	if before.State != "" && before.State.Final() && (x.State != before.State || x.Problem != before.Problem) {
		rt.Fatalf("Step(%#v) changed the end of an execution", cmd)
	}
	if len(tr.Records)+len(tr.Effects)+len(tr.Drop) == 0 {
		rt.Fatalf("Step(%#v) changed nothing and made a version of it", cmd)
	}
	for i, run := range x.Runs {
		if x.State.Final() && !run.State.Final() {
			rt.Fatalf("Step(%#v): the execution is %s, run %s is %s", cmd, x.State, run.Task, run.State)
		}
		if i < len(before.Runs) && before.Runs[i].State.Final() && run.State != before.Runs[i].State {
			rt.Fatalf("Step(%#v): run %s went from %s to %s", cmd, run.Task, before.Runs[i].State, run.State)
		}
		parent, nested := x.Run(run.Parent)
		if nested && parent.State.Final() && !run.State.Final() {
			rt.Fatalf("Step(%#v): %s is %s around %s, which is %s", cmd, parent.Task, parent.State, run.Task, run.State)
		}
		if run.Request == nil {
			continue
		}
		for _, c := range run.Request.Copies {
			if c.Shown < 0 || c.Shown > run.Request.Version {
				rt.Fatalf("Step(%#v): a copy shows version %d of %d", cmd, c.Shown, run.Request.Version)
			}
		}
	}
}

func anyPeople(rt *rapid.T) *approval.Directory {
	d := &approval.Directory{People: map[approval.PersonID]approval.Person{}}
	for _, p := range []approval.PersonID{"ann", "ben", "cat", "dan", "rob"} {
		switch rapid.IntRange(0, 9).Draw(rt, "here") {
		case 0: // unknown
		case 1:
			d.People[p] = approval.Person{ID: p, Name: string(p), Inactive: true}
		default:
			d.People[p] = approval.Person{ID: p, Name: string(p)}
		}
	}
	return d
}

// anyCommand draws a command: likely ones often enough to get somewhere.
func anyCommand(rt *rapid.T, x engine.Execution) engine.Command {
	run := engine.TaskRunID(rapid.SampledFrom([]string{
		"", "0", "-1", "1", "2", "3", "4", "5", "6", "7", "8", "x", "99999999999999999999", fmt.Sprint(len(x.Runs)),
	}).Draw(rt, "run"))
	number := rapid.SampledFrom([]int{0, 1, 1, 2, 3, 4, -1, 1 << 40, math.MaxInt, math.MinInt})
	by := engine.Principal{Person: approval.PersonID(rapid.SampledFrom([]string{"", "ann", "ben", "cat", "dan", "rob", "zoe"}).Draw(rt, "by"))}
	ref := engine.CopyRef{
		Place:   rapid.SampledFrom([]string{"", "C1", "C2"}).Draw(rt, "place"),
		Message: rapid.SampledFrom([]string{"", "1", "2"}).Draw(rt, "message"),
	}
	touched := engine.Touch{Surface: rapid.SampledFrom([]string{"", "slack", "fax"}).Draw(rt, "surface"), Ref: ref}
	values := map[string]any{}
	for _, name := range []string{"ok", "why", "days", "wait", ""} {
		if v := rapid.SampledFrom([]any{"absent", "absent", nil, "", "x", "3", int64(3), -1.5, math.NaN(), true, []any{1}, "P9999999D", "PT0S", "-PT1S"}).Draw(rt, "value"); v != "absent" {
			values[name] = v
		}
	}
	problem := rapid.SampledFrom([]string{"", "", "broken"}).Draw(rt, "problem")
	if x.ID == "" {
		delete(values, "ok")
		delete(values, "why")
		delete(values, "")
		return engine.Start{
			ID:       rapid.SampledFrom([]engine.ExecutionID{"", "x"}).Draw(rt, "id"),
			Revision: number.Draw(rt, "revision"), Inputs: values, By: by,
		}
	}
	switch rapid.IntRange(0, 11).Draw(rt, "command") {
	case 0:
		return engine.Start{ID: "y", Revision: number.Draw(rt, "revision"), Inputs: values, By: by}
	case 1, 2, 3:
		v := rapid.SampledFrom([]engine.Verdict{"", "approve", "approve", "reject", "none", "maybe"}).Draw(rt, "verdict")
		if rapid.Bool().Draw(rt, "plain") {
			values = map[string]any{"why": "so"}
		}
		return engine.Respond{Run: run, Version: number.Draw(rt, "version"), By: by, Verdict: v, Values: values, Touched: touched}
	case 4, 5:
		return engine.Expire{Run: run}
	case 6, 7:
		return engine.Finish{Run: run, Attempt: number.Draw(rt, "attempt"), Outputs: values, Problem: problem}
	case 8:
		return engine.Delivered{Run: run, Copy: number.Draw(rt, "copy"), Shown: number.Draw(rt, "shown"), Ref: ref}
	case 9:
		return engine.Undeliverable{Run: run, Copy: number.Draw(rt, "copy"), Problem: problem}
	case 10:
		return engine.Adopt{Run: run, Touched: touched}
	default:
		if rapid.IntRange(0, 4).Draw(rt, "really") > 0 {
			return engine.Expire{Run: run}
		}
		if rapid.Bool().Draw(rt, "kill") {
			return engine.Kill{By: by}
		}
		return engine.Cancel{By: by, Reason: problem}
	}
}
