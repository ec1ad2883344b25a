package card

import (
	"maps"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/flow"
)

// The buttons of a card, as they come back in a click.
const (
	actionApprove = "approve"
	actionReject  = "reject"
	actionAnswer  = "answer"
	actionResume  = "resume"
	actionChoose  = "choose:" // and the value
)

// maxChoices is how many values of a question become one button each.
const maxChoices = 5

// maxChoiceBytes bounds a value that travels in a button's name.
const maxChoiceBytes = 100

// kind is what sort of answer a request wants.
type kind int

const (
	asksNothing kind = iota // one button: go on
	asksVerdict             // yes or no, perhaps with a form
	asksChoice              // one of a few values
	asksForm                // something to fill in
)

func kindOf(r *engine.Request) kind {
	form := flow.Possible(r.Form, nil)
	switch {
	case r.Verdict != "":
		return asksVerdict
	case len(form) == 0:
		return asksNothing
	case len(r.Form) == 1 && buttons(form[0]):
		return asksChoice
	default:
		return asksForm
	}
}

// buttons reports whether a question can be asked by one button a value.
func buttons(f flow.Field) bool {
	if f.Type != flow.Select || f.AllowCustom || len(f.Values) == 0 || len(f.Values) > maxChoices {
		return false
	}
	seen := map[string]bool{}
	for _, o := range f.Values {
		if seen[o.Value] || o.Value == "" || len(o.Value) > maxChoiceBytes {
			return false
		}
		seen[o.Value] = true
	}
	return true
}

// Actions are the buttons that answer a request.
func Actions(r *engine.Request) []adapters.Action {
	asks, require := questions(r, nil)
	switch kindOf(r) {
	case asksNothing:
		return []adapters.Action{{ID: actionResume, Label: "Resume", Style: adapters.Primary, Confirm: confirm(r, "Resume")}}
	case asksForm:
		return []adapters.Action{{ID: actionAnswer, Label: "Answer…", Style: adapters.Primary, Asks: asks, Require: require, Confirm: confirm(r, "Answer")}}
	case asksChoice:
		var out []adapters.Action
		for _, o := range flow.Possible(r.Form, nil)[0].Values {
			label := optionLabel(o)
			out = append(out, adapters.Action{ID: actionChoose + o.Value, Label: label, Confirm: confirm(r, "Choose "+label)})
		}
		return out
	case asksVerdict:
		return []adapters.Action{decision(r, true), decision(r, false)}
	}
	panic("card: unknown kind of request")
}

// decision is the button that says yes or no. What it asks for may depend on
// which of the two it is.
func decision(r *engine.Request, yes bool) adapters.Action {
	a := adapters.Action{ID: actionReject, Label: "Reject", Style: adapters.Danger}
	if yes {
		a = adapters.Action{ID: actionApprove, Label: "Approve", Style: adapters.Primary, Confirm: confirm(r, "Approve")}
	}
	a.Asks, a.Require = questions(r, map[string]any{r.Verdict: yes})
	return needing(a, r, yes)
}

// needing adds what a rejection must carry, and how a button says that it opens a
// form.
func needing(a adapters.Action, r *engine.Request, yes bool) adapters.Action {
	if need := r.RejectNeeds; !yes && slices.Contains(a.Asks, need) {
		if !slices.Contains(a.Require, need) {
			a.Require = append(a.Require, need)
		}
		if a.Presets = r.Reasons; len(a.Presets) > 0 {
			a.Preset = need
		}
	}
	if len(a.Asks) > 0 { // a button that opens a form says so
		a.Label += "…"
	}
	return a
}

// confirm repeats what a press does, where the flow says that its risk is high.
func confirm(r *engine.Request, doing string) string {
	if !r.HighRisk {
		return ""
	}
	about := prose.OneLine(r.Title)
	if about == "" {
		about = "this request"
	}
	return doing + ": " + about + "? Its risk is high."
}

// questions names the fields to fill in when some answers are known, and those
// that must be. The verdict is not among them: the button is its answer.
func questions(r *engine.Request, known map[string]any) (asks, require []string) {
	for _, f := range flow.Possible(r.Form, known) {
		if f.ID == r.Verdict {
			continue
		}
		asks = append(asks, f.ID)
		if f.Required {
			require = append(require, f.ID)
		}
	}
	return asks, require
}

// Values says what a pressed button means: the verdict, and the full answer
// with what the button itself stands for. For a button that the request does
// not have it returns a verdict that does not fit the request, so that the
// engine refuses it, as it does values that say something else than the button.
// The given map is not changed.
func Values(action string, r engine.Request, values map[string]any) (engine.Verdict, map[string]any) {
	known := slices.ContainsFunc(Actions(&r), func(a adapters.Action) bool { return a.ID == action })
	switch {
	case !known && r.Verdict == "":
		return engine.Approve, nil
	case !known:
		return engine.None, nil
	}
	out := maps.Clone(values)
	if out == nil {
		out = map[string]any{}
	}
	switch action {
	case actionApprove, actionReject:
		if _, said := out[r.Verdict]; !said {
			out[r.Verdict] = action == actionApprove
		}
		if action == actionReject {
			return engine.Reject, out
		}
		return engine.Approve, out
	}
	if value, ok := strings.CutPrefix(action, actionChoose); ok {
		out[r.Form[0].ID] = value
	}
	return engine.None, out
}

func fieldLabel(f flow.Field) string {
	text := prose.OneLine(f.Label)
	if text == "" {
		text = label(f.ID[strings.LastIndexByte(f.ID, '.')+1:])
	}
	if group := prose.OneLine(f.Group); group != "" {
		return group + ": " + text
	}
	return text
}

func optionLabel(o flow.Option) string {
	if text := prose.OneLine(o.Label); text != "" {
		return text
	}
	return prose.OneLine(o.Value)
}
