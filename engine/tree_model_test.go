package engine_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/flow"
	"signoff/store"
)

// TestTreeModel draws flows of nested tasks and the fate of each task, runs them
// in any order in which the outside may answer, with holds, late news and stores
// in between, and compares what became of every run with the oracle.
func TestTreeModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newForest(rt)
		for range 3_000 {
			if w.over() {
				break
			}
			w.step(rt)
			w.check(rt)
		}
		w.finished(rt)
	})
}

// forest is an execution under way, its fates, and a store that is as small as
// can be.
type forest struct {
	flow    *flow.Flow
	src     string
	all     map[string]*branchy
	want    fates
	state   engine.State
	beside  map[string]bool // tasks beside a gate
	facts   engine.Facts
	x       engine.Execution
	owed    map[engine.EffectKey]engine.Effect
	childOf map[engine.TaskRunID]bool // subflows under way
	past    []engine.Command          // what was taken before; it may come twice
}

func newForest(rt *rapid.T) *forest {
	d := &drawer{rt: rt, left: 25, all: map[string]*branchy{}}
	tasks := d.list(3, true)
	var onError, atLast, after []*branchy
	if rapid.Bool().Draw(rt, "flow errors") {
		onError = d.list(1, true)
	}
	if rapid.Bool().Draw(rt, "flow finally") {
		atLast = d.list(1, true)
	}
	if rapid.Bool().Draw(rt, "flow after") {
		after = d.list(1, true)
	}
	y := map[string]any{"id": "drawn", "namespace": "model", "tasks": tasksYAML(tasks)}
	for name, list := range map[string][]*branchy{"errors": onError, "finally": atLast, "afterExecution": after} {
		if len(list) > 0 {
			y[name] = tasksYAML(list)
		}
	}
	w := &forest{
		all: d.all, src: jsonOf(y), owed: map[engine.EffectKey]engine.Effect{}, beside: map[string]bool{},
		childOf: map[engine.TaskRunID]bool{}, facts: usualFacts(),
	}
	f, faults := flow.Parse("drawn.yaml", []byte(w.src))
	if faults.Stop() {
		rt.Fatalf("the drawn flow does not load: %v\n%s", faults, w.src)
	}
	w.flow = f
	for _, b := range d.all {
		if b.onPause != nil {
			w.beside[b.onPause.id] = true
		}
	}
	root := &branchy{errors: onError, finally: atLast}
	w.state = w.want.wind(root, "", w.want.list(tasks, ""))
	w.want.list(after, "")
	w.apply(rt, engine.Start{ID: "x", Revision: 1, By: person("rob")})
	return w
}

// over reports whether nothing is left to do.
func (w *forest) over() bool {
	return w.x.State.Final() && !slices.ContainsFunc(w.x.Runs, func(r engine.TaskRun) bool { return !r.State.Final() })
}

// apply takes a step and keeps what is owed. What is stored is what is read.
func (w *forest) apply(rt *rapid.T, cmd engine.Command) bool {
	thorough := rapid.IntRange(0, 3).Draw(rt, "thorough") == 0
	before := ""
	if thorough {
		before = dump(w.x)
	}
	t, err := engine.Step(w.flow, w.x, cmd, w.facts)
	if thorough {
		again, err2 := engine.Step(w.flow, w.x, cmd, w.facts)
		switch {
		case dump(w.x) != before:
			rt.Fatalf("Step(%T) changed the execution it was given", cmd)
		case dump(t) != dump(again) || (err == nil) != (err2 == nil):
			rt.Fatalf("Step(%T) gave two results for the same arguments", cmd)
		}
	}
	if err != nil {
		if _, ok := errors.AsType[*engine.RejectionError](err); !ok {
			rt.Fatalf("Step(%T) failed: %v", cmd, err)
		}
		return false
	}
	if w.facts.Now.Before(t.NotBefore) {
		rt.Fatalf("Step(%T) at %v is good from %v", cmd, w.facts.Now, t.NotBefore)
	}
	if w.x.Held && t.Next.Held && len(t.Next.Runs) > len(w.x.Runs) {
		rt.Fatalf("Step(%T) began something while the execution is held: %s", cmd, w.tell())
	}
	w.x = t.Next
	for _, k := range t.Drop {
		delete(w.owed, k)
	}
	for _, e := range t.Effects {
		w.owed[e.Key] = e
	}
	w.past = append(w.past, cmd)
	return true
}

