package flow

import (
	"slices"
	"strings"
)

// A SECRET is kept sealed: whoever takes the answer seals it before the engine
// sees it, and whoever calls out opens it at that moment. Everything between
// knows the sealed text only, and shows [Hidden] for it.

// SealedPrefix begins every sealed text.
const SealedPrefix = "sealed:v1:"

// Hidden stands wherever a secret would be shown.
const Hidden = "******"

// Sealed reports whether a text is a sealed secret.
func Sealed(text string) bool { return strings.HasPrefix(text, SealedPrefix) }

// Unfit is a given value that was looked at before, and what is wrong with it.
type Unfit string

// toSecret takes sealed texts only.
func toSecret(raw any) (any, string) {
	if text, ok := raw.(string); ok && Sealed(text) {
		return text, ""
	}
	return nil, "cannot be kept, because there is no key for secrets; name one in the configuration (secret_key)"
}

// Seal replaces what was given for the SECRET fields by what seal makes of it,
// after it was checked: one that does not fit becomes an [Unfit]. The given
// map is not changed. An error is that of seal.
func Seal(fields []Field, raw map[string]any, seal func(string) (string, error)) (map[string]any, error) {
	return Each(fields, raw, Secret, func(f Field, v any) (any, error) { return sealOne(f, v, seal) })
}

// Each replaces what was given for the fields of a type, and returns a copy of
// the rest with it. What was not given is left out.
func Each(fields []Field, raw map[string]any, of InputType, change func(Field, any) (any, error)) (map[string]any, error) {
	out := raw
	for _, f := range fields {
		if f.Type != of {
			continue
		}
		v, ok := given(out, f.ID)
		if !ok || absent(f, v) {
			continue
		}
		changed, err := change(f, v)
		if err != nil {
			return nil, err
		}
		out = replaced(out, f.ID, changed)
	}
	return out, nil
}

func sealOne(f Field, v any, seal func(string) (string, error)) (any, error) {
	text, ok := v.(string)
	if !ok {
		return Unfit("must be a text"), nil
	}
	if len(text) > maxText {
		return Unfit("is too long"), nil
	}
	if misfit(f.Validator, text) != "" {
		return Unfit("must match the pattern `" + f.Validator + "`"), nil
	}
	return seal(text)
}

// Hide returns the value with every sealed text in it replaced by [Hidden]. What
// holds none is returned as it is.
func Hide(v any) any {
	return Reveal(v, func(string) string { return Hidden })
}

// HideAll is [Hide] for the values of a form.
func HideAll(values map[string]any) map[string]any {
	if m, ok := Hide(values).(map[string]any); ok {
		return m
	}
	return values
}

// Reveal returns the value with every sealed text in it replaced by what open
// makes of it. What holds none is returned as it is.
func Reveal(v any, open func(string) string) any {
	if !HoldsSealed(v) {
		return v
	}
	switch v := v.(type) {
	case string:
		return open(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = Reveal(item, open)
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(v))
		for name, item := range v {
			m[name] = Reveal(item, open)
		}
		return m
	}
	return v
}

// HoldsSealed reports whether a sealed text is in a value.
func HoldsSealed(v any) bool {
	switch v := v.(type) {
	case string:
		return Sealed(v)
	case []any:
		return slices.ContainsFunc(v, HoldsSealed)
	case map[string]any:
		for _, item := range v {
			if HoldsSealed(item) {
				return true
			}
		}
	}
	return false
}

// AsksSecrets reports whether the flow or one of its forms has a SECRET.
func (f *Flow) AsksSecrets() bool {
	if asksSecret(f.Inputs) {
		return true
	}
	for t := range f.Walk() {
		if p, ok := t.Spec.(*Pause); ok && asksSecret(p.OnResume) {
			return true
		}
	}
	return false
}

func asksSecret(ins []Input) bool {
	return slices.ContainsFunc(ins, func(i Input) bool { return i.Type == Secret })
}
