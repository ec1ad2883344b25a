package bot

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

// LinkMethod says what led from an account to a person.
type LinkMethod string

// The methods.
const (
	// LinkedByMail: both carried the same address in an owned domain.
	LinkedByMail LinkMethod = "mail"
	// LinkedByHand: an administrator said so.
	LinkedByHand LinkMethod = "administrator"
)

// Link says that an account is a person's. A person has one in each tenant.
type Link struct {
	Surface, Tenant, Account string
	Person                   approval.PersonID
	Method                   LinkMethod
	At                       time.Time
	// Mail is the address that led to it. The link holds as long as the account
	// and the person both have it.
	Mail string
	// By is who linked them by hand.
	By approval.PersonID
}

func (l Link) account() accountKey { return accountKey{l.Surface, l.Tenant, l.Account} }
func (l Link) place() placeKey     { return placeKey{l.Surface, l.Tenant, l.Person} }

func readLink(fields map[string]any) (Link, bool) {
	l := Link{
		Surface: textOf(fields, "surface"), Tenant: textOf(fields, "tenant"), Account: textOf(fields, "account"),
		Person: approval.PersonID(textOf(fields, "person")), Method: LinkMethod(textOf(fields, "method")),
		At: timeOf(fields, "at"), Mail: textOf(fields, "mail"), By: approval.PersonID(textOf(fields, "by")),
	}
	return l, l.Surface != "" && l.Account != "" && l.Person != ""
}

func (l Link) fields() map[string]string {
	return map[string]string{
		"surface": l.Surface, "tenant": l.Tenant, "account": l.Account, "person": string(l.Person),
		"method": string(l.Method), "at": stampOf(l.At), "mail": l.Mail, "by": string(l.By),
	}
}

// linked says whose an account is that nobody wrote down: by its link, or else
// by its mail address, which is then to be linked.
func (p *People) linked(a adapters.Account) (approval.PersonID, *Link, string) {
	known := p.known()
	links := known.links[accountKey{a.Surface, a.Tenant, a.ID}]
	mail, counts := p.byMail[normalMail(a.Email)]
	counts = counts && p.mailCounts(mail, a)
	switch {
	case len(links) > 1:
		return "", nil, textTwoPeople(a.Surface)
	case len(links) == 1 && p.holdsStill(links[0], a):
		return links[0].Person, nil, ""
	case len(links) == 1 && (!counts || links[0].Person != mail):
		return "", nil, textLinkBroken(a.Surface)
	case !counts:
		return "", nil, textUnknown(a.Surface)
	}
	link := Link{Surface: a.Surface, Tenant: a.Tenant, Account: a.ID, Person: mail, Method: LinkedByMail, Mail: normalMail(a.Email)}
	if other, placed := known.placed[link.place()]; placed && other.Account != a.ID {
		return "", nil, textLinkedElsewhere(a.Surface)
	}
	return mail, &link, ""
}

// holdsStill reports whether a link still leads from this account to its
// person. A mail address that either of them lost breaks it, and so does an
// account that the configuration gives the person instead.
func (p *People) holdsStill(l Link, a adapters.Account) bool {
	person, known := p.people[l.Person]
	if _, pinned := person.Accounts[l.Surface]; !known || pinned {
		return false
	}
	if l.Method == LinkedByHand {
		other, has := p.byMail[normalMail(a.Email)]
		return !has || other == l.Person
	}
	_, domain, _ := strings.Cut(l.Mail, "@")
	return l.Mail == person.Email && l.Mail == normalMail(a.Email) && slices.Contains(p.domains, domain)
}

// holds finds the person of an account that needs no mail address: whom an
// administrator wrote down, or who was linked. It is enough to count somebody as
// a member, not to let them in.
func (p *People) holds(a adapters.Account) (approval.PersonID, bool) {
	if id, known := p.findAccount(a); known {
		return id, true
	}
	links := p.known().links[accountKey{a.Surface, a.Tenant, a.ID}]
	if len(links) != 1 {
		return "", false
	}
	a.Email = links[0].Mail
	return links[0].Person, p.holdsStill(links[0], a)
}

