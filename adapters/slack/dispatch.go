package slack

import (
	"context"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// answerWithin bounds an interaction; after 3 s Slack tells the person that the
// app did not answer.
const answerWithin = 2500 * time.Millisecond

// interaction is what a person did, as a transport has verified it.
type interaction struct {
	payload []byte
	// once names it for ever: a repetition has the same name. Hexadecimal.
	once string
	// evidence is the SHA-256, in hex, of what came in.
	evidence string
}

// dispatcher turns verified interactions into clicks, whichever transport
// brought them.
type dispatcher struct {
	*Adapter
	handler adapters.Handler
}

// dispatch does what a person asked for. It returns what becomes of their form;
// nil closes it, or says nothing where there was none.
func (d *dispatcher) dispatch(ctx context.Context, req interaction, p wire.Payload) *slackapi.ViewSubmissionResponse {
	switch p.Type {
	case wire.BlockActions:
		d.press(ctx, req, p)
	case wire.ViewSubmission:
		return d.submit(ctx, req, p)
	default: // view_closed and whatever Slack invents: seen, nothing to do
	}
	return nil
}
