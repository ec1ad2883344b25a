package flow

import (
	"fmt"
	"slices"
	"strings"

	"signoff/engine/expr"
)

// comparisons finds answers that are compared with what they never are: values
// are equal only if their types are.
func (r reviewer) comparisons() {
	for _, u := range r.p.uses {
		if u.in.zone == zoneTrigger {
			continue // it reads another execution
		}
		for _, c := range u.template.Comparisons() {
			if len(c.Path) > 1 && c.Path[0] == "inputs" && u.in.seat != nil && u.in.form.has(c.Path[1]) {
				continue // an answer of the same form
			}
			r.comparison(u, c)
		}
	}
}

func (r reviewer) comparison(u use, c expr.Comparison) {
	in := r.input(c.Path)
	if in == nil || c.Value == nil {
		return
	}
	why := never(in, c.Value)
	if why == "" {
		return
	}
	always := "never true"
	if c.Unequal {
		always = "always true"
	}
	r.warnf(u.at(r.p, c.Line, c.Col), ruleNeverEqual, "this is %s: %s %s, and not %s", always, strings.Join(c.Path, "."), why, spelled(c.Value))
}

// never says what an answer to an input is, if it can never equal a value; empty
// if it can, or if that is not known.
func never(in *Input, value any) string {
	text, isText := value.(string)
	_, isBool := value.(bool)
	switch in.Type {
	case Bool:
		if !isBool {
			return "is true or false"
		}
	case Int, Float:
		if isText || isBool {
			return "is a number"
		}
	case String, Date, Time, DateTime, Duration, Email, URI, File, Secret, LongText, RichText, User, Group, Channel:
		if !isText {
			return "is a text"
		}
	case Select:
		values := choicesOf(in)
		if values != nil && (!isText || !slices.Contains(values, text)) {
			return "can be " + orList(values)
		}
	case MultiSelect, JSON, YAML, Array, Users:
	}
	return ""
}

// choicesOf are the values from which people choose, where they are known and few.
func choicesOf(in *Input) []string {
	if in.Type != Select || in.AllowCustom || len(in.Values) == 0 || len(in.Values) > 20 {
		return nil
	}
	values := make([]string, len(in.Values))
	for i, o := range in.Values {
		values[i] = o.Value
	}
	return values
}

func spelled(v any) string {
	if text, ok := v.(string); ok {
		return "the text " + quote(text)
	}
	return fmt.Sprint(v)
}

// rounds finds a loop over nothing.
func (r reviewer) rounds(t *Task, f *ForEach) {
	if list, ok := f.Values.Source().([]any); ok && len(list) == 0 && len(f.Tasks) > 0 {
		r.warnf(f.Tasks[0].Pos, ruleUnreachable, "the tasks of %s never run: its list of values is empty", quote(t.ID))
	}
}
