package slack

import (
	"context"
	"errors"
	"strconv"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
)

// Post puts a new copy into a channel or into a person's direct messages.
func (a *Adapter) Post(ctx context.Context, to adapters.Destination, card adapters.Card) (adapters.MessageRef, error) {
	return a.post(ctx, to, cardName(card), func() []slackapi.MsgOption { return whole(card) })
}

// whole is a card as a message, whole.
func whole(card adapters.Card) []slackapi.MsgOption {
	m := draw.Card(card)
	return append(quietly(), slackapi.MsgOptionText(m.Text, false), slackapi.MsgOptionBlocks(m.Blocks...))
}

// Tell sends a short plain text.
func (a *Adapter) Tell(ctx context.Context, to adapters.Destination, text string) error {
	_, err := a.post(ctx, to, text, func() []slackapi.MsgOption { return said(text) })
	return err
}

// cardName names what is sent, so that the pace knows it when it comes again.
func cardName(card adapters.Card) string {
	return card.Request + "/" + strconv.Itoa(card.Version)
}

// post sends what content draws; it is drawn only when it may be sent.
func (a *Adapter) post(ctx context.Context, to adapters.Destination, name string, content func() []slackapi.MsgOption) (adapters.MessageRef, error) {
	w, place, err := a.place(ctx, to)
	if err != nil {
		return adapters.MessageRef{}, err
	}
	if err := w.admitAs(ctx, place+" "+name, map[string]rate{w.lane(place): channelRate, methodPost: methodRates[methodPost]}); err != nil {
		return adapters.MessageRef{}, err
	}
	channel, ts, err := w.api.PostMessageContext(ctx, place, content()...)
	if err == nil && (channel == "" || ts == "") {
		err = errNoMessage
	}
	if err != nil {
		err = w.failed(methodPost, err)
		if e, ok := errors.AsType[*adapters.DeliveryError](err); ok && to.Person != nil && e.Code == "channel_not_found" {
			e.Advice = adviceAccount
		}
		return adapters.MessageRef{}, err
	}
	if w.pace != nil {
		w.pace.named(place, channel)
	}
	return w.ref(channel, ts), nil
}

// place is where Slack shall put a message: in which workspace, and there in a
// channel, or by a user's id in their direct messages.
func (a *Adapter) place(ctx context.Context, to adapters.Destination) (*workspace, string, error) {
	if to.Person == nil {
		return a.spaces.at(ctx, to.Channel)
	}
	return a.spaces.whose(ctx, *to.Person)
}

// Update redraws a copy. All of the message is sent, because Slack keeps the
// old buttons of what is left out.
func (a *Adapter) Update(ctx context.Context, ref adapters.MessageRef, card adapters.Card) error {
	if ref.Place == "" || ref.Message == "" {
		return &adapters.DeliveryError{Kind: adapters.Gone, Code: "no_message"}
	}
	w, channel, err := a.spaces.at(ctx, ref.Place)
	if err != nil {
		return err
	}
	if err := w.admitAs(ctx, ref.Message+" "+cardName(card), map[string]rate{methodUpdate: methodRates[methodUpdate]}); err != nil {
		return err
	}
	_, _, _, err = w.api.UpdateMessageContext(ctx, channel, ref.Message, whole(card)...)
	return w.failed(methodUpdate, err)
}

// errNoMessage: Slack says that it is posted and not where.
var errNoMessage = errors.New("no channel or time in the answer")

// quietly is how everything is sent: nothing in the text is parsed, no link is
// unfolded.
func quietly() []slackapi.MsgOption {
	return []slackapi.MsgOption{
		slackapi.MsgOptionParse(false),
		slackapi.MsgOptionDisableMarkdown(),
		slackapi.MsgOptionDisableLinkUnfurl(),
		slackapi.MsgOptionDisableMediaUnfurl(),
	}
}

// said is a plain text as a message.
func said(text string) []slackapi.MsgOption {
	t, block := draw.Plain(text)
	return append(quietly(), slackapi.MsgOptionText(t, false), slackapi.MsgOptionBlocks(block))
}
