package engine_test

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
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
labels: {team: hr}
variables: {word: "{{ inputs.wait }}"}
inputs:
  - {id: days, type: INT, required: false}
  - {id: wait, type: STRING, required: false}
concurrency: {limit: 1, releaseOnPause: true}
sla:
  - {id: long, type: MAX_DURATION, duration: PT2H, behavior: FAIL}
  - {id: few, type: EXECUTION_ASSERTION, assert: "{{ inputs.days < 9 }}", behavior: NONE, labels: {many: "yes"}}
outputs: [{id: said, type: STRING, required: false, value: "{{ outputs.said.value ?? 'nothing' }}"}]
tasks:
  - id: around
    type: Sequential
    tasks:
      - id: branch
        type: If
        condition: "{{ inputs.days > 2 }}"
        then: [{id: call, type: http.Request, uri: "https://hr.example", timeout: PT10M, retry: {type: random, minInterval: PT1M, maxInterval: PT9M, maxAttempts: 3}}]
        else: [{id: hook, type: SlackIncomingWebhook, url: "https://hr.example", messageText: x, allowFailure: true}]
  - id: both
    type: Parallel
    tasks:
      - {id: sub, type: Subflow, namespace: hr, flowId: other, timeout: PT1H}
      - {id: nap, type: Sleep, duration: PT5M}
      - id: each
        type: ForEach
        values: "{{ [inputs.days ?? 1, 2, inputs.wait ?? 'x'] }}"
        concurrencyLimit: 2
        tasks:
          - {id: gate, type: Pause, pauseDuration: PT30M, behavior: RESUME, approval: {stages: [{id: any, who: ["user:ann", "user:ben"]}]}}
          - {id: mark, type: Labels, labels: {"n": "{{ taskrun.value }}"}}
  - id: ask
    type: Pause
    pauseDuration: "{{ inputs.wait ?? 'PT1H' }}"
    behavior: WARN
    onReject: CONTINUE
    request: {title: "{{ render(vars.word) }}", description: "{{ kv('limit', errorOnMissing=false) }}"}
    onPause: {id: tell, type: http.Request, uri: "https://hr.example"}
    errors: [{id: sorry, type: Log, message: "{{ error.message }}"}]
    finally: [{id: done, type: Log, message: "{{ outputs.ask.outcome ?? 'none' }}"}]
    onResume:
      - {id: ok, type: BOOL}
      - {id: why, type: STRING, required: false}
    approval:
      changes: [days]
      auto: {when: "{{ inputs.days == 1 }}", reason: "One day is nothing."}
      stages:
        - {id: one, need: 2, who: ["user:ann", "user:ben", "user:cat"], within: PT50M, remind: [PT5M, PT9M], escalate: {after: PT20M, to: ["user:dan"]}}
        - {id: two, who: ["user:dan"], when: "{{ inputs.days != 3 }}"}
    deliver: [{slack: "#a"}, {slack: approvers}]
  - id: poll
    type: LoopUntil
    condition: "{{ outputs.look.ok ?? false }}"
    checkFrequency: {interval: PT1M, maxIterations: 3}
    tasks: [{id: look, type: http.Request, uri: "https://hr.example"}]
  - {id: rest, type: Pause, pauseDuration: PT1M}
  - {id: last, type: Pause, timeout: PT5M, allowFailure: true, approval: {stages: [{id: any, who: ["user:ann"]}]}}
  - {id: said, type: Return, format: "{{ outputs.ask.outcome }}"}
