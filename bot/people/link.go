package people

import (
	"slices"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/engine/approval"
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

// LinkedOn reports whether an account of a person is linked in one of the tenants
// of a surface.
func (p *People) LinkedOn(who approval.PersonID, surface string) bool {
	known := p.known()
	return slices.ContainsFunc(p.tenants[surface], func(tenant string) bool {
		_, placed := known.placed[placeKey{surface, tenant, who}]
		return placed
	})
}

// On is a person as an adapter finds them in a tenant of a surface: with the
// account that an administrator wrote down, or else the one that is linked.
func (p *People) On(who adapters.Person, surface, tenant string) adapters.Person {
	found := p.Person(approval.PersonID(who.ID), surface)
	who.Account, who.Tenant = found.Account, found.Tenant
	if who.Account != "" {
		return who
	}
	if l, linked := p.known().placed[placeKey{surface, tenant, approval.PersonID(who.ID)}]; linked {
		who.Account, who.Tenant = l.Account, l.Tenant
	}
	return who
}
