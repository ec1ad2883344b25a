package slack

import (
	"context"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// Status returns what Slack says of an account now, and what its owner says of
// themselves. Nothing of it is kept. An account that the workspace does not know is
// foreign and says nothing.
func (a *Adapter) Status(ctx context.Context, of adapters.Account) (adapters.Account, adapters.Status, error) {
	w, err := a.spaces.called(ctx, of.Tenant)
	if err != nil {
		return adapters.Account{}, adapters.Status{}, err
	}
	at, err := w.accounts.home(ctx)
	if err != nil {
		return adapters.Account{}, adapters.Status{}, err
	}
	// Presses need the same method and come first.
	if err := w.admit(ctx, map[string]rate{methodInfo: methodRates[methodInfo]}); err != nil {
		return adapters.Account{}, adapters.Status{}, err
	}
	u, err := w.accounts.standing(ctx, of.ID)
	if err != nil {
		return adapters.Account{}, adapters.Status{}, err
	}
	var p wire.Payload
	p.User.ID = of.ID
	who := at.account(p, u)
	if u == nil {
		return who, adapters.Status{}, nil
	}
	said := adapters.Status{Text: unescape(u.Profile.StatusText), Emoji: u.Profile.StatusEmoji}
	if u.Profile.StatusExpiration > 0 {
		said.Until = time.Unix(int64(u.Profile.StatusExpiration), 0)
	}
	return who, said, nil
}

// unescape is a text as its author wrote it: Slack escapes three characters.
func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}
