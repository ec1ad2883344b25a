package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/flow"
)

// chosen turns the accounts that were chosen for USER and USERS fields into ids of
// people. Names and mail addresses stay; the engine knows the directory, too.
// Nothing is written: to be chosen links nobody.
func (b *Bot) chosen(ctx context.Context, fields []flow.Field, raw map[string]any) (map[string]any, error) {
	learned := false
	who := func(v any) (any, error) {
		a, ok := v.(adapters.Account)
		if !ok {
			return v, nil
		}
		if !learned {
			if err := b.register.Learn(ctx); err != nil {
				return nil, fmt.Errorf("look up who was chosen: %w", err)
			}
			learned = true
		}
		return b.behind(a)
	}
	out, err := flow.Each(fields, raw, flow.User, func(_ flow.Field, v any) (any, error) { return who(v) })
	if err != nil {
		return nil, err
	}
	return flow.Each(fields, out, flow.Users, func(_ flow.Field, v any) (any, error) {
		list, ok := v.([]any)
		if !ok {
			return who(v)
		}
		ids := make([]any, len(list))
		for i, item := range list {
			if ids[i], err = who(item); err != nil {
				return nil, err
			}
		}
		return ids, nil
	})
}

// behind is the id of the person behind an account, or why it cannot be chosen.
func (b *Bot) behind(a adapters.Account) (any, error) {
	by, err := b.People.Identify(a)
	if err == nil {
		return string(by.Person), nil
	}
	if _, refused := errors.AsType[*engine.RejectionError](err); !refused {
		return nil, fmt.Errorf("look up who was chosen: %w", err)
	}
	name := prose.Cut(prose.OneLine(a.Name), 80)
	if name == "" {
		name = "this account"
	}
	why := "signoff does not know " + name
	switch {
	case a.Bot:
		why = name + " is no person"
	case a.Deactivated:
		why = name + " is not active any more"
	case a.Foreign:
		why = name + " is of another organisation"
	case a.Guest:
		why = name + " is a guest"
	}
	return flow.Unfit("cannot be chosen, because " + why), nil
}

// named puts the ids of people in the place of accounts that were chosen for
// signoff's own fields. An account that is nobody's stays as what it is called, to
// be refused by that name.
func (b *Bot) named(values map[string]any) map[string]any {
	out := values
	for field, v := range values {
		a, ok := v.(adapters.Account)
		if !ok || !strings.HasPrefix(field, card.FieldPrefix) {
			continue
		}
		name := "@" + prose.OneLine(a.Name) // nobody in the directory has it
		if name == "@" {
			name += a.ID
		}
		if by, err := b.People.Identify(a); err == nil {
			name = string(by.Person)
		}
		out = maps.Clone(out)
		out[field] = name
	}
	return out
}
