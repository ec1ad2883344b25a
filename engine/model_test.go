package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// The model test draws a flow and a history of commands, computes from the
// answers alone what must have become of every gate, and compares after every
// command. Invariants are not enough: a machine that never finishes keeps them
// all.

func TestModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"respond": w.respond,
			"wait":    w.wait,
			"do":      w.doOwed,
			"late":    w.lateTimer,
			"cancel":  w.cancel,
			"":        w.check,
		})
	})
}

// gate is one Pause as drawn, and what the model knows of it.
type gate struct {
	stages   []stage
	verdict  bool
	onReject string
	duration time.Duration
	behavior string

	// The model's own state.
	asked    bool
	stage    int
	version  int // request version
	since    int
	deadline time.Time
	voted    map[approval.PersonID]bool // in any stage: distinct
	yes      int                        // in this stage
	outcome  engine.Outcome
}

type stage struct {
	who  []approval.PersonID
	need int // as a number; all is len(who)
	all  bool
}

// world is an execution, its model, and a store that is as small as can be.
type world struct {
	flow  *flow.Flow
	facts engine.Facts
	x     engine.Execution
	gates []*gate
	// state is what the model expects of the execution.
	state engine.State
	owed  map[engine.EffectKey]engine.Effect
	// fired are timers that were owed once; they may come late.
	fired []engine.Timer
}

var crowd = []approval.PersonID{"ann", "ben", "cat", "dan", "eve"}

const asker = approval.PersonID("rob")

func newWorld(rt *rapid.T) *world {
	w := &world{owed: map[engine.EffectKey]engine.Effect{}}
	people := map[approval.PersonID]approval.Person{asker: {ID: asker, Name: "Rob"}}
	for _, p := range crowd {
		people[p] = approval.Person{ID: p, Name: string(p)}
	}
	w.facts = engine.Facts{
		Now:    time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
		People: &approval.Directory{People: people},
		Deliver: []flow.Destination{
			{Surface: "slack", To: "#room"}, {Surface: "slack", To: flow.Approvers},
		},
	}
	var src strings.Builder
	src.WriteString("id: drawn\nnamespace: model\ntasks:\n")
	for i := range rapid.IntRange(1, 3).Draw(rt, "gates") {
		w.gates = append(w.gates, drawGate(rt, i, &src))
	}
	f, faults := flow.Parse("drawn.yaml", []byte(src.String()))
	if faults.Stop() {
		rt.Fatalf("the drawn flow does not load: %v\n%s", faults, src.String())
	}
	w.flow = f
	w.apply(rt, engine.Start{ID: "x", Revision: 1, By: person(asker)})
	w.state = engine.Paused
	w.open(0)
	return w
}

// drawGate draws one Pause and a Log after it.
func drawGate(rt *rapid.T, i int, src *strings.Builder) *gate {
	g := &gate{
		verdict:  rapid.Bool().Draw(rt, "verdict"),
		onReject: rapid.SampledFrom([]string{"CONTINUE", "FAIL", "CANCEL"}).Draw(rt, "onReject"),
		duration: rapid.SampledFrom([]time.Duration{0, time.Hour, 24 * time.Hour}).Draw(rt, "duration"),
		behavior: rapid.SampledFrom([]string{"RESUME", "WARN", "FAIL", "CANCEL"}).Draw(rt, "behavior"),
		voted:    map[approval.PersonID]bool{},
	}
	fmt.Fprintf(src, "  - id: gate%d\n    type: Pause\n    onReject: %s\n    behavior: %s\n", i, g.onReject, g.behavior)
	if g.duration > 0 {
		fmt.Fprintf(src, "    pauseDuration: PT%dH\n", int(g.duration.Hours()))
	}
	src.WriteString("    onResume:\n")
	if g.verdict {
		src.WriteString("      - {id: ok, type: BOOL}\n")
	}
	src.WriteString("      - {id: note, type: STRING, required: false}\n    approval:\n      stages:\n")
	free := slices.Clone(crowd)
	for s := range rapid.IntRange(1, 2).Draw(rt, "stages") {
		// Stages share no people, so that any quorum within a stage can be met.
		n := rapid.IntRange(1, min(4, len(free))).Draw(rt, "members")
		if s == 0 && n == len(free) {
			n--
		}
		st := stage{who: free[:n], all: rapid.Bool().Draw(rt, "all")}
		free = free[n:]
		st.need = rapid.IntRange(1, n).Draw(rt, "need")
		need := fmt.Sprint(st.need)
		if st.all {
			st.need, need = n, "all"
		}
		g.stages = append(g.stages, st)
		fmt.Fprintf(src, "        - {id: s%d, need: %s, who: [", s, need)
		for j, p := range st.who {
			if j > 0 {
				src.WriteString(", ")
			}
			src.WriteString(`"user:` + string(p) + `"`)
		}
		src.WriteString("]}\n")
	}
	fmt.Fprintf(src, "  - {id: log%d, type: Log, message: \"after {{ outputs.gate%d.outcome }}\"}\n", i, i)
	return g
}

