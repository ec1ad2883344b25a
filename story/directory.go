package story

import (
	"context"
	"maps"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/people"
	"signoff/engine/access"
	"signoff/engine/approval"
)

// people gives everybody an account on every surface.
func (w *world) people() people.Config {
	c := people.Config{Groups: w.story.groups, Tenants: map[string][]string{}, Now: w.clock.Now}
	for _, name := range surfaces() {
		c.Tenants[name] = []string{tenant}
	}
	for _, p := range w.story.people {
		accounts := map[string]string{}
		for _, name := range surfaces() {
			if name != "email" {
				accounts[name] = tenant + ":" + string(p.id)
			} else if strings.Contains(string(p.id), "@") {
				accounts[name] = string(p.id)
			}
		}
		c.People = append(c.People, people.Person{
			ID: p.id, Name: p.name, Accounts: accounts, Inactive: p.inactive, Manager: p.manager, Hours: p.hours,
		})
	}
	for rota, members := range w.story.oncall {
		if c.Outside == nil {
			c.Outside = map[approval.Selector][]people.Kept{}
		}
		sel := approval.Selector{Kind: approval.OnCall, Name: rota}
		c.Outside[sel] = []people.Kept{{Source: duty(members), Ref: rota, Name: "the rota " + rota}}
	}
	return c
}

// duty is who is on duty in a rota.
type duty []approval.PersonID

var _ people.Source = duty(nil)

// Members returns them by their ids.
func (d duty) Members(context.Context, string) ([]adapters.Account, error) {
	out := make([]adapters.Account, len(d))
	for i, id := range d {
		out[i] = adapters.Account{ID: string(id)}
	}
	return out, nil
}

// access lets everybody do everything, unless the story gives roles: then
// everybody is viewer, launcher and approver besides.
func (w *world) access() (*access.Rules, error) {
	if w.story.roles == nil {
		return access.Unrestricted(), nil
	}
	c := access.Config{Roles: map[access.Role][]access.Verb{}}
	all := make([]approval.PersonID, len(w.story.people))
	for i, p := range w.story.people {
		all[i] = p.id
	}
	for _, role := range []access.Role{access.Viewer, access.Launcher, access.Approver} {
		c.Grants = append(c.Grants, grant(role, all))
	}
	for _, name := range slices.Sorted(maps.Keys(w.story.roles)) {
		role := access.Role(name)
		if !access.IsBuiltIn(role) {
			c.Roles[role] = nil // a name, for role: in flows
		}
		c.Grants = append(c.Grants, grant(role, w.story.roles[name]))
	}
	c.Grants = append(c.Grants, access.Grant{Role: access.Admin, Services: []string{service}, In: []string{access.Everywhere}})
	return access.New(c)
}

func grant(role access.Role, people []approval.PersonID) access.Grant {
	g := access.Grant{Role: role, In: []string{access.Everywhere}}
	for _, id := range people {
		g.To = append(g.To, approval.Selector{Kind: approval.User, Name: string(id)})
	}
	return g
}
