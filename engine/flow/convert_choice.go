package flow

import (
	"fmt"
	"slices"
	"strings"
)

// maxItems bounds the items of a list.
const maxItems = 1_000

func toChoice(f Field, raw any) (any, string) {
	text, ok := asText(raw)
	if !ok {
		return nil, "must be a text"
	}
	if Sealed(text) {
		return nil, noSealed
	}
	if f.offers(text) {
		return text, ""
	}
	if len(f.Values) == 0 {
		return nil, "cannot be chosen, because there is no choice"
	}
	return nil, "must be one of " + choices(f.Values)
}

func (f Field) offers(value string) bool {
	return f.AllowCustom || slices.ContainsFunc(f.Values, func(o Option) bool { return o.Value == value })
}

// choices names the first of them; a long list helps nobody.
func choices(options []Option) string {
	const most = 20
	names := make([]string, 0, most)
	for _, o := range options[:min(len(options), most)] {
		names = append(names, o.Value)
	}
	text := strings.Join(names, ", ")
	if more := len(options) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// toList reads a list: as such, as JSON, or as a text with one item a line.
func toList(f Field, raw any) (any, string) {
	items, problem := listOf(f, raw)
	switch {
	case problem != "":
		return nil, problem
	case len(items) > maxItems:
		return nil, fmt.Sprintf("must hold at most %d items, not %d", maxItems, len(items))
	}
	list := make([]any, 0, len(items))
	var bad []string
	seen := map[string]bool{}
	for i, item := range items {
		v, problem := toItem(f, item)
		if text, ok := asText(item); ok && f.Type == MultiSelect && problem == "" {
			if seen[text] {
				problem = "is there twice"
			}
			seen[text] = true
		}
		if problem != "" {
			bad = append(bad, fmt.Sprintf("item %d%s %s", i+1, named(item), problem))
		}
		list = append(list, v)
	}
	if len(bad) > 0 {
		return nil, "is not accepted: " + listed(bad)
	}
	return list, ""
}

// named repeats an item, so that a person finds it.
func named(item any) string {
	if text, ok := asText(item); ok {
		return " (" + cut(printable(text)) + ")"
	}
	return ""
}

// listed joins the first of many problems.
func listed(problems []string) string {
	const most = 10
	text := strings.Join(problems[:min(len(problems), most)], "; ")
	if more := len(problems) - most; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

func listOf(f Field, raw any) ([]any, string) {
	switch raw := raw.(type) {
	case []any:
		return raw, ""
	case string:
		return textList(f, strings.TrimSpace(raw))
	}
	return nil, `must be a list such as ["a", "b"]`
}

func textList(f Field, text string) ([]any, string) {
	if f.Type == MultiSelect && f.offers(text) && !f.AllowCustom {
		return []any{text}, "" // a value may look like anything
	}
	if strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		v, problem := parseJSON(text)
		if problem != "" {
			return nil, problem
		}
		list, ok := v.([]any)
		if !ok {
			return nil, `must be a list such as ["a", "b"]`
		}
		return list, ""
	}
	var items []any
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			items = append(items, line)
		}
	}
	return items, ""
}

// toItem makes one item the type that the field says.
func toItem(f Field, raw any) (any, string) {
	if f.Type == MultiSelect {
		text, ok := asText(raw)
		if !ok {
			return nil, "must be a text"
		}
		if !f.offers(text) {
			if len(f.Values) == 0 {
				return nil, "cannot be chosen, because there is no choice"
			}
			return nil, "must be one of " + choices(f.Values)
		}
	}
	kind := f.Items
	if kind == "" {
		kind = String
	}
	if kind == Array || kind == MultiSelect || kind == Secret {
		return nil, "cannot be checked, because its type is broken"
	}
	if raw == nil {
		return nil, "must not be empty"
	}
	return convert(Field{Type: kind, AllowCustom: true}, raw)
}
