package bot

import (
	"context"
	"errors"
	"strings"

	"signoff/adapters"
	"signoff/bot/command"
	"signoff/engine"
	"signoff/engine/approval"
)

var _ adapters.Desk = (*Bot)(nil)

// Command does what somebody typed. What is decided by it goes the way of a
// [Bot.Click]: the same rules, the same trail.
func (b *Bot) Command(ctx context.Context, c adapters.Command) (adapters.Reply, error) {
	name := strings.ToLower(strings.TrimSpace(c.Name))
	if name == "" { // no slash is needed here; a flow's own command begins with one
		if first, rest, _ := strings.Cut(strings.TrimSpace(c.Text), " "); strings.HasPrefix(first, "/") && b.owns(ctx, first) {
			c.Name, c.Text = first, rest
			return b.slash(ctx, c)
		}
	} else if name != command.Reserved {
		c.Name = name
		return b.slash(ctx, c)
	}
	c.Name = name
	want, err := command.Grammar{Name: name}.Parse(c.Text)
	if fault, ok := errors.AsType[*command.FaultError](err); ok {
		return adapters.Reply{Kind: adapters.Turned, Text: fault.Text, Code: string(engine.BadInput)}, nil
	} else if err != nil {
		return adapters.Reply{}, err
	}
	return b.obey(ctx, c, want)
}

// obey does what a command says.
func (b *Bot) obey(ctx context.Context, c adapters.Command, want command.Command) (adapters.Reply, error) {
	switch want := want.(type) {
	case command.Help:
		return b.help(ctx, c)
	case command.Decide:
		return b.decide(ctx, c, want)
	case command.Delegate:
		return b.delegate(ctx, c, want)
	case command.Cancel:
		return b.takeBack(ctx, c, want)
	case command.Run:
		return b.runFlow(ctx, c, want)
	case command.Away:
		return b.goAway(ctx, c, want)
	case command.Back:
		return b.comeBack(ctx, c)
	case command.Start, command.Pending, command.Mine, command.Status, command.Explain:
	}
	by, err := b.reader(ctx, c.Actor)
	if err != nil {
		return turned(err)
	}
	switch want := want.(type) {
	case command.Start:
		return b.openFlow(ctx, c, by, want)
	case command.Pending:
		return b.pending(ctx, c, want.Page)
	case command.Mine:
		return b.mine(ctx, c)
	case command.Status:
		return b.status(ctx, by, want)
	case command.Explain:
		return b.explained(ctx, c, by, want)
	case command.Help, command.Decide, command.Delegate, command.Cancel, command.Run, command.Away, command.Back:
	}
	panic("bot: unknown command")
}

// reader says who is behind an account, and writes nothing: not even that the
// account was found to be theirs.
func (b *Bot) reader(ctx context.Context, a adapters.Account) (engine.Principal, error) {
	if err := b.register.Learn(ctx); err != nil {
		return engine.Principal{}, err
	}
	return b.People.Identify(a)
}

// turned is the rules' no, in their words. Other errors are the operator's.
func turned(err error) (adapters.Reply, error) {
	no, ok := errors.AsType[*engine.RejectionError](err)
	if !ok {
		return adapters.Reply{}, err
	}
	return adapters.Reply{Kind: adapters.Turned, Text: no.Text, Code: string(no.Code)}, nil
}

// replied is what came of a click, as a reply. What was decided is named, because
// whoever typed it may have had another request in mind.
func replied(a adapters.Answer, ref string) adapters.Reply {
	out := adapters.Reply{Text: a.Text, Code: a.Code, Fields: a.Fields, Card: still(a.Card)}
	if ref != "" && out.Text != "" {
		out.Text = ref + ": " + out.Text
	}
	switch a.Kind {
	case adapters.Recorded:
		out.Kind = adapters.Done
	case adapters.Refused:
		out.Kind = adapters.Turned
	case adapters.Invalid:
		out.Kind = adapters.Wrong
	case adapters.Repeated:
		return adapters.Reply{Kind: adapters.Again}
	case adapters.Shown:
		out.Kind = adapters.Said
	default:
		panic("bot: unknown answer " + string(a.Kind))
	}
	return out
}

// still is a card without live buttons.
func still(c *adapters.Card) *adapters.Card {
	if c == nil {
		return nil
	}
	out := *c
	out.Actions, out.Form = nil, nil
	return &out
}

// meant is the person whom somebody typed: the id of the account that they
// mentioned, or a mail address or id of the directory.
func (b *Bot) meant(people map[string]adapters.Account, p command.Person) (approval.PersonID, error) {
	if account, ok := people[p.Text]; ok && p.Mention {
		by, err := b.People.Identify(account)
		if err != nil {
			return "", refuse(engine.BadInput, "signoff does not know %s. Name somebody else, or ask an administrator to add them.", shown(account.Name, p.Text))
		}
		return by.Person, nil
	}
	if id, known := b.People.Called(p.Text); known {
		return id, nil
	}
	return "", refuse(engine.BadInput, "signoff does not know %s. Mention somebody with @, or write their mail address.", shown(p.Text, "that person"))
}
