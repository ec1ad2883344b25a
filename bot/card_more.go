package bot

import (
	"strings"

	"signoff/adapters"
	"signoff/engine"
)

// The buttons besides those that answer, and what they ask. Their fields cannot
// have the name of one of the form's: no input's name begins like this.
const (
	actionDelegate = "delegate"
	actionChanges  = "changes"

	ownField    = "signoff."
	fieldTo     = ownField + "to"
	fieldUntil  = ownField + "until"
	fieldReason = ownField + "reason"
	fieldText   = ownField + "text"
)

// More are the buttons that do something else than answer: hand the question on,
// or ask the requester for changes.
func More(r *engine.Request) []adapters.Action {
	var out []adapters.Action
	if len(r.Editable) > 0 {
		out = append(out, adapters.Action{
			ID: actionChanges, Label: "Request changes…", Asks: []string{fieldText}, Require: []string{fieldText},
		})
	}
	if !r.Policy.NoDelegate {
		out = append(out, adapters.Action{
			ID: actionDelegate, Label: "Delegate…", Asks: []string{fieldTo, fieldUntil, fieldReason}, Require: []string{fieldTo},
		})
	}
	return out
}

// moreFields are what the buttons of [More] ask.
func moreFields(r *engine.Request) []adapters.Field {
	var out []adapters.Field
	if len(r.Editable) > 0 {
		out = append(out, adapters.Field{
			ID: fieldText, Kind: adapters.TextField, Label: "What should be changed?",
			Hint: "The requester reads this, changes it and asks anew. Nobody can answer until then.",
		})
	}
	if !r.Policy.NoDelegate {
		out = append(out,
			adapters.Field{ID: fieldTo, Kind: adapters.TextField, Label: "Who answers for you?", Hint: "Their mail address, or their name in signoff's directory. You can still answer, too."},
			adapters.Field{ID: fieldUntil, Kind: adapters.DateTimeField, Label: "Until when?", Hint: "Empty is to the end."},
			adapters.Field{ID: fieldReason, Kind: adapters.TextField, Label: "Why?"},
		)
	}
	return out
}

// ordered is the order that a button of [More] gives; false for one that answers.
func ordered(c adapters.Click) (RequestOrder, bool) {
	text := func(field string) string {
		s, _ := c.Values[field].(string)
		return strings.TrimSpace(s)
	}
	o := RequestOrder{
		Request: c.Request, Version: c.Version, Actor: c.Actor, Copy: c.Copy, Once: c.Once, Evidence: c.Evidence, WantCard: c.WantCard,
		fields: true,
	}
	switch c.Action {
	case actionDelegate:
		o.Verb, o.To, o.Until, o.Text = Delegate, text(fieldTo), text(fieldUntil), text(fieldReason)
	case actionChanges:
		o.Verb, o.Text = SendBack, text(fieldText)
	default:
		return RequestOrder{}, false
	}
	return o, true
}
