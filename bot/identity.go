package bot

import (
	"fmt"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/approval"
)

// Person is one human as an administrator wrote them down.
type Person struct {
	// ID is how flows name the person; the mail address if empty.
	ID    approval.PersonID
	Name  string
	Email string
	// Accounts are the person's accounts by surface: "tenant:id", or "id" for
	// any tenant of ours. What stands before the first colon is the tenant.
	Accounts map[string]string
	// Inactive people left or were switched off.
	Inactive bool
}

// PeopleConfig is everything that is known of people.
type PeopleConfig struct {
	People []Person
	// Groups lists members by id or mail address.
	Groups map[string][]approval.PersonID
	// OwnedDomains are the mail domains in which only the organisation hands
	// out addresses. Nobody is recognised by mail outside of them.
	OwnedDomains []string
	// Tenants lists, by surface, the workspaces or tenants that are ours. A
	// surface that is not listed is believed when it says that an account is
	// not foreign.
	Tenants map[string][]string
}

// mailSurface is where a person's account is a mail address: the one that an
// administrator wrote down.
const mailSurface = "email"

// People knows who is behind an account. It does not change and may be shared.
type People struct {
	people    map[approval.PersonID]Person
	byAccount map[accountID][]holder
	byMail    map[string]approval.PersonID
	domains   []string
	tenants   map[string][]string
	directory *approval.Directory
}

// accountID is an account within a tenant.
type accountID struct{ surface, id string }

// holder is who has an account, and in which tenant; empty is any of ours.
type holder struct {
	tenant string
	person approval.PersonID
}

// parseAccount reads an account as an administrator writes it.
func parseAccount(surface, text string) (accountID, string) {
	tenant, id, qualified := strings.Cut(strings.TrimSpace(text), ":")
	if !qualified {
		tenant, id = "", tenant
	}
	return accountID{surface, id}, tenant
}

// Identify says who is behind an account, or refuses with an
// [*engine.RejectionError]. It fails closed: bots, deactivated accounts,
// guests, foreigners, unknown people and accounts that fit two people are all
// refused.
//
// An account that an administrator wrote down is found first. A mail address is
// only a hint: it counts in an owned domain, in a tenant of ours, and for a
// person who has no account written down on that surface.
func (p *People) Identify(a adapters.Account) (engine.Principal, error) {
	if text := p.refusal(a); text != "" {
		return engine.Principal{}, notEligible(text)
	}
	account, hasAccount := p.findAccount(a)
	mail, hasMail := p.byMail[normalMail(a.Email)]
	switch {
	case hasAccount && hasMail && account != mail:
		return engine.Principal{}, notEligible(textTwoPeople(a.Surface))
	case hasAccount:
		return p.principal(account, a)
	case hasMail && p.mailCounts(mail, a):
		return p.principal(mail, a)
	}
	return engine.Principal{}, notEligible(textUnknown(a.Surface))
}

// refusal is why an account is refused whoever is behind it; empty if it is not.
func (p *People) refusal(a adapters.Account) string {
	ours, listed := p.tenants[a.Surface]
	switch {
	case a.Surface == "" || a.ID == "":
		return textNoAccount()
	case a.Bot:
		return textBot()
	case a.Deactivated:
		return textDeactivated(a.Surface)
	case a.Foreign, listed && !slices.Contains(ours, a.Tenant):
		return textForeign(a.Surface)
	case a.Guest:
		return textGuest(a.Surface)
	}
	return ""
}

func (p *People) findAccount(a adapters.Account) (approval.PersonID, bool) {
	key := accountID{a.Surface, a.ID}
	if a.Surface == mailSurface {
		key.id = normalMail(a.ID)
	}
	return p.holderOf(key, a.Tenant)
}

// holderOf finds who has an account in a tenant. [NewPeople] made sure that
// there is only one.
func (p *People) holderOf(key accountID, tenant string) (approval.PersonID, bool) {
	for _, h := range p.byAccount[key] {
		if h.tenant == "" || h.tenant == tenant {
			return h.person, true
		}
	}
	return "", false
}

// mailCounts reports whether an account that carries a person's mail address is
// that person's.
func (p *People) mailCounts(id approval.PersonID, a adapters.Account) bool {
	_, domain, _ := strings.Cut(normalMail(a.Email), "@")
	_, pinned := p.people[id].Accounts[a.Surface]
	return !pinned && slices.Contains(p.domains, domain)
}

func (p *People) principal(id approval.PersonID, a adapters.Account) (engine.Principal, error) {
	person := p.people[id]
	if person.Inactive {
		return engine.Principal{}, notEligible(textInactive())
	}
	return engine.Principal{
		Person:  id,
		Name:    person.Name,
		Account: fmt.Sprintf("%s:%s:%s", a.Surface, a.Tenant, a.ID),
		Via:     a.Surface,
	}, nil
}

// Directory is what the rules know of people. It is shared; nobody changes it.
func (p *People) Directory() *approval.Directory { return p.directory }

// Person returns what an adapter needs to reach somebody on a surface. For a
// person that is not known only the id is set.
func (p *People) Person(id approval.PersonID, surface string) adapters.Person {
	person := p.people[id]
	account, _ := parseAccount(surface, person.Accounts[surface])
	return adapters.Person{ID: string(id), Name: person.Name, Email: person.Email, Account: account.id}
}

func notEligible(text string) error {
	return &engine.RejectionError{Code: engine.NotEligible, Text: text}
}
