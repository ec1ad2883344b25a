package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/bot/command"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/flow"
	"signoff/store"
)

// openFlow opens the form of a flow, filled in as far as values were typed.
func (b *Bot) openFlow(ctx context.Context, c adapters.Command, by engine.Principal, want command.Start) (adapters.Reply, error) {
	if want.Flow == "" {
		sheet, err := b.newSheet(ctx, by, subject{kind: subjectNew}, nil)
		if err != nil {
			return turned(err)
		}
		return b.opened(sheet, c.Actor), nil
	}
	ref, err := b.called(ctx, want.Flow, by, grammar(c))
	if err != nil {
		return turned(err)
	}
	given := typed(want.Values, c.People)
	sheet, questions, err := b.startSheet(ctx, by, subject{kind: subjectStart, flow: ref}, given)
	if err == nil {
		err = stray(questions, given)
	}
	if err != nil {
		return turned(err)
	}
	return b.opened(sheet, c.Actor), nil
}

// runFlow starts a flow at once.
func (b *Bot) runFlow(ctx context.Context, c adapters.Command, want command.Run) (adapters.Reply, error) {
	by, err := b.Identify(ctx, c.Actor)
	if err != nil {
		return turned(err)
	}
	ref, err := b.called(ctx, want.Flow, by, grammar(c))
	if err != nil {
		return turned(err)
	}
	x, err := b.Start(ctx, StartRequest{
		Namespace: ref.Namespace, Flow: ref.ID, Inputs: typed(want.Values, c.People), By: by, Once: c.Once, Evidence: c.Evidence,
	})
	out, err := b.started(ctx, x, err)
	if err == nil && out.Kind == adapters.Wrong { // no form is open in which it could be shown
		out.Kind, out.Fields = adapters.Turned, nil
		out.Text += "\nTo fill in a form instead, type “" + grammar(c).Type("start "+ref.String()) + "”."
	}
	return out, err
}

// typed are values as a form gives them: a mention alone is an account.
func typed(v command.Values, people map[string]adapters.Account) map[string]any {
	out := v.Map()
	account := func(value any) any {
		text, _ := value.(string)
		id, mention := strings.CutPrefix(text, "@")
		if a, ok := people[id]; ok && mention {
			return a
		}
		return value
	}
	for id, value := range out {
		if list, ok := value.([]any); ok {
			for i := range list {
				list[i] = account(list[i])
			}
			continue
		}
		out[id] = account(value)
	}
	return out
}

