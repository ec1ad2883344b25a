package bot

import (
	"context"

	"signoff/adapters"
	"signoff/engine"
)

// noForm is said of a subject that is none.
func noForm() error {
	return refuse(engine.NotFound, "There is no such form any more. Begin anew.")
}

// Sheet returns a form with the values so far. It writes nothing.
func (b *Bot) Sheet(ctx context.Context, c adapters.SheetCall) (adapters.Reply, error) {
	s, ok := readSubject(c.Subject)
	if !ok {
		return turned(noForm())
	}
	by, err := b.reader(ctx, c.Actor)
	if err != nil {
		return turned(err)
	}
	s.about, s.quote = c.About, c.Quote
	if s.kind == subjectDecide {
		return b.redrawAnswer(ctx, c, by, s)
	}
	sheet, err := b.sheetOf(ctx, by, s, c)
	if err != nil {
		return turned(err)
	}
	b.accounted(sheet.Fields, filling{surface: c.Actor.Surface, tenant: c.Actor.Tenant})
	return b.opened(sheet, c.Actor), nil
}

func (b *Bot) sheetOf(ctx context.Context, by engine.Principal, s subject, c adapters.SheetCall) (adapters.Sheet, error) {
	switch s.kind {
	case subjectNew:
		return b.newSheet(ctx, by, s, c.Values)
	case subjectStart:
		sheet, _, err := b.startSheet(ctx, by, s, foreign(c.Values))
		return sheet, err
	case subjectSlash:
		return b.slashSheet(ctx, by, s, c)
	case subjectAway:
		return b.awaySheet(by, b.asIDs(c.Values)), nil
	case subjectDecide:
	}
	return adapters.Sheet{}, noForm()
}

// opened is the reply that opens a form, for somebody on their surface.
func (b *Bot) opened(s adapters.Sheet, at adapters.Account) adapters.Reply {
	b.accounted(s.Fields, filling{surface: at.Surface, tenant: at.Tenant})
	return adapters.Reply{Kind: adapters.Asked, Sheet: &s}
}

// Submit takes a filled form.
func (b *Bot) Submit(ctx context.Context, c adapters.SheetCall) (adapters.Reply, error) {
	s, ok := readSubject(c.Subject)
	if !ok {
		return turned(noForm())
	}
	if s.kind == subjectDecide {
		return b.submitAnswer(ctx, c, s)
	}
	by, err := b.Identify(ctx, c.Actor)
	if err != nil {
		return turned(err)
	}
	out, err := b.submit(ctx, by, s, c)
	if err != nil || out.Kind != adapters.Wrong {
		return out, err
	}
	if sheet, err := b.sheetOf(ctx, by, s, c); err == nil { // with what was typed
		out.Sheet = b.opened(sheet, c.Actor).Sheet
	}
	return out, nil
}

func (b *Bot) submit(ctx context.Context, by engine.Principal, s subject, c adapters.SheetCall) (adapters.Reply, error) {
	switch s.kind {
	case subjectNew:
		chosen, _ := c.Values[fieldFlow].(string)
		ref, ok := readFlowRef(chosen)
		if !ok {
			return wrong(fieldFlow, "is required"), nil
		}
		s = subject{kind: subjectStart, flow: ref}
	case subjectStart:
	case subjectSlash:
		return b.submitSlash(ctx, by, s, c)
	case subjectAway:
		return b.submitAway(ctx, by, c)
	case subjectDecide:
		return turned(noForm())
	}
	x, err := b.Start(ctx, StartRequest{
		Namespace: s.flow.Namespace, Flow: s.flow.ID, Inputs: foreign(c.Values), By: by, Once: c.Once, Evidence: c.Evidence,
	})
	return b.started(ctx, x, err)
}

// wrong is one fault of a form.
func wrong(field, text string) adapters.Reply {
	return adapters.Reply{Kind: adapters.Wrong, Code: string(engine.BadInput), Text: "Something is missing or wrong.", Fields: map[string]string{field: text}}
}
