package bot

import (
	"context"
	"errors"
	"fmt"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// refusal is who was told no, and on which copy.
type refusal struct {
	by       engine.Principal
	touched  engine.Touch
	once     string
	evidence string
	card     bool // the person gets the card as it is now, too
}

// refuse turns an error into what the person is told. The rules' no goes into
// the trail, and the copy that was touched is brought up to date; a form that
// is filled in wrong is neither.
func (b *Bot) refuse(ctx context.Context, a asked, r refusal, err error) (adapters.Answer, error) {
	no, ok := errors.AsType[*engine.RejectionError](err)
	if ok && no.Code != engine.BadInput {
		switch err := b.writeRefusal(ctx, a, r, no); {
		case errors.Is(err, store.ErrSeen):
			return adapters.Answer{Kind: adapters.Repeated}, nil
		case err != nil:
			return adapters.Answer{}, err
		}
	}
	return b.answerTo(a, err, r.card)
}

// writeRefusal puts one line into the trail and, in the same transaction, owes
// the touched copy a redraw.
func (b *Bot) writeRefusal(ctx context.Context, a asked, r refusal, no *engine.RejectionError) error {
	defer b.locks.lock(string(a.x.ID))()
	for range maxTries {
		x, err := b.Store.Execution(ctx, a.x.ID)
		if err != nil {
			return fmt.Errorf("write a refusal: %w", err)
		}
		c := store.Commit{Records: []audit.Record{b.refusalRecord(a, r, no)}, Once: r.once}
		if outdated(no.Code) {
			if t, err := b.step(ctx, x, engine.Adopt{Run: a.run.ID, Touched: r.touched}); err == nil {
				c.Transition = &t
			}
		}
		if err := b.commit(ctx, c); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("write a refusal: %w", store.ErrConflict)
}

// outdated reports whether a refusal means that the copy shows something that
// is no longer so.
func outdated(c engine.Code) bool {
	switch c {
	case engine.AlreadyDecided, engine.Stale, engine.TooLate, engine.Ended:
		return true
	case engine.NotFound, engine.TooEarly, engine.NotEligible, engine.OwnRequest, engine.AlreadyVoted,
		engine.BadInput, engine.Settled, engine.NotAllowed, engine.Unverified:
	}
	return false
}

func (b *Bot) refusalRecord(a asked, r refusal, no *engine.RejectionError) audit.Record {
	data := map[string]any{"code": string(no.Code), "text": no.Text, "digest": a.request().Digest}
	if r.evidence != "" {
		data["evidence"] = r.evidence
	}
	return audit.Record{
		At: b.Store.Now(), Event: audit.ResponseRefused,
		Namespace: a.x.Flow.Namespace, Flow: a.x.Flow.ID, Revision: a.x.Flow.Revision,
		Execution: string(a.x.ID), Task: a.run.Task, TaskRun: string(a.run.ID),
		Actor: r.by.Actor(), Data: data,
	}
}

// answerTo is what the person is told about an error; the operator's errors are
// returned as they are.
func (b *Bot) answerTo(a asked, err error, card bool) (adapters.Answer, error) {
	no, ok := errors.AsType[*engine.RejectionError](err)
	if !ok {
		return adapters.Answer{}, err
	}
	out := adapters.Answer{Kind: adapters.Refused, Text: no.Text, Code: string(no.Code)}
	if no.Code == engine.BadInput {
		out.Kind = adapters.Invalid
		out.Fields = make(map[string]string, len(no.Fields))
		for _, f := range no.Fields {
			out.Fields[f.Field] = f.Text
		}
	}
	return b.withCard(a, out, card && no.Code != engine.NotFound), nil // of what is not there for them, nothing
}
