package bot

import (
	"context"
	"errors"

	"signoff/adapters"
	"signoff/bot/inbox"
	"signoff/bot/prose"
	"signoff/engine"
)

// What a person's page shows at most.
const (
	inboxWaiting = 15 // a page
	inboxMine    = 8
	inboxDecided = 5
)

// Inbox is a person's page: what they can decide now, what they asked for, and
// what they decided lately. It writes nothing.
func (b *Bot) Inbox(ctx context.Context, c adapters.InboxCall) (adapters.Inbox, error) {
	out := adapters.Inbox{Now: b.Store.Now()}
	by, err := b.reader(ctx, c.Actor)
	if no, ok := errors.AsType[*engine.RejectionError](err); ok {
		out.Refused = no.Text
		return out, nil
	} else if err != nil {
		return out, err
	}
	if err := b.indexed(ctx); err != nil {
		return out, err
	}
	b.register.HearFor(ctx, by.Person)
	if c.Opened { // before it is read, so that nothing falls in between
		b.openHome(ctx, by.Person, c.Actor)
	}
	if err := b.waiting(ctx, by, c.Page, &out); err != nil {
		return out, err
	}
	ix := &b.desk.index
	if out.Mine, err = b.items(ctx, ix.Mine(by.Person, inboxMine)); err != nil {
		return out, err
	}
	if out.Decided, err = b.items(ctx, ix.Decided(by.Person, inboxDecided)); err != nil {
		return out, err
	}
	out.Away = b.awayNow(by.Person)
	return out, nil
}

// waiting fills in one page of what waits for somebody. The index names the
// requests; of those that are shown, the rules have the last word.
func (b *Bot) waiting(ctx context.Context, by engine.Principal, page int, out *adapters.Inbox) error {
	all := b.desk.index.Waiting(by.Person, out.Now, b.Directory)
	out.Total = len(all)
	pages := (len(all) + inboxWaiting - 1) / inboxWaiting
	out.Page, out.Pages = max(0, min(page, pages-1)), max(pages, 1)
	for _, e := range all[out.Page*inboxWaiting:] {
		if len(out.Waiting) == inboxWaiting {
			break
		}
		a, can, err := b.canAnswer(ctx, e, by)
		if err != nil {
			return err
		}
		if !can {
			out.Total--
			continue
		}
		out.Waiting = append(out.Waiting, b.view(a).Item())
	}
	return nil
}

// canAnswer loads a request and asks the rules. One of which nobody can tell at
// the moment who may answer it is shown: it may be theirs.
func (b *Bot) canAnswer(ctx context.Context, e *inbox.Entry, by engine.Principal) (asked, bool, error) {
	a, err := b.find(ctx, string(e.Request))
	if err == nil {
		err = b.mayRespond(ctx, a, engine.Respond{Run: a.run.ID, Version: a.request().Version, By: by})
	}
	no, refused := errors.AsType[*engine.RejectionError](err)
	switch {
	case err == nil:
		return a, true, nil
	case refused:
		return a, no.Code == engine.Unverified && involved(a.request(), by.Person), nil
	}
	return a, false, err
}

// items loads requests. One that is gone is left out.
func (b *Bot) items(ctx context.Context, entries []*inbox.Entry) ([]adapters.Item, error) {
	var out []adapters.Item
	for _, e := range entries {
		a, err := b.find(ctx, string(e.Request))
		if _, gone := errors.AsType[*engine.RejectionError](err); gone {
			continue
		} else if err != nil {
			return nil, err
		}
		out = append(out, b.view(a).Item())
	}
	return out, nil
}

// pending is the page as a command answers it.
func (b *Bot) pending(ctx context.Context, c adapters.Command, page int) (adapters.Reply, error) {
	in, err := b.Inbox(ctx, adapters.InboxCall{Actor: c.Actor, Page: page - 1})
	if err != nil {
		return adapters.Reply{}, err
	}
	return adapters.Reply{Kind: adapters.Said, Items: in.Waiting, Text: prose.OneLine(waitingText(in, grammar(c)))}, nil
}
