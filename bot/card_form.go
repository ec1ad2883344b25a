package bot

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"signoff/adapters"
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
	switch {
	case r.Verdict != "":
		return asksVerdict
	case len(r.Form) == 0:
		return asksNothing
	case len(r.Form) == 1 && buttons(r.Form[0]):
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
	asks, require := questions(r)
	switch kindOf(r) {
	case asksNothing:
		return []adapters.Action{{ID: actionResume, Label: "Resume", Style: adapters.Primary}}
	case asksForm:
		return []adapters.Action{{ID: actionAnswer, Label: "Answer…", Style: adapters.Primary, Asks: asks, Require: require}}
	case asksChoice:
		var out []adapters.Action
		for _, o := range r.Form[0].Values {
			out = append(out, adapters.Action{ID: actionChoose + o.Value, Label: optionLabel(o)})
		}
		return out
	case asksVerdict:
		approve := adapters.Action{ID: actionApprove, Label: "Approve", Style: adapters.Primary, Asks: asks, Require: require}
		reject := adapters.Action{ID: actionReject, Label: "Reject", Style: adapters.Danger, Asks: asks, Require: slices.Clone(require)}
		if slices.Contains(asks, r.RejectNeeds) && !slices.Contains(require, r.RejectNeeds) {
			reject.Require = append(reject.Require, r.RejectNeeds)
		}
		if len(asks) > 0 { // a button that opens a form says so
			approve.Label += "…"
			reject.Label += "…"
		}
		return []adapters.Action{approve, reject}
	}
	panic("bot: unknown kind of request")
}

// questions names the fields to fill in, and those that must be. The verdict is
// not among them: the button is its answer.
func questions(r *engine.Request) (asks, require []string) {
	for _, f := range r.Form {
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
// engine refuses it. The given map is not changed.
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
	case actionApprove:
		out[r.Verdict] = true
		return engine.Approve, out
	case actionReject:
		out[r.Verdict] = false
		return engine.Reject, out
	}
	if value, ok := strings.CutPrefix(action, actionChoose); ok {
		out[r.Form[0].ID] = value
	}
	return engine.None, out
}

// Fields are the questions of a request as a surface shows them. Those whose
// answer is a button are left out.
func Fields(r *engine.Request) []adapters.Field {
	if kindOf(r) == asksChoice {
		return nil
	}
	var out []adapters.Field
	for _, f := range r.Form {
		if f.ID != r.Verdict {
			out = append(out, field(f))
		}
	}
	return out
}

func field(f flow.Field) adapters.Field {
	out := adapters.Field{
		ID:       f.ID,
		Kind:     fieldKind(f.Type),
		Label:    fieldLabel(f),
		Hint:     hint(f),
		Required: f.Required,
		Initial:  initial(f),
		Custom:   f.AllowCustom,
		Min:      bound(f.Min),
		Max:      bound(f.Max),
	}
	for _, o := range f.Values {
		out.Options = append(out.Options, adapters.Option{Value: o.Value, Label: optionLabel(o)})
	}
	return out
}

func fieldKind(t flow.InputType) adapters.FieldKind {
	switch t {
	case flow.String:
		return adapters.TextField
	case flow.Int:
		return adapters.IntField
	case flow.Float:
		return adapters.FloatField
	case flow.Bool:
		return adapters.BoolField
	case flow.Date:
		return adapters.DateField
	case flow.DateTime:
		return adapters.DateTimeField
	case flow.Select:
		return adapters.SelectField
	}
	panic("bot: unknown input type " + string(t))
}

func fieldLabel(f flow.Field) string {
	if text := OneLine(f.Label); text != "" {
		return text
	}
	return label(f.ID)
}

// hint is the field's description, and the bounds that a surface cannot show.
func hint(f flow.Field) string {
	parts := []string{OneLine(f.Description)}
	switch {
	case f.After != "" && f.Before != "":
		parts = append(parts, "From "+f.After+" to "+f.Before+".")
	case f.After != "":
		parts = append(parts, "Not before "+f.After+".")
	case f.Before != "":
		parts = append(parts, "Not after "+f.Before+".")
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// initial is what the form starts with. A choice that is not offered is left
// out: no surface could show it.
func initial(f flow.Field) string {
	value := f.Prefill
	if value == nil {
		value = f.Default
	}
	var text string
	switch value := value.(type) {
	case nil:
		return ""
	case bool:
		text = strconv.FormatBool(value)
	case string:
		text = value
	default:
		text = show(value)
	}
	offered := slices.ContainsFunc(f.Values, func(o flow.Option) bool { return o.Value == text })
	if f.Type == flow.Select && !f.AllowCustom && !offered {
		return ""
	}
	return text
}

func bound(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}

func optionLabel(o flow.Option) string {
	if text := OneLine(o.Label); text != "" {
		return text
	}
	return OneLine(o.Value)
}