// stray refuses values for inputs that the flow does not have.
func stray(questions []flow.Field, given map[string]any) error {
	var faults []flow.FieldError
	var names []string
	for _, f := range questions {
		names = append(names, f.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(given)) {
		if slices.Contains(names, id) {
			continue
		}
		text := "is no input of this flow"
		if near := command.Nearest(id, names, 1); len(near) > 0 {
			text += "; did you mean " + near[0] + "?"
		}
		faults = append(faults, flow.FieldError{Field: id, Text: strings.TrimSuffix(text, ".")})
	}
	if len(faults) == 0 {
		return nil
	}
	return &engine.RejectionError{Code: engine.BadInput, Text: faultsText(faults), Fields: faults}
}

// started says what came of a start.
func (b *Bot) started(ctx context.Context, x engine.Execution, err error) (adapters.Reply, error) {
	no, refused := errors.AsType[*engine.RejectionError](err)
	switch {
	case errors.Is(err, store.ErrSeen):
		return adapters.Reply{Kind: adapters.Again}, nil
	case refused && no.Code == engine.BadInput && len(no.Fields) > 0:
		out := adapters.Reply{Kind: adapters.Wrong, Code: string(no.Code), Text: faultsText(no.Fields), Fields: map[string]string{}}
		for _, f := range no.Fields {
			out.Fields[f.Field] = f.Text
		}
		return out, nil
	case err != nil:
		return turned(err)
	}
	out := adapters.Reply{Kind: adapters.Done}
	var open []asked
	for _, run := range x.Runs {
		if run.Request == nil || run.Past || !run.Request.Open() {
			continue
		}
		a, err := b.asked(ctx, x, run)
		if err != nil { // it is started all the same
			b.Log.WarnContext(ctx, "what was started cannot be shown", "execution", x.ID, "err", err)
			continue
		}
		open = append(open, a)
		out.Items = append(out.Items, b.view(a).Item())
	}
	out.Text = startedText(x, open)
	return out, nil
}

func subjectOf(a asked) string { return card.View{Execution: a.x, Run: a.run}.Subject() }

// newSheet lets somebody choose what to start, and asks what that needs as soon as
// they have.
func (b *Bot) newSheet(ctx context.Context, by engine.Principal, s subject, values map[string]any) (adapters.Sheet, error) {
	all, err := b.offers(ctx, by)
	if err != nil {
		return adapters.Sheet{}, err
	}
	if len(startableOnly(slices.Clone(all))) == 0 {
		return adapters.Sheet{}, refuse(engine.NotAllowed, "There is nothing that you may start. Ask an administrator for the right %s.", access.StartExecution)
	}
	chosen, _ := values[fieldFlow].(string)
	out := adapters.Sheet{Subject: s.String(), Title: "New request", Submit: "Start"}
	ref, ok := readFlowRef(chosen)
	if ok {
		inner, _, err := b.startSheet(ctx, by, subject{kind: subjectStart, flow: ref, about: s.about, quote: s.quote}, foreign(values))
		if err != nil {
			return adapters.Sheet{}, err
		}
		out.Intro, out.Fields = inner.Intro, inner.Fields
	}
	out.Fields = append([]adapters.Field{picker(all, chosen)}, out.Fields...)
	return out, nil
}

// foreign leaves signoff's own fields out of a form's values.
func foreign(values map[string]any) map[string]any {
	out := make(map[string]any, len(values))
	for id, v := range values {
		if !strings.HasPrefix(id, ownFields) {
			out[id] = v
		}
	}
	return out
}

// startSheet is the form of a flow, and all questions that it may ask.
func (b *Bot) startSheet(ctx context.Context, by engine.Principal, s subject, given map[string]any) (adapters.Sheet, []flow.Field, error) {
	rev, err := b.mayStart(ctx, s.flow, by)
	if err != nil {
		return adapters.Sheet{}, nil, err
	}
	facts, err := b.facts(ctx, rev)
	if err != nil {
		return adapters.Sheet{}, nil, err
	}
	questions, err := engine.Questions(rev.flow, facts)
	if err != nil {
		return adapters.Sheet{}, nil, err
	}
	given = about(questions, given, s)
	out := adapters.Sheet{
		Subject: s.String(), Title: prose.OneLine(rev.flow.ID), Intro: prose.Parse(rev.flow.Description), Submit: "Start",
		Fields: card.Ask(questions, standing(b.asIDs(given)), facts.People),
	}
	return out, questions, nil
}

// mayStart is the latest revision of a flow, for somebody who may start it.
func (b *Bot) mayStart(ctx context.Context, ref engine.FlowRef, by engine.Principal) (revision, error) {
	if !b.authorize(ctx, by, access.StartExecution, in(ref.Namespace)) {
		return revision{}, noFlowFor(ref, access.StartExecution)
	}
	rev, err := b.latest(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return rev, noFlowFor(ref, access.StartExecution)
	} else if err != nil {
		return rev, err
	}
	return rev, rev.startable()
}

// about puts the message that somebody asks about into the field that explains the
// request: one that is named so, or the first that takes text.
func about(questions []flow.Field, given map[string]any, s subject) map[string]any {
	if s.about == "" && s.quote == "" {
		return given
	}
	var texts []string
	for _, f := range flow.Enabled(questions, given) {
		if takesText(f) {
			texts = append(texts, f.ID)
		}
	}
	into := ""
	for _, id := range append(reasonNames(), texts...) {
		if slices.Contains(texts, id) {
			into = id
			break
		}
	}
	if _, there := given[into]; into == "" || there {
		return given
	}
	out := maps.Clone(given)
	if out == nil {
		out = map[string]any{}
	}
	out[into] = strings.TrimSpace(prose.Cut(s.quote, maxQuote) + "\n" + s.about)
	return out
}

// maxQuote is how much of a message goes into a form, in characters.
const maxQuote = 2000

// asIDs turns accounts into the ids of people, as forms start with them.
func (b *Bot) asIDs(given map[string]any) map[string]any {
	id := func(v any) any {
		account, ok := v.(adapters.Account)
		if !ok {
			return v
		}
		if by, err := b.People.Identify(account); err == nil {
			return string(by.Person)
		}
		return nil
	}
	out := make(map[string]any, len(given))
	for name, v := range given {
		if list, ok := v.([]any); ok {
			ids := make([]any, 0, len(list))
			for _, item := range list {
				if item = id(item); item != nil {
					ids = append(ids, item)
				}
			}
			out[name] = ids
			continue
		}
		out[name] = id(v)
	}
	return out
}
