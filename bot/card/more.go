package card

import (
	"strings"

	"signoff/adapters"
	"signoff/engine"
)

// FieldPrefix begins the names of what the buttons besides those that answer
// ask. They cannot have the name of one of the form's: no input's name begins
// like this.
const FieldPrefix = "signoff."

// These buttons, and what they ask.
const (
	actionDelegate = "delegate"
	actionChanges  = "changes"

	fieldTo     = FieldPrefix + "to"
	fieldUntil  = FieldPrefix + "until"
	fieldReason = FieldPrefix + "reason"
	fieldText   = FieldPrefix + "text"
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
			adapters.Field{ID: fieldTo, Kind: adapters.PersonField, Label: "Who answers for you?", Hint: "Somebody whom signoff knows. You can still answer, too."},
			adapters.Field{ID: fieldUntil, Kind: adapters.DateTimeField, Label: "Until when?", Hint: "Empty is to the end."},
			adapters.Field{ID: fieldReason, Kind: adapters.TextField, Label: "Why?"},
		)
	}
	return out
}

// Pressed is what a button asks for that does not answer, as it was filled in.
type Pressed struct {
	Verb Verb
	// To and Until are who answers instead, and until when.
	To, Until string
	// Text is the reason, or what is to be changed.
	Text string
	// Inputs are what the requester changed.
	Inputs map[string]any
}

// Press reads a click on a button of [More] or of the requester's copy; false for
// one that answers.
func Press(action string, values map[string]any) (Pressed, bool) {
	text := func(field string) string {
		s, _ := values[field].(string)
		return strings.TrimSpace(s)
	}
	switch action {
	case actionDelegate:
		return Pressed{Verb: Delegate, To: text(fieldTo), Until: text(fieldUntil), Text: text(fieldReason)}, true
	case actionChanges:
		return Pressed{Verb: SendBack, Text: text(fieldText)}, true
	}
	return pressRequester(action, values)
}