errors: [{id: oops, type: http.Request, uri: "https://hr.example"}]
finally: [{id: tidy, type: Return, format: "{{ tasksWithState('FAILED') }}"}]
afterExecution: [{id: bye, type: http.Request, uri: "https://hr.example"}]
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
		for range rapid.IntRange(1, 80).Draw(rt, "steps") {
			facts.Full = rapid.IntRange(0, 9).Draw(rt, "full") == 0
			facts.Watched = rapid.Bool().Draw(rt, "watched")
			if rapid.IntRange(0, 19).Draw(rt, "drift") == 0 {
				facts.KV = map[string]any{"limit": rapid.Int64Range(0, 2).Draw(rt, "limit")}
			}
			facts.Now = facts.Now.Add(time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(rt, "later")))
			if rapid.IntRange(0, 9).Draw(rt, "reorganise") == 0 {
				facts.People = anyPeople(rt)
			}
			cmd := anyCommand(rt, x)
			if rapid.IntRange(0, 9).Draw(rt, "fitting") < 6 {
				cmd = fitting(rt, x, cmd, &facts)
			}
			tr, err := engine.Step(f, x, cmd, facts)
			if err != nil {
				if _, ok := errors.AsType[*engine.RejectionError](err); !ok {
					rt.Fatalf("Step(%#v) failed: %v", cmd, err)
				}
				continue
			}
			checkSane(rt, f, cmd, x, tr)
			checkNobodyBarred(rt, tr.Next)
			x = tr.Next
		}
		replayed(rt, f, x, facts)
	})
}

// replayed replays what became of it, from each run and by anybody. With other
// inputs no gate is passed that nobody was asked at.
func replayed(rt *rapid.T, f *flow.Flow, x engine.Execution, facts engine.Facts) {
	from := rapid.SampledFrom(append([]engine.TaskRun{{}}, x.Runs...)).Draw(rt, "from")
	cmd := engine.Start{
		ID: "again", Revision: x.Flow.Revision, Replay: &engine.Replay{Of: x, From: from.ID},
		By: engine.Principal{Person: rapid.SampledFrom([]approval.PersonID{"rob", "ann", "dan"}).Draw(rt, "replays")},
	}
	other := rapid.Bool().Draw(rt, "other inputs")
	if other {
		cmd.Inputs = map[string]any{"wait": "PT47M"}
	}
	before := dump(x)
	tr, err := engine.Step(f, engine.Execution{}, cmd, facts)
	if dump(x) != before {
		rt.Fatalf("a replay changed the execution that it replays")
	}
	if err != nil {
		if _, ok := errors.AsType[*engine.RejectionError](err); !ok {
			rt.Fatalf("Step(replay from %q) failed: %v", from.ID, err)
		}
		return
	}
	checkSane(rt, f, engine.Restart{}, engine.Execution{}, tr)
	for _, run := range tr.Next.Runs {
		r := run.Request
		if r == nil || r.Open() || r.Opened.Equal(facts.Now) {
			continue
		}
		if other || cmd.By.Person != "rob" && len(r.Responses) > 0 && r.Responses[0].By.Person == cmd.By.Person {
			rt.Fatalf("replayed from %q past %s, which was decided on something else: %s", from.ID, run.Task, dump(r))
		}
	}
}

// checkSane holds for every transition, whatever the command was.
func checkSane(rt *rapid.T, f *flow.Flow, cmd engine.Command, before engine.Execution, tr engine.Transition) {
	x := tr.Next
	if x.ID == "" || x.Version != before.Version+1 {
		rt.Fatalf("Step(%#v) made execution %q version %d", cmd, x.ID, x.Version)
	}
	if len(tr.Records)+len(tr.Effects)+len(tr.Drop) == 0 {
		rt.Fatalf("Step(%#v) changed nothing and made a version of it", cmd)
	}
	again := false // what may take back an end
	switch cmd.(type) {
	case engine.Restart, engine.SetState:
		again = true
	}
	if !again && before.State != "" && before.State.Final() && (x.State != before.State || x.Problem != before.Problem) {
		rt.Fatalf("Step(%#v) changed the end of an execution", cmd)
	}
	if x.Slot && x.State.Final() || x.Held && x.State.Final() || x.State == engine.Queued && x.Slot {
		rt.Fatalf("Step(%#v): it is %s, slot %t, held %t", cmd, x.State, x.Slot, x.Held)
	}
	for i := range x.Runs {
		run := &x.Runs[i]
		if !again && i < len(before.Runs) && before.Runs[i].State.Final() && run.State != before.Runs[i].State {
			rt.Fatalf("Step(%#v): run %s went from %s to %s", cmd, run.Task, before.Runs[i].State, run.State)
		}
		checkRun(rt, f, cmd, x, run)
	}
}

