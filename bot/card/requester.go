package card

import (
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// The buttons of the copy of whoever asked. Nobody answers on it.
const (
	actionWithdraw = "withdraw"
	actionRemind   = "remind"
	actionResubmit = "resubmit"
	actionAgain    = "again"

	// fieldInput begins the names of the flow's inputs on such a form.
	fieldInput = FieldPrefix + "input."
)

// ByRequester reports whether a button is on the requester's copy only.
func ByRequester(action string) bool {
	return slices.Contains([]string{actionWithdraw, actionRemind, actionResubmit, actionAgain}, action)
}

// requesterAsks are the buttons of the requester's copy, and what they ask.
func (v View) requesterAsks() ([]adapters.Field, []adapters.Action) {
	r := v.Run.Request
	switch {
	case r.Open() && r.Wanted != "":
		return v.editing(actionResubmit, v.editable(r.Editable))
	case r.Open():
		return []adapters.Field{withdrawReason()}, []adapters.Action{
			{ID: actionRemind, Label: "Remind approvers"},
			withdrawing(),
		}
	case v.Execution.Parent != nil:
		return nil, nil // what started this would not hear of another
	case r.Outcome == engine.Rejected:
		return v.editing(actionAgain, v.editable(nil))
	case r.Outcome == engine.Expired:
		return nil, []adapters.Action{{ID: actionAgain, Label: "Request again", Style: adapters.Primary}}
	}
	return nil, nil
}

func withdrawing() adapters.Action {
	return adapters.Action{ID: actionWithdraw, Label: "Cancel request…", Style: adapters.Danger, Asks: []string{fieldReason}}
}

func withdrawReason() adapters.Field {
	return adapters.Field{
		ID: fieldReason, Kind: adapters.TextField, Label: "Why?",
		Hint: "Those who are asked read this. Nobody can answer any more.",
	}
}

// editing is the form in which the requester changes what they asked for.
func (v View) editing(action string, inputs []flow.Field) ([]adapters.Field, []adapters.Action) {
	edit := adapters.Action{ID: action, Label: "Edit and resubmit…", Style: adapters.Primary}
	var form []adapters.Field
	for _, f := range flow.Possible(inputs, nil) {
		if value, ok := flow.Lookup(v.Execution.Inputs, f.ID); ok && value != nil {
			f.Prefill = value
		}
		one := field(f, v.People)
		one.ID = fieldInput + f.ID
		form = append(form, one)
		if edit.Asks = append(edit.Asks, one.ID); one.Required {
			edit.Require = append(edit.Require, one.ID)
		}
	}
	if action == actionAgain {
		return form, []adapters.Action{edit}
	}
	form = append(form, adapters.Field{
		ID: fieldText, Kind: adapters.TextField, Label: "What did you change?",
		Hint: "Those who are asked read this.",
	}, withdrawReason())
	edit.Asks = append(edit.Asks, fieldText)
	return form, []adapters.Action{edit, withdrawing()}
}

// editable are the inputs with these names, or all; what a form cannot show as it
// was stays as it was.
func (v View) editable(names []string) []flow.Field {
	var out []flow.Field
	for _, f := range v.Inputs {
		if (names == nil || slices.Contains(names, f.ID)) && f.Type != flow.Secret && f.Type != flow.File {
			out = append(out, f)
		}
	}
	return out
}

// pressRequester reads a click on a button of the requester's copy.
func pressRequester(action string, values map[string]any) (Pressed, bool) {
	text := func(field string) string {
		s, _ := values[field].(string)
		return strings.TrimSpace(s)
	}
	inputs := map[string]any{}
	for name, value := range values {
		if id, ok := strings.CutPrefix(name, fieldInput); ok && value != nil {
			inputs[id] = value
		}
	}
	switch action {
	case actionWithdraw:
		return Pressed{Verb: Withdraw, Text: text(fieldReason)}, true
	case actionRemind:
		return Pressed{Verb: Remind}, true
	case actionResubmit:
		return Pressed{Verb: Resubmit, Text: text(fieldText), Inputs: inputs}, true
	case actionAgain:
		return Pressed{Verb: Again, Inputs: inputs}, true
	}
	return Pressed{}, false
}

// InputField is the field of the requester's form in which a flow's input is
// changed.
func InputField(input string) string { return fieldInput + input }

// nothingToDo tells somebody whose own copy this is that their answer is not
// needed any more, and because of whom.
func (v View) nothingToDo() string {
	r, who := v.Run.Request, v.Copy.Person
	if r.Open() || who == "" || v.Copy.Role != engine.ForApprovers || answeredBy(r, who) {
		return ""
	}
	if by := deciders(r, v.People); by != "" && decidedByPeople(r.Outcome) {
		return "Decided by " + by + " – nothing to do"
	}
	return "No answer is needed any more – nothing to do"
}

func answeredBy(r *engine.Request, who approval.PersonID) bool {
	return slices.ContainsFunc(r.Responses, func(a engine.Response) bool { return a.By.Person == who })
}

// nudgeNews is the requester's own reminder.
func (v View) nudgeNews(who approval.PersonID) (string, bool) {
	text, still := v.reminder(who)
	if !still {
		return "", false
	}
	asks := Name(v.Execution.Requester, v.People) + " asks for your answer. "
	return prose.Clean(asks) + strings.TrimPrefix(text, "Reminder: "), true
}

// Answerable reports whether a card has a button that does something to the
// request. On the copy of whoever asked, one may begin another.
func Answerable(c adapters.Card) bool {
	return slices.ContainsFunc(c.Actions, func(a adapters.Action) bool { return a.ID != actionAgain })
}
