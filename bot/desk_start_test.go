package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"signoff/adapters"
	"signoff/bot"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// trip has inputs of several kinds, some of which depend on others.
const trip = `
id: trip
namespace: hr
description: A journey, and who pays for it.
inputs:
  - {id: where, type: STRING}
  - {id: kind, type: SELECT, values: [train, flight], defaults: train}
  - {id: airline, type: STRING, dependsOn: {inputs: [kind], condition: "{{ inputs.kind == 'flight' }}"}}
  - {id: stops, type: MULTISELECT, values: [Ulm, Lyon, Bern], required: false}
  - {id: reason, type: STRING, required: false}
tasks:
  - id: gate
    type: Pause
    pauseDuration: P3D
    behavior: FAIL
    onReject: FAIL
    onResume: [{id: ok, type: BOOL}]
    request: {title: "Trip to {{ inputs.where }}", facts: {Why: "{{ inputs.reason ?? '' }}", Stops: "{{ inputs.stops ?? [] }}", By: "{{ inputs.airline ?? inputs.kind }}"}}
    approval: {stages: [{id: one, who: ["user:dana"]}]}
    deliver: [{slack: "#hr"}]
`

func TestDeskRunsAFlow(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(trip)
		c := adapters.Command{Actor: account("alex"), Name: "/signoff", Once: "o1", Evidence: "hash", Text: `run trip where=“New York” stops=Ulm stops=Bern`}
		r := w.commands(c)
		w.wants(r, adapters.Done, "Started trip. REQ-")
		if len(r.Items) != 1 || r.Items[0].Title != "Trip to New York" || r.Items[0].State != "Waiting for Dana" {
			t.Fatalf("it shows %+v", r.Items)
		}
		x := w.executions("trip")[0]
		if x.Requester.Person != "alex" || x.Inputs["where"] != "New York" || fmt.Sprint(x.Inputs["stops"]) != "[Ulm Bern]" {
			t.Errorf("it began with %v by %+v", x.Inputs, x.Requester)
		}
		if r := w.commands(c); r.Kind != adapters.Again {
			t.Errorf("again it is %s %q", r.Kind, r.Text)
		}
		if n := len(w.executions("trip")); n != 1 {
			t.Errorf("%d executions", n)
		}
		for _, line := range w.trail() {
			if line.Event == audit.ExecutionStarted && line.Data["evidence"] != "hash" {
				t.Errorf("the trail says %v, want the evidence", line.Data)
			}
		}
	})
}

func TestDeskStartsAreRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(trip)
		w.save(strings.Replace(trip, "id: trip", "id: trip_abroad", 1))
		w.save(strings.Replace(trip, "id: trip", "disabled: true\nid: offsite", 1))
		for text, says := range map[string]string{
			"run trip":                           "where is required.",
			"run trip where=x kind=boat":         "kind ",
			"run trip where=x kind=flight":       "airline is required.",
			"run trip where=x wher=y":            "wher ",
			"run trip where=a where=b":           "where ",
			"run trap where=x":                   "Did you mean hr/trip",
			"run hr/trp where=x":                 "Did you mean hr/trip",
			"run abraod where=x":                 "Did you mean hr/trip_abroad",
			"run it/trip where=x":                "There is no flow “it/trip”, or you may not start it.",
			"run zzzzzz":                         "Type “/signoff start” to choose one.",
			"run abroa where=x":                  "There is no flow “abroa”",
			"run offsite where=x":                "The flow hr/offsite is switched off.",
			"start offsite":                      "The flow hr/offsite is switched off.",
			"start trip whre=x":                  "whre is no input of this flow; did you mean where?",
			"run <!channel> where=x":             "There is no flow “<!channel>”",
			"run t where=x":                      "“t” may be hr/trip or hr/trip_abroad. Write all of the name.",
			"run " + strings.Repeat("x", 3000):   "There is no flow",
			"start \u202egnp":                    "There is no flow “gnp”",
			"run trip where=\"a":                 "The quote that begins the value of where does not end.",
			"run vacation employee=\"a\" x y z=": "“x” does not say for which input it is.",
		} {
			r := w.types("alex", text)
			w.wants(r, adapters.Turned, says)
			if r.Sheet != nil || len(r.Fields) > 0 {
				t.Errorf("%.40s: a form is open: %+v", text, r)
			}
		}
		w.wants(w.types("nobody", "run trip where=x"), adapters.Turned, "signoff does not know your Slack account")
		w.wants(w.types("nobody", "start trip"), adapters.Turned, "signoff does not know your Slack account")
		if n := len(w.executions("trip")) + len(w.executions("vacation")); n != 0 {
			t.Errorf("%d executions", n)
		}
		for text, id := range map[string]string{"run abroad where=x": "trip_abroad", "run HR/Trip where=x": "trip", "run vac employee=x": "vacation"} {
			w.wants(w.types("alex", text), adapters.Done, "Started "+id+".")
		}
	})
}

