package bot

import (
	"slices"

	"signoff/adapters"
	"signoff/engine/flow"
)

// filling is a form that somebody fills in, as far as they have; nil values: the
// surface cannot draw it again, so that everything that may be asked is.
type filling struct {
	action  string
	values  map[string]any
	surface string // on which, and in which tenant of it
	tenant  string
}

// fillingOf is what a look says of a form.
func (b *Bot) fillingOf(l adapters.Look) filling {
	f := filling{action: l.Action, surface: l.Actor.Surface, tenant: l.Actor.Tenant}
	if l.Action != "" && l.Values != nil {
		f.values = standing(b.asIDs(l.Values))
	}
	return f
}

// standing puts in the place of a file that is not kept yet an address: only that
// there is one matters while a form is filled in.
func standing(values map[string]any) map[string]any {
	for id, v := range values {
		if _, ok := v.(adapters.Upload); ok {
			values[id] = flow.FileScheme + "upload/form/file"
		}
	}
	return values
}

// accounted adds to the people whom a form starts with their accounts on the
// surface that asks.
func (b *Bot) accounted(form []adapters.Field, at filling) {
	for i := range form {
		f := &form[i]
		if len(f.Chosen) == 0 {
			continue
		}
		f.Chosen = slices.Clone(f.Chosen)
		for k, p := range f.Chosen {
			f.Chosen[k] = b.People.On(p, at.surface, at.tenant)
		}
	}
}
