package card

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// View is what a card is made of.
type View struct {
	Execution engine.Execution
	Run       engine.TaskRun // its Request is set
	People    *approval.Directory
	// BaseURL is where signoff's pages are, without a final slash; empty if
	// they cannot be reached.
	BaseURL string
	// InputOrder is the order in which the flow declares its inputs; by name if
	// nil.
	InputOrder []string
	// Now is when the card is drawn: what has run out by then is not shown. Zero
	// shows it.
	Now time.Time
	// Given are the answers so far to the form that Action opens; with them, it
	// is what these answers make of it. Nil draws every question that may be asked.
	Given  map[string]any
	Action string
	// Copy is the copy for which it is drawn; zero for a page.
	Copy engine.Copy
	// Inputs are the flow's, for the copy of whoever asked.
	Inputs []flow.Field
	// LoudReject says that a rejection is shown in the channel, too, and not only
	// below its card.
	LoudReject bool
}

// Draw draws a request. It is a function of its argument alone, and every word
// that a person reads on a card comes from this package.
func Draw(v View) adapters.Card {
	r := v.Run.Request
	card := adapters.Card{
		Request: string(engine.NewRequestID(v.Execution.ID, v.Run.ID)),
		Version: r.Version,
		Mood:    mood(r),
		Title:   v.title(),
		Summary: v.summary(),
		Facts:   v.facts(),
		Body:    prose.Parse(r.Description),
		Notes:   v.notes(),
		Links:   v.links(),
		Ref:     Ref(engine.NewRequestID(v.Execution.ID, v.Run.ID)),
		Digest:  r.Digest[:min(len(r.Digest), 10)],
	}
	if v.Copy.Role == engine.ForRequester {
		card.Form, card.Actions = v.requesterAsks()
		return card
	}
	if r.Open() && r.Wanted == "" {
		form := v.fields()
		card.Form = append(form, moreFields(r)...)
		card.Actions = append(v.actions(form), More(r)...)
	}
	return card
}

// Ref is the short name that people say when they talk about a request.
func Ref(id engine.RequestID) string {
	const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	sum := sha256.Sum256([]byte(id))
	bits := binary.BigEndian.Uint64(sum[:8])
	name := []byte("REQ-")
	for i := range 5 {
		name = append(name, crockford[bits>>(59-5*i)&31])
	}
	return string(name)
}

func mood(r *engine.Request) adapters.Mood {
	switch r.Outcome {
	case engine.Approved:
		return adapters.Approved
	case engine.Rejected:
		return adapters.Rejected
	case engine.Answered:
		return adapters.Answered
	case engine.Expired:
		return adapters.Expired
	case engine.Withdrawn:
		return adapters.Cancelled
	case engine.Superseded:
		return adapters.Superseded
	}
	if len(r.Responses) > 0 {
		return adapters.Partly
	}
	return adapters.Pending
}

// links are the flow's, and the page on which everything can be read.
func (v View) links() []adapters.Link {
	var out []adapters.Link
	for _, l := range v.Run.Request.Links {
		host, ok := prose.LinkHost(l.URL)
		text := prose.OneLine(l.Text)
		switch {
		case !ok:
			continue // shown as a fact, see facts
		case text == "":
			text = host
		case text != l.URL:
			text += " (" + host + ")"
		}
		out = append(out, adapters.Link{Text: text, URL: l.URL})
	}
	if v.BaseURL != "" {
		out = append(out, adapters.Link{Text: "Details", URL: v.page()})
	}
	return out
}

// page is where everything about the execution can be read.
func (v View) page() string {
	return v.BaseURL + "/executions/" + string(v.Execution.ID)
}
