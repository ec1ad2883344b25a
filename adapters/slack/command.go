package slack

import (
	"context"
	"errors"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

// ownCommand is the command that signoff itself has.
const ownCommand = "/signoff"

// maxMentioned is how many people a command may name.
const maxMentioned = 10

// textCrowd is for a command that names more.
const textCrowd = "That names too many people at once. Name fewer."

// command does what somebody typed. It returns the message with which it is
// answered at once; nil is none.
func (d *dispatcher) command(ctx context.Context, req interaction, c wire.Command, fits func(any) bool) any {
	if c.SSLCheck == "1" || d.foreign(ctx, c.AppID) {
		return nil
	}
	out, inTime := promptly(ctx, d.Adapter, answerWithin, func(ctx context.Context) []draw.Message {
		return d.obey(ctx, req, c)
	}, func(ctx context.Context, out []draw.Message) { d.follow(ctx, c, out) })
	switch {
	case !inTime:
		return ephemeral(plainly(draw.TextWorking)[0])
	case len(out) == 0:
		return nil
	}
	if first := ephemeral(out[0]); len(out) == 1 && fits(first) {
		return first
	}
	d.later(ctx, "an answer to a command", func(ctx context.Context) { d.follow(ctx, c, out) })
	return nil
}

// obey has a command done and draws what it came to. A form is opened.
func (d *dispatcher) obey(ctx context.Context, req interaction, c wire.Command) []draw.Message {
	var p wire.Payload
	p.User.ID, p.TriggerID = c.UserID, c.TriggerID
	v, text := d.visitor(ctx, req, wire.Origin{Team: c.TeamID, Enterprise: c.EnterpriseID}, p)
	if text != "" {
		return plainly(text)
	}
	typed, ids := c.Plain()
	if len(ids) > maxMentioned {
		return plainly(textCrowd)
	}
	people := map[string]adapters.Account{}
	for _, id := range ids {
		account, err := d.member(ctx, v.w, id)
		if err != nil {
			d.log.WarnContext(ctx, "somebody who was mentioned could not be looked up", "adapter", Surface, "user", id, "err", err)
			return plainly(draw.TextUnverified)
		}
		people[id] = account
	}
	place := v.w.ref(c.ChannelID, "").Place
	reply, err := d.handler.Command(ctx, adapters.Command{
		Actor: v.actor, Name: c.Name, Text: typed, People: people, Place: place, Once: req.once, Evidence: req.evidence,
	})
	if err != nil {
		return plainly(d.wrong(ctx, req, err))
	}
	if reply.Sheet == nil {
		return draw.Reply(reply)
	}
	form := asked(reply, wire.Sheet{Place: place}, nil)
	switch {
	case form.text != "":
		return plainly(form.text)
	case d.window(ctx, v, form.view) == "":
		return plainly(draw.TextNoSheet)
	}
	return nil
}

func plainly(text string) []draw.Message {
	return draw.Reply(adapters.Reply{Kind: adapters.Said, Text: text})
}

// ephemeral is a message that one person sees, as the answer to a command.
func ephemeral(m draw.Message) *slackapi.WebhookMessage {
	return &slackapi.WebhookMessage{
		Text: m.Text, Parse: "none", ResponseType: slackapi.ResponseTypeEphemeral,
		Blocks: &slackapi.Blocks{BlockSet: m.Blocks},
	}
}

// follow answers a command at the address that came with it, which takes a few
// messages.
func (d *dispatcher) follow(ctx context.Context, c wire.Command, out []draw.Message) {
	if !d.replies.allow(c.ResponseURL) {
		d.log.WarnContext(ctx, "a command was not answered", "adapter", Surface, "user", c.UserID, "err", errNoReply)
		return
	}
	for _, m := range out {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := slackapi.PostWebhookCustomHTTPContext(ctx, c.ResponseURL, d.http, ephemeral(m))
		cancel()
		if err != nil {
			d.log.WarnContext(ctx, "a command was not answered", "adapter", Surface, "user", c.UserID, "err", deliveryError(methodWhisper, err))
			return
		}
	}
}

// member is somebody whom a person named. Whom the workspace does not know is
// foreign.
func (d *dispatcher) member(ctx context.Context, w *workspace, id string) (adapters.Account, error) {
	account, err := d.Account(ctx, adapters.Account{Tenant: w.key, ID: id})
	if errors.Is(err, errNotMember) {
		return adapters.Account{Surface: Surface, ID: id, Foreign: true}, nil
	}
	return account, err
}
