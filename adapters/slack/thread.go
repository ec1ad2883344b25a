package slack

import (
	"context"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
)

var _ adapters.Threads = (*Adapter)(nil)

// Reply says a line in the thread of a copy. Where the copy was deleted, Slack
// would let the line stand by itself in the channel: it is taken back.
func (a *Adapter) Reply(ctx context.Context, ref adapters.MessageRef, l adapters.Line) error {
	if ref.Place == "" || ref.Message == "" {
		return &adapters.DeliveryError{Kind: adapters.Gone, Code: "no_message"}
	}
	w, channel, err := a.spaces.at(ctx, ref.Place)
	if err != nil {
		return err
	}
	if err := w.admitAs(ctx, ref.Message+" "+l.At.String()+l.Text, map[string]rate{w.lane(channel): channelRate, methodPost: methodRates[methodPost]}); err != nil {
		return err
	}
	m := draw.Line(l, w.called(ctx, l.Mention))
	options := append(quietly(), slackapi.MsgOptionText(m.Text, false), slackapi.MsgOptionBlocks(m.Blocks...), slackapi.MsgOptionTS(ref.Message))
	if l.Loud {
		options = append(options, slackapi.MsgOptionBroadcast())
	}
	_, ts, posted, err := w.api.PostMessageWithResponseContext(ctx, channel, options...)
	switch {
	case err != nil:
		return w.failed(methodPost, err)
	case ts == "":
		return w.failed(methodPost, errNoMessage)
	case posted.ThreadTimestamp != "":
		return nil
	}
	if _, _, err := w.api.DeleteMessageContext(ctx, channel, ts); err != nil {
		return w.failed(methodDelete, err)
	}
	return &adapters.DeliveryError{Kind: adapters.Gone, Code: "thread_not_found"}
}

// called are the user ids of people; whom Slack does not know is left out, as the
// line names them.
func (w *workspace) called(ctx context.Context, people []adapters.Person) []string {
	var out []string
	for _, p := range people {
		if id, err := w.accounts.find(ctx, p); err == nil && id != "" {
			out = append(out, id)
		}
	}
	return out
}
