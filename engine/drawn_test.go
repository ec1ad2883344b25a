package engine_test

import (
	"encoding/json"
	"fmt"
	"maps"

	"pgregory.net/rapid"

	"signoff/engine"
)

// branchy is a drawn task.
type branchy struct {
	id, kind string
	kids     []*branchy
	errors   []*branchy
	finally  []*branchy
	rounds   int // of a loop
	// fails is how many tries fail; tries how many there may be.
	fails, tries int
	verdict      engine.Verdict // of a gate; "" lets it expire
	onNo         string         // onReject or behavior
	ends         engine.State   // of a subflow
	transmit     bool
	allowFailure bool
	allowWarning bool
	disabled     bool
	skipped      bool
	onPause      *branchy
}

// drawer draws flows.
type drawer struct {
	rt   *rapid.T
	n    int
	left int
	all  map[string]*branchy
}

// list draws some tasks. alone: nothing runs at the same time, so that what ends
// everything at once ends it at a known point.
func (d *drawer) list(depth int, alone bool) []*branchy {
	var out []*branchy
	for range rapid.IntRange(1, 3).Draw(d.rt, "tasks") {
		if d.left--; d.left > 0 || len(out) == 0 {
			out = append(out, d.task(depth, alone))
		}
	}
	return out
}

func (d *drawer) name(kind string) *branchy {
	d.n++
	b := &branchy{id: fmt.Sprintf("%s%d", kind, d.n), kind: kind}
	d.all[b.id] = b
	return b
}

func (d *drawer) task(depth int, alone bool) *branchy {
	kinds := []string{"call", "call", "return", "fail", "gate", "subflow", "sleep"}
	if depth > 0 {
		kinds = append(kinds, "seq", "if", "switch", "allow", "parallel", "dag", "each", "eachAtOnce", "until")
	}
	b := d.name(rapid.SampledFrom(kinds).Draw(d.rt, "kind"))
	b.disabled = d.seldom("disabled")
	b.skipped = d.seldom("skipped")
	d.details(b, depth, alone)
	return b
}

func (d *drawer) seldom(what string) bool { return rapid.IntRange(0, 11).Draw(d.rt, what) == 0 }

func (d *drawer) details(b *branchy, depth int, alone bool) {
	if b.kind != "gate" {
		b.allowFailure, b.allowWarning = d.seldom("allowFailure"), d.seldom("allowWarning")
	}
	switch b.kind {
	case "call":
		b.tries = rapid.IntRange(1, 3).Draw(d.rt, "tries")
		b.fails = rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3}).Draw(d.rt, "fails")
	case "gate":
		d.gate(b, depth, alone)
	case "subflow":
		b.transmit = rapid.Bool().Draw(d.rt, "transmit")
		ends := []engine.State{engine.Success, engine.Success, engine.Warning, engine.Failed}
		if alone {
			ends = append(ends, engine.Killed, engine.Cancelled)
		}
		b.ends = rapid.SampledFrom(ends).Draw(d.rt, "ends")
	case "return", "fail", "sleep":
	case "parallel", "dag":
		b.kids = d.started(depth)
	case "eachAtOnce":
		b.rounds = rapid.IntRange(0, 3).Draw(d.rt, "rounds")
		b.kids = append([]*branchy{d.async()}, d.list(depth-1, false)...)
	case "each", "until":
		b.rounds = rapid.IntRange(0, 3).Draw(d.rt, "rounds")
		b.kids = d.list(depth-1, alone)
	default:
		b.kids = d.list(depth-1, alone)
	}
	if len(b.kids) > 0 && b.kind != "gate" {
		d.ends(b, depth, alone)
	}
}

// ends draws errors and finally.
func (d *drawer) ends(b *branchy, depth int, alone bool) {
	if rapid.IntRange(0, 3).Draw(d.rt, "errors") == 0 {
		b.errors = d.list(depth-1, alone)
	}
	if rapid.IntRange(0, 3).Draw(d.rt, "finally") == 0 {
		b.finally = d.list(depth-1, alone)
	}
}

func (d *drawer) gate(b *branchy, depth int, alone bool) {
	b.verdict = rapid.SampledFrom([]engine.Verdict{engine.Approve, engine.Approve, engine.Reject, ""}).Draw(d.rt, "verdict")
	after := []string{"CONTINUE", "FAIL"}
	if b.verdict == "" {
		after = []string{"RESUME", "WARN", "FAIL"}
	}
	if alone {
		after = append(after, "CANCEL")
	}
	b.onNo = rapid.SampledFrom(after).Draw(d.rt, "onNo")
	if d.seldom("onPause") {
		b.onPause = d.name("call")
		b.onPause.tries = 1
	}
	if depth > 0 && d.seldom("errors") {
		d.ends(b, depth, alone)
	}
	if depth > 0 && d.seldom("tasks") {
		b.kids = d.list(depth-1, alone)
	}
}

