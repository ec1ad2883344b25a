package slack

import (
	"context"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// answerWithin bounds what Slack waits for; after 3 s it tells the person that the
// app did not answer.
const answerWithin = 2500 * time.Millisecond

// interaction is what a person did, as a transport has verified it.
type interaction struct {
	payload []byte // empty for a command
	// once names it for ever: a repetition has the same name. Hexadecimal.
	once string
	// evidence is the SHA-256, in hex, of what came in.
	evidence string
}

// dispatcher turns what was verified into calls of the desk, whichever transport
// brought it.
type dispatcher struct {
	*Adapter
	handler adapters.Desk
}

// interact does what a person asked for. It returns what Slack is answered; nil is
// nothing, which closes a form.
func (d *dispatcher) interact(ctx context.Context, req interaction, p wire.Payload) any {
	if d.foreign(ctx, p.AppID) {
		return nil
	}
	switch p.Type {
	case wire.BlockActions:
		d.press(ctx, req, p)
	case wire.ViewSubmission:
		if response := d.submit(ctx, req, p); response != nil {
			return response
		}
	case wire.Shortcut, wire.MessageAction:
		d.shortcut(ctx, req, p)
	case wire.BlockSuggestion:
		return d.suggest(ctx, req, p)
	default: // view_closed and whatever Slack invents: seen, nothing to do
	}
	return nil
}

// foreign reports whether something was meant for another app than ours, as far
// as we know our own id: an app-level token names it.
func (d *dispatcher) foreign(ctx context.Context, app string) bool {
	if d.appID == "" || app == "" || app == d.appID {
		return false
	}
	d.log.WarnContext(ctx, "something for another app was not taken", "adapter", Surface, "app", firstRunes(app, 40))
	return true
}

// appOf is the app's id in its app-level token, "xapp-1-A012AB3CD-…"; empty if there
// is none.
func appOf(token string) string {
	parts := strings.Split(token, "-")
	if len(parts) < 4 || !strings.HasPrefix(parts[2], "A") || !idForm.MatchString(parts[2]) {
		return ""
	}
	return parts[2]
}
