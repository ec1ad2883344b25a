package slack

import (
	"context"
	"errors"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// memberFor is how long a member's profile leads from the id to the mail
// address. Who is in a group is never kept, and whoever presses a button is
// verified anew.
const memberFor = 10 * time.Minute

// errNotMember: a user group names somebody whom the workspace does not know.
var errNotMember = errors.New("a member of the user group is not in the workspace")

// Members returns who is in a user group now, by its id, "S…", or with its
// workspace "T…/S…". Slack names members by id alone; [Adapter.Account] tells more.
// It needs the scope usergroups:read.
func (a *Adapter) Members(ctx context.Context, group string) ([]adapters.Account, error) {
	w, id, err := a.spaces.at(ctx, group)
	if err != nil {
		return nil, err
	}
	at, err := w.accounts.home(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.admit(ctx, map[string]rate{methodGroup: methodRates[methodGroup]}); err != nil {
		return nil, err
	}
	team, id := teamOf(at, id)
	users, err := w.api.GetUserGroupMembersContext(ctx, id, slackapi.GetUserGroupMembersOptionTeamID(team))
	if err != nil {
		return nil, w.failed(methodGroup, err)
	}
	members := make([]adapters.Account, 0, len(users))
	for _, id := range users {
		members = append(members, adapters.Account{Surface: Surface, Tenant: firstOf(at.enterprise, at.team), ID: id})
	}
	return members, nil
}

// teamOf says in which workspace a user group is. The token of an organisation
// must say it, so such a group is named "E…/T…/S…".
func teamOf(at home, group string) (team, id string) {
	if team, id := apart(group); team != "" {
		return team, id
	}
	return at.team, group
}

// Account returns what Slack says of a member: name, mail address, and what
// speaks against them. It is a few minutes old at most.
func (a *Adapter) Account(ctx context.Context, member adapters.Account) (adapters.Account, error) {
	w, err := a.spaces.called(ctx, member.Tenant)
	if err != nil {
		return adapters.Account{}, err
	}
	at, err := w.accounts.home(ctx)
	if err != nil {
		return adapters.Account{}, err
	}
	u, err := w.accounts.members.get(ctx, member.ID, func(ctx context.Context) (*slackapi.User, error) {
		// Presses need the same method and come first.
		if err := w.admit(ctx, map[string]rate{methodInfo: methodRates[methodInfo]}); err != nil {
			return nil, err
		}
		return w.accounts.standing(ctx, member.ID)
	})
	if err != nil {
		return adapters.Account{}, err
	}
	if u == nil {
		return adapters.Account{}, errNotMember
	}
	var p wire.Payload
	p.User.ID = member.ID
	return at.account(p, u), nil
}
