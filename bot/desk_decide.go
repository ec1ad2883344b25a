package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/bot/command"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/flow"
)

// decide answers a request by text. It binds to the request as it stands now.
func (b *Bot) decide(ctx context.Context, c adapters.Command, want command.Decide) (adapters.Reply, error) {
	a, by, out, err := b.about(ctx, c, want.ID)
	if out != nil || err != nil {
		return deref(out), err
	}
	if err := b.mayRespond(ctx, a, engine.Respond{Run: a.run.ID, Version: a.request().Version, By: by}); err != nil {
		answer, err := b.refuse(ctx, a, told(c, by), err)
		return replied(answer, refName(a)), err
	}
	id := "reject"
	if want.Approve {
		id = "approve"
	}
	action, ok := actionOf(a.request(), id)
	if !ok {
		shown := b.card(a)
		return adapters.Reply{
			Kind: adapters.Turned, Code: string(engine.NotAllowed), Card: still(&shown),
			Text: refName(a) + " asks for no yes or no. Answer it on its card.",
		}, nil
	}
	values, missing, text := filled(a.request(), action, want.Reason)
	switch {
	case text != "":
		return adapters.Reply{Kind: adapters.Turned, Code: string(engine.BadInput), Text: refName(a) + ": " + text + " Type “" + grammar(c).Type(id+" "+refName(a)) + "”, or answer it on its card."}, nil
	case len(missing) > 0, action.Confirm != "": // a second question is asked in the form
		sheet := b.answerSheet(a, action, values)
		return b.opened(sheet, c.Actor), nil
	}
	answer, err := b.Click(ctx, adapters.Click{
		Actor: c.Actor, Request: string(engine.NewRequestID(a.x.ID, a.run.ID)), Version: a.request().Version, Action: id,
		Values: values, Once: c.Once, Evidence: c.Evidence, WantCard: true,
	})
	return replied(answer, refName(a)), err
}

// about finds the request that a command is about, for one that changes it. A
// reply is the answer instead. An account that is nobody's is told so whatever
// there is, and where there is something, the trail says that it tried.
func (b *Bot) about(ctx context.Context, c adapters.Command, id command.ID) (asked, engine.Principal, *adapters.Reply, error) {
	by, err := b.Identify(ctx, c.Actor)
	if err != nil {
		if _, no := errors.AsType[*engine.RejectionError](err); !no {
			return asked{}, by, nil, err
		}
		out, err := b.turnedAway(ctx, c, id, refused{stranger(c.Actor), err})
		return asked{}, by, &out, err
	}
	a, err := b.one(ctx, id, by)
	if no, hidden := errors.AsType[*engine.RejectionError](err); hidden && no.Code == engine.NotFound {
		out, err := b.turnedAway(ctx, c, id, refused{by, err})
		return asked{}, by, &out, err
	} else if err != nil {
		out, err := b.unclear(err)
		return asked{}, by, &out, err
	}
	return a, by, nil, nil
}

// refused is who is told no, and why.
type refused struct {
	by engine.Principal
	no error
}

// turnedAway tells somebody no, whether there is such a request or not. Where there
// is one, the trail says that they tried.
func (b *Bot) turnedAway(ctx context.Context, c adapters.Command, id command.ID, r refused) (adapters.Reply, error) {
	all, err := b.candidates(ctx, id)
	if err != nil {
		return adapters.Reply{}, err
	}
	if a, err := single(id, all); err == nil {
		answer, err := b.refuse(ctx, a, told(c, r.by), r.no)
		return replied(answer, ""), err
	}
	return turned(r.no)
}

// told is who is told no, in a command.
func told(c adapters.Command, by engine.Principal) refusal {
	return refusal{by: by, touched: touch(c.Actor, adapters.MessageRef{}), once: c.Once, evidence: c.Evidence}
}

func deref(r *adapters.Reply) adapters.Reply {
	if r == nil {
		return adapters.Reply{}
	}
	return *r
}

// actionOf finds a button of a request.
func actionOf(r *engine.Request, id string) (adapters.Action, bool) {
	all := card.Actions(r)
	i := slices.IndexFunc(all, func(a adapters.Action) bool { return a.ID == id })
	if i < 0 {
		return adapters.Action{}, false
	}
	return all[i], true
}

// filled puts the reason into the form, and says which fields that are needed
// stay empty, or why the reason cannot be taken.
func filled(r *engine.Request, action adapters.Action, reason string) (values map[string]any, missing []string, problem string) {
	values = map[string]any{}
	field := reasonField(r, action)
	switch {
	case reason != "" && field == "":
		return nil, nil, "it takes no reason."
	case reason != "":
		values[field] = reason
	}
	for _, id := range action.Require {
		if values[id] == nil && !answered(r, id) {
			missing = append(missing, id)
		}
	}
	return values, missing, ""
}

// answered reports whether a field has a value if nobody gives one.
func answered(r *engine.Request, id string) bool {
	return slices.ContainsFunc(r.Form, func(f flow.Field) bool { return f.ID == id && f.Default != nil })
}

