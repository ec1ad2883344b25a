package slack

import (
	"context"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

// outcome is what became of a form.
type outcome struct {
	// response answers Slack; nil closes the form.
	response *slackapi.ViewSubmissionResponse
	// again draws the form once more as it was filled in; nil if that makes no
	// sense.
	again func(context.Context) drawn
	w     *workspace
}

// submit handles a filled-in form. It returns what becomes of the window; nil
// closes it.
func (d *dispatcher) submit(ctx context.Context, req interaction, p wire.Payload) *slackapi.ViewSubmissionResponse {
	if p.View == nil {
		return nil
	}
	switch p.View.CallbackID {
	case wire.Callback:
		return d.settle(ctx, req, p, d.answer)
	case wire.SheetCallback:
		req.once = p.Submission()
		return d.settle(ctx, req, p, d.begin)
	}
	return nil
}

// settle has a form handled, and answers in time. What takes longer, and what
// needs files from Slack, is told in the place of the form when it is done.
func (d *dispatcher) settle(ctx context.Context, req interaction, p wire.Payload, do func(context.Context, visit) outcome) *slackapi.ViewSubmissionResponse {
	external := "signoff:" + req.once
	within, said := answerWithin, draw.TextWorking
	if hasFiles(p.View.Values()) {
		within, said = 0, draw.TextReading
	}
	out, inTime := promptly(ctx, d.Adapter, within, func(ctx context.Context) outcome {
		v, text := d.clicker(ctx, req, p)
		if text != "" {
			return outcome{response: draw.Kept(*p.View, text), w: v.w}
		}
		return do(ctx, v)
	}, func(ctx context.Context, out outcome) {
		if out.w != nil {
			d.redraw(ctx, out.w, place{external: external}, out.late(ctx))
		}
	})
	if !inTime {
		return draw.Waiting(external, said)
	}
	return out.response
}

// late is what stands in the place of a form that took longer.
func (o outcome) late(ctx context.Context) slackapi.ModalViewRequest {
	switch {
	case o.response == nil:
		return draw.Notice(draw.TitleDone, draw.TextRecorded)
	case o.response.View != nil:
		return *o.response.View
	}
	said := draw.Plainly(o.response)
	if o.again != nil {
		if again := o.again(ctx); again.text == "" {
			return draw.Marked(again.view, said)
		}
	}
	return draw.Notice(draw.TitleNothingDone, said)
}

// answer takes the form of a card.
func (d *dispatcher) answer(ctx context.Context, v visit) outcome {
	a, touched, err := wire.ParseMetadata(v.p.View.Metadata)
	if err != nil {
		return outcome{response: draw.Replaced(draw.TextChanged), w: v.w}
	}
	values, err := d.values(ctx, v)
	if err != nil {
		return outcome{response: draw.Kept(*v.p.View, draw.TextUnverified), w: v.w}
	}
	out := outcome{w: v.w, again: func(ctx context.Context) drawn {
		return d.form(ctx, v, adapters.Look{
			Actor: v.actor, Request: a.Request, Copy: touched, Action: a.Action, Version: a.Version, Once: v.req.once, Values: values,
		})
	}}
	ans, err := d.handler.Click(ctx, adapters.Click{
		Actor: v.actor, Request: a.Request, Version: a.Version, Action: a.Action, Values: values,
		Copy: touched, Once: v.req.once, Evidence: v.req.evidence, WantCard: true,
	})
	switch {
	case err != nil:
		out.response = draw.Kept(*v.p.View, d.wrong(ctx, v.req, err))
	case ans.Kind == adapters.Refused:
		out.response = d.refused(v, a, touched, ans)
	case draw.Unseen(*v.p.View, ans):
		out.response = opened(ctx, *v.p.View, ans, out.again)
	default:
		out.response = draw.Outcome(*v.p.View, ans)
		d.below(ctx, v, ans)
	}
	return out
}

// opened shows the fields that an answer opened and that something is wrong with.
func opened(ctx context.Context, form wire.View, ans adapters.Answer, again func(context.Context) drawn) *slackapi.ViewSubmissionResponse {
	next := again(ctx)
	if next.text != "" || !opens(next.view, form, ans) {
		return draw.Outcome(form, ans)
	}
	return draw.Shown(draw.Marked(next.view, draw.Spoken(ans)))
}

// opens reports whether a form has one of the fields that something is wrong with
// and that the person could not see.
func opens(next slackapi.ModalViewRequest, form wire.View, ans adapters.Answer) bool {
	seen := form.Fields()
	for _, b := range next.Blocks.BlockSet {
		field, ours := strings.CutPrefix(b.ID(), wire.FieldPrefix)
		if _, wrong := ans.Fields[field]; ours && wrong && !slices.Contains(seen, b.ID()) {
			return true
		}
	}
	return false
}

// refused loses nothing of what somebody wrote: if the request has changed since,
// the form is shown for what it is now; else the text is there to be copied.
func (d *dispatcher) refused(v visit, a wire.Aim, touched adapters.MessageRef, ans adapters.Answer) *slackapi.ViewSubmissionResponse {
	if ans.Card != nil && ans.Card.Version != a.Version {
		if again := d.formOf(v, ans.Card, a.Action, touched); again.text == "" {
			return draw.Shown(draw.Marked(again.view, ans.Text))
		}
	}
	said := []string{draw.Spoken(ans)}
	for _, block := range v.p.View.Fields() {
		if text, ok := v.p.View.Values()[strings.TrimPrefix(block, wire.FieldPrefix)].(string); ok && strings.ContainsRune(text, ' ') {
			said = append(said, text)
		}
	}
	if len(said) > 1 {
		said[0] += "\n\n" + draw.TextKept
	}
	return draw.Replaced(strings.Join(said, "\n"))
}

// below draws the window anew on which the form lay: the request, as it is now.
func (d *dispatcher) below(ctx context.Context, v visit, ans adapters.Answer) {
	if v.p.View.Below == "" || ans.Kind != adapters.Recorded || ans.Card == nil {
		return
	}
	if view, err := draw.Review(*ans.Card, nil, ans.Text); err == nil {
		d.later(ctx, "a drawing of a window", func(ctx context.Context) {
			d.redraw(ctx, v.w, place{view: v.p.View.Below, at: v.p.At()}, view)
		})
	}
}
