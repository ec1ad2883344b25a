package bot

import (
	"context"
	"errors"
	"slices"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/flow"
)

// Choices are the options of a field that fit what somebody types. Whoever may not
// see the form gets none.
func (b *Bot) Choices(ctx context.Context, c adapters.ChoicesCall) ([]adapters.Option, error) {
	by, err := b.reader(ctx, c.Actor)
	if err == nil {
		var all []adapters.Option
		all, err = b.choices(ctx, by, c)
		if err == nil {
			return card.Choices(all, c.Query), nil
		}
	}
	if _, no := errors.AsType[*engine.RejectionError](err); no {
		return nil, nil
	}
	return nil, err
}

// choices are all options of a field.
func (b *Bot) choices(ctx context.Context, by engine.Principal, c adapters.ChoicesCall) ([]adapters.Option, error) {
	if c.Request != "" {
		return b.choicesOf(ctx, by, c, c.Request)
	}
	s, ok := readSubject(c.Subject)
	if !ok {
		return nil, noForm()
	}
	switch s.kind {
	case subjectDecide:
		return b.choicesOf(ctx, by, c, s.request)
	case subjectNew:
		if c.Field == fieldFlow {
			all, err := b.offers(ctx, by)
			return flowOptions(all), err
		}
		chosen, _ := c.Values[fieldFlow].(string)
		if s.flow, ok = readFlowRef(chosen); !ok {
			return nil, noForm()
		}
	case subjectAway:
		return nil, noForm()
	case subjectStart, subjectSlash:
	}
	rev, err := b.mayStart(ctx, s.flow, by)
	if err != nil {
		return nil, err
	}
	facts, err := b.facts(ctx, rev)
	if err != nil {
		return nil, err
	}
	questions, err := engine.Questions(rev.flow, facts)
	if err != nil {
		return nil, err
	}
	return b.offersOf(questions, c, s.flow.Namespace), nil
}

// choicesOf are the options of a field of a card's form.
func (b *Bot) choicesOf(ctx context.Context, by engine.Principal, c adapters.ChoicesCall, request string) ([]adapters.Option, error) {
	a, err := b.find(ctx, request)
	if err != nil {
		return nil, err
	}
	if !b.seesRequest(ctx, a, by) {
		return nil, noRequest()
	}
	return b.offersOf(a.request().Form, c, a.x.Flow.Namespace), nil
}

// offersOf are all options of a field, with the answers so far.
func (b *Bot) offersOf(form []flow.Field, c adapters.ChoicesCall, namespace string) []adapters.Option {
	fields := flow.Possible(form, foreign(c.Values))
	i := slices.IndexFunc(fields, func(f flow.Field) bool { return f.ID == c.Field })
	if i < 0 {
		return nil
	}
	return card.Offers(fields[i], b.Directory(namespace))
}
