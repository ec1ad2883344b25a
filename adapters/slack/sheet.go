package slack

import (
	"context"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

// shortcut begins something from a menu.
func (d *dispatcher) shortcut(ctx context.Context, req interaction, p wire.Payload) {
	if p.CallbackID != wire.NewShortcut && p.CallbackID != wire.AboutShortcut {
		return
	}
	promptly(ctx, d.Adapter, answerWithin, func(ctx context.Context) struct{} {
		v, text := d.clicker(ctx, req, p)
		if text != "" {
			d.say(ctx, v, text)
			return struct{}{}
		}
		call := adapters.SheetCall{Subject: adapters.NewRequest, Place: v.place()}
		if p.Message != nil {
			call.Quote, _ = wire.Plain(p.Message.Text)
		}
		d.openSheet(ctx, v, call)
		return struct{}{}
	}, nil)
}

// openSheet opens a form that belongs to no card. One about a message carries a
// link to it.
func (d *dispatcher) openSheet(ctx context.Context, v visit, call adapters.SheetCall) {
	d.openSoon(ctx, v, func(ctx context.Context) drawn {
		call.About = d.linkTo(ctx, v)
		return d.sheet(ctx, v, call)
	})
}

// sheet draws a form for what was filled in so far.
func (d *dispatcher) sheet(ctx context.Context, v visit, call adapters.SheetCall) drawn {
	call.Actor = v.actor
	reply, err := d.handler.Sheet(ctx, call)
	if err != nil {
		d.log.ErrorContext(ctx, "draw a form", "adapter", Surface, "err", err)
		return drawn{text: draw.TextNoSheet}
	}
	return asked(reply, carried(call), v.p.View)
}

func carried(call adapters.SheetCall) wire.Sheet {
	return wire.Sheet{Subject: call.Subject, About: call.About, Quote: call.Quote, Place: call.Place}
}

// asked is the form of a reply, or what it says instead. A form that is open keeps
// what stands in it; nil is none.
func asked(reply adapters.Reply, carried wire.Sheet, open *wire.View) drawn {
	text := spoken(reply)
	if reply.Sheet == nil {
		if text == "" {
			text = draw.TextNotHere
		}
		return drawn{text: text}
	}
	if reply.Kind == adapters.Asked {
		text = reply.Text
	}
	var view slackapi.ModalViewRequest
	var err error
	if open != nil && open.CallbackID == wire.SheetCallback {
		view, err = draw.SheetAgain(*reply.Sheet, carried, text, *open)
	} else {
		view, err = draw.Sheet(*reply.Sheet, carried, text)
	}
	if err != nil {
		return drawn{text: draw.TextFormTooBig}
	}
	return drawn{view: view}
}

// spoken is what a reply says in a line or a few.
func spoken(r adapters.Reply) string {
	lines := []string{}
	if r.Text != "" {
		lines = append(lines, r.Text)
	}
	for _, field := range slices.Sorted(maps.Keys(r.Fields)) {
		lines = append(lines, field+": "+r.Fields[field])
	}
	return strings.Join(lines, "\n")
}

// changed draws a form anew for what stands in it now.
func (d *dispatcher) changed(ctx context.Context, v visit) {
	if !d.newest.note(v.p.View.ID, v.p.At()) {
		return // something later is being drawn
	}
	values, err := d.values(ctx, v)
	if err != nil {
		return
	}
	var out drawn
	if v.p.View.CallbackID == wire.Callback {
		a, touched, err := wire.ParseMetadata(v.p.View.Metadata)
		if err != nil {
			return
		}
		out = d.form(ctx, v, adapters.Look{
			Actor: v.actor, Request: a.Request, Copy: touched, Action: a.Action, Version: a.Version, Once: v.req.once, Values: values,
		})
	} else {
		c, err := wire.ParseSheet(v.p.View.Metadata)
		if err != nil {
			return
		}
		out = d.sheet(ctx, v, adapters.SheetCall{Subject: c.Subject, Values: values, About: c.About, Quote: c.Quote, Place: c.Place})
	}
	if out.text != "" {
		d.log.InfoContext(ctx, "a form was not drawn anew", "adapter", Surface, "said", out.text)
		return // what is wrong is said when it is sent
	}
	d.redrawLater(ctx, v, out.view)
}

// begin takes the form that belongs to no card.
func (d *dispatcher) begin(ctx context.Context, v visit) outcome {
	c, err := wire.ParseSheet(v.p.View.Metadata)
	if err != nil {
		return outcome{response: draw.Replaced(draw.TextNotHere), w: v.w}
	}
	values, err := d.values(ctx, v)
	if err != nil {
		return outcome{response: draw.Kept(*v.p.View, draw.TextUnverified), w: v.w}
	}
	call := adapters.SheetCall{
		Actor: v.actor, Subject: c.Subject, Values: values, About: c.About, Quote: c.Quote, Place: c.Place,
		Once: v.req.once, Evidence: v.req.evidence,
	}
	reply, err := d.handler.Submit(ctx, call)
	if err != nil {
		return outcome{response: draw.Kept(*v.p.View, d.wrong(ctx, v.req, err)), w: v.w}
	}
	return outcome{response: begun(*v.p.View, reply, c), w: v.w, again: func(ctx context.Context) drawn {
		call.Once, call.Evidence = "", ""
		return d.sheet(ctx, v, call)
	}}
}

// begun is what becomes of the form.
func begun(form wire.View, reply adapters.Reply, c wire.Sheet) *slackapi.ViewSubmissionResponse {
	switch reply.Kind {
	case adapters.Again:
		return nil
	case adapters.Wrong:
		if reply.Sheet == nil {
			return draw.Outcome(form, adapters.Answer{Kind: adapters.Invalid, Text: reply.Text, Fields: reply.Fields})
		}
	case adapters.Turned:
		return draw.Kept(form, spoken(reply))
	case adapters.Done, adapters.Said:
		if text := spoken(reply); text != "" {
			return draw.Reported(text)
		}
		return nil
	case adapters.Asked:
	}
	out := asked(reply, c, &form)
	if out.text != "" {
		return draw.Replaced(out.text)
	}
	return draw.Shown(out.view)
}

// domainForm is what stands before slack.com in the addresses of a workspace.
var domainForm = regexp.MustCompile(`^[a-z0-9-]{1,63}$`)

// linkTo is the address of the message that somebody asks about; empty if there is
// none, or Slack does not tell.
func (d *dispatcher) linkTo(ctx context.Context, v visit) string {
	if v.p.Type != wire.MessageAction || v.p.Message == nil || v.p.Channel == nil {
		return ""
	}
	channel, ts, thread := v.p.Channel.ID, v.p.Message.TS, v.p.Message.ThreadTS
	if v.p.Team != nil && domainForm.MatchString(v.p.Team.Domain) && idForm.MatchString(channel) && stampForm.MatchString(ts) {
		link := "https://" + v.p.Team.Domain + ".slack.com/archives/" + channel + "/p" + strings.Replace(ts, ".", "", 1)
		if thread != "" && thread != ts && stampForm.MatchString(thread) {
			link += "?" + url.Values{"thread_ts": {thread}, "cid": {channel}}.Encode()
		}
		return link
	}
	link, err := v.w.api.GetPermalinkContext(ctx, &slackapi.PermalinkParameters{Channel: channel, Ts: ts})
	if err != nil {
		d.log.InfoContext(ctx, "a message has no link", "adapter", Surface, "err", v.w.failed(methodPermalink, err))
		return ""
	}
	return link
}

// The forms of a conversation's id and of a message's time.
var (
	idForm    = regexp.MustCompile(`^[A-Z0-9]{1,40}$`)
	stampForm = regexp.MustCompile(`^[0-9]{1,12}\.[0-9]{1,6}$`)
)
