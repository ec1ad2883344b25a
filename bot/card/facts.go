package card

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// facts are what people decide on, between who asks and where it stands.
func (v View) facts() []adapters.Fact {
	var out []adapters.Fact
	if who := v.requester(); who != "" {
		out = append(out, adapters.Fact{Label: "Requested by", Value: who})
	}
	out = append(out, v.askers()...)
	out = append(out, v.content()...)
	out = append(out, adapters.Fact{Label: "Status", Value: v.status()})
	out = append(out, v.moments()...)
	if outcome := v.runOutcome(); outcome != "" {
		out = append(out, adapters.Fact{Label: "Run", Value: outcome})
	}
	return out
}

// content is what the flow says. A flow that says nothing shows all that it was
// started with, so that people see what they decide on.
func (v View) content() []adapters.Fact {
	r := v.Run.Request
	var out []adapters.Fact
	for _, f := range r.Facts {
		out = append(out, adapters.Fact{Label: prose.OneLine(f.Label), Value: filled(prose.Clean(f.Value))})
	}
	for _, l := range r.Links {
		if _, ok := prose.LinkHost(l.URL); !ok {
			out = append(out, adapters.Fact{Label: filled(prose.OneLine(l.Text)), Value: filled(prose.OneLine(l.URL))})
		}
	}
	if len(out) > 0 || r.Title != "" || r.Description != "" || len(r.Links) > 0 {
		return out
	}
	for _, id := range v.inputs() {
		value, _ := flow.Lookup(v.Execution.Inputs, id)
		out = append(out, adapters.Fact{Label: label(id), Value: show(value)})
	}
	return out
}

// inputs are the names of the execution's inputs, in the flow's order as far as
// it is known.
func (v View) inputs() []string {
	var out []string
	for _, id := range v.InputOrder {
		if _, ok := flow.Lookup(v.Execution.Inputs, id); ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	nested := func(top string) bool {
		return slices.ContainsFunc(out, func(id string) bool { return strings.HasPrefix(id, top+".") })
	}
	for _, id := range slices.Sorted(maps.Keys(v.Execution.Inputs)) {
		if !slices.Contains(out, id) && !nested(id) {
			out = append(out, id)
		}
	}
	return out
}

// moments are the times that matter now.
func (v View) moments() []adapters.Fact {
	r := v.Run.Request
	switch {
	case r.Open():
		return ends(r)
	default:
		return []adapters.Fact{{Label: stateWord(r), Value: clock(r.Closed), When: r.Closed}}
	}
}

// ends says until when answers are taken: for the step that is open, and for the
// request as a whole.
func ends(r *engine.Request) []adapters.Fact {
	var out []adapters.Fact
	if at := r.StageDue; !at.IsZero() && (r.Deadline.IsZero() || at.Before(r.Deadline)) {
		label := "Expires"
		if len(r.Policy.Stages) > 1 {
			label = "This step expires"
		}
		out = append(out, adapters.Fact{Label: label, Value: clock(at), When: at})
		if len(r.Policy.Stages) < 2 {
			return out
		}
	}
	if !r.Deadline.IsZero() {
		out = append(out, adapters.Fact{Label: "Expires", Value: clock(r.Deadline), When: r.Deadline})
	}
	return out
}

// lastCall is when answers stop being taken; zero is never.
func lastCall(r *engine.Request) time.Time {
	if at := r.StageDue; !at.IsZero() && (r.Deadline.IsZero() || at.Before(r.Deadline)) {
		return at
	}
	return r.Deadline
}

// status says where the request stands.
func (v View) status() string {
	r := v.Run.Request
	switch {
	case !r.Open():
		return icon(r) + " " + decidedBy(r, v.People)
	case r.Wanted != "":
		return "✏ " + Name(v.Execution.Requester, v.People) + " is asked to change something"
	}
	if text := v.progress(); text != "" {
		return "⏳ " + text
	}
	return "⏳ " + v.wanted()
}

// runOutcome says what came of the execution after the decision.
func (v View) runOutcome() string {
	if v.Run.Request.Open() {
		return ""
	}
	return v.stateText(v.Execution.State)
}

// stateText says what an execution came to, or was at some time.
func (v View) stateText(state engine.State) string {
	problem := ""
	if v.Execution.Problem != "" && v.Execution.State == state {
		problem = ": " + prose.Cut(prose.OneLine(v.Execution.Problem), 300)
	}
	switch state {
	case engine.Created, engine.Running:
		return "▶ running"
	case engine.Queued:
		return "⏳ waiting until an earlier run of this flow is over"
	case engine.Retrying:
		return "↻ waiting for its next try"
	case engine.Paused:
		return "⏸ waiting at the next step"
	case engine.Success:
		return "✔ succeeded"
	case engine.Warning:
		return "⚠ finished with a warning" + problem
	case engine.Failed:
		return "✖ failed" + problem
	case engine.Killed:
		return "✖ killed" + problem
	case engine.Cancelled:
		return "✖ cancelled" + problem
	case engine.Skipped:
		return "skipped"
	}
	panic("card: unknown state " + string(state))
}

// requester is who asked, with the id beside the name: names can be chosen to
// look like another's.
func (v View) requester() string { return v.person(v.Execution.Requester) }

func (v View) person(by engine.Principal) string {
	name, id := prose.OneLine(by.Name), string(by.Person)
	if by.Person == "" {
		id = by.Account
	}
	if v.People != nil && v.People.People[by.Person].Name != "" {
		name = prose.OneLine(v.People.People[by.Person].Name)
	}
	id = prose.OneLine(id)
	switch {
	case name == "" || strings.EqualFold(name, id):
		return id
	case id == "":
		return name
	default:
		return name + " (" + id + ")"
	}
}

// askers are who else asked for it, and how. They may not answer it either.
func (v View) askers() []adapters.Fact {
	var out []adapters.Fact
	if first := v.Execution.Origin; len(first) > 0 {
		out = append(out, adapters.Fact{Label: "Asked first by", Value: v.calledAll(first)})
	}
	if again := v.Execution.Restarted; len(again) > 0 {
		out = append(out, adapters.Fact{Label: "Restarted by", Value: v.calledAll(again)})
	}
	return out
}

// calledAll names people with their ids.
func (v View) calledAll(people []engine.Principal) string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = v.person(p)
	}
	return listed(names)
}

