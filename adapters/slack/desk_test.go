package slack_test

import (
	"context"

	"signoff/adapters"
)

// counter is what people begin things at, made of functions; without them it
// says nothing and has nothing.
type counter struct {
	command func(adapters.Command) (adapters.Reply, error)
	sheet   func(adapters.SheetCall) (adapters.Reply, error)
	submit  func(adapters.SheetCall) (adapters.Reply, error)
	choices func(adapters.ChoicesCall) ([]adapters.Option, error)
	inbox   func(adapters.InboxCall) (adapters.Inbox, error)
}

func (c *counter) Command(_ context.Context, cmd adapters.Command) (adapters.Reply, error) {
	if c.command == nil {
		return adapters.Reply{Kind: adapters.Again}, nil
	}
	return c.command(cmd)
}

func (c *counter) Sheet(_ context.Context, call adapters.SheetCall) (adapters.Reply, error) {
	if c.sheet == nil {
		return adapters.Reply{Kind: adapters.Turned, Text: "nothing to fill in"}, nil
	}
	return c.sheet(call)
}

func (c *counter) Submit(_ context.Context, call adapters.SheetCall) (adapters.Reply, error) {
	if c.submit == nil {
		return adapters.Reply{Kind: adapters.Again}, nil
	}
	return c.submit(call)
}

func (c *counter) Choices(_ context.Context, call adapters.ChoicesCall) ([]adapters.Option, error) {
	if c.choices == nil {
		return nil, nil
	}
	return c.choices(call)
}

func (c *counter) Inbox(_ context.Context, call adapters.InboxCall) (adapters.Inbox, error) {
	if c.inbox == nil {
		return adapters.Inbox{}, nil
	}
	return c.inbox(call)
}

// deskOf is a desk at which h decides and nothing can be begun, unless h is one.
func deskOf(h adapters.Handler) adapters.Desk {
	if d, ok := h.(adapters.Desk); ok {
		return d
	}
	return struct {
		adapters.Handler
		*counter
	}{h, &counter{}}
}
