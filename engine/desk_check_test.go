package engine_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/approval"
)

func deskFlow(rt *rapid.T) string {
	return fmt.Sprintf(`
id: desk
namespace: hr
inputs: [{id: amount, type: INT}]
tasks:
  - id: gate
    type: Pause
    pauseDuration: PT30H
    behavior: FAIL
    onReject: FAIL
    request: {title: "Pay {{ inputs.amount }}"}
    onResume: [{id: ok, type: BOOL}]
    approval:
      changes: [amount]
      exclude: [requester, "user:xia"]
      delegate: {hops: %d}
      stages:
        - {id: one, need: %s, deny: %d, who: ["user:ann", "user:ben", "user:cat", "user:xia"], within: PT%dH, remind: [PT1H, PT5H],
           escalate: [{after: PT3H, to: ["user:dan"]}, {after: PT6H, to: ["group:leads"], replace: %t}]}
        - {id: two, need: %d, who: ["user:dan", "user:eve", "user:rob"], remind: [PT2H]}
`,
		rapid.IntRange(1, 2).Draw(rt, "hops"), rapid.SampledFrom([]string{"1", "2", "all"}).Draw(rt, "need"),
		rapid.IntRange(1, 2).Draw(rt, "deny"), rapid.IntRange(7, 12).Draw(rt, "within"), rapid.Bool().Draw(rt, "replace"),
		rapid.IntRange(1, 2).Draw(rt, "need of two"))
}

func deskDirectory(away map[approval.PersonID]approval.Absence) *approval.Directory {
	d := &approval.Directory{
		People: map[approval.PersonID]approval.Person{}, Absent: away,
		Groups: map[string][]approval.PersonID{"leads": {"eve", "rob"}},
	}
	for _, p := range deskPeople {
		d.People[p] = approval.Person{ID: p, Name: string(p)}
	}
	return d
}

// check compares the execution, and what it owes, with the books.
func (d *desk) check(rt *rapid.T) {
	run, ok := d.x.Run("1")
	if !ok || run.Request == nil {
		rt.Fatal("nobody is asked")
	}
	r := run.Request
	if r.Outcome != d.outcome || r.Stage != d.stage || r.Version != d.version || r.Since != d.since ||
		len(r.Rounds) != d.rounds || (r.Wanted != "") != (d.wanted && d.outcome == "") || len(r.Comments) != d.said {
		rt.Fatalf("it is %s\nthe books say %q, stage %d, version %d since %d, %d rounds, wanted %t, %d said",
			dump(r), d.outcome, d.stage, d.version, d.since, d.rounds, d.wanted, d.said)
	}
	if dump(r.Votes()) != dump(append([]approval.Vote{}, d.votes...)) || len(r.Moves) != len(d.moves) {
		rt.Fatalf("the votes are %s, the books say %s", dump(r.Votes()), dump(d.votes))
	}
	if d.x.State.Final() != (d.outcome != "") {
		rt.Fatalf("the execution is %s, the request %q", d.x.State, d.outcome)
	}
	d.checkOwed(rt, r)
}

func (d *desk) checkOwed(rt *rapid.T, r *engine.Request) {
	open := d.outcome == ""
	want := map[engine.EffectKey]bool{
		"timer/1":  open,
		"stage/1":  open && !d.wanted && !d.due.IsZero(),
		"return/1": open && d.wanted && d.chased < len(d.chases()),
		"climb/1":  open && !d.wanted && d.climbed() < len(d.spec.Approval.Stages[d.stage].Escalate),
	}
	for _, p := range r.Reminded {
		want[engine.EffectKey("remind/1/"+p)] = open && !d.wanted
	}
	for key, must := range want {
		if _, ok := d.owed[key]; ok != must {
			rt.Fatalf("%s is owed: %t, want %t", key, ok, must)
		}
	}
	for key := range d.owed {
		kind, _, _ := strings.Cut(string(key), "/")
		if slices.Contains([]string{"timer", "stage", "climb", "remind", "return"}, kind) && !want[key] {
			rt.Fatalf("%s is owed for nothing", key)
		}
	}
}

func (d *desk) climbed() int {
	n := 0
	for _, mv := range d.moves {
		if mv.Kind == approval.Escalated && mv.Stage == d.stage {
			n++
		}
	}
	return n
}
