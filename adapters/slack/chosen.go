package slack

import (
	"context"
	"sync"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// mostChosen bounds how many of the people of one form are looked up while
// somebody waits.
const mostChosen = 20

// filled is what a form holds, with the people in it as Slack knows them. Of
// somebody whom Slack does not tell about in time only the account is said: who
// is known by it is known, and for anybody else the form is sent once more.
func (w *workspace) filled(ctx context.Context, p wire.Payload) map[string]any {
	values := p.View.Values()
	found := w.accounts.chosen(ctx, p, chosenIn(values))
	for field, v := range values {
		switch v := v.(type) {
		case adapters.Account:
			values[field] = found[v.ID]
		case []any:
			values[field] = eachAccount(v, found)
		}
	}
	return values
}

func eachAccount(list []any, found map[string]adapters.Account) []any {
	out := make([]any, len(list))
	for i, item := range list {
		if a, ok := item.(adapters.Account); ok {
			item = found[a.ID]
		}
		out[i] = item
	}
	return out
}

// chosenIn are the ids of the people among values, each once.
func chosenIn(values map[string]any) map[string]bool {
	ids := map[string]bool{}
	for _, v := range values {
		list, several := v.([]any)
		if !several {
			list = []any{v}
		}
		for _, item := range list {
			if a, ok := item.(adapters.Account); ok {
				ids[a.ID] = true
			}
		}
	}
	return ids
}

// chosen looks accounts up, all at the same time. It never takes longer than to
// verify a clicker.
func (a *accounts) chosen(ctx context.Context, p wire.Payload, ids map[string]bool) map[string]adapters.Account {
	found := make(map[string]adapters.Account, len(ids))
	if len(ids) == 0 {
		return found
	}
	ctx, cancel := context.WithTimeoutCause(ctx, verifyBudget, errUnverified)
	defer cancel()
	at, err := a.home(ctx)
	if err != nil {
		at = home{team: p.User.TeamID}
	}
	var asked []string
	for id := range ids {
		found[id] = adapters.Account{Surface: Surface, Tenant: firstOf(at.enterprise, at.team), ID: id}
		if err == nil && len(asked) < mostChosen {
			asked = append(asked, id)
		}
	}
	var mu sync.Mutex // guards found
	var asking sync.WaitGroup
	for _, id := range asked {
		asking.Go(func() {
			u, err := a.standings.get(ctx, id, func(ctx context.Context) (*slackapi.User, error) { return a.standing(ctx, id) })
			if err != nil {
				return
			}
			one := wire.Payload{}
			one.User.ID = id
			mu.Lock()
			defer mu.Unlock()
			found[id] = at.account(one, u)
		})
	}
	asking.Wait()
	return found
}
