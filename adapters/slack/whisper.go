package slack

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters/slack/draw"
)

// whisperTimeout bounds one.
const whisperTimeout = 5 * time.Second

// whisper is a text that one person sees, where they pressed.
type whisper struct {
	responseURL string
	channel     string // as a MessageRef has it; empty: there is none of ours
	user        string
	text        string
}

// whisper puts a text in line. It never waits.
func (a *Adapter) whisper(ctx context.Context, w whisper) {
	a.later(ctx, "a text for one person", func(ctx context.Context) { a.send(ctx, w) })
}

// send tries the address that came with the click, then the Web API. An answer
// that does not arrive is not worth more: the card tells the same.
func (a *Adapter) send(ctx context.Context, w whisper) {
	ctx, cancel := context.WithTimeout(ctx, whisperTimeout)
	defer cancel()
	err := a.reply(ctx, w)
	if err != nil && w.channel != "" {
		err = a.ephemeral(ctx, w)
	}
	if err != nil {
		a.log.WarnContext(ctx, "a text for one person was not sent", "adapter", Surface, "user", w.user, "err", deliveryError(methodWhisper, err))
	}
}

// ephemeral sends over the Web API what only one person in the channel sees.
func (a *Adapter) ephemeral(ctx context.Context, w whisper) error {
	space, channel, err := a.spaces.at(ctx, w.channel)
	if err != nil {
		return err
	}
	_, err = space.api.PostEphemeralContext(ctx, channel, w.user, said(w.text)...)
	return err
}

// reply posts to the address that came with the click, if it is Slack's.
func (a *Adapter) reply(ctx context.Context, w whisper) error {
	if !a.replies.allow(w.responseURL) {
		return errNoReply
	}
	text, block := draw.Plain(w.text)
	return slackapi.PostWebhookCustomHTTPContext(ctx, w.responseURL, a.http, &slackapi.WebhookMessage{
		Text: text, Parse: "none", ResponseType: slackapi.ResponseTypeEphemeral,
		Blocks: &slackapi.Blocks{BlockSet: []slackapi.Block{block}},
	})
}

// errNoReply: the click came without an address that may be answered.
var errNoReply = errors.New("no address to answer to")

// replyHosts are the addresses to which an answer may be sent: Slack's two, or
// the place of the Web API if that is another one.
type replyHosts map[string]bool

func newReplyHosts(apiURL string) replyHosts {
	hosts := replyHosts{"https://hooks.slack.com": true, "https://hooks.slack-gov.com": true}
	if apiURL != slackapi.APIURL {
		if u, err := url.Parse(apiURL); err == nil {
			hosts[u.Scheme+"://"+u.Host] = true
		}
	}
	return hosts
}

// allow compares scheme, host and port exactly: no sub-domains, no user, no
// other spelling.
func (h replyHosts) allow(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Opaque != "" || u.Fragment != "" {
		return false
	}
	origin, path, _ := strings.Cut(strings.TrimPrefix(address, u.Scheme+"://"), "/")
	return h[u.Scheme+"://"+u.Host] && origin == u.Host && path != ""
}