// decidedBy says how a closed request ended and through whom. A person's no,
// silence and a cancel are never the same words.
func decidedBy(r *engine.Request, d *approval.Directory) string {
	over, back := overrider(r), withdrawer(r)
	switch {
	case over != nil && decidedByPeople(r.Outcome):
		return "Break-glass: approved by " + Name(over.By, d) + " alone"
	case r.Auto != "" && r.Outcome == engine.Approved:
		return "Approved by a rule of the flow; nobody was asked"
	case back != nil:
		return "Cancelled: " + Name(back.By, d) + " took it back"
	}
	switch r.Outcome {
	case engine.Approved, engine.Rejected, engine.Answered:
		return stateWord(r) + by(deciders(r, d))
	case engine.Expired:
		return "Expired: nobody decided in time"
	case engine.Withdrawn:
		return "Cancelled: no decision is needed any more"
	case engine.Superseded:
		return "Superseded: what it asked about has changed"
	}
	panic("card: unknown outcome " + string(r.Outcome))
}

func by(names string) string {
	if names == "" {
		return ""
	}
	return " by " + names
}

// deciders names those whose answers made the outcome: everybody who approved
// or answered, or the one who rejected.
func deciders(r *engine.Request, d *approval.Directory) string {
	var names []string
	for _, resp := range r.Responses {
		if r.Outcome == engine.Rejected && resp.Verdict != engine.Reject {
			continue
		}
		if name := Name(resp.By, d); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return listed(names)
}

// Name is what to call somebody who acted.
func Name(by engine.Principal, d *approval.Directory) string {
	if d != nil {
		if p, ok := d.People[by.Person]; ok && by.Person != "" {
			return prose.OneLine(d.Names([]approval.PersonID{p.ID}, ""))
		}
	}
	for _, s := range []string{by.Name, string(by.Person), by.Account} {
		if name := prose.OneLine(s); name != "" {
			return name
		}
	}
	return "somebody"
}

// namesShown is how many names a line lists before it counts the rest.
const namesShown = 5

// listed joins names with commas and an "and".
func listed(names []string) string {
	if more := len(names) - namesShown; more > 1 {
		names = append(slices.Clone(names[:namesShown]), strconv.Itoa(more)+" others")
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// decidedByPeople reports whether somebody's answer brought an outcome about.
func decidedByPeople(o engine.Outcome) bool {
	return o == engine.Approved || o == engine.Answered || o == engine.Rejected
}

func icon(r *engine.Request) string {
	if overrider(r) != nil && decidedByPeople(r.Outcome) {
		return "⚠"
	}
	switch r.Outcome {
	case engine.Approved, engine.Answered:
		return "✅"
	case engine.Rejected:
		return "❌"
	case engine.Expired:
		return "⌛"
	case engine.Withdrawn:
		return "🚫"
	case engine.Superseded:
		return "♻"
	}
	panic("card: unknown outcome " + string(r.Outcome))
}

// label makes a name in a flow readable: "start_date" is "Start date".
func label(id string) string {
	words := []rune(strings.TrimSpace(strings.ReplaceAll(prose.OneLine(id), "_", " ")))
	if len(words) > 0 {
		words[0] = unicode.ToUpper(words[0])
	}
	return string(words)
}

// filled replaces an empty text, which would look like a fault.
func filled(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// show writes a value for people.
func show(value any) string {
	switch value := flow.Hide(value).(type) {
	case nil:
		return "—"
	case string:
		return filled(prose.Clean(value))
	case bool:
		if value {
			return "yes"
		}
		return "no"
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case []any, map[string]any:
		return prose.Clean(jsonText(value))
	default:
		return prose.Clean(fmt.Sprint(value))
	}
}

func jsonText(value any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return b.String()
}