func person(p approval.PersonID) engine.Principal {
	return engine.Principal{Person: p, Name: string(p), Account: "slack:T1:" + string(p), Via: "slack"}
}

// apply takes a step as a store would: it checks that the step changed nothing
// it was given, that it is repeatable, and keeps what is owed.
func (w *world) apply(rt *rapid.T, cmd engine.Command) error {
	before := dump(w.x)
	t, err := engine.Step(w.flow, w.x, cmd, w.facts)
	if after := dump(w.x); after != before {
		rt.Fatalf("Step(%T) changed the execution it was given:\n%s\n%s", cmd, before, after)
	}
	again, err2 := engine.Step(w.flow, w.x, cmd, w.facts)
	if dump(t) != dump(again) || (err == nil) != (err2 == nil) {
		rt.Fatalf("Step(%T) gave two results for the same arguments", cmd)
	}
	if err != nil {
		if _, ok := errors.AsType[*engine.RejectionError](err); !ok {
			rt.Fatalf("Step(%T) failed: %v", cmd, err)
		}
		return err
	}
	if t.Next.Version != w.x.Version+1 {
		rt.Fatalf("Step(%T) made version %d of %d", cmd, t.Next.Version, w.x.Version)
	}
	if !t.NotAfter.IsZero() && w.facts.Now.After(t.NotAfter) || w.facts.Now.Before(t.NotBefore) {
		rt.Fatalf("Step(%T) at %v is bounded by %v and %v", cmd, w.facts.Now, t.NotBefore, t.NotAfter)
	}
	w.x = t.Next
	for _, k := range t.Drop {
		delete(w.owed, k)
	}
	for _, e := range t.Effects {
		w.owed[e.Key] = e
	}
	return nil
}

