package slacktest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// report collects what is wrong, in the words and with the pointers that Slack
// uses.
type report struct {
	surface string
	faults  []complaint
}

func (r *report) fault(at, format string, v ...any) {
	r.faults = append(r.faults, complaint{at: at, text: fmt.Sprintf(format, v...)})
}

// complaint is one thing that is wrong, and where.
type complaint struct {
	at   string // a JSON pointer that begins with the argument's name
	text string
}

// words are complaints as most methods put them.
func words(list []complaint) []string {
	var all []string
	for _, c := range list {
		all = append(all, "[ERROR] "+c.text+" [json-pointer:"+c.at+"]")
	}
	return all
}

// rule checks a value and reports what is wrong with it.
type rule func(r *report, at string, v any)

// shape is an object: its fields, and those that must be there. Other fields
// are refused.
type shape struct {
	need   []string
	fields map[string]rule
	// also sees the object when its fields are right.
	also func(r *report, at string, o object)
}

func (s shape) check(r *report, at string, v any) {
	o, ok := v.(object)
	if !ok {
		r.fault(at, "must be an object")
		return
	}
	before := len(r.faults)
	for _, key := range s.need {
		if o[key] == nil {
			r.fault(at, "missing required field: %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		switch check, known := s.fields[key]; {
		case key == "type":
		case !known:
			r.fault(at, "invalid additional property: %s", key)
		default:
			check(r, at+"/"+key, o[key])
		}
	}
	if s.also != nil && len(r.faults) == before {
		s.also(r, at, o)
	}
}

// text is a string of at most limit code points, and not empty.
func text(limit int) rule {
	return func(r *report, at string, v any) {
		s, ok := v.(string)
		switch {
		case !ok:
			r.fault(at, "must be a string")
		case s == "":
			r.fault(at, "must be more than 0 characters")
		case utf8.RuneCountInString(s) > limit:
			r.fault(at, "must be less than %d characters", limit+1)
		}
	}
}

// optional is a string of at most limit code points.
func optional(limit int) rule {
	check := text(limit)
	return func(r *report, at string, v any) {
		if v != "" {
			check(r, at, v)
		}
	}
}

func boolean(r *report, at string, v any) {
	if _, ok := v.(bool); !ok {
		r.fault(at, "must be a boolean")
	}
}

func anything(*report, string, any) {}

// oneOf is a string from a list.
func oneOf(words ...string) rule {
	return func(r *report, at string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(words, s) {
			r.fault(at, "must be a valid enum value")
		}
	}
}

// webURL is an http or https address.
func webURL(limit int) rule {
	check := text(limit)
	return func(r *report, at string, v any) {
		check(r, at, v)
		s, _ := v.(string)
		if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
			r.fault(at, "invalid url")
		}
	}
}

// items is a list of at least low and at most high values.
func items(low, high int, each rule) rule {
	return func(r *report, at string, v any) {
		l, ok := v.([]any)
		switch {
		case !ok:
			r.fault(at, "must be an array")
			return
		case len(l) < low:
			r.fault(at, "no fewer than %d items allowed", low)
		case len(l) > high:
			r.fault(at, "no more than %d items allowed", high)
		}
		for i, e := range l {
			each(r, fmt.Sprintf("%s/%d", at, i), e)
		}
	}
}

// typed picks the shape by the object's type. What is not in the table is
// refused, as is what has no place on the surface.
func typed(kinds map[string]shape, allowed func(surface, kind string) bool) rule {
	return func(r *report, at string, v any) {
		o, ok := v.(object)
		if !ok {
			r.fault(at, "must be an object")
			return
		}
		kind := str(o, "type")
		s, known := kinds[kind]
		switch {
		case o["type"] == nil:
			r.fault(at, "missing required field: type")
		case !known || allowed != nil && !allowed(r.surface, kind):
			r.fault(at, "unsupported type: %s", kind)
		default:
			s.check(r, at, o)
		}
	}
}