// started draws tasks that all begin before any of them can end.
func (d *drawer) started(depth int) []*branchy {
	out := []*branchy{d.async()}
	for range rapid.IntRange(0, 2).Draw(d.rt, "beside") {
		one := d.async()
		if rapid.Bool().Draw(d.rt, "longer") {
			seq := d.name("seq")
			seq.kids = append([]*branchy{one}, d.list(depth-1, false)...)
			one = seq
		}
		out = append(out, one)
	}
	return out
}

func (d *drawer) async() *branchy {
	b := d.name(rapid.SampledFrom([]string{"call", "gate"}).Draw(d.rt, "async"))
	d.details(b, 0, false)
	return b
}

// yaml is the task as a flow says it; JSON is YAML.
func (b *branchy) yaml() map[string]any {
	y := map[string]any{"id": b.id}
	flag := func(name string, v bool) {
		if v {
			y[name] = true
		}
	}
	flag("allowFailure", b.allowFailure)
	flag("allowWarning", b.allowWarning)
	flag("disabled", b.disabled)
	if b.skipped {
		y["runIf"] = "false"
	}
	branch := func(name string, list []*branchy) {
		if len(list) > 0 {
			y[name] = tasksYAML(list)
		}
	}
	branch("errors", b.errors)
	branch("finally", b.finally)
	b.typed(y)
	return y
}

func (b *branchy) typed(y map[string]any) {
	values := make([]string, b.rounds)
	for i := range values {
		values[i] = fmt.Sprint("v", i)
	}
	set := func(typ string, more map[string]any) {
		y["type"] = typ
		maps.Copy(y, more)
	}
	switch b.kind {
	case "call":
		set("http.Request", map[string]any{"uri": "https://a.example"})
		if b.tries > 1 {
			y["retry"] = map[string]any{"type": "constant", "interval": "PT1M", "maxAttempts": b.tries}
		}
	case "return":
		set("Return", map[string]any{"format": b.id})
	case "fail":
		set("Fail", nil)
	case "sleep":
		set("Sleep", map[string]any{"duration": "PT1M"})
	case "subflow":
		set("Subflow", map[string]any{"namespace": "hr", "flowId": "other", "transmitFailed": b.transmit})
	case "gate":
		set("Pause", b.gateYAML())
	case "seq":
		set("Sequential", map[string]any{"tasks": tasksYAML(b.kids)})
	case "allow":
		set("AllowFailure", map[string]any{"tasks": tasksYAML(b.kids)})
	case "if":
		set("If", map[string]any{"condition": "{{ 1 == 1 }}", "then": tasksYAML(b.kids)})
	case "switch":
		set("Switch", map[string]any{"value": "{{ 'a' }}", "cases": map[string]any{"a": tasksYAML(b.kids)}})
	case "parallel":
		set("Parallel", map[string]any{"tasks": tasksYAML(b.kids)})
	case "dag":
		var tasks []any
		for _, k := range b.kids {
			tasks = append(tasks, map[string]any{"task": k.yaml()})
		}
		set("Dag", map[string]any{"tasks": tasks})
	case "each":
		set("ForEach", map[string]any{"values": values, "tasks": tasksYAML(b.kids)})
	case "eachAtOnce":
		set("ForEach", map[string]any{"values": values, "concurrencyLimit": 0, "tasks": tasksYAML(b.kids)})
	case "until":
		set("LoopUntil", map[string]any{
			"condition": "{{ false }}", "tasks": tasksYAML(b.kids),
			"checkFrequency": map[string]any{"interval": "PT1M", "maxIterations": max(b.rounds, 1)},
		})
	}
}

func (b *branchy) gateYAML() map[string]any {
	y := map[string]any{
		"onResume": []any{map[string]any{"id": "ok", "type": "BOOL"}},
		"approval": map[string]any{"stages": []any{map[string]any{"id": "one", "who": []any{"user:ann"}}}},
		"onReject": "CONTINUE",
	}
	if b.verdict == "" {
		y["pauseDuration"], y["behavior"] = "PT1H", b.onNo
	} else {
		y["onReject"] = b.onNo
	}
	if b.onPause != nil {
		y["onPause"] = b.onPause.yaml()
	}
	if len(b.kids) > 0 {
		y["tasks"] = tasksYAML(b.kids)
	}
	return y
}

func tasksYAML(list []*branchy) []any {
	out := make([]any, len(list))
	for i, b := range list {
		out[i] = b.yaml()
	}
	return out
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