// step does something that may happen.
func (w *forest) step(rt *rapid.T) {
	switch rapid.IntRange(0, 19).Draw(rt, "what") {
	case 0:
		w.reload(rt)
	case 1:
		w.apply(rt, engine.Hold{By: person("rob")})
		return
	case 2:
		w.twice(rt, rapid.SampledFrom(w.past).Draw(rt, "late"))
	}
	if w.x.Held && rapid.IntRange(0, 4).Draw(rt, "release") == 0 {
		w.apply(rt, engine.Release{By: person("rob")})
		return
	}
	w.outside(rt)
}

// twice sends what was taken before. It must be refused, unless it means
// something new by now.
func (w *forest) twice(rt *rapid.T, late engine.Command) {
	switch c := late.(type) {
	case engine.Hold, engine.Release:
		return
	case engine.Expire:
		if run, _ := w.x.Run(c.Run); !run.Due.After(w.facts.Now) {
			return // the time of another round, or try, has come
		}
	}
	if w.apply(rt, late) {
		rt.Fatalf("%#v was taken twice", late)
	}
}

// reload stores the execution and reads it again.
func (w *forest) reload(rt *rapid.T) {
	encoded, err := store.EncodeExecution(&w.x)
	if err != nil {
		rt.Fatal(err)
	}
	sealed, err := store.SealExecution(w.x.ID, nil, encoded)
	if err != nil {
		rt.Fatal(err)
	}
	record, err := store.UnsealExecution(w.x.ID, sealed)
	if err != nil {
		rt.Fatal(err)
	}
	if w.x, err = record.Decode(); err != nil {
		rt.Fatal(err)
	}
}

// outside lets the outside answer: owed work, an end of a subflow, a person, or
// time that passes.
func (w *forest) outside(rt *rapid.T) {
	var moves []func()
	for _, key := range slices.Sorted(maps.Keys(w.owed)) {
		e := w.owed[key]
		if !e.Due.After(w.facts.Now) {
			moves = append(moves, func() { w.do(rt, key, e) })
		}
	}
	for i := range w.x.Runs {
		run := w.x.Runs[i]
		if run.State == engine.Paused && run.Request != nil && w.all[run.Task].verdict != "" {
			moves = append(moves, func() { w.answer(rt, run) })
		}
		if w.childOf[run.ID] {
			moves = append(moves, func() { w.childEnds(rt, run) })
		}
	}
	if len(moves) == 0 || rapid.IntRange(0, 9).Draw(rt, "wait") == 0 {
		w.facts.Now = w.facts.Now.Add(time.Minute)
		if len(moves) == 0 {
			w.facts.Now = w.facts.Now.Add(time.Hour)
			w.apply(rt, engine.Release{By: person("rob")})
		}
		return
	}
	moves[rapid.IntRange(0, len(moves)-1).Draw(rt, "move")]()
}

func (w *forest) do(rt *rapid.T, key engine.EffectKey, e engine.Effect) {
	delete(w.owed, key)
	switch work := e.Work.(type) {
	case engine.Timer:
		w.apply(rt, engine.Expire(work))
	case engine.Call:
		run, _ := w.x.Run(work.Run)
		problem := ""
		if b := w.all[run.Task]; run.Attempt <= b.fails {
			problem = "fated"
		}
		if !w.apply(rt, engine.Finish{Run: work.Run, Attempt: work.Attempt, Problem: problem}) {
			rt.Fatalf("nobody waits for %s of %s", key, w.tell())
		}
	case engine.Launch:
		if !w.apply(rt, engine.Launched{Run: work.Run, Child: engine.ExecutionID("child" + string(work.Run))}) {
			rt.Fatalf("nobody waits for %s of %s", key, w.tell())
		}
		w.childOf[work.Run] = true
	case engine.StopChild:
		delete(w.childOf, work.Run)
	default:
		rt.Fatalf("%T is owed", work)
	}
}