// reasonField is the field of a form that a reason goes into: the one that a
// rejection must carry, one that is named so, or the only one that takes text.
func reasonField(r *engine.Request, action adapters.Action) string {
	var texts []string
	for _, f := range r.Form {
		if slices.Contains(action.Asks, f.ID) && takesText(f) {
			texts = append(texts, f.ID)
		}
	}
	for _, id := range append([]string{r.RejectNeeds}, reasonNames()...) {
		if slices.Contains(texts, id) {
			return id
		}
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return ""
}

// reasonNames are what fields are called in which people explain themselves.
func reasonNames() []string { return []string{"reason", "description", "message", "comment", "why"} }

func takesText(f flow.Field) bool {
	return f.Type == flow.String || f.Type == flow.LongText || f.Type == flow.RichText
}

// answerSheet is the form of an answer that needs more than was typed.
func (b *Bot) answerSheet(a asked, action adapters.Action, given map[string]any) adapters.Sheet {
	v := b.view(a)
	v.Given, v.Action = given, action.ID
	drawn := card.Draw(v)
	s := subject{kind: subjectDecide, request: string(v.ID()), version: a.request().Version, action: action.ID}
	out := adapters.Sheet{
		Subject: s.String(), Title: strings.TrimSuffix(action.Label, "…") + " " + refName(a),
		Intro: adapters.Text{paragraph(prose.Cut(cmp.Or(action.Confirm, v.Subject()), 300))}, Submit: strings.TrimSuffix(action.Label, "…"),
	}
	for _, shown := range drawn.Actions {
		if shown.ID == action.ID {
			action = shown
		}
	}
	for _, f := range drawn.Form {
		if !slices.Contains(action.Asks, f.ID) {
			continue
		}
		f.Required = slices.Contains(action.Require, f.ID)
		if text, ok := given[f.ID].(string); ok && text != "" {
			f.Initial = text
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

// delegate lets somebody else answer.
func (b *Bot) delegate(ctx context.Context, c adapters.Command, want command.Delegate) (adapters.Reply, error) {
	a, by, out, err := b.about(ctx, c, want.ID)
	if out != nil || err != nil {
		return deref(out), err
	}
	to, err := b.meant(c.People, want.To)
	if err != nil {
		return turned(err)
	}
	if want.Until != "" {
		if _, problem := b.Moment(by.Person, want.Until); problem != "" {
			return adapters.Reply{Kind: adapters.Turned, Code: string(engine.BadInput), Text: shown(want.Until) + " " + problem + "."}, nil
		}
	}
	return b.order(ctx, c, a, RequestOrder{Verb: card.Delegate, To: string(to), Until: want.Until, Text: want.Reason})
}

// takeBack cancels somebody's own request.
func (b *Bot) takeBack(ctx context.Context, c adapters.Command, want command.Cancel) (adapters.Reply, error) {
	a, _, out, err := b.about(ctx, c, want.ID)
	if out != nil || err != nil {
		return deref(out), err
	}
	return b.order(ctx, c, a, RequestOrder{Verb: card.Withdraw, Text: want.Reason})
}

func (b *Bot) order(ctx context.Context, c adapters.Command, a asked, o RequestOrder) (adapters.Reply, error) {
	o.Request, o.Version = string(engine.NewRequestID(a.x.ID, a.run.ID)), a.request().Version
	o.Actor, o.Once, o.Evidence, o.WantCard = c.Actor, c.Once, c.Evidence, true
	answer, err := b.DoRequest(ctx, o)
	if answer.Kind == adapters.Invalid { // no form is open in which it could be shown
		answer.Kind = adapters.Refused
	}
	return replied(answer, refName(a)), err
}

// submitAnswer takes the form of an answer.
func (b *Bot) submitAnswer(ctx context.Context, c adapters.SheetCall, s subject) (adapters.Reply, error) {
	answer, err := b.Click(ctx, adapters.Click{
		Actor: c.Actor, Request: s.request, Version: s.version, Action: s.action,
		Values: maps.Clone(c.Values), Once: c.Once, Evidence: c.Evidence, WantCard: true,
	})
	if err != nil {
		return adapters.Reply{}, err
	}
	return replied(answer, ""), nil
}

// redrawAnswer draws the form of an answer with the values so far.
func (b *Bot) redrawAnswer(ctx context.Context, c adapters.SheetCall, by engine.Principal, s subject) (adapters.Reply, error) {
	a, err := b.find(ctx, s.request)
	if err == nil && !b.seesRequest(ctx, a, by) {
		err = noRequest()
	}
	if err == nil {
		err = b.mayRespond(ctx, a, engine.Respond{Run: a.run.ID, Version: s.version, By: by})
	}
	if err != nil {
		return turned(err)
	}
	action, ok := actionOf(a.request(), s.action)
	if !ok {
		return turned(refuse(engine.NotAllowed, "%s has no such button. Open its card.", refName(a)))
	}
	sheet := b.answerSheet(a, action, c.Values)
	sheet.Subject = fmt.Sprint(s)
	return b.opened(sheet, c.Actor), nil
}
