package bot

import (
	"context"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/engine/approval"
	"signoff/store"
)

const (
	// homesNamespace is where is kept who has opened their page.
	homesNamespace = "~homes"
	// homeFor is how long somebody's page is drawn anew who does not look at it.
	homeFor = 90 * 24 * time.Hour
)

// openHome remembers that somebody looks at their page, also over a restart: a page
// that a crash left behind is drawn anew then. Where that cannot be written down,
// they see their page nevertheless.
func (b *Bot) openHome(ctx context.Context, who approval.PersonID, a adapters.Account) {
	if who == "" || !b.desk.homes.open(who, a) {
		return
	}
	if _, ok := b.Adapters[a.Surface].(adapters.Homes); !ok {
		return
	}
	e := store.Entry{
		Type: string(KVJSON), Expires: b.Store.Now().Add(homeFor),
		Value: map[string]any{"person": string(who), "surface": a.Surface, "tenant": a.Tenant, "id": a.ID},
	}
	set := &store.Values{Namespace: homesNamespace, Set: map[string]*store.Entry{homeKey(a): &e}}
	if err := b.commit(ctx, store.Commit{KV: set}); err != nil {
		b.Log.WarnContext(ctx, "a page is not drawn anew after a restart", "adapter", a.Surface, "user", a.ID, "err", err)
	}
}

func homeKey(a adapters.Account) string {
	return strings.Join([]string{a.Surface, a.Tenant, a.ID}, ":")
}

// recallHomes has all pages drawn anew that people had opened before a restart.
func (b *Bot) recallHomes(ctx context.Context) {
	kept, err := b.Store.KV(ctx, homesNamespace)
	if err != nil {
		if ctx.Err() == nil {
			b.Log.WarnContext(ctx, "pages are not drawn anew before people open them", "err", err)
		}
		return
	}
	for _, e := range kept {
		v, ok := e.Value.(map[string]any)
		if !ok {
			continue
		}
		text := func(name string) string { s, _ := v[name].(string); return s }
		a := adapters.Account{Surface: text("surface"), Tenant: text("tenant"), ID: text("id")}
		surface, ok := b.Adapters[a.Surface].(adapters.Homes)
		if !ok || a.ID == "" {
			continue
		}
		b.desk.homes.open(approval.PersonID(text("person")), a)
		surface.Refresh(a)
	}
}

// homesLook is how often is looked whose page the mere passing of time changed.
const homesLook = time.Minute

// watchHomes has pages drawn anew that change without anybody doing anything: an
// absence begins or ends, or somebody's turn that was handed on for a time comes
// back to them.
func (b *Bot) watchHomes(ctx context.Context) {
	if !b.hasHomes() {
		return
	}
	for last := b.Store.Now(); pause(ctx.Done(), homesLook); {
		now := b.Store.Now()
		passed := func(t time.Time) bool { return t.After(last) && !t.After(now) }
		var who []approval.PersonID
		for id, a := range b.People.Directory().Absent {
			if passed(a.From) || passed(a.Until) {
				who = append(who, id, a.StandIn)
			}
		}
		b.redrawHomes(append(who, b.desk.index.Ended(passed)...))
		last = now
	}
}

func (b *Bot) hasHomes() bool {
	for _, a := range b.Adapters {
		if _, ok := a.(adapters.Homes); ok {
			return true
		}
	}
	return false
}
