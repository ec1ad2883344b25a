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

// Members returns who is in a user group now, by its id, "S…". Slack names
// members by id alone; [Adapter.Account] tells more. It needs the scope
// usergroups:read.
func (a *Adapter) Members(ctx context.Context, group string) ([]adapters.Account, error) {
	at, err := a.accounts.home(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.admit(ctx, map[string]rate{methodGroup: methodRates[methodGroup]}); err != nil {
		return nil, err
	}
	users, err := a.api.GetUserGroupMembersContext(ctx, group, slackapi.GetUserGroupMembersOptionTeamID(at.team))
	if err != nil {
		return nil, a.failed(methodGroup, err)
	}
	members := make([]adapters.Account, 0, len(users))
	for _, id := range users {
		members = append(members, adapters.Account{Surface: Surface, Tenant: firstOf(at.enterprise, at.team), ID: id})
	}
	return members, nil
}

// Account returns what Slack says of a member: name, mail address, and what
// speaks against them. It is a few minutes old at most.
func (a *Adapter) Account(ctx context.Context, id string) (adapters.Account, error) {
	at, err := a.accounts.home(ctx)
	if err != nil {
		return adapters.Account{}, err
	}
	u, err := a.accounts.members.get(ctx, id, func(ctx context.Context) (*slackapi.User, error) {
		// Presses need the same method and come first.
		if err := a.admit(ctx, map[string]rate{methodInfo: methodRates[methodInfo]}); err != nil {
			return nil, err
		}
		return a.accounts.standing(ctx, id)
	})
	if err != nil {
		return adapters.Account{}, err
	}
	if u == nil {
		return adapters.Account{}, errNotMember
	}
	var p wire.Payload
	p.User.ID = id
	return at.account(p, u), nil
}