func (w *forest) answer(rt *rapid.T, run engine.TaskRun) {
	if !w.apply(rt, engine.Respond{Run: run.ID, Version: run.Request.Version, By: person("ann"), Verdict: w.all[run.Task].verdict}) {
		rt.Fatalf("the open request of %s takes no answer: %s", run.Task, w.tell())
	}
}

func (w *forest) childEnds(rt *rapid.T, run engine.TaskRun) {
	delete(w.childOf, run.ID)
	w.apply(rt, engine.ChildEnded{Run: run.ID, Child: run.Child, State: w.all[run.Task].ends})
}

func (w *forest) tell() string { return w.src + "\n" + runs(w.x) }

// check compares what is owed with the runs.
func (w *forest) check(rt *rapid.T) {
	want := map[engine.EffectKey]bool{}
	for i := range w.x.Runs {
		run := &w.x.Runs[i]
		parent, nested := w.x.Run(run.Parent)
		if nested && parent.State.Final() && !run.State.Final() && !w.beside[run.Task] {
			rt.Fatalf("%s is %s around %s, which is %s: %s", parent.Task, parent.State, run.Task, run.State, w.tell())
		}
		if run.State.Final() || run.Ends != "" {
			continue
		}
		switch kind := w.all[run.Task].kind; {
		case kind == "call" && run.State == engine.Running:
			want[engine.EffectKey("call/"+string(run.ID))] = true
		case kind == "subflow" && run.State == engine.Running && run.Child == "":
			want[engine.EffectKey("launch/"+string(run.ID))] = true
		}
		if run.Due.After(w.facts.Now) {
			want[engine.EffectKey("timer/"+string(run.ID))] = true
		}
	}
	for key := range want {
		if _, ok := w.owed[key]; !ok {
			rt.Fatalf("%s is not owed: %s", key, w.tell())
		}
	}
	for key, e := range w.owed {
		_, timer := e.Work.(engine.Timer)
		late := timer && !e.Due.After(w.facts.Now) // it settles and does nothing
		if !want[key] && !late && !strings.HasPrefix(string(key), "stop/") {
			rt.Fatalf("%s is owed for nothing: %s", key, w.tell())
		}
	}
}

// finished compares the end with the oracle's.
func (w *forest) finished(rt *rapid.T) {
	if !w.over() {
		rt.Fatalf("it never ends: %s", w.tell())
	}
	for _, run := range w.x.Runs {
		if b := w.all[run.Task]; b.rounds == 0 && run.Value != nil && run.Value != fmt.Sprint("v", run.Iteration-1) {
			rt.Fatalf("round %d is for %v: %s", run.Iteration, run.Value, w.tell())
		}
	}
	got, want := told(w.x), w.want
	if w.x.State == engine.Cancelled || w.x.State == engine.Killed { // what stood beside a gate may have been cut short
		beside := func(s string) bool {
			name, _, _ := strings.Cut(s, " ")
			name, _, _ = strings.Cut(name, ".")
			return w.beside[name]
		}
		got, want = slices.DeleteFunc(got, beside), slices.DeleteFunc(want, beside)
	}
	if w.x.State != w.state || got.String() != want.String() {
		rt.Fatalf("the execution is %s, the oracle says %s\n%s\ngot\n%s\nwant\n%s", w.x.State, w.state, w.src, &got, &want)
	}
	if len(w.owed) > 0 {
		for key := range w.owed {
			if !strings.HasPrefix(string(key), "stop/") {
				rt.Fatalf("%s is owed after the end: %s", key, w.tell())
			}
		}
	}
}
