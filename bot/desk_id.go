package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/bot/command"
	"signoff/bot/prose"
	"signoff/engine"
)

// shown is a piece of somebody's text, safe in a sentence.
func shown(texts ...string) string {
	for _, s := range texts {
		if s = prose.Cut(prose.OneLine(s), 80); s != "" {
			return "“" + s + "”"
		}
	}
	return "that"
}

// ambiguousError says that an id means several requests.
type ambiguousError struct {
	id  string
	all []asked
}

func (e *ambiguousError) Error() string {
	return fmt.Sprintf("%s means %d requests", e.id, len(e.all))
}

// one finds the request that an id means, of those that somebody may know of. What
// is not there and what they may not see is refused alike. The error may be an
// [*ambiguousError].
func (b *Bot) one(ctx context.Context, id command.ID, by engine.Principal) (asked, error) {
	all, err := b.candidates(ctx, id)
	if err != nil {
		return asked{}, err
	}
	var mine []asked
	for _, a := range all {
		if b.seesRequest(ctx, a, by) {
			mine = append(mine, a)
		}
	}
	return single(id, mine)
}

// single is the only request, or the only one that is open.
func single(id command.ID, all []asked) (asked, error) {
	var open []asked
	for _, a := range all {
		if a.request().Open() {
			open = append(open, a)
		}
	}
	switch {
	case len(open) == 1:
		return open[0], nil
	case len(open) > 1:
		return asked{}, &ambiguousError{id.String(), open}
	case len(all) == 1 || len(all) > 1 && id.Ref == "":
		return all[len(all)-1], nil // of an execution the last one
	case len(all) > 1:
		return asked{}, &ambiguousError{id.String(), all}
	}
	return asked{}, noRequest()
}

// candidates finds all requests that an id may mean.
func (b *Bot) candidates(ctx context.Context, id command.ID) ([]asked, error) {
	if id.Ref != "" {
		if err := b.indexed(ctx); err != nil {
			return nil, err
		}
		var out []asked
		for _, request := range b.desk.index.Called(id.Ref) {
			a, err := b.find(ctx, string(request))
			if _, gone := errors.AsType[*engine.RejectionError](err); gone {
				continue
			} else if err != nil {
				return nil, err
			}
			out = append(out, a)
		}
		return out, nil
	}
	if strings.Contains(id.Text, ".") {
		a, err := b.find(ctx, id.Text)
		if _, gone := errors.AsType[*engine.RejectionError](err); gone {
			return nil, nil
		}
		return []asked{a}, err
	}
	return b.requestsOf(ctx, engine.ExecutionID(id.Text))
}

// unclear is what somebody is told whose id means several requests.
func (b *Bot) unclear(err error) (adapters.Reply, error) {
	e, ok := errors.AsType[*ambiguousError](err)
	if !ok {
		return turned(err)
	}
	out := adapters.Reply{Kind: adapters.Turned, Code: string(engine.BadInput)}
	var ids []string
	for _, a := range e.all[:min(len(e.all), maxUnclear)] {
		v := b.view(a)
		out.Items = append(out.Items, v.Item())
		ids = append(ids, fmt.Sprintf("%s (%s)", v.ID(), prose.Cut(v.Subject(), 80)))
	}
	out.Text = fmt.Sprintf("%s means %d requests. Nothing was done. Type the long id of the one that you mean: %s.", e.id, len(e.all), strings.Join(ids, " or "))
	return out, nil
}

// maxUnclear is how many requests of one name are listed.
const maxUnclear = 5

// refOf is the short name of a request.
func refName(a asked) string {
	return card.Ref(engine.NewRequestID(a.x.ID, a.run.ID))
}
