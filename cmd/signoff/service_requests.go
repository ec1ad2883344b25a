package main

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/bot"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// DoRequest does what an order says with a request, as the person behind the
// account.
func (s service) DoRequest(ctx context.Context, o api.RequestOrder) (adapters.Answer, error) {
	b := o.Body
	order := bot.RequestOrder{
		Verb: card.Verb(o.Verb), Request: o.Request, Version: o.Version, Actor: o.By,
		From: b.From, To: b.To, Until: b.Until, Text: cmp.Or(b.Text, b.Reason), Inputs: b.Inputs,
		Once: o.Once, Evidence: o.Evidence,
	}
	if order.Verb == card.Override {
		order.Inputs = b.Values
	}
	return s.Bot.DoRequest(ctx, order)
}

// Stuck lists the requests that wait in vain.
func (s service) Stuck(ctx context.Context, by adapters.Account) ([]api.Stuck, error) {
	who, err := s.principal(by)
	if err != nil {
		return nil, err
	}
	found, err := s.Bot.Stuck(ctx, who)
	out := make([]api.Stuck, 0, len(found))
	for _, r := range found {
		out = append(out, api.Stuck{
			Request: string(r.Request), Namespace: r.Namespace, Flow: r.Flow, Title: r.Title, Since: r.Since, Why: r.Why,
		})
	}
	return out, err
}

// SetAway says that a person is away.
func (s service) SetAway(ctx context.Context, r api.AwayRequest) error {
	by, err := s.Identify(ctx, r.By)
	if err != nil {
		return err
	}
	away := approval.Absence{StandIn: approval.PersonID(r.Body.StandIn)}
	var faults []flow.FieldError
	var text string
	if r.Body.From != "" {
		if away.From, text = s.Since(by.Person, r.Body.From); text != "" {
			faults = append(faults, flow.FieldError{Field: "from", Text: text})
		}
	}
	if r.Body.Until != "" {
		if away.Until, text = s.Moment(by.Person, r.Body.Until); text != "" {
			faults = append(faults, flow.FieldError{Field: "until", Text: text})
		}
	}
	if len(faults) > 0 {
		return &engine.RejectionError{Code: engine.BadInput, Text: "Some values cannot be taken.", Fields: faults}
	}
	return s.Bot.SetAway(ctx, by, away)
}

// ClearAway says that a person is back.
func (s service) ClearAway(ctx context.Context, account adapters.Account) error {
	by, err := s.Identify(ctx, account)
	if err != nil {
		return err
	}
	return s.Bot.ClearAway(ctx, by)
}

// Absences lists who is away, by name: all of them to whoever may see requests
// somewhere, to others their own.
func (s service) Absences(ctx context.Context, by adapters.Account) ([]api.Absence, error) {
	who, err := s.principal(by)
	if err != nil {
		return nil, err
	}
	away, err := s.Bot.Absences(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]api.Absence, 0, len(away))
	all := s.MayAnywhere(ctx, who, access.ViewRequest)
	for _, id := range slices.Sorted(maps.Keys(away)) {
		a := away[id]
		if !all && id != who.Person {
			continue
		}
		out = append(out, api.Absence{Person: string(id), From: a.From, Until: a.Until, StandIn: string(a.StandIn)})
	}
	return out, nil
}
