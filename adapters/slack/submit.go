package slack

import (
	"context"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

// submit handles a filled-in form. It returns what becomes of the modal; nil
// closes it.
func (d *dispatcher) submit(ctx context.Context, req interaction, p wire.Payload) *slackapi.ViewSubmissionResponse {
	if p.View == nil || p.View.CallbackID != wire.Callback {
		return nil
	}
	a, touched, err := wire.ParseMetadata(p.View.Metadata)
	if err != nil {
		return draw.Replaced(draw.TextChanged)
	}
	w, actor, text := d.clicker(ctx, req, p)
	switch {
	case w == nil:
		return draw.Replaced(text)
	case text != "":
		return draw.Kept(*p.View, text)
	}
	ans, err := d.handler.Click(ctx, adapters.Click{
		Actor: actor, Request: a.Request, Version: a.Version, Action: a.Action, Values: p.View.Values(),
		Copy: touched, Once: req.once, Evidence: req.evidence,
	})
	if err != nil {
		return draw.Kept(*p.View, d.wrong(ctx, req, err))
	}
	return draw.Outcome(*p.View, ans)
}
