package bot

import (
	"context"
	"errors"
	"fmt"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// noticePatience is how often telling a person is tried.
const noticePatience = 10

// notify tells somebody who can mend it that a copy could not be delivered: the
// places named for alerts, and the requester.
func (b *Bot) notify(ctx context.Context, claim store.Claim, w engine.Notice) error {
	a, cp, err := b.copyOf(ctx, claim.Effect.Execution, w.Run, w.Copy)
	if err != nil {
		return err
	}
	if cp == nil {
		return b.settle(ctx, claim)
	}
	text := card.Undelivered(b.view(a), *cp)
	told, failed := b.tell(ctx, a, *cp, text)
	if len(told) == 0 && !errors.Is(failed, errNobodyToTell) && claim.Attempt < noticePatience {
		return b.postpone(ctx, claim, 0)
	}
	record := audit.Record{
		At: b.Store.Now(), Event: audit.NoticeSent,
		Namespace: a.x.Flow.Namespace, Flow: a.x.Flow.ID, Revision: a.x.Flow.Revision,
		Execution: string(a.x.ID), Task: a.run.Task, TaskRun: string(a.run.ID), Actor: audit.Actor{Via: "engine"},
		Data: map[string]any{"text": text, "told": told},
	}
	if len(told) == 0 {
		record.Event = audit.NoticeFailed
		record.Data["problem"] = fmt.Sprint(failed)
		b.Log.ErrorContext(ctx, "nobody could be told about an undelivered request", "execution", a.x.ID, "err", failed)
	}
	return b.commit(ctx, store.Commit{Settle: []store.Claim{claim}, Records: []audit.Record{record}})
}

// tell sends the text to everybody who can mend it and returns whom it reached.
func (b *Bot) tell(ctx context.Context, a asked, lost engine.Copy, text string) ([]any, error) {
	told := []any{}
	var failed []error
	try := func(surface, name string, to adapters.Destination) {
		adapter, ok := b.Adapters[surface]
		if !ok {
			failed = append(failed, fmt.Errorf("%s is not configured", surface))
			return
		}
		if err := adapter.Tell(ctx, to, text); err != nil {
			failed = append(failed, fmt.Errorf("tell %s: %w", name, err))
			return
		}
		told = append(told, name)
	}
	for _, d := range b.Alerts {
		if d.To != flow.Approvers && (d.Surface != lost.Surface || d.To != lost.Place) {
			try(d.Surface, d.To, adapters.Destination{Channel: d.To})
		}
	}
	if who := a.x.Requester.Person; who != "" && who != lost.Person {
		for surface := range b.Adapters {
			p := b.People.Person(who, surface)
			try(surface, string(who), adapters.Destination{Person: &p})
		}
	}
	if len(told) == 0 && len(failed) == 0 {
		return told, errNobodyToTell
	}
	return told, errors.Join(failed...)
}

// errNobodyToTell: trying again would not help.
var errNobodyToTell = errors.New("nobody is named who could be told: configure alerts")
