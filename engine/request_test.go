package engine_test

import (
	"slices"
	"strings"
	"testing"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// payment asks ann and ben, both, and then cat; rob began it.
const payment = `
id: pay
namespace: hr
inputs:
  - {id: amount, type: INT}
  - {id: purpose, type: STRING, required: false}
tasks:
  - id: gate
    type: Pause
    pauseDuration: PT48H
    behavior: FAIL
    onReject: CONTINUE
    request: {title: "Pay {{ inputs.amount }}"}
    onResume:
      - {id: ok, type: BOOL}
      - {id: note, type: STRING, required: false}
    approval:
      stages:
        - {id: one, need: 2, who: ["user:ann", "user:ben"]}
        - {id: two, who: ["user:cat"]}
    deliver: [{slack: "#pay"}, {slack: approvers}]
  - {id: after, type: Return, format: "{{ outputs.gate.outcome }} {{ inputs.amount }}"}
`

// office are those who work where the payments are made.
func office() *approval.Directory {
	d := &approval.Directory{People: map[approval.PersonID]approval.Person{}, Groups: map[string][]approval.PersonID{"leads": {"eve", "rob"}}}
	for _, p := range []approval.PersonID{"ann", "ben", "cat", "dan", "eve", "rob"} {
		d.People[p] = approval.Person{ID: p, Name: strings.ToUpper(string(p[:1])) + string(p[1:])}
	}
	return d
}

// paying begins a payment, after the gate was changed.
func paying(t *testing.T, edits ...func(*flow.Pause)) *story {
	t.Helper()
	return preparing(t, edits...).do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 100}})
}

func preparing(t *testing.T, edits ...func(*flow.Pause)) *story {
	t.Helper()
	s := newStory(t, payment)
	s.facts.People = office()
	for _, edit := range edits {
		edit(s.pause())
	}
	return s
}

func (s *story) pause() *flow.Pause {
	p, _ := s.flow.Task("gate").Spec.(*flow.Pause)
	return p
}

func stageOne(edit func(*approval.Stage)) func(*flow.Pause) {
	return func(p *flow.Pause) { edit(&p.Approval.Stages[0]) }
}

func editable(names ...string) func(*flow.Pause) {
	return func(p *flow.Pause) { p.Changes = names }
}

// request is that of the gate.
func (s *story) request() *engine.Request {
	s.t.Helper()
	run, ok := s.x.Run("1")
	if !ok || run.Request == nil {
		s.t.Fatal("nobody is asked")
	}
	return run.Request
}

func (s *story) click(who approval.PersonID, v engine.Verdict) engine.Respond {
	return engine.Respond{Run: "1", Version: s.request().Version, By: person(who), Verdict: v}
}

// vote answers at the newest version.
func (s *story) vote(who approval.PersonID, v engine.Verdict) *story {
	s.t.Helper()
	return s.do(s.click(who, v))
}

// work are the keys of what the last step owes.
func (s *story) work() []string {
	var keys []string
	for _, e := range s.last.Effects {
		keys = append(keys, string(e.Key))
	}
	slices.Sort(keys)
	return keys
}

func (s *story) events() []audit.Event {
	var out []audit.Event
	for _, r := range s.last.Records {
		out = append(out, r.Event)
	}
	return out
}

// wrote expects the last step to have written an event, and returns its line.
func (s *story) wrote(event audit.Event) audit.Record {
	s.t.Helper()
	i := slices.IndexFunc(s.last.Records, func(r audit.Record) bool { return r.Event == event })
	if i < 0 {
		s.t.Fatalf("it wrote %v, and not %s", s.events(), event)
	}
	return s.last.Records[i]
}

// told expects the last step to owe a word to exactly these: "ann reminder".
func (s *story) told(want ...string) *story {
	s.t.Helper()
	var got []string
	for _, e := range s.last.Effects {
		if tell, ok := e.Work.(engine.Tell); ok {
			got = append(got, string(tell.Person)+" "+string(tell.What))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.t.Errorf("told are %q, want %q", got, want)
	}
	return s
}

// owed expects a piece of work, and returns it.
func (s *story) owed(key string) engine.Effect {
	s.t.Helper()
	i := slices.IndexFunc(s.last.Effects, func(e engine.Effect) bool { return string(e.Key) == key })
	if i < 0 {
		s.t.Fatalf("owed are %q, and not %s", s.work(), key)
	}
	return s.last.Effects[i]
}

// drops expects work to be taken back.
func (s *story) drops(keys ...engine.EffectKey) *story {
	s.t.Helper()
	for _, key := range keys {
		if !slices.Contains(s.last.Drop, key) {
			s.t.Errorf("taken back are %q, want also %s", s.last.Drop, key)
		}
	}
	return s
}
