package people

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"signoff/bot/prose"
	"signoff/engine/approval"
)

// New checks the configuration and reports everything that is wrong with
// it: two people behind one account or mail address, an unknown group member,
// an address that is not one.
func New(c Config) (*People, error) {
	p := &People{
		people:    map[approval.PersonID]Person{},
		byAccount: map[accountID][]holder{},
		byMail:    map[string]approval.PersonID{},
		tenants:   c.Tenants,
		directory: &approval.Directory{
			People:  map[approval.PersonID]approval.Person{},
			Groups:  map[string][]approval.PersonID{},
			Aliases: map[string]approval.PersonID{},
		},
		now: c.Now, log: c.Log, quit: make(chan struct{}),
		statuses: c.Statuses, heard: map[approval.PersonID]*hearing{},
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	var faults []error
	for i, person := range c.People {
		if err := p.add(person); err != nil {
			faults = append(faults, fmt.Errorf("person %d (%s): %w", i+1, person.label(), err))
		}
	}
	faults = append(faults, p.alias()...)
	faults = append(faults, p.addManagers()...)
	for _, name := range slices.Sorted(maps.Keys(c.Groups)) {
		faults = append(faults, p.addGroup(name, c.Groups[name])...)
	}
	for _, d := range c.OwnedDomains {
		domain := strings.ToLower(strings.TrimSpace(d))
		if normalMail("x@"+domain) == "" {
			faults = append(faults, fmt.Errorf("owned domain %q is not a mail domain", d))
		}
		p.domains = append(p.domains, domain)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	p.addOutside(c.Outside)
	return p, nil
}

func (person Person) label() string {
	for _, s := range []string{person.Name, string(person.ID), person.Email} {
		if s != "" {
			return prose.OneLine(s)
		}
	}
	return "no name"
}

// add takes one person in.
func (p *People) add(person Person) error {
	person, err := person.normal()
	if err != nil {
		return err
	}
	if other, taken := p.people[person.ID]; taken {
		return fmt.Errorf("id %s is also that of %s", person.ID, other.Name)
	}
	if other, taken := p.byMail[person.Email]; taken && person.Email != "" {
		return fmt.Errorf("mail address %s is also that of %s", person.Email, p.people[other].Name)
	}
	if err := p.checkAccounts(person); err != nil {
		return err
	}
	for surface, text := range person.Accounts {
		key, tenant := parseAccount(surface, text)
		p.byAccount[key] = append(p.byAccount[key], holder{tenant, person.ID})
	}
	if person.Email != "" {
		p.byMail[person.Email] = person.ID
	}
	p.people[person.ID] = person
	p.directory.People[person.ID] = approval.Person{ID: person.ID, Name: person.Name, Inactive: person.Inactive, Hours: person.Hours}
	return nil
}

// checkAccounts reports an account without an id, or one that somebody has. An
// account without a tenant is the same as one in any tenant.
func (p *People) checkAccounts(person Person) error {
	for _, surface := range slices.Sorted(maps.Keys(person.Accounts)) {
		text := person.Accounts[surface]
		key, tenant := parseAccount(surface, text)
		if surface == "" || key.id == "" {
			return fmt.Errorf("account %q on surface %q has no id or no surface", text, surface)
		}
		for _, h := range p.byAccount[key] {
			if h.tenant == tenant || h.tenant == "" || tenant == "" {
				return fmt.Errorf("%s account %s is also that of %s", surface, text, p.people[h.person].Name)
			}
		}
	}
	return nil
}

// alias lets flows name people by mail address whose id is something else.
func (p *People) alias() []error {
	var faults []error
	for _, mail := range slices.Sorted(maps.Keys(p.byMail)) {
		id := p.byMail[mail]
		if string(id) == mail {
			continue
		}
		if other, taken := p.people[approval.PersonID(mail)]; taken {
			faults = append(faults, fmt.Errorf("mail address %s of %s is the id of %s", mail, p.people[id].Name, other.Name))
			continue
		}
		p.directory.Aliases[mail] = id
	}
	return faults
}

// addManagers says whom people report to.
func (p *People) addManagers() []error {
	var faults []error
	for _, id := range slices.Sorted(maps.Keys(p.people)) {
		person := p.people[id]
		if person.Manager == "" {
			continue
		}
		manager, known := p.Called(string(person.Manager))
		switch {
		case !known:
			faults = append(faults, fmt.Errorf("the manager of %s: nobody is called %q", person.Name, person.Manager))
			continue
		case manager == id:
			faults = append(faults, fmt.Errorf("%s cannot be their own manager", person.Name))
			continue
		}
		entry := p.directory.People[id]
		entry.Manager = manager
		p.directory.People[id] = entry
	}
	return faults
}

// Called finds a person by id or by the mail address that an administrator
// wrote down.
func (p *People) Called(name string) (approval.PersonID, bool) {
	id := approval.PersonID(strings.ToLower(strings.TrimSpace(name)))
	if alias, ok := p.directory.Aliases[string(id)]; ok {
		id = alias
	}
	_, known := p.people[id]
	return id, known
}

func (p *People) addGroup(name string, members []approval.PersonID) []error {
	var faults []error
	people := make([]approval.PersonID, 0, len(members))
	for _, m := range members {
		id, known := p.Called(string(m))
		if !known {
			faults = append(faults, fmt.Errorf("group %s: nobody is called %q", name, m))
			continue
		}
		people = append(people, id)
	}
	p.directory.Groups[name] = people
	return faults
}

// normal returns the person in the one form that is compared.
func (person Person) normal() (Person, error) {
	mail := normalMail(person.Email)
	if mail == "" && strings.TrimSpace(person.Email) != "" {
		return person, fmt.Errorf("%q is not a mail address", person.Email)
	}
	person.Email = mail
	person.ID = approval.PersonID(strings.ToLower(strings.TrimSpace(string(person.ID))))
	if person.ID == "" {
		person.ID = approval.PersonID(mail)
	}
	if person.ID == "" {
		return person, errors.New("has neither an id nor a mail address")
	}
	if !ascii(string(person.ID)) {
		return person, fmt.Errorf("id %q may hold only ASCII letters, digits and punctuation", person.ID)
	}
	if person.Name = prose.OneLine(person.Name); person.Name == "" {
		person.Name = string(person.ID)
	}
	accounts := map[string]string{}
	maps.Copy(accounts, person.Accounts)
	switch address, own := accounts[mailSurface]; {
	case own && normalMail(address) == "":
		return person, fmt.Errorf("%q is not a mail address", address)
	case own:
		accounts[mailSurface] = normalMail(address)
	case mail != "":
		accounts[mailSurface] = mail
	}
	person.Accounts = accounts
	return person, nil
}

// normalMail is a mail address in lower case, or empty if it is not a plain
// one. Only ASCII is taken: in Unicode two addresses can look or fold alike.
func normalMail(s string) string {
	s = strings.TrimSpace(s)
	local, domain, ok := strings.Cut(s, "@")
	plain := ok && local != "" && strings.Contains(domain, ".") && ascii(s) &&
		!strings.ContainsAny(s, "\"(),:;<>[\\]") && !strings.Contains(domain, "@") &&
		!strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
	if !plain {
		return ""
	}
	return strings.ToLower(s)
}

// ascii reports whether s has only visible ASCII characters.
func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
