package flow

import (
	"fmt"
	"slices"
	"strings"
)

// Directory tells whom or what a text of a USER, USERS or GROUP means. A problem
// follows the field's name: "cannot be chosen, because …".
type Directory interface {
	// Person returns a person's id, by id, configured name or mail address.
	Person(text string) (id, problem string)
	// Group returns a group's name.
	Group(text string) (name, problem string)
}

// Meant replaces what was given for the USER, USERS and GROUP fields by what
// the directory makes of it. What it does not know becomes an [Unfit], so that
// it is told with all other faults. The given map is not changed.
func Meant(fields []Field, raw map[string]any, d Directory) map[string]any {
	out := raw
	for _, f := range fields {
		v, ok := given(out, f.ID)
		if !ok || !f.names() || absent(f, v) {
			continue
		}
		out = replaced(out, f.ID, lookedUp(f, v, d))
	}
	return out
}

// MeantBy is [Meant] for what the fields themselves offer. A suggestion that the
// directory does not know is left out; for a default the error names the field.
func MeantBy(fields []Field, d Directory) error {
	for i := range fields {
		f := &fields[i]
		if !f.names() {
			continue
		}
		if f.Prefill != nil {
			f.Prefill = lookedUp(*f, f.Prefill, d)
			if _, bad := f.Prefill.(Unfit); bad {
				f.Prefill = nil
			}
		}
		if f.Default == nil {
			continue
		}
		f.Default = lookedUp(*f, f.Default, d)
		if problem, bad := f.Default.(Unfit); bad {
			return fmt.Errorf("the default of input %s %s", f.ID, string(problem))
		}
	}
	return nil
}

// names reports whether a value names people or a group.
func (f Field) names() bool { return f.Type == User || f.Type == Users || f.Type == Group }

// lookedUp looks up one given value. What is not a name at all stays, for the
// field's own check to refuse.
func lookedUp(f Field, raw any, d Directory) any {
	if unfit, ok := raw.(Unfit); ok {
		return unfit
	}
	v, problem := convert(f, raw)
	if problem != "" {
		return raw
	}
	find := d.Person
	if f.Type == Group {
		find = d.Group
	}
	if text, ok := v.(string); ok {
		name, problem := find(text)
		if problem != "" {
			return Unfit(problem)
		}
		return name
	}
	list, _ := v.([]any)
	found, bad := make([]any, 0, len(list)), []string(nil)
	for i, item := range list {
		text, _ := item.(string)
		switch name, problem := find(text); {
		case problem != "":
			bad = append(bad, fmt.Sprintf("item %d%s %s", i+1, named(item), problem))
		case !slices.Contains(found, any(name)): // two names of one person
			found = append(found, name)
		}
	}
	if len(bad) > 0 {
		return Unfit("is not accepted: " + listed(bad))
	}
	return found
}

// maxName bounds the name of a person, a group or a channel, in bytes; a mail
// address is no longer.
const maxName = 254

// toName accepts what may be a name. Whose it is, only a directory can tell.
func toName(raw any) (any, string) {
	return lineOf(raw, "must be a name or a mail address")
}

// toChannel accepts what a chat may call a channel.
func toChannel(raw any) (any, string) {
	return lineOf(raw, "must be the name of a channel such as #approvals")
}

func lineOf(raw any, wrong string) (any, string) {
	text, ok := raw.(string)
	if !ok {
		return nil, wrong
	}
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxName || strings.ContainsAny(text, "\n\t") {
		return nil, wrong
	}
	return text, ""
}

// toNames reads several names: as a list, as JSON, or one a line. One that is
// there twice counts once.
func toNames(raw any) (any, string) {
	items, problem := listOf(Field{Type: Users}, raw)
	switch {
	case problem != "":
		return nil, problem
	case len(items) > maxPeople:
		return nil, fmt.Sprintf("must hold at most %d people, not %d", maxPeople, len(items))
	}
	list := make([]any, 0, len(items))
	var bad []string
	for i, item := range items {
		v, problem := convert(Field{Type: User}, item)
		switch {
		case problem != "":
			bad = append(bad, fmt.Sprintf("item %d%s %s", i+1, named(item), problem))
		case !slices.Contains(list, v):
			list = append(list, v)
		}
	}
	if len(bad) > 0 {
		return nil, "is not accepted: " + listed(bad)
	}
	return list, ""
}

// maxPeople bounds how many people one answer names.
const maxPeople = 100