// checkRun holds for each run after every transition.
func checkRun(rt *rapid.T, f *flow.Flow, cmd engine.Command, x engine.Execution, run *engine.TaskRun) {
	parent, nested := x.Run(run.Parent)
	root := *run
	for root.Parent != "" {
		root, _ = x.Run(root.Parent)
	}
	switch open := !run.State.Final(); {
	case open && run.Past:
		rt.Fatalf("Step(%#v): run %s was set aside and is %s", cmd, run.Task, run.State)
	case open && x.State.Final() && root.Branch != engine.BranchAfter:
		rt.Fatalf("Step(%#v): the execution is %s, run %s is %s", cmd, x.State, run.Task, run.State)
	case open && nested && parent.State.Final() && run.Branch != engine.BranchOnPause:
		rt.Fatalf("Step(%#v): %s is %s around %s, which is %s", cmd, parent.Task, parent.State, run.Task, run.State)
	case f.Task(run.Task) == nil:
		rt.Fatalf("Step(%#v): the flow has no task %s", cmd, run.Task)
	}
	if run.Request == nil {
		return
	}
	if run.Request.Open() != (run.State == engine.Paused) {
		rt.Fatalf("Step(%#v): %s is %s and its request %q", cmd, run.Task, run.State, run.Request.Outcome)
	}
	for _, c := range run.Request.Copies {
		if c.Shown < 0 || c.Shown > run.Request.Version {
			rt.Fatalf("Step(%#v): a copy shows version %d of %d", cmd, c.Shown, run.Request.Version)
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
		"", "0", "-1", "01", "+1", "x", "99999999999999999999", fmt.Sprint(len(x.Runs)),
	}).Draw(rt, "odd run"))
	if rapid.IntRange(0, 9).Draw(rt, "likely") > 0 {
		run = engine.TaskRunID(fmt.Sprint(rapid.IntRange(1, max(len(x.Runs), 1)).Draw(rt, "run")))
	}
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
			Parent: rapid.SampledFrom([]*engine.ParentRef{nil, {Execution: "p", Run: "1", Depth: 1, Wait: true}, {Depth: 8}}).Draw(rt, "parent"),
		}
	}
	if rapid.IntRange(0, 3).Draw(rt, "life") == 0 {
		return anyLife(rt, run, by)
	}
	if rapid.IntRange(0, 3).Draw(rt, "conduct") == 0 {
		return anyConduct(rt, run, by, number)
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
		maps.DeleteFunc(values, func(_ string, v any) bool { // no call gives a NaN
			f, ok := v.(float64)
			return ok && math.IsNaN(f)
		})
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

// anyLife draws a command about the execution as a whole, or its subflows.
func anyLife(rt *rapid.T, run engine.TaskRunID, by engine.Principal) engine.Command {
	child := rapid.SampledFrom([]engine.ExecutionID{"", "c", "c", "d"}).Draw(rt, "child")
	state := rapid.SampledFrom([]engine.State{
		"", "odd", engine.Success, engine.Warning, engine.Failed, engine.Killed, engine.Cancelled, engine.Running, engine.Paused,
	}).Draw(rt, "state")
	if state == "odd" || state == "" {
		state = engine.Failed
	}
	problem := rapid.SampledFrom([]string{"", "", "broken"}).Draw(rt, "why")
	switch rapid.IntRange(0, 8).Draw(rt, "which") {
	case 0:
		return engine.Admit{By: by, Forced: rapid.Bool().Draw(rt, "forced")}
	case 1, 2:
		return engine.Launched{Run: run, Child: child, Problem: problem}
	case 3:
		return engine.ChildEnded{Run: run, Child: child, State: state, Problem: problem}
	case 4:
		return engine.Hold{By: by}
	case 5:
		return engine.Release{By: by}
	case 6:
		return engine.Restart{By: by}
	case 7:
		return engine.SetState{Run: run, State: state, By: by}
	default:
		return engine.Relabel{By: by, Labels: map[string]string{
			rapid.SampledFrom([]string{"", "a", "system.a"}).Draw(rt, "label"): rapid.SampledFrom([]string{"", "b", strings.Repeat("x", 2000)}).Draw(rt, "text"),
		}}
	}
}

// fitting is a command that an open run waits for, so that the flow gets on; the
// other one where none is open.
func fitting(rt *rapid.T, x engine.Execution, otherwise engine.Command, facts *engine.Facts) engine.Command {
	var open []engine.TaskRun
	for _, run := range x.Runs {
		if !run.State.Final() && (run.Request != nil || run.Attempt > 0 || !run.Due.IsZero()) {
			open = append(open, run)
		}
	}
	if len(open) == 0 {
		return otherwise
	}
	run := rapid.SampledFrom(open).Draw(rt, "open")
	problem := rapid.SampledFrom([]string{"", "", "", "broken"}).Draw(rt, "broken")
	switch {
	case run.Request != nil && run.Request.Wanted != "" && rapid.IntRange(0, 2).Draw(rt, "changes") > 0:
		return engine.Resubmit{Run: run.ID, By: x.Requester, Inputs: map[string]any{"days": rapid.IntRange(1, 4).Draw(rt, "days")}}
	case run.Request != nil && len(run.Request.Editable) > 0 && rapid.IntRange(0, 3).Draw(rt, "sends back") == 0:
		who := rapid.SampledFrom([]approval.PersonID{"ann", "ben", "cat", "dan"}).Draw(rt, "who sends it")
		return engine.SendBack{Run: run.ID, Version: run.Request.Version, By: engine.Principal{Person: who}, Text: "less"}
	case run.Request != nil && !run.Request.StageDue.IsZero() && rapid.IntRange(0, 5).Draw(rt, "stage over") == 0:
		if run.Request.StageDue.After(facts.Now) {
			facts.Now = run.Request.StageDue
		}
		return engine.StageOver{Run: run.ID, Stage: run.Request.Stage}
	case run.Request != nil && rapid.IntRange(0, 5).Draw(rt, "answer") > 0:
		verdict := engine.None
		if run.Request.Verdict != "" {
			verdict = rapid.SampledFrom([]engine.Verdict{engine.Approve, engine.Approve, engine.Reject}).Draw(rt, "verdict")
		}
		who := rapid.SampledFrom([]approval.PersonID{"ann", "ben", "cat", "dan"}).Draw(rt, "who")
		return engine.Respond{Run: run.ID, Version: run.Request.Version, By: engine.Principal{Person: who}, Verdict: verdict}
	case run.Task == "sub" && run.State == engine.Running && run.Child == "":
		return engine.Launched{Run: run.ID, Child: "c", Problem: problem}
	case run.Task == "sub" && run.State == engine.Running:
		return engine.ChildEnded{Run: run.ID, Child: "c", State: rapid.SampledFrom([]engine.State{
			engine.Success, engine.Success, engine.Success, engine.Warning, engine.Failed, engine.Killed, engine.Cancelled,
		}).Draw(rt, "child")}
	case run.Attempt > 0 && run.State == engine.Running && rapid.IntRange(0, 5).Draw(rt, "answers") > 0:
		return engine.Finish{Run: run.ID, Attempt: run.Attempt, Problem: problem, Outputs: map[string]any{"ok": rapid.Bool().Draw(rt, "ok")}}
	case !run.Due.IsZero():
		if run.Due.After(facts.Now) {
			facts.Now = run.Due
		}
		return engine.Expire{Run: run.ID}
	}
	return otherwise
}
