package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"signoff/adapters/api"
	"signoff/adapters/slack"
	"signoff/bot/people"
	"signoff/cmd/signoff/config"
	"signoff/directory/entra"
	"signoff/directory/oncall"
	"signoff/engine/approval"
)

// configuredPeople makes the directory of a configuration by itself: members of groups that
// others keep are not known. tenants are the workspaces that are ours.
func configuredPeople(c config.Config, tenants map[string][]string) (*people.People, error) {
	pc := peopleConfig(c)
	pc.Tenants, pc.Outside = tenants, outsideGroups(c, sources{})
	return newPeople(pc)
}

// livePeople makes the directory and what reads the groups that others keep. It
// calls nobody yet.
func (p *program) livePeople(c config.Config, surface *slack.Adapter, log *slog.Logger) (*people.People, error) {
	from := sources{slack: surface, rotas: map[string]people.Source{}}
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
	if len(c.Slack.Away) > 0 {
		pc.Statuses = &people.Statuses{Source: surface, Surface: slack.Surface, Name: "Slack status", Away: c.Slack.Away}
	}
	return newPeople(pc)
}

func newPeople(pc people.Config) (*people.People, error) {
	known, err := people.New(pc)
	if err != nil {
		return nil, fmt.Errorf("read the people: %w", err)
	}
	return known, nil
}

// peopleConfig is what the file says. Everybody has an account on the API, by
// id, so that a decision over it is theirs.
func peopleConfig(c config.Config) people.Config {
	pc := people.Config{Groups: c.Groups, OwnedDomains: c.OwnedDomains}
	for _, p := range c.People {
		accounts := map[string]string{api.Surface: ":" + string(p.ID)}
		if p.Slack != "" {
			accounts[slack.Surface] = slackAccount(c.Slack, p.Slack)
		}
		if p.Entra != "" {
			accounts[entra.Surface] = ":" + p.Entra
		}
		pc.People = append(pc.People, people.Person{
			ID: p.ID, Name: p.Name, Email: p.Email, Accounts: accounts,
			Manager: p.Manager, Hours: p.Hours, Inactive: p.Inactive,
		})
	}
	return pc
}

// slackAccount is a person's account with its workspace, which the file may leave
// out: it is then that of slack.workspace, or, where only one workspace is
// served, whichever that is.
func slackAccount(c config.Slack, account string) string {
	if strings.Contains(account, ":") {
		return account
	}
	return c.Workspace + ":" + account
}

// sources are the services that keep groups; nil where nobody reads them.
type sources struct {
	slack, entra people.Source
	rotas        map[string]people.Source
}

// outsideGroups says where the members of groups and rotas are kept.
func outsideGroups(c config.Config, from sources) map[approval.Selector][]people.Kept {
	all := map[approval.Selector][]people.Kept{}
	rota := func(name string) people.Kept {
		return people.Kept{Source: from.rotas[name], Ref: name, Name: "the rota " + name}
	}
	for name := range c.OnCall {
		all[approval.Selector{Kind: approval.OnCall, Name: name}] = []people.Kept{rota(name)}
	}
	for group, e := range c.Elsewhere {
		var kept []people.Kept
		for _, id := range e.Slack {
			kept = append(kept, people.Kept{Source: from.slack, Ref: id, Name: "the Slack user group " + id})
		}
		for _, id := range e.Entra {
			kept = append(kept, people.Kept{Source: from.entra, Ref: id, Name: "the Entra group " + id})
		}
		for _, name := range e.OnCall {
			kept = append(kept, rota(name))
		}
		all[approval.Selector{Kind: approval.Group, Name: group}] = kept
	}
	return all
}