func TestDeskMayStartOnlyWhatItIsAllowed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(granted(t, access.Grant{Role: access.Launcher, To: []approval.Selector{{Kind: approval.User, Name: "kim"}}, In: []string{"it"}}))
		w.operates(trip)
		w.operates(strings.Replace(trip, "namespace: hr", "namespace: it", 1))
		absent := strings.ReplaceAll(w.types("kim", "run hr/nothing where=x").Text, "nothing", "trip")
		if r := w.types("kim", "run hr/trip where=x"); !strings.HasPrefix(r.Text, strings.SplitAfter(absent, "start it.")[0]) {
			t.Errorf("forbidden: %q, absent: %q", r.Text, absent)
		}
		for _, subject := range []string{"start:hr/trip", "slash:hr/trip/t"} {
			a, b := w.sheet("kim", subject, nil), w.sheet("kim", strings.Replace(subject, "trip", "nothing", 1), nil)
			if a.Kind != adapters.Turned || strings.ReplaceAll(b.Text, "nothing", "trip") != a.Text {
				t.Errorf("%s: %q, absent: %q", subject, a.Text, b.Text)
			}
			w.wants(w.submits("kim", subject, map[string]any{"where": "x"}), adapters.Turned, "There is no flow hr/trip")
		}
		w.wants(w.submits("kim", "new", map[string]any{"signoff.flow": "hr/trip", "where": "x"}), adapters.Turned, "There is no flow hr/trip")
		r := w.types("kim", "start")
		if got := r.Sheet.Fields[0].Options; len(got) != 1 || got[0].Value != "it/trip" {
			t.Errorf("offered is %v", got)
		}
		w.wants(w.types("dana", "start"), adapters.Turned, "There is nothing that you may start.")
		w.wants(w.types("kim", "run trip where=x"), adapters.Done, "Started trip")
	})
}

func TestDeskSheetFollowsTheAnswers(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(trip)
		r := w.types("alex", "start trip where=Rome")
		w.wants(r, adapters.Asked, "")
		if got, want := fieldsOf(r.Sheet), "where*=Rome kind*=train stops reason"; got != want {
			t.Errorf("it asks %s, want %s", got, want)
		}
		if r.Sheet.Subject != "start:hr/trip" || !r.Sheet.Fields[1].Live || r.Sheet.Fields[0].Live {
			t.Errorf("the sheet is %+v", r.Sheet)
		}
		r = w.sheet("alex", r.Sheet.Subject, map[string]any{"where": "Rome", "kind": "flight"})
		if got, want := fieldsOf(r.Sheet), "where*=Rome kind*=flight airline* stops reason"; got != want {
			t.Errorf("it asks %s, want %s", got, want)
		}
		wrong := w.submits("alex", r.Sheet.Subject, map[string]any{"where": "Rome", "kind": "flight"})
		if wrong.Kind != adapters.Wrong || wrong.Fields["airline"] != "is required" || fieldsOf(wrong.Sheet) != fieldsOf(r.Sheet) {
			t.Errorf("it is %s %v with %s", wrong.Kind, wrong.Fields, fieldsOf(wrong.Sheet))
		}
		done := adapters.SheetCall{Actor: account("alex"), Subject: r.Sheet.Subject, Values: map[string]any{"where": "Rome", "kind": "flight", "airline": "X", "stops": []any{"Ulm"}}, Once: "s1"}
		w.wants(w.submit(done), adapters.Done, "Started trip")
		if again := w.submit(done); again.Kind != adapters.Again {
			t.Errorf("again it is %s", again.Kind)
		}
		if n := len(w.executions("trip")); n != 1 {
			t.Errorf("%d executions", n)
		}
	})
}

func TestDeskNewRequestChoosesFirst(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(trip)
		r := w.sheets(adapters.SheetCall{Actor: account("alex"), Subject: adapters.NewRequest, About: "https://chat.example/p1", Quote: "We must go to Rome"})
		w.wants(r, adapters.Asked, "")
		if got := fieldsOf(r.Sheet); got != "signoff.flow*" || !r.Sheet.Fields[0].Live || len(r.Sheet.Fields[0].Options) != 2 {
			t.Fatalf("it asks %s %+v", got, r.Sheet.Fields)
		}
		about := func(values map[string]any) adapters.Reply {
			return w.sheets(adapters.SheetCall{Actor: account("alex"), Subject: r.Sheet.Subject, About: "https://chat.example/p1", Quote: "We must go to Rome", Values: values})
		}
		r = about(map[string]any{"signoff.flow": "hr/trip"})
		if got, want := fieldsOf(r.Sheet), "signoff.flow*=hr/trip where* kind*=train stops reason=We must go to Rome\nhttps://chat.example/p1"; got != want {
			t.Errorf("it asks %s, want %s", got, want)
		}
		empty := w.submits("alex", r.Sheet.Subject, nil)
		if empty.Kind != adapters.Wrong || empty.Fields["signoff.flow"] == "" || empty.Sheet == nil {
			t.Errorf("without a choice it is %+v", empty)
		}
		// The flow without a field for it puts it into its first text.
		other := about(map[string]any{"signoff.flow": "hr/vacation"})
		if got, want := fieldsOf(other.Sheet), "signoff.flow*=hr/vacation employee*=We must go to Rome\nhttps://chat.example/p1"; got != want {
			t.Errorf("it asks %s, want %s", got, want)
		}
		w.wants(w.submits("alex", r.Sheet.Subject, map[string]any{"signoff.flow": "hr/trip", "where": "Rome", "reason": ""}), adapters.Done, "Started trip")
		if got := w.executions("trip")[0].Inputs["reason"]; got != "" && got != nil {
			t.Errorf("what was emptied is %q", got)
		}
	})
}

func TestDeskSubjectsGrantNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		for _, subject := range []string{
			"", "x", "new:x", "away:y", "start:", "start:hr", "start:/", "start:hr/", "start:hr/a/b", "slash:hr/vacation", "slash:hr/vacation/nothing",
			"slash:hr/vacation/", "decide:", "decide:x", "decide:x/y/z", "decide:" + request + "/1", "decide:nothing.1/1/approve", "decide:a/1/approve",
			"start:hr/vacation\x00", "decide:" + request + "/99999999999999999999/approve", "\n\n", strings.Repeat("new\n", 9999),
		} {
			for _, r := range []adapters.Reply{w.sheet("dana", subject, map[string]any{"x": 1}), w.submits("dana", subject, map[string]any{"x": 1})} {
				if r.Kind == adapters.Done || r.Kind == adapters.Asked && !strings.HasPrefix(subject, "new\n") {
					t.Errorf("%.60q is %s %q", subject, r.Kind, r.Text)
				}
			}
		}
		for _, action := range []string{"delegate", "resume", "choose:x", "answer", "nothing", ""} {
			r := w.sheet("dana", "decide:"+request+"/1/"+action, nil)
			w.wants(r, adapters.Turned, "has no such button")
		}
		if n := len(w.executions("vacation")); n != 1 {
			t.Errorf("%d executions", n)
		}
	})
}

func TestDeskChoices(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		var values []string
		for i := range 250 {
			values = append(values, fmt.Sprintf("town %03d", i))
		}
		w.save(strings.Replace(trip, "[Ulm, Lyon, Bern]", "["+strings.Join(values, ", ")+"]", 1))
		for i := range 120 {
			w.save(fmt.Sprintf("id: many_%03d\nnamespace: hr\ntasks: [{id: say, type: Log, message: hi}]", i))
		}
		r := w.types("alex", "start")
		if f := r.Sheet.Fields[0]; len(f.Options) != adapters.MaxChoices || !f.Search {
			t.Errorf("%d flows are offered, search %v", len(f.Options), f.Search)
		}
		ask := func(user string, c adapters.ChoicesCall) []adapters.Option {
			c.Actor = account(user)
			got, err := w.bot.Choices(t.Context(), c)
			if err != nil {
				t.Fatalf("Choices(%+v) failed: %v", c, err)
			}
			return got
		}
		if got := ask("alex", adapters.ChoicesCall{Subject: "new", Field: "signoff.flow", Query: "119"}); len(got) != 1 || got[0].Value != "hr/many_119" {
			t.Errorf("the search finds %v", got)
		}
		if got := ask("alex", adapters.ChoicesCall{Subject: "start:hr/trip", Field: "stops", Query: "town 24"}); len(got) != 10 {
			t.Errorf("the search finds %d towns", len(got))
		}
		if got := ask("alex", adapters.ChoicesCall{Subject: "new", Field: "stops", Query: "", Values: map[string]any{"signoff.flow": "hr/trip"}}); len(got) != adapters.MaxChoices {
			t.Errorf("the search finds %d towns", len(got))
		}
		for _, c := range []adapters.ChoicesCall{
			{Subject: "start:hr/trip", Field: "nothing"},
			{Subject: "start:hr/no", Field: "stops"},
			{Subject: "bad", Field: "stops"},
			{Request: "nothing.1", Field: "stops"},
			{Subject: "new", Field: "stops"},
			{Subject: "away", Field: "signoff.to"},
		} {
			if got := ask("alex", c); len(got) != 0 {
				t.Errorf("%+v finds %d", c, len(got))
			}
		}
		if got := ask("nobody", adapters.ChoicesCall{Subject: "new", Field: "signoff.flow"}); len(got) != 0 {
			t.Errorf("a stranger finds %d flows", len(got))
		}
		x, _ := w.beginFlow("trip", map[string]any{"where": "x"})
		if got := ask("alex", adapters.ChoicesCall{Request: string(engine.NewRequestID(x.ID, "1")), Field: "ok"}); len(got) != 0 {
			t.Errorf("a yes or no has %d options", len(got))
		}
	})
}

var _ adapters.Desk = (*bot.Bot)(nil)
