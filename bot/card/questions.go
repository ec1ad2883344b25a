package card

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// fields are the questions of a request as a surface shows them. Those whose
// answer is a button are left out.
func (v View) fields() []adapters.Field {
	r := v.Run.Request
	if kindOf(r) == asksChoice {
		return nil
	}
	form := flow.Possible(r.Form, nil)
	if v.Given != nil {
		form = flow.Enabled(r.Form, v.given())
	}
	all := Fields(form, flow.Moving(r.Form), v.People)
	var out []adapters.Field
	for i, f := range all {
		if f.ID == r.Verdict {
			continue
		}
		if v.Given == nil {
			f.Hint = strings.TrimSpace(f.Hint + " " + dependence(form[i], r))
		}
		out = append(out, f)
	}
	return out
}

// given are the answers so far, with that of the button.
func (v View) given() map[string]any {
	r := v.Run.Request
	given := maps.Clone(v.Given)
	if r.Verdict != "" && (v.Action == actionApprove || v.Action == actionReject) {
		given[r.Verdict] = v.Action == actionApprove
	}
	return given
}

// actions are the buttons that answer. One whose form can be redrawn asks what
// follows from the answers so far.
func (v View) actions(form []adapters.Field) []adapters.Action {
	r := v.Run.Request
	all := Actions(r)
	for i, a := range all {
		if v.Given == nil || a.ID != v.Action || len(a.Asks) == 0 {
			continue
		}
		a.Asks, a.Require, a.Presets, a.Preset = nil, nil, nil, ""
		for _, f := range form {
			a.Asks = append(a.Asks, f.ID)
			if f.Required {
				a.Require = append(a.Require, f.ID)
			}
		}
		a.Label = strings.TrimSuffix(a.Label, "…")
		all[i] = needing(a, r, a.ID != actionReject)
	}
	return all
}

// Fields are the questions of a form as a surface shows them. Those that move
// others are live; people is who and which groups can be chosen.
func Fields(form []flow.Field, moving map[string]bool, people *approval.Directory) []adapters.Field {
	out := make([]adapters.Field, len(form))
	for i, f := range form {
		out[i] = field(f, people)
		out[i].Live = moving[f.ID]
	}
	return out
}

func field(f flow.Field, people *approval.Directory) adapters.Field {
	out := adapters.Field{
		ID:       f.ID,
		Kind:     fieldKind(f),
		Label:    fieldLabel(f),
		Hint:     hint(f),
		Required: f.Required,
		Initial:  initial(f),
		Custom:   f.AllowCustom,
		Min:      bound(f.Min),
		Max:      bound(f.Max),
		Endings:  f.Extensions,
	}
	switch f.Type {
	case flow.RichText:
		out.Formatted = prose.Parse(out.Initial)
	case flow.User, flow.Users:
		out.Chosen = chosen(out.Initial, people)
	case flow.String, flow.Int, flow.Float, flow.Bool, flow.Date, flow.Time, flow.DateTime, flow.Duration, flow.Select,
		flow.MultiSelect, flow.Email, flow.URI, flow.JSON, flow.YAML, flow.Array, flow.File, flow.Secret, flow.LongText,
		flow.Group, flow.Channel:
	}
	out.Options = Offers(f, people)
	if len(out.Options) > adapters.MaxChoices {
		out.Options, out.Search = out.Options[:adapters.MaxChoices], true
	}
	return out
}

// chosen are the people whom a form starts with.
func chosen(initial string, people *approval.Directory) []adapters.Person {
	var out []adapters.Person
	for id := range strings.SplitSeq(initial, "\n") {
		if id != "" && people != nil {
			out = append(out, adapters.Person{ID: id, Name: people.People[approval.PersonID(id)].Name})
		}
	}
	return out
}

// Offers are all choices of a field: its options, or the groups of the
// directory.
func Offers(f flow.Field, people *approval.Directory) []adapters.Option {
	var out []adapters.Option
	if f.Type == flow.Group && people != nil {
		for _, name := range slices.Sorted(maps.Keys(people.Groups)) {
			out = append(out, adapters.Option{Value: name, Label: prose.OneLine(name)})
		}
		return out
	}
	for _, o := range f.Values {
		out = append(out, adapters.Option{Value: o.Value, Label: optionLabel(o)})
	}
	return out
}

// Choices are the options that fit what somebody types, at most
// [adapters.MaxChoices]: those that begin with it before those that hold it.
func Choices(all []adapters.Option, query string) []adapters.Option {
	query = strings.ToLower(strings.TrimSpace(query))
	var begins, holds []adapters.Option
	for _, o := range all {
		label, value := strings.ToLower(o.Label), strings.ToLower(o.Value)
		switch {
		case strings.HasPrefix(label, query), strings.HasPrefix(value, query):
			begins = append(begins, o)
		case strings.Contains(label, query), strings.Contains(value, query):
			holds = append(holds, o)
		}
	}
	found := append(begins, holds...)
	return found[:min(len(found), adapters.MaxChoices)]
}

func bound(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}