func dump(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// open notes in the model that a gate asks.
func (w *world) open(i int) {
	g := w.gates[i]
	g.asked, g.version, g.since = true, 1, 1
	if g.duration > 0 {
		g.deadline = w.facts.Now.Add(g.duration)
	}
}

// now is the gate that asks, by the model; nil if none does.
func (w *world) now() (int, *gate) {
	if w.state.Final() {
		return 0, nil
	}
	for i, g := range w.gates {
		if g.asked && g.outcome == "" {
			return i, g
		}
	}
	return 0, nil
}

func (w *world) runOf(i int) engine.TaskRun {
	for _, run := range w.x.Runs {
		if run.Task == fmt.Sprintf("gate%d", i) {
			return run
		}
	}
	return engine.TaskRun{ID: "99"}
}

func (w *world) respond(rt *rapid.T) {
	i := rapid.IntRange(0, len(w.gates)-1).Draw(rt, "gate")
	who := rapid.SampledFrom(append(slices.Clone(crowd), asker, "stranger")).Draw(rt, "who")
	approve := rapid.Bool().Draw(rt, "approve")
	g := w.gates[i]
	version := rapid.IntRange(max(g.since-1, 0), g.version+1).Draw(rt, "version")
	verdict := engine.None
	if g.verdict {
		verdict = engine.Reject
		if approve {
			verdict = engine.Approve
		}
	}
	err := w.apply(rt, engine.Respond{
		Run: w.runOf(i).ID, Version: version, By: person(who), Verdict: verdict,
		Values: map[string]any{"note": "so"},
	})
	want := w.mayRespond(i, who, version)
	if (err == nil) != want {
		rt.Fatalf("%s answers gate %d at version %d: %v, the model says %v", who, i, version, err, want)
	}
	if want {
		w.voteInModel(i, who, verdict)
	}
}

func (w *world) mayRespond(i int, who approval.PersonID, version int) bool {
	at, g := w.now()
	return g != nil && at == i &&
		(g.deadline.IsZero() || w.facts.Now.Before(g.deadline)) &&
		version >= g.since && version <= g.version &&
		slices.Contains(g.stages[g.stage].who, who) && !g.voted[who]
}

func (w *world) voteInModel(i int, who approval.PersonID, verdict engine.Verdict) {
	g := w.gates[i]
	g.voted[who] = true
	g.version++
	if verdict == engine.Reject {
		w.closeInModel(i, engine.Rejected, g.onReject)
		return
	}
	if g.yes++; g.yes < g.stages[g.stage].need {
		return
	}
	if g.stage+1 < len(g.stages) {
		g.stage, g.yes, g.since = g.stage+1, 0, g.version
		return
	}
	outcome := engine.Answered
	if g.verdict {
		outcome = engine.Approved
	}
	w.closeInModel(i, outcome, "CONTINUE")
}

// closeInModel ends a gate; then says what follows in the flow.
func (w *world) closeInModel(i int, outcome engine.Outcome, then string) {
	g := w.gates[i]
	g.outcome, g.since = outcome, g.version
	switch then {
	case "FAIL":
		w.state = engine.Failed
	case "CANCEL":
		w.state = engine.Cancelled
	default:
		if i+1 < len(w.gates) {
			w.open(i + 1)
			return
		}
		w.state = engine.Success
		for _, g := range w.gates {
			if g.outcome == engine.Expired && g.behavior == "WARN" {
				w.state = engine.Warning
			}
		}
	}
	w.endInModel(i)
}

// endInModel: the cards of gates decided in earlier steps say what became of
// the execution.
func (w *world) endInModel(last int) {
	for i, g := range w.gates {
		if g.asked && i != last {
			g.version++
		}
	}
}

func (w *world) wait(rt *rapid.T) {
	d := rapid.SampledFrom([]time.Duration{
		time.Nanosecond, time.Minute, time.Hour - time.Minute, time.Hour - time.Nanosecond, time.Hour, 24 * time.Hour,
	}).Draw(rt, "wait")
	w.facts.Now = w.facts.Now.Add(d)
}

// doOwed does a piece of owed work that is due, and settles it.
func (w *world) doOwed(rt *rapid.T) {
	keys := slices.Sorted(maps.Keys(w.owed))
	if len(keys) == 0 {
		rt.Skip("nothing is owed")
	}
	key := rapid.SampledFrom(keys).Draw(rt, "owed")
	e := w.owed[key]
	if e.Due.After(w.facts.Now) {
		rt.Skip("not due")
	}
	delete(w.owed, key)
	switch work := e.Work.(type) {
	case engine.Timer:
		w.fire(rt, work)
	case engine.Deliver:
		w.show(rt, work)
	case engine.Notice:
	case engine.Call:
		rt.Fatalf("a call is owed, but the flow makes none")
	}
}

func (w *world) show(rt *rapid.T, work engine.Deliver) {
	run, _ := w.x.Run(work.Run)
	if rapid.IntRange(0, 9).Draw(rt, "fails") == 0 {
		_ = w.apply(rt, engine.Undeliverable{Run: work.Run, Copy: work.Copy, Problem: "gone"})
		return
	}
	_ = w.apply(rt, engine.Delivered{
		Run: work.Run, Copy: work.Copy, Shown: run.Request.Version,
		Ref: engine.CopyRef{Place: "C1", Message: fmt.Sprintf("%s.%d", work.Run, work.Copy)},
	})
}

func (w *world) fire(rt *rapid.T, work engine.Timer) {
	w.fired = append(w.fired, work)
	i, g := w.now()
	err := w.apply(rt, engine.Expire(work))
	ours := g != nil && w.runOf(i).ID == work.Run && !g.deadline.IsZero() && !w.facts.Now.Before(g.deadline)
	if (err == nil) != ours {
		rt.Fatalf("timer of run %s: %v, the model says %v", work.Run, err, ours)
	}
	if ours {
		g.version++
		then := map[string]string{"RESUME": "CONTINUE", "WARN": "CONTINUE"}[g.behavior]
		if then == "" {
			then = g.behavior
		}
		w.closeInModel(i, engine.Expired, then)
	}
}

// lateTimer lets a timer come a second time, or for a gate that has none.
func (w *world) lateTimer(rt *rapid.T) {
	i := rapid.IntRange(0, len(w.gates)-1).Draw(rt, "gate")
	at, g := w.now()
	if g != nil && at == i && !g.deadline.IsZero() && !w.facts.Now.Before(g.deadline) {
		rt.Skip("this one would be on time")
	}
	if err := w.apply(rt, engine.Expire{Run: w.runOf(i).ID}); err == nil {
		rt.Fatalf("a timer that nobody waits for changed gate %d", i)
	}
}

func (w *world) cancel(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "really") > 0 {
		rt.Skip("seldom")
	}
	i, g := w.now()
	err := w.apply(rt, engine.Cancel{By: person(asker)})
	if (err == nil) != (g != nil) {
		rt.Fatalf("cancel: %v, the model says %v", err, g != nil)
	}
	if g != nil {
		g.version++
		g.outcome, g.since, w.state = engine.Withdrawn, g.version, engine.Cancelled
		w.endInModel(i)
	}
}

