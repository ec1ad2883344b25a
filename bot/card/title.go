package card

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"signoff/bot/prose"
	"signoff/engine"
)

// title says where the request stands and what it is about, in one line.
func (v View) title() string {
	word := stateWord(v.Run.Request)
	if r := v.Run.Request; v.Copy.Role == engine.ForRequester && r.Open() && r.Wanted == "" {
		word = v.wanted() // not "needed": it is not for them to give
	}
	return word + ": " + v.Subject()
}

// Subject is what the request is about: its title, or the flow's name.
func (v View) Subject() string {
	if title := prose.OneLine(v.Run.Request.Title); title != "" {
		return title
	}
	return prose.OneLine(v.Execution.Flow.ID)
}

// stateWord carries the state in words, because colour and icon never do alone.
func stateWord(r *engine.Request) string {
	switch {
	case overrider(r) != nil && decidedByPeople(r.Outcome):
		return "Approved by break-glass"
	case r.Wanted != "" && r.Open():
		return "Changes wanted"
	}
	switch r.Outcome {
	case engine.Approved:
		return "Approved"
	case engine.Rejected:
		return "Rejected"
	case engine.Answered:
		if kindOf(r) == asksNothing {
			return "Resumed"
		}
		return "Answered"
	case engine.Expired:
		return "Expired"
	case engine.Withdrawn:
		return "Cancelled"
	case engine.Superseded:
		return "Superseded"
	}
	switch kindOf(r) {
	case asksVerdict:
		return "Approval needed"
	case asksChoice, asksForm:
		return "Answer needed"
	case asksNothing:
		return "Go-ahead needed"
	}
	panic("card: unknown outcome " + string(r.Outcome))
}

// summaryFacts and summaryValue bound what a notification reads out.
const (
	summaryFacts = 8
	summaryValue = 120
)

// summary is the whole context in a few sentences, for notifications and for
// people who hear the card instead of seeing it.
func (v View) summary() string {
	parts := []string{v.title() + "."}
	for i, f := range v.content() {
		if i == summaryFacts {
			parts = append(parts, fmt.Sprintf("And %d more.", len(v.content())-i))
			break
		}
		parts = append(parts, sentence(f.Label+": "+prose.Cut(prose.OneLine(f.Value), summaryValue)))
	}
	if who := v.requester(); who != "" {
		parts = append(parts, "Requested by "+who+".")
	}
	r := v.Run.Request
	if !r.Open() {
		parts = append(parts, decidedBy(r, v.People)+", "+clock(r.Closed)+".")
		if text := v.nothingToDo(); text != "" {
			parts = append(parts, text+".")
		}
		return strings.Join(parts, " ")
	}
	return strings.Join(append(parts, v.waits()...), " ")
}

// waits says what an open request waits for, and until when.
func (v View) waits() []string {
	r := v.Run.Request
	if r.Wanted != "" {
		who := Name(v.Execution.Requester, v.People)
		return []string{sentence("Waiting for " + who + " to change something: " + prose.Cut(prose.OneLine(r.Wanted), summaryValue))}
	}
	var parts []string
	if text := v.progress(); text != "" {
		parts = append(parts, sentence(text))
	}
	if who := v.missing(); who != "" {
		parts = append(parts, sentence("Waiting for "+who))
	}
	if at := lastCall(r); !at.IsZero() {
		parts = append(parts, "Expires "+clock(at)+".")
	}
	return parts
}

// sentence ends a text with a full stop unless it has an end.
func sentence(s string) string {
	if last, _ := utf8.DecodeLastRuneInString(s); s == "" || strings.ContainsRune(".!?…", last) {
		return s
	}
	return s + "."
}

// clock writes a moment for everybody who reads it, whatever their zone.
func clock(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 UTC") }
