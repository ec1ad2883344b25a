package card

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"signoff/adapters"
	"signoff/bot/prose/prosetest"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

var updateCards = flag.Bool("update", false, "rewrite testdata/cards.txtar")

const cardsFile = "testdata/cards.txtar"

// TestCard compares cards word for word with testdata/cards.txtar. Read the
// file to see what people see.
func TestCard(t *testing.T) {
	t.Parallel()
	views := cardViews()
	if *updateCards {
		writeCards(t, views)
	}
	archive, err := txtar.ParseFile(cardsFile)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(archive.Files), len(views); got != want {
		t.Errorf("%s has %d cards, want %d", cardsFile, got, want)
	}
	for _, f := range archive.Files {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			view, ok := views[f.Name]
			if !ok {
				t.Fatal("there is no such case")
			}
			if diff := cmp.Diff(string(f.Data), drawn(Draw(view))); diff != "" {
				t.Errorf("card (-want +got):\n%s", diff)
			}
		})
	}
}

func writeCards(t *testing.T, views map[string]View) {
	archive := &txtar.Archive{Comment: []byte("What people read. Rewrite with: go test ./bot/card -run TestCard -update\n")}
	for _, name := range slices.Sorted(maps.Keys(views)) {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(drawn(Draw(views[name])))})
	}
	if err := os.WriteFile(cardsFile, txtar.Format(archive), 0o600); err != nil {
		t.Fatal(err)
	}
}

// drawn writes a card line by line.
func drawn(c adapters.Card) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("title: %s", c.Title)
	line("summary: %s", c.Summary)
	line("id: %s v%d %s %s %s", c.Request, c.Version, c.Mood, c.Ref, c.Digest)
	for _, f := range c.Facts {
		when := ""
		if !f.When.IsZero() {
			when = " (moment)"
		}
		line("fact: %s: %q%s", f.Label, f.Value, when)
	}
	if len(c.Body) > 0 {
		line("body: %s", prosetest.Outline(c.Body))
	}
	for _, n := range c.Notes {
		line("note: %s", n)
	}
	for _, l := range c.Links {
		line("link: %s -> %s", l.Text, l.URL)
	}
	for _, f := range c.Form {
		line("field: %s", properties(f))
	}
	for _, a := range c.Actions {
		line("button: %s [%s] %s asks %v requires %v", a.Label, a.ID, a.Style, a.Asks, a.Require)
	}
	return b.String()
}

// properties writes what is set of a field, so that a new property of fields
// changes only the cards that have it.
func properties(f adapters.Field) string {
	var set []string
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			set = append(set, fmt.Sprintf("%s:%+v", v.Type().Field(i).Name, v.Field(i).Interface()))
		}
	}
	return "{" + strings.Join(set, " ") + "}"
}

func at(hour, minute int) time.Time { return time.Date(2026, 11, 22, hour, minute, 0, 0, time.UTC) }

func principal(id approval.PersonID, name string) engine.Principal {
	return engine.Principal{Person: id, Name: name, Account: "slack:T1:" + string(id), Via: "slack"}
}

// office is who the cards speak of.
func office() *approval.Directory {
	d := &approval.Directory{People: map[approval.PersonID]approval.Person{}}
	for id, name := range map[approval.PersonID]string{"dana": "Dana", "kim": "Kim", "lee": "Lee", "alex@corp.example": "Alex"} {
		d.People[id] = approval.Person{ID: id, Name: name}
	}
	return d
}

func ids(people ...approval.PersonID) []approval.PersonID { return people }

// vacation is the card of the plainest flow: no request block, one approver.
func vacation(change func(*engine.Execution, *engine.Request)) View {
	x := engine.Execution{
		ID: "01JDXYZ", Flow: engine.FlowRef{Namespace: "hr.operations", ID: "vacation_approval", Revision: 3},
		State: engine.Paused, Requester: principal("alex@corp.example", "Alex"),
		Inputs: map[string]any{"employee": "Alex", "start_date": "2026-12-21", "end_date": "2027-01-02"},
	}
	r := &engine.Request{
		Version: 1, Since: 1, Verdict: "approved", Opened: at(9, 0), Digest: "8f3a1c0b77e2d4", Deadline: at(18, 30),
		Form: []flow.Field{
			{ID: "approved", Type: flow.Bool, Description: "Approve this request?", Required: true},
			{ID: "reason", Type: flow.String, Description: "Decision notes", Required: true},
		},
		Policy: approval.Policy{Stages: []approval.Stage{{ID: "approval"}}},
		Asked:  [][]approval.PersonID{ids("dana")},
	}
	if change != nil {
		change(&x, r)
	}
	return View{
		Execution: x, Run: engine.TaskRun{ID: "2", Task: "await_decision", Request: r}, People: office(),
		BaseURL: "https://signoff.corp.example", InputOrder: []string{"employee", "start_date", "end_date"},
	}
}

// deploy is a card with everything: texts, facts, links, two stages.
func deploy(change func(*engine.Execution, *engine.Request)) View {
	v := vacation(func(x *engine.Execution, r *engine.Request) {
		x.Flow = engine.FlowRef{Namespace: "ops", ID: "deploy", Revision: 12}
		r.Title = "Deploy payments-api 4.2.1"
		r.Description = "To **production**.\n\n- [diff](https://git.example/d)\n"
		r.Facts = []engine.Fact{{Label: "Environment", Value: "production"}, {Label: "Cost", Value: ""}}
		r.Links = []engine.Link{{Text: "Change", URL: "https://git.example/c/42"}, {Text: "odd", URL: "javascript:alert(1)"}}
		r.Form, r.Verdict = r.Form[:1], "approved"
		r.Policy.Stages = []approval.Stage{{ID: "manager"}, {ID: "finance", Need: approval.Need{Count: 2}}}
		r.Asked = [][]approval.PersonID{ids("dana", "kim"), ids("dana", "kim", "lee")}
	})
	if change != nil {
		change(&v.Execution, v.Run.Request)
	}
	return v
}

// answer appends a response.
func answer(r *engine.Request, v engine.Verdict, by engine.Principal, values map[string]any) {
	r.Responses = append(r.Responses, engine.Response{
		By: by, At: at(14, 2), Stage: r.Stage, Verdict: v, Values: values,
	})
	r.Version++
}

func closeAs(r *engine.Request, o engine.Outcome) {
	r.Outcome, r.Closed = o, at(14, 2)
	r.Version++
	r.Since = r.Version
}
