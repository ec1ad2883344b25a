package bot

import (
	"context"
	"errors"
	"fmt"

	"signoff/adapters"
	"signoff/bot/command"
	"signoff/bot/prose"
	"signoff/engine"
)

// help lists what can be typed. It is for everybody; the commands of flows are
// named to those who may start them.
func (b *Bot) help(ctx context.Context, c adapters.Command) (adapters.Reply, error) {
	var lines []adapters.Text
	add := func(usage, doc string) {
		spans := []adapters.Span{{Text: prose.OneLine(usage), Code: true}}
		if doc = prose.Cut(prose.OneLine(doc), 200); doc != "" {
			spans = append(spans, adapters.Span{Text: "  " + doc})
		}
		lines = append(lines, adapters.Text{{Kind: adapters.Paragraph, Spans: spans}})
	}
	for _, u := range grammar(c).Usages() {
		add(u.Type, u.Doc)
	}
	by, err := b.reader(ctx, c.Actor)
	if err == nil {
		own, err := b.commandsFor(ctx, by)
		if err != nil {
			return adapters.Reply{}, err
		}
		for _, o := range own {
			add(o.Name+" "+o.Usage, o.Description)
		}
	} else if _, no := errors.AsType[*engine.RejectionError](err); !no {
		return adapters.Reply{}, err
	}
	return adapters.Reply{
		Kind: adapters.Said, Text: "This is what you can type. ID is a short name such as REQ-7K3F2, which stands on each card.",
		Body: adapters.Text{bullets(lines)},
	}, nil
}

// mine lists what somebody asked for.
func (b *Bot) mine(ctx context.Context, c adapters.Command) (adapters.Reply, error) {
	in, err := b.Inbox(ctx, adapters.InboxCall{Actor: c.Actor})
	if err != nil {
		return adapters.Reply{}, err
	}
	return adapters.Reply{Kind: adapters.Said, Text: mineText(len(in.Mine), grammar(c)), Items: in.Mine}, nil
}

// status shows a request, or an execution that asks nobody.
func (b *Bot) status(ctx context.Context, by engine.Principal, want command.Status) (adapters.Reply, error) {
	a, err := b.one(ctx, want.ID, by)
	if no, ok := errors.AsType[*engine.RejectionError](err); ok && no.Code == engine.NotFound && want.ID.Ref == "" {
		return b.executionStatus(ctx, engine.ExecutionID(want.ID.Text), by)
	}
	if err != nil {
		return b.unclear(err)
	}
	shown := b.card(a)
	return adapters.Reply{Kind: adapters.Said, Text: shown.Summary, Card: still(&shown)}, nil
}

func (b *Bot) executionStatus(ctx context.Context, id engine.ExecutionID, by engine.Principal) (adapters.Reply, error) {
	x, err := b.Execution(ctx, id, by)
	if no, ok := errors.AsType[*engine.RejectionError](err); ok && no.Code == engine.NotFound {
		return turned(noRequest())
	} else if err != nil {
		return turned(err)
	}
	text := fmt.Sprintf("%s is %s. It began %s", prose.OneLine(x.Flow.String()), x.State, dayText(x.Started))
	if x.State.Final() {
		text += " and ended " + dayText(x.Ended)
	}
	text += "."
	if x.Problem != "" {
		text += " " + prose.Cut(prose.OneLine(x.Problem), 500)
	}
	return adapters.Reply{Kind: adapters.Said, Text: text}, nil
}

// explained says who can answer a request, and whether somebody can.
func (b *Bot) explained(ctx context.Context, c adapters.Command, by engine.Principal, want command.Explain) (adapters.Reply, error) {
	a, err := b.one(ctx, want.ID, by)
	if err != nil {
		return b.unclear(err)
	}
	as := ""
	if want.As != (command.Person{}) {
		who, err := b.meant(c.People, want.As)
		if err != nil {
			return turned(err)
		}
		as = string(who)
	}
	v := b.view(a)
	e, err := b.Explain(ctx, string(v.ID()), as, by)
	if err != nil {
		return turned(err)
	}
	// The words are for whoever presses the button, and somebody else reads them.
	if you := e.You; you != nil && you.Person != by.Person && e.Closed == "" {
		you.Text = b.People.Person(you.Person, c.Actor.Surface).Name + " would be told: “" + you.Text + "”"
	}
	var lines []adapters.Text
	for _, line := range e.Lines() {
		lines = append(lines, adapters.Text{paragraph(prose.OneLine(line))})
	}
	return adapters.Reply{
		Kind: adapters.Said, Text: refName(a) + " · " + prose.Cut(v.Subject(), 200),
		Body: adapters.Text{bullets(lines)},
	}, nil
}
