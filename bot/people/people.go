package people

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

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
	// Manager is whom the person reports to, by id or mail address.
	Manager approval.PersonID
	// Hours are when the person works; zero is always.
	Hours approval.Hours
}

// Config is everything that is known of people.
type Config struct {
	People []Person
	// Groups lists members by id or mail address.
	Groups map[string][]approval.PersonID
	// Outside says where the members of groups and rotas are kept that others
	// keep. A group may have members of both kinds.
	Outside map[approval.Selector][]Kept
	// OwnedDomains are the mail domains in which only the organisation hands
	// out addresses. Nobody is recognised by mail outside of them.
	OwnedDomains []string
	// Tenants lists, by surface, the workspaces or tenants that are ours. A
	// surface that is not listed is believed when it says that an account is
	// not foreign.
	Tenants map[string][]string
	// Statuses says where people say of themselves that they are away; nil: no
	// status is read.
	Statuses *Statuses
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Log is told about groups that cannot be read and members whom nobody
	// knows; nil is nowhere.
	Log *slog.Logger
}

// mailSurface is where a person's account is a mail address: the one that an
// administrator wrote down.
const mailSurface = "email"

// People knows who is behind an account, who is in which group, and who is away.
// What the configuration says does not change; groups of others are read anew,
// and links and absences are those of the store. It is safe for concurrent use.
type People struct {
	people    map[approval.PersonID]Person
	byAccount map[accountID][]holder
	byMail    map[string]approval.PersonID
	domains   []string
	tenants   map[string][]string
	// directory is what the configuration says. It is shared; nobody changes it.
	directory *approval.Directory
	outside   []*outside
	statuses  *Statuses      // nil: none is read
	flights   sync.WaitGroup // readings under way
	quit      chan struct{}  // closed when nothing more is to be read
	now       func() time.Time
	log       *slog.Logger

	learning sync.Mutex                     // held while the store is read, so that the last to read is right
	mu       sync.Mutex                     // guards the readings of outside, too
	learned  learned                        // guarded by mu
	snapshot snapshot                       // guarded by mu
	heard    map[approval.PersonID]*hearing // guarded by mu
	minute   time.Time                      // guarded by mu; when the readings of spent began
	spent    int                            // guarded by mu
	ended    bool                           // guarded by mu; quit is closed
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
// person who has no account written down on that surface. Whom it led to once is
// linked (see [Register.Identify]): from then on the address leads no other account
// there, and the account to nobody else.
func (p *People) Identify(a adapters.Account) (engine.Principal, error) {
	by, _, err := p.identify(a)
	return by, err
}

// identify is Identify. It also returns the link that is to be kept, if the
// person was found by mail and there is none yet.
func (p *People) identify(a adapters.Account) (engine.Principal, *Link, error) {
	id, link, text := p.whose(a)
	if text != "" {
		return engine.Principal{}, nil, notEligible(text)
	}
	by, err := p.principal(id, a)
	return by, link, err
}

// whose says who is behind an account, or why it is nobody's.
func (p *People) whose(a adapters.Account) (approval.PersonID, *Link, string) {
	if text := p.refusal(a); text != "" {
		return "", nil, text
	}
	account, hasAccount := p.findAccount(a)
	mail, hasMail := p.byMail[normalMail(a.Email)]
	switch {
	case hasAccount && hasMail && account != mail:
		return "", nil, textTwoPeople(a.Surface)
	case hasAccount:
		return account, nil, ""
	}
	return p.linked(a)
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

// holderOf finds who has an account in a tenant. [New] made sure that
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

// Person returns what an adapter needs to reach somebody on a surface. For a
// person that is not known only the id is set.
func (p *People) Person(id approval.PersonID, surface string) adapters.Person {
	person := p.people[id]
	account, tenant := parseAccount(surface, person.Accounts[surface])
	return adapters.Person{ID: string(id), Name: person.Name, Email: person.Email, Account: account.id, Tenant: tenant}
}
