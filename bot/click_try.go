package bot

import (
	"context"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
)

// TryClick says what [Bot.Click] would answer, and records nothing, not even a
// refusal. An answer of kind Shown would be recorded.
func (b *Bot) TryClick(ctx context.Context, c adapters.Click) (adapters.Answer, error) {
	a, err := b.find(ctx, c.Request)
	if err != nil {
		return b.answerTo(a, err, false)
	}
	if err := b.register.Learn(ctx); err != nil {
		return adapters.Answer{}, err
	}
	by, err := b.People.Identify(c.Actor)
	if err != nil {
		return b.answerTo(a, err, false)
	}
	if b.hides(ctx, a, by, c.Copy) {
		return b.answerTo(a, noRequest(), false)
	}
	if o, ok := b.ordered(c); ok {
		cmd, err := b.requestCommand(ctx, a, by, o)
		if err == nil {
			_, err = b.step(ctx, a.x, cmd)
		}
		if err != nil {
			return b.answerTo(a, err, false)
		}
		return adapters.Answer{Kind: adapters.Shown}, nil
	}
	verdict, values := card.Values(c.Action, *a.request(), c.Values)
	if values, err = b.prepared(ctx, a.request().Form, values); err != nil {
		return adapters.Answer{}, err
	}
	_, err = b.step(ctx, a.x, engine.Respond{Run: a.run.ID, Version: c.Version, By: by, Verdict: verdict, Values: values})
	if err != nil {
		return b.answerTo(a, err, false)
	}
	return adapters.Answer{Kind: adapters.Shown}, nil
}
