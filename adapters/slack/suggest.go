package slack

import (
	"context"
	"strings"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

// maxQuery bounds what somebody searches for.
const maxQuery = 200

// suggestions answer what somebody types into a field that is searched.
type suggestions struct {
	Options []*slackapi.OptionBlockObject `json:"options"`
}

// suggest finds the options for what was typed so far. Whatever goes wrong, there
// are none.
func (d *dispatcher) suggest(ctx context.Context, req interaction, p wire.Payload) suggestions {
	none := suggestions{Options: []*slackapi.OptionBlockObject{}}
	field, ours := strings.CutPrefix(p.BlockID, wire.FieldPrefix)
	if !ours || p.View == nil {
		return none
	}
	call := adapters.ChoicesCall{Field: field, Query: firstRunes(p.Value, maxQuery), Values: p.View.Values()}
	switch p.View.CallbackID {
	case wire.Callback:
		a, _, err := wire.ParseMetadata(p.View.Metadata)
		if err != nil {
			return none
		}
		call.Request = a.Request
	case wire.SheetCallback:
		c, err := wire.ParseSheet(p.View.Metadata)
		if err != nil {
			return none
		}
		call.Subject = c.Subject
	default:
		return none
	}
	out, inTime := promptly(ctx, d.Adapter, answerWithin, func(ctx context.Context) []adapters.Option {
		v, text := d.clicker(ctx, req, p)
		if text != "" {
			return nil
		}
		call.Actor = v.actor
		options, err := d.handler.Choices(ctx, call)
		if err != nil {
			d.log.ErrorContext(ctx, "search for options", "adapter", Surface, "err", err)
			return nil
		}
		return options
	}, nil)
	if !inTime {
		return none
	}
	return suggestions{Options: draw.Choices(out)}
}

func firstRunes(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n])
	}
	return s
}
