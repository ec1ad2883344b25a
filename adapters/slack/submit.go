package slack

import (
	"context"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// maxErrorText bounds the text at a field; it must be read at a glance.
const maxErrorText = 500

// submit handles a filled-in form. It returns what becomes of the modal; nil
// closes it.
func (d *dispatcher) submit(ctx context.Context, req interaction, p wire.Payload) *slackapi.ViewSubmissionResponse {
	if p.View == nil || p.View.CallbackID != wire.Callback {
		return nil
	}
	a, touched, err := wire.ParseMetadata(p.View.Metadata)
	if err != nil {
		return replaced(textChanged)
	}
	actor, err := d.accounts.clicker(ctx, p)
	if err != nil {
		d.log.WarnContext(ctx, "a clicker could not be verified", "adapter", Surface, "user", p.User.ID, "err", err)
		return kept(*p.View, textUnverified)
	}
	ans, err := d.handler.Click(ctx, adapters.Click{
		Actor: actor, Request: a.Request, Version: a.Version, Action: a.Action, Values: p.View.Values(),
		Copy: touched, Once: req.once, Evidence: req.evidence,
	})
	if err != nil {
		return kept(*p.View, d.wrong(ctx, req, err))
	}
	return outcome(*p.View, ans)
}

// outcome is what a person sees of an answer: the form closes, or says at each
// field what is wrong, or makes room for the reason why nothing was recorded.
func outcome(v wire.View, ans adapters.Answer) *slackapi.ViewSubmissionResponse {
	switch ans.Kind {
	case adapters.Recorded, adapters.Repeated:
		return nil
	case adapters.Invalid:
		return invalid(v, ans)
	case adapters.Refused, adapters.Shown:
	}
	return replaced(nonempty(ans.Text, textChanged))
}

// invalid puts each text at its field. Slack shows errors at visible inputs
// only, so a text about anything else goes to the first one.
func invalid(v wire.View, ans adapters.Answer) *slackapi.ViewSubmissionResponse {
	visible := v.Fields()
	if len(visible) == 0 {
		return replaced(nonempty(fieldTexts(ans), textChanged))
	}
	texts := map[string]string{}
	rest := adapters.Answer{Fields: map[string]string{}}
	for field, text := range ans.Fields {
		if id := wire.FieldPrefix + field; slices.Contains(visible, id) {
			texts[id] = errorText(text)
		} else {
			rest.Fields[field] = text
		}
	}
	if len(texts) == 0 {
		rest.Text = ans.Text
	}
	if more := fieldTexts(rest); more != "" || len(texts) == 0 {
		first := visible[0]
		texts[first] = errorText(strings.TrimSpace(texts[first] + "\n" + nonempty(more, textChanged)))
	}
	return slackapi.NewErrorsViewSubmissionResponse(texts)
}

// kept says what went wrong and leaves the form as it was filled d.
func kept(v wire.View, text string) *slackapi.ViewSubmissionResponse {
	visible := v.Fields()
	if len(visible) == 0 {
		return replaced(text)
	}
	return slackapi.NewErrorsViewSubmissionResponse(map[string]string{visible[0]: errorText(text)})
}

// replaced puts the reason in the place of the form.
func replaced(text string) *slackapi.ViewSubmissionResponse {
	view := notice(titleNotRecorded, text)
	return slackapi.NewUpdateViewSubmissionResponse(&view)
}

func errorText(text string) string {
	text, _ = fit(nonempty(clean(text), textChanged), maxErrorText, markShort)
	return text
}
