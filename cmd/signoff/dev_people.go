package main

import (
	"context"
	"strings"

	"signoff/adapters/slack/slacktest"
	"signoff/bot/task"
	"signoff/cmd/signoff/config"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// The people and places of `signoff dev`.
const (
	devTeam      = "T0SIGNOFF"
	devChannel   = "vacation-approvals"
	devGeneral   = "general"
	devNamespace = "hr.operations"

	dana = "dana@example.com" // an HR manager: approves
	kim  = "kim@example.com"  // an HR manager, too
	alex = "alex@example.com" // asks for time off
	sam  = "sam@example.com"  // a colleague who may not decide
)

// devPeople is the directory: the same people as in the chat.
func devPeople() config.Config {
	c := config.Config{
		OwnedDomains: []string{"example.com"},
		Groups: map[string][]approval.PersonID{
			"hr-managers": {dana, kim}, "platform-leads": {dana, kim}, "security": {sam},
			"finance": {kim, sam}, "legal": {dana}, "directors": {sam},
		},
	}
	manager := map[string]approval.PersonID{alex: dana, sam: kim, kim: dana}
	for _, u := range devUsers() {
		c.People = append(c.People, config.Person{
			ID: approval.PersonID(u.Email), Name: u.Real, Email: u.Email, Slack: u.ID, Manager: manager[u.Email],
		})
	}
	return c
}

func devUsers() []slacktest.User {
	return []slacktest.User{
		{ID: "U0DANA", Name: "dana", Real: "Dana", Email: dana, Title: "HR manager"},
		{ID: "U0ALEX", Name: "alex", Real: "Alex", Email: alex, Title: "Engineer"},
		{ID: "U0KIM", Name: "kim", Real: "Kim", Email: kim, Title: "HR manager"},
		{ID: "U0SAM", Name: "sam", Real: "Sam", Email: sam, Title: "Designer"},
	}
}

func devChannels() []slacktest.Channel {
	return []slacktest.Channel{{ID: "C0GENERAL", Name: devGeneral}, {ID: "C0VACATION", Name: devChannel}, {ID: "C0DEPLOYS", Name: "deploys"}}
}

// devConfig is what a configuration file would say.
func devConfig(w *devWorld) config.Config {
	c := devPeople()
	c.BaseURL = w.baseURL()
	c.Tasks.Scripts = "allow" // whoever runs dev is at home
	c.KV = map[string]map[string]any{
		devNamespace: {"HR_API_ENDPOINT": w.hrURL},
		"platform":   {"DEPLOY_URL": w.hrURL, "ACCESS_URL": w.hrURL},
		"finance":    {"FINANCE_URL": w.hrURL},
	}
	c.Egress.Allow = []string{strings.TrimPrefix(w.hrURL, "http://"), strings.TrimPrefix(w.chat.URL(), "http://")}
	dms := flow.Destination{Surface: "slack", To: flow.Approvers}
	c.Namespaces = map[string]config.Namespace{
		devNamespace: {
			Approvers: []approval.Selector{{Kind: approval.User, Name: dana}},
			Deliver:   []flow.Destination{{Surface: "slack", To: "#" + devChannel}, dms},
		},
		// A flow from elsewhere that names nobody asks Dana and Kim, so that it runs
		// as it was copied. A server never guesses.
		"": {
			Approvers: []approval.Selector{{Kind: approval.User, Name: dana}, {Kind: approval.User, Name: kim}},
			Deliver:   []flow.Destination{{Surface: "slack", To: "#" + devGeneral}, dms},
		},
	}
	return c
}

// devSecretStore knows the webhook into the chat, and what the environment
// holds.
type devSecretStore struct {
	hook string
	env  task.Secrets
}

// Secret returns the chat's webhook or a secret of the environment.
func (s devSecretStore) Secret(ctx context.Context, namespace, name string) (string, error) {
	if strings.EqualFold(name, "SLACK_HR_WEBHOOK") {
		return s.hook, nil
	}
	return s.env.Secret(ctx, namespace, name)
}

func devSecrets(chat *slacktest.Server, env task.Secrets) task.Secrets {
	return devSecretStore{hook: chat.AddWebhook(devChannel, "HR"), env: env}
}
