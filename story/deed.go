package story

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/approval"
)

// deed does with a request what a person does with it besides answering.
func (w *world) deed(ctx context.Context, d *Deed) error {
	x, ok, err := w.execution(ctx, d.Of)
	if err != nil {
		return err
	}
	if !ok {
		w.fail(d.Pos, "there is no execution to %s", d.Do)
		return nil
	}
	run, problem := gate(x, d.Gate)
	if problem != "" {
		w.fail(d.Gate.Pos, "%s", problem)
		return nil
	}
	w.clicks++
	o := bot.RequestOrder{
		Verb: d.Do.verb(), Request: string(engine.NewRequestID(x.ID, run.ID)), Version: run.Request.Version, Actor: account(d.By.Text, "slack"),
		From: d.From, To: d.To, Until: d.Until, Text: d.Text, Inputs: typed(d.Values, "slack"),
		Once: "story-" + strconv.Itoa(w.clicks), Evidence: fmt.Sprintf("%064d", w.clicks), WantCard: true,
	}
	if s := w.surfaces["slack"]; s != nil {
		o.Copy = s.copyFor(o.Request, o.Actor.ID)
	}
	got, err := w.bot.DoRequest(ctx, o)
	if err != nil {
		return fmt.Errorf("%s %s: %w", d.Do, d.Gate.Task, err)
	}
	w.note("%s %s by %s: %s%s", d.Do, d.Gate.Task, who(d.By.Text), got.Kind, told(got))
	w.judge(attempt{d.Pos, string(d.Do), d.Refused, d.Invalid}, got)
	return w.settle(ctx)
}

// verb is what the bot calls a deed.
func (k DeedKind) verb() card.Verb {
	switch k {
	case Delegate:
		return card.Delegate
	case Reassign:
		return card.Reassign
	case SendBack:
		return card.SendBack
	case Resubmit:
		return card.Resubmit
	case Comment:
		return card.Comment
	case Withdraw:
		return card.Withdraw
	case Override:
		return card.Override
	}
	panic("story: unknown deed " + string(k))
}

// away lets somebody say that they are away, or back.
func (w *world) away(ctx context.Context, a *Away) error {
	verb := "away"
	if a.Back {
		verb = "back"
	}
	by, err := w.bot.Identify(ctx, account(a.By.Text, "slack"))
	switch {
	case err != nil:
	case a.Back:
		err = w.bot.ClearAway(ctx, by)
	default:
		err = w.bot.SetAway(ctx, by, approval.Absence{From: a.From, Until: a.Until, StandIn: personID(a.StandIn)})
	}
	if no, ok := errors.AsType[*engine.RejectionError](err); ok {
		w.note("%s by %s: refused: %s", verb, who(a.By.Text), no.Text)
		w.refused(a.Pos, verb, a.Refused, no.Text)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	w.note("%s: %s", verb, who(a.By.Text))
	if a.Refused != nil {
		w.fail(a.Refused.Pos, "%s was to be refused with %q, and was not", verb, a.Refused.Text)
	}
	return w.settle(ctx)
}

// attempt is something that a person tried, and what they were to be told.
type attempt struct {
	pos     Pos
	what    string
	refused *Text
	invalid map[string]Text
}

// judge compares what the person was told with what was wanted.
func (w *world) judge(a attempt, got adapters.Answer) {
	if got.Kind == adapters.Invalid && len(got.Fields) == 0 { // it is about no field
		got.Kind = adapters.Refused
	}
	switch {
	case got.Kind == adapters.Refused:
		w.refused(a.pos, a.what, a.refused, got.Text)
	case a.refused != nil:
		w.fail(a.refused.Pos, "%s was to be refused with %q, and is %s%s", a.what, a.refused.Text, got.Kind, told(got))
	case got.Kind == adapters.Invalid && a.invalid == nil:
		w.fail(a.pos, "%s does not fit the form: %s", a.what, brief(fieldTexts(got.Fields)))
	case got.Kind != adapters.Invalid && a.invalid != nil:
		w.fail(a.pos, "%s was not to fit the form, and is %s", a.what, got.Kind)
	case got.Kind == adapters.Invalid:
		w.judgeFields(a, got)
	}
}

func (w *world) judgeFields(a attempt, got adapters.Answer) {
	for _, field := range keysOf(a.invalid, got.Fields) {
		want, asked := a.invalid[field]
		text, there := got.Fields[field]
		switch {
		case !asked:
			w.fail(a.pos, "the field %s is wrong, too: %s", field, text)
		case !there:
			w.fail(want.Pos, "the field %s was to be wrong, and is not", field)
		case !says(want.Text, text):
			w.fail(want.Pos, "the field %s is wrong in another way %s", field, difference(want.Text, text))
		}
	}
}
