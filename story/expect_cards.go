package story

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
)

// checkCalls compares what a task sent: "none", one call, or all of them in
// order.
func (w *world) checkCalls(x engine.Execution, item Item) {
	got := []any{}
	for _, c := range w.far.calls {
		if c.execution == x.ID && c.task == item.Key {
			got = append(got, anyMap(c.sent))
		}
	}
	if item.Want == None {
		if len(got) > 0 {
			w.fail(item.Pos, "%s was not to call, and sent\n%s", item.Key, indented([]string{strings.TrimSpace(string(pretty(got)))}))
		}
		return
	}
	if n, ok := item.Want.(int64); ok {
		if int(n) != len(got) {
			w.fail(item.Pos, "%s called %d times, want %d", item.Key, len(got), n)
		}
		return
	}
	want := list(item.Want)
	if len(want) != len(got) {
		w.fail(item.Pos, "%s called %d times, want %d %s", item.Key, len(got), len(want), difference(want, got))
		return
	}
	if !fits(want, got) {
		w.fail(item.Pos, "the calls of %s %s", item.Key, difference(want, got))
	}
}

// checkCards wants a card for each that is described. Keys gate, on and to choose
// among the cards; the rest must fit one of them.
func (w *world) checkCards(x engine.Execution, item Item) {
	all := w.cards(x)
	for _, want := range list(item.Want) {
		fields, ok := want.(map[string]any)
		if !ok {
			w.fail(item.Pos, "a card is described by a map, such as {title: …, buttons: […]}")
			continue
		}
		var meant []any
		for _, card := range all {
			if choose(fields, card) {
				meant = append(meant, card)
			}
		}
		if slices.ContainsFunc(meant, func(card any) bool { return fits(fields, loose(fields, card)) }) {
			continue
		}
		switch len(meant) {
		case 0:
			w.fail(item.Pos, "there is no such card %s; there are\n%s", brief(fields), indented(titles(all)))
		default:
			w.fail(item.Pos, "a card is not as it should be %s", difference(fields, loose(fields, meant[len(meant)-1])))
		}
	}
}

func choose(want map[string]any, card any) bool {
	got, ok := card.(map[string]any)
	if !ok {
		return false
	}
	for _, key := range []string{"gate", "on", "to"} {
		if w, asked := want[key]; asked && !fits(w, got[key]) {
			return false
		}
	}
	return true
}

// loose leaves of the notes of a card those that were asked for.
func loose(want map[string]any, card any) any {
	got, ok := card.(map[string]any)
	notes, asked := want["notes"]
	if !ok || !asked {
		return card
	}
	all, _ := got["notes"].([]any)
	found := []any{}
	for _, n := range list(notes) {
		i := slices.IndexFunc(all, func(g any) bool { return says(fmt.Sprint(n), fmt.Sprint(g)) })
		if i < 0 {
			return card
		}
		found = append(found, n)
	}
	out := maps.Clone(got)
	out["notes"] = found
	return out
}

func titles(cards []any) []string {
	var out []string
	for _, c := range cards {
		if m, ok := c.(map[string]any); ok {
			out = append(out, fmt.Sprintf("%v at %v on %v: %v", m["gate"], m["to"], m["on"], m["title"]))
		}
	}
	return out
}

// cards are all that an execution's people see now.
func (w *world) cards(x engine.Execution) []any {
	var out []any
	for _, name := range surfaces() {
		s := w.surfaces[name]
		if s == nil {
			continue
		}
		for _, m := range s.seen {
			if m.card == nil {
				continue
			}
			id, run, ok := engine.RequestID(m.card.Request).Split()
			tr, found := x.Run(run)
			if ok && found && id == x.ID {
				out = append(out, seen(&tr, m))
			}
		}
	}
	return out
}

// seen is a card as a person would tell of it. The buttons that do something else
// than answer, and what they ask, stand apart.
func seen(run *engine.TaskRun, m *message) map[string]any {
	c := m.card
	other, asks := map[string]bool{}, map[string]bool{}
	for _, a := range card.More(run.Request) {
		other[a.ID] = true
		for _, field := range a.Asks {
			asks[field] = true
		}
	}
	facts, form := map[string]any{}, []any{}
	for _, f := range c.Facts {
		facts[f.Label] = f.Value
	}
	for _, f := range c.Form {
		if !asks[f.ID] {
			form = append(form, f.Label)
		}
	}
	buttons, more, links := []any{}, []any{}, []any{}
	for _, a := range c.Actions {
		if other[a.ID] {
			more = append(more, a.Label)
		} else {
			buttons = append(buttons, a.Label)
		}
	}
	for _, l := range c.Links {
		links = append(links, l.URL)
	}
	notes := []any{}
	for _, n := range c.Notes {
		notes = append(notes, n)
	}
	return map[string]any{
		"gate": run.Task, "on": m.surface, "to": m.place, "title": c.Title, "summary": c.Summary, "mood": string(c.Mood),
		"facts": facts, "notes": notes, "form": form, "buttons": buttons, "more": more, "links": links, "body": plain(c.Body),
	}
}

// plain is rich text without its looks.
func plain(t adapters.Text) string {
	var out []string
	for _, b := range t {
		var line strings.Builder
		for _, s := range b.Spans {
			line.WriteString(s.Text)
			if s.Break {
				line.WriteByte('\n')
			}
		}
		for _, item := range b.Items {
			line.WriteString("- " + plain(item) + "\n")
		}
		line.WriteString(b.Code)
		out = append(out, strings.TrimSpace(line.String()))
	}
	return strings.Join(out, "\n")
}

// told are the texts that people were told, with whom and where.
func (w *world) told() []string {
	var out []string
	for _, name := range surfaces() {
		if s := w.surfaces[name]; s != nil {
			for _, m := range s.seen {
				if m.card == nil {
					out = append(out, name+" "+m.place+": "+m.text)
				}
			}
		}
	}
	return out
}