// Identify is [People.Identify] with what the store knows. Whoever is found by
// mail address for the first time is linked, with a line in the trail: from then
// on a new owner of the address is not let in by it.
func (b *Bot) Identify(ctx context.Context, a adapters.Account) (engine.Principal, error) {
	if err := b.learn(ctx); err != nil {
		return engine.Principal{}, err
	}
	for range 2 {
		by, link, err := b.People.identify(a)
		if err != nil || link == nil {
			return by, err
		}
		if err = b.link(ctx, *link, by); err == nil {
			return by, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return engine.Principal{}, err
		}
		// Somebody was linked there meanwhile; who is it now?
		if err := b.learnNow(ctx); err != nil {
			return engine.Principal{}, err
		}
	}
	return engine.Principal{}, fmt.Errorf("link an account of %s: %w", a.Surface, store.ErrConflict)
}

// link keeps a link. One of the same account and person, by another address, is
// replaced; any other is a conflict.
func (b *Bot) link(ctx context.Context, l Link, by engine.Principal) error {
	old, again := b.People.known().placed[l.place()]
	l.At = b.Store.Now()
	data := map[string]any{
		"person": string(l.Person), "surface": l.Surface, "tenant": l.Tenant, "account": l.Account, "method": string(l.Method),
	}
	if l.Mail != "" {
		data["mail"] = l.Mail
	}
	if again {
		data["instead"] = old.Account
	}
	return b.remember(ctx, linkKey(l.place()), entryOf(l.fields(), time.Time{}), !again,
		audit.Record{Event: audit.PersonLinked, Actor: by.Actor(), Data: data})
}

// Link says that an account is a person's, in the place of the one that was linked
// before.
func (b *Bot) Link(ctx context.Context, by engine.Principal, who approval.PersonID, a adapters.Account) error {
	if err := b.managesPeople(ctx, by); err != nil {
		return err
	}
	if err := b.learnNow(ctx); err != nil {
		return err
	}
	person, known := b.People.people[who]
	_, pinned := person.Accounts[a.Surface]
	l := Link{Surface: a.Surface, Tenant: a.Tenant, Account: a.ID, Person: who, Method: LinkedByHand, By: by.Person}
	holder, written := b.People.findAccount(a)
	switch {
	case !known:
		return refuse(engine.NotFound, "There is no person %.80q.", who)
	case a.Surface == "" || a.ID == "" || a.Tenant == "":
		return refuse(engine.BadInput, "A link needs a surface, a tenant and an account.")
	case pinned:
		return refuse(engine.NotAllowed, "The configuration names the %s account of %s. Change it there.", prose.SurfaceName(a.Surface), person.Name)
	case written:
		return refuse(engine.NotAllowed, "The configuration says that this account is that of %s.", b.People.people[holder].Name)
	}
	for _, other := range b.People.known().links[l.account()] {
		if other.Person != who {
			return refuse(engine.NotAllowed, "This account is linked to %s. Break that link first.", other.Person)
		}
	}
	return b.link(ctx, l, by)
}

// Unlink breaks the links of a person on a surface, if there are any; the person
// may be gone from the configuration.
func (b *Bot) Unlink(ctx context.Context, by engine.Principal, who approval.PersonID, surface string) error {
	if err := b.managesPeople(ctx, by); err != nil {
		return err
	}
	if err := b.learnNow(ctx); err != nil {
		return err
	}
	for _, l := range b.Links() {
		if l.Person != who || l.Surface != surface {
			continue
		}
		err := b.remember(ctx, linkKey(l.place()), nil, false, audit.Record{
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
func (b *Bot) Links() []Link {
	var all []Link
	for _, l := range b.People.known().placed {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Link) int { return strings.Compare(linkKey(a.place()), linkKey(b.place())) })
	return all
}
