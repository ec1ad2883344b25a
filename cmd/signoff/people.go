package main

import (
	"errors"
	"fmt"
	"log/slog"

	"signoff/adapters/api"
	"signoff/adapters/slack"
	"signoff/bot"
	"signoff/cmd/signoff/config"
	"signoff/directory/entra"
	"signoff/directory/oncall"
	"signoff/engine/approval"
)

// people makes the directory of a configuration by itself: members of groups that
// others keep are not known. tenants are the workspaces that are ours.
func people(c config.Config, tenants map[string][]string) (*bot.People, error) {
	pc := peopleConfig(c)
	pc.Tenants, pc.Outside = tenants, outsideGroups(c, sources{})
	return newPeople(pc)
}

// livePeople makes the directory and what reads the groups that others keep. It
// calls nobody yet.
func (p *program) livePeople(c config.Config, surface *slack.Adapter, log *slog.Logger) (*bot.People, error) {
	from := sources{slack: surface, rotas: map[string]bot.Source{}}
	r := &settingReader{getenv: p.Getenv}
	for name, rota := range c.OnCall {
		headers := r.all("oncall."+name+".headers", rota.Headers, new([]string))
		from.rotas[name] = oncall.New(oncall.Config{URL: rota.URL, Headers: headers, People: rota.People})
	}
	if c.Entra != nil {
		secret := r.read("entra.client_secret", c.Entra.ClientSecret)
		if err := errors.Join(r.faults...); err != nil {
			return nil, err
		}
		directory, err := entra.New(entra.Config{
			Tenant: c.Entra.Tenant, ClientID: c.Entra.ClientID, ClientSecret: secret,
			Login: c.Entra.LoginURL, Graph: c.Entra.GraphURL,
		})
		if err != nil {
			return nil, err
		}
		from.entra = directory
	}
	if err := errors.Join(r.faults...); err != nil {
		return nil, err
	}
	pc := peopleConfig(c)
	pc.Outside, pc.Log = outsideGroups(c, from), log.With("component", "people")
	return newPeople(pc)
}

func newPeople(pc bot.PeopleConfig) (*bot.People, error) {
	known, err := bot.NewPeople(pc)
	if err != nil {
		return nil, fmt.Errorf("read the people: %w", err)
	}
	return known, nil
}

// peopleConfig is what the file says. Everybody has an account on the API, by
// id, so that a decision over it is theirs.
func peopleConfig(c config.Config) bot.PeopleConfig {
	pc := bot.PeopleConfig{Groups: c.Groups, OwnedDomains: c.OwnedDomains}
	for _, p := range c.People {
		accounts := map[string]string{api.Surface: ":" + string(p.ID)}
		if p.Slack != "" {
			accounts[slack.Surface] = ":" + p.Slack
		}
		if p.Entra != "" {
			accounts[entra.Surface] = ":" + p.Entra
		}
		pc.People = append(pc.People, bot.Person{
			ID: p.ID, Name: p.Name, Email: p.Email, Accounts: accounts,
			Manager: p.Manager, Hours: p.Hours, Inactive: p.Inactive,
		})
	}
	return pc
}

// sources are the services that keep groups; nil where nobody reads them.
type sources struct {
	slack, entra bot.Source
	rotas        map[string]bot.Source
}

// outsideGroups says where the members of groups and rotas are kept.
func outsideGroups(c config.Config, from sources) map[approval.Selector][]bot.Kept {
	all := map[approval.Selector][]bot.Kept{}
	rota := func(name string) bot.Kept {
		return bot.Kept{Source: from.rotas[name], Ref: name, Name: "the rota " + name}
	}
	for name := range c.OnCall {
		all[approval.Selector{Kind: approval.OnCall, Name: name}] = []bot.Kept{rota(name)}
	}
	for group, e := range c.Elsewhere {
		var kept []bot.Kept
		for _, id := range e.Slack {
			kept = append(kept, bot.Kept{Source: from.slack, Ref: id, Name: "the Slack user group " + id})
		}
		for _, id := range e.Entra {
			kept = append(kept, bot.Kept{Source: from.entra, Ref: id, Name: "the Entra group " + id})
		}
		for _, name := range e.OnCall {
			kept = append(kept, rota(name))
		}
		all[approval.Selector{Kind: approval.Group, Name: group}] = kept
	}
	return all
}
