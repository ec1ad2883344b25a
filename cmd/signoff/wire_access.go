package main

import (
	"errors"
	"fmt"

	"signoff/adapters/api"
	"signoff/bot"
	"signoff/cmd/signoff/config"
	"signoff/engine/access"
)

// rights are who may do what. A configuration that says nothing of it lets
// everybody see, start and answer.
func rights(c config.Config) (*access.Rules, error) {
	if c.Access == nil {
		return access.Everyone(), nil
	}
	return access.New(access.Config{Roles: c.Roles, Grants: *c.Access})
}

// apiTokens are the token of the data folder and those of the configuration. All
// whose secrets cannot be read are told at once.
func apiTokens(c config.Config, local string, getenv func(string) string) ([]api.Token, error) {
	tokens := []api.Token{{Name: bot.LocalToken, Secret: local, Person: string(c.API.LocalPerson)}}
	var faults []error
	for _, t := range c.API.Tokens {
		secret, err := t.Secret.Read(getenv)
		if err != nil {
			faults = append(faults, fmt.Errorf("api.tokens: %s: %w", t.Name, err))
		}
		tokens = append(tokens, api.Token{Name: t.Name, Secret: secret.Reveal(), Person: string(t.Person), Expires: t.Expires})
	}
	return tokens, errors.Join(faults...)
}
