package card

import (
	"slices"
	"strconv"
	"strings"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/flow"
)

func fieldKind(f flow.Field) adapters.FieldKind {
	switch f.Type {
	case flow.Int:
		return adapters.IntField
	case flow.Float:
		return adapters.FloatField
	case flow.Bool:
		return adapters.BoolField
	case flow.Date:
		return adapters.DateField
	case flow.Time:
		return adapters.TimeField
	case flow.DateTime:
		return adapters.DateTimeField
	case flow.Select:
		return adapters.SelectField
	case flow.MultiSelect:
		return adapters.MultiField
	case flow.Email:
		return adapters.EmailField
	case flow.URI:
		return uriKind(f)
	case flow.Secret:
		return adapters.SecretField
	case flow.LongText, flow.JSON, flow.YAML, flow.Array:
		return adapters.LongField
	case flow.RichText:
		return adapters.RichField
	case flow.File:
		return adapters.FileField
	case flow.User:
		return adapters.PersonField
	case flow.Users:
		return adapters.PeopleField
	case flow.Group:
		return adapters.GroupField
	case flow.Channel:
		return adapters.ChannelField
	case flow.String, flow.Duration:
		return adapters.TextField
	}
	panic("card: unknown input type " + string(f.Type))
}

// uriKind is a field for web addresses, but where the form starts with another
// kind of address: surfaces check what they take for a web address.
func uriKind(f flow.Field) adapters.FieldKind {
	if text := initial(f); text != "" && !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
		return adapters.TextField
	}
	return adapters.URLField
}

// hint is the field's description, how the answer is written, and the bounds
// that a surface cannot show.
func hint(f flow.Field) string {
	said := slices.DeleteFunc([]string{prose.OneLine(f.Description), form(f), bounds(f)}, func(s string) bool { return s == "" })
	return strings.Join(said, " ")
}

// form says how an answer is written that no element of a surface writes.
func form(f flow.Field) string {
	switch f.Type {
	case flow.Duration:
		return "A duration such as PT4H or P3D."
	case flow.JSON:
		return "JSON."
	case flow.YAML:
		return "YAML."
	case flow.Array:
		return "One item a line."
	case flow.File:
		if len(f.Extensions) > 0 {
			return "A file whose name ends with " + strings.Join(f.Extensions, " or ") + "."
		}
	case flow.Secret:
		return "It is kept sealed and never shown."
	case flow.String, flow.Int, flow.Float, flow.Bool, flow.Date, flow.Time, flow.DateTime, flow.Select,
		flow.MultiSelect, flow.Email, flow.URI, flow.LongText, flow.RichText, flow.User, flow.Users, flow.Group, flow.Channel:
	}
	return ""
}

func bounds(f flow.Field) string {
	low, high := f.After, f.Before
	if f.Type == flow.Duration {
		switch low, high = f.Shortest, f.Longest; {
		case low != "" && high != "":
			return "From " + low + " to " + high + "."
		case low != "":
			return "At least " + low + "."
		case high != "":
			return "At most " + high + "."
		}
		return ""
	}
	switch {
	case low != "" && high != "":
		return "From " + low + " to " + high + "."
	case low != "":
		return "Not before " + low + "."
	case high != "":
		return "Not after " + high + "."
	}
	return ""
}

// dependence says of which answers it depends whether the field is asked. The
// buttons' own answer needs no words.
func dependence(f flow.Field, r *engine.Request) string {
	var on []string
	for _, other := range r.Form {
		if other.ID != r.Verdict && slices.Contains(f.DependsOn, other.ID) {
			on = append(on, strings.TrimRight(fieldLabel(other), ":?. "))
		}
	}
	if len(on) == 0 {
		return ""
	}
	return "Whether this is asked depends on: " + strings.Join(on, ", ") + "."
}

// initial is what the form starts with. A choice that is not offered is left
// out: no surface could show it.
func initial(f flow.Field) string {
	value := f.Prefill
	if value == nil {
		value = f.Default
	}
	if _, text := value.(string); f.Type == flow.File && !text {
		return "" // one that is handed in just now
	}
	var lines []string
	for _, item := range items(value) {
		text := typedAs(item)
		if f.Type == flow.JSON && item != nil {
			text = strings.TrimSpace(jsonText(item))
		}
		offered := slices.ContainsFunc(f.Values, func(o flow.Option) bool { return o.Value == text })
		chosen := f.Type == flow.Select || f.Type == flow.MultiSelect
		if text != "" && (!chosen || f.AllowCustom || offered) {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n")
}

func items(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}

// typedAs writes a value as a person would type it.
func typedAs(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(value)
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case map[string]any, []any:
		return jsonText(value)
	default:
		return show(value)
	}
}