// check compares the execution with the model, and what is owed with both.
func (w *world) check(rt *rapid.T) {
	if w.x.State != w.state {
		rt.Fatalf("the execution is %s, the model says %s", w.x.State, w.state)
	}
	want, may := map[engine.EffectKey]bool{}, map[engine.EffectKey]bool{}
	for i, g := range w.gates {
		run := w.runOf(i)
		if !g.asked {
			if run.Request != nil {
				rt.Fatalf("gate %d asks before its time", i)
			}
			continue
		}
		r := run.Request
		if r == nil || r.Outcome != g.outcome || r.Stage != g.stage || r.Version != g.version || r.Since != g.since {
			rt.Fatalf("gate %d is %s, the model says outcome %q stage %d version %d since %d",
				i, dump(r), g.outcome, g.stage, g.version, g.since)
		}
		if g.outcome == "" && !w.state.Final() && !g.deadline.IsZero() {
			want[engine.EffectKey("timer/"+string(run.ID))] = true
		}
		for _, c := range r.Copies {
			key := engine.EffectKey(fmt.Sprintf("copy/%s/%d", run.ID, c.ID))
			if c.Shown < r.Version && c.Problem == "" {
				want[key] = true
			}
			may[key] = c.Ref != engine.CopyRef{} && !r.Open() // given up, and tried again
		}
		checkOutputs(rt, run, g)
	}
	for key := range w.owed {
		if !want[key] && !may[key] && !strings.HasPrefix(string(key), "notice/") {
			rt.Fatalf("%s is owed for nothing", key)
		}
		delete(want, key)
	}
	if len(want) > 0 {
		rt.Fatalf("not owed: %v", slices.Sorted(maps.Keys(want)))
	}
}

// checkOutputs: what later tasks read is a full map, and names the outcome.
func checkOutputs(rt *rapid.T, run engine.TaskRun, g *gate) {
	if g.outcome == "" {
		return
	}
	values, ok := run.Outputs["onResume"].(map[string]any)
	if !ok || run.Outputs["outcome"] != string(g.outcome) {
		rt.Fatalf("outputs after %s: %s", g.outcome, dump(run.Outputs))
	}
	if _, ok := values["note"]; !ok {
		rt.Fatalf("onResume lacks a field: %s", dump(values))
	}
	if verdict, ok := values["ok"].(bool); ok && verdict != (g.outcome == engine.Approved) {
		rt.Fatalf("verdict %v after %s", verdict, g.outcome)
	}
}
