package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/store"
)

// Identify is [People.Identify] with what the store knows. Whoever is found by
// mail address for the first time is linked, with a line in the trail: from then
// on a new owner of the address is not let in by it.
func (r *Register) Identify(ctx context.Context, a adapters.Account) (engine.Principal, error) {
	if err := r.Learn(ctx); err != nil {
		return engine.Principal{}, err
	}
	for range 2 {
		by, link, err := r.people.identify(a)
		if err != nil || link == nil {
			return by, err
		}
		if err = r.link(ctx, *link, by); err == nil {
			return by, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return engine.Principal{}, err
		}
		// Somebody was linked there meanwhile; who is it now?
		if err := r.LearnNow(ctx); err != nil {
			return engine.Principal{}, err
		}
	}
	return engine.Principal{}, fmt.Errorf("link an account of %s: %w", a.Surface, store.ErrConflict)
}

// link keeps a link. One of the same account and person, by another address, is
// replaced; any other is a conflict.
func (r *Register) link(ctx context.Context, l Link, by engine.Principal) error {
	old, again := r.people.known().placed[l.place()]
	l.At = r.keeper.Now()
	data := map[string]any{
		"person": string(l.Person), "surface": l.Surface, "tenant": l.Tenant, "account": l.Account, "method": string(l.Method),
	}
	if l.Mail != "" {
		data["mail"] = l.Mail
	}
	if again {
		data["instead"] = old.Account
	}
	return r.remember(ctx, change{key: linkKey(l.place()), entry: entryOf(l.fields(), time.Time{}), isNew: !again},
		audit.Record{Event: audit.PersonLinked, Actor: by.Actor(), Data: data})
}

// Link says that an account is a person's, in the place of the one that was linked
// before.
func (r *Register) Link(ctx context.Context, by engine.Principal, who approval.PersonID, a adapters.Account) error {
	if err := r.LearnNow(ctx); err != nil {
		return err
	}
	person, known := r.people.people[who]
	_, pinned := person.Accounts[a.Surface]
	l := Link{Surface: a.Surface, Tenant: a.Tenant, Account: a.ID, Person: who, Method: LinkedByHand, By: by.Person}
	holder, written := r.people.findAccount(a)
	switch {
	case !known:
		return refuse(engine.NotFound, "There is no person %.80q.", who)
	case a.Surface == "" || a.ID == "" || a.Tenant == "":
		return refuse(engine.BadInput, "A link needs a surface, a tenant and an account.")
	case pinned:
		return refuse(engine.NotAllowed, "The configuration names the %s account of %s. Change it there.", prose.SurfaceName(a.Surface), person.Name)
	case written:
		return refuse(engine.NotAllowed, "The configuration says that this account is that of %s.", r.people.people[holder].Name)
	}
	for _, other := range r.people.known().links[l.account()] {
		if other.Person != who {
			return refuse(engine.NotAllowed, "This account is linked to %s. Break that link first.", other.Person)
		}
	}
	return r.link(ctx, l, by)
}

// Unlink breaks the links of a person on a surface, if there are any; the person
// may be gone from the configuration.
func (r *Register) Unlink(ctx context.Context, by engine.Principal, who approval.PersonID, surface string) error {
	if err := r.LearnNow(ctx); err != nil {
		return err
	}
	for _, l := range r.Links() {
		if l.Person != who || l.Surface != surface {
			continue
		}
		err := r.remember(ctx, change{key: linkKey(l.place())}, audit.Record{
			Event: audit.PersonUnlinked, Actor: by.Actor(),
			Data: map[string]any{"person": string(who), "surface": surface, "tenant": l.Tenant, "account": l.Account},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Links lists the links, as they were last read, by person.
func (r *Register) Links() []Link {
	var all []Link
	for _, l := range r.people.known().placed {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Link) int { return strings.Compare(linkKey(a.place()), linkKey(b.place())) })
	return all
}
