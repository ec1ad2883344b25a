package flow

import (
	"maps"
	"slices"
)

// maxUnknown bounds how many unknown fields are named; the rest adds nothing.
const maxUnknown = 20

// Bind checks given values against the fields and converts them: INT to int64,
// FLOAT to float64, BOOL to bool, the others to string. It is the one validator
// of every surface. It reports everything that is wrong, by field; without
// errors the result holds every field, nil for an absent optional one.
//
// An empty text counts as absent, but for a STRING. An absent field takes its
// default.
func Bind(fields []Field, raw map[string]any) (map[string]any, []FieldError) {
	values := make(map[string]any, len(fields))
	var faults []FieldError
	for _, f := range fields {
		v, problem := bindOne(f, raw[f.ID])
		values[f.ID] = v
		if problem != "" {
			faults = append(faults, FieldError{Field: f.ID, Text: problem})
		}
	}
	unknown := 0
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		if _, known := values[name]; !known && unknown < maxUnknown {
			unknown++
			faults = append(faults, FieldError{Field: cut(name), Text: "is not a field here"})
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return values, nil
}

func bindOne(f Field, raw any) (any, string) {
	if absent(f, raw) {
		raw = f.Default
	}
	switch {
	case !absent(f, raw):
		return convert(f, raw)
	case f.Required:
		return nil, "is required"
	}
	return nil, ""
}

func absent(f Field, raw any) bool {
	return raw == nil || raw == "" && f.Type != String
}
