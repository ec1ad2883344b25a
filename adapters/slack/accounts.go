package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

const (
	// standingFor is how old what we know of a clicker may be.
	standingFor = time.Minute
	// addressFor is how long a mail address leads to the same account.
	addressFor = 10 * time.Minute
	// verifyBudget is what verifying a clicker may cost of Slack's 3 s.
	verifyBudget = 1200 * time.Millisecond
)

// errUnverified: Slack did not tell in time who the clicker is.
var errUnverified = errors.New("the account could not be verified")

// home is the workspace that the token belongs to.
type home struct{ team, enterprise string }

// accounts knows who people are. It asks Slack and fails closed.
type accounts struct {
	api        *slackapi.Client
	admit      func(ctx context.Context, lanes map[string]rate) error
	tenant     string // configured; empty: the token's own
	enterprise string
	org        bool // it is installed for the whole organisation: no team

	homes     *cache[home]
	standings *cache[*slackapi.User] // nil: not of this workspace
	members   *cache[*slackapi.User] // of user groups
	addresses *cache[string]
}

func newAccounts(api *slackapi.Client, cfg Config) *accounts {
	return &accounts{
		api:        api,
		tenant:     cfg.Tenant,
		enterprise: cfg.Enterprise,
		homes:      newCache[home](time.Hour, cfg.Now),
		standings:  newCache[*slackapi.User](standingFor, cfg.Now),
		members:    newCache[*slackapi.User](memberFor, cfg.Now),
		addresses:  newCache[string](addressFor, cfg.Now),
	}
}

// home asks whose token ours is. A token of another workspace than the
// configured one is a fault that a person must mend.
func (a *accounts) home(ctx context.Context) (home, error) {
	if a.tenant != "" || a.org {
		return home{a.tenant, a.enterprise}, nil
	}
	return a.homes.get(ctx, "", func(ctx context.Context) (home, error) {
		team, err := a.owner(ctx)
		return home{team, a.enterprise}, err
	})
}

func (a *accounts) owner(ctx context.Context) (string, error) {
	who, err := a.api.AuthTestContext(ctx)
	if err != nil {
		return "", deliveryError(methodAuth, err)
	}
	if who.TeamID == "" {
		return "", &adapters.DeliveryError{Kind: adapters.Malformed, Code: "no_team_id"}
	}
	return who.TeamID, nil
}

// clicker verifies who sent a payload.
func (a *accounts) clicker(ctx context.Context, p wire.Payload) (adapters.Account, error) {
	if p.User.ID == "" {
		return adapters.Account{}, errUnverified
	}
	ctx, cancel := context.WithTimeoutCause(ctx, verifyBudget, errUnverified)
	defer cancel()
	at, err := a.home(ctx)
	if err != nil {
		return adapters.Account{}, errors.Join(errUnverified, err)
	}
	u, err := a.standings.get(ctx, p.User.ID, func(ctx context.Context) (*slackapi.User, error) {
		return a.standing(ctx, p.User.ID)
	})
	if err != nil {
		return adapters.Account{}, errors.Join(errUnverified, err)
	}
	return at.account(p, u), nil
}

// standing asks Slack about a user: nil if this workspace does not know them.
func (a *accounts) standing(ctx context.Context, id string) (*slackapi.User, error) {
	u, err := a.api.GetUserInfoContext(ctx, id)
	if refused, ok := errors.AsType[slackapi.SlackErrorResponse](err); ok {
		switch refused.Err {
		case "user_not_found", "users_not_found", "user_not_visible":
			return nil, nil //nolint:nilnil // unknown here is an answer: foreign
		}
	}
	if err != nil {
		return nil, deliveryError(methodInfo, err)
	}
	if u.ID != id {
		return nil, fmt.Errorf("users.info answered for another user")
	}
	return u, nil
}

// forget drops what is known of a user.
func (a *accounts) forget(id string) {
	user := func(key string, _ *slackapi.User) bool { return key == id }
	a.standings.forget(user)
	a.members.forget(user)
	a.addresses.forget(func(_, found string) bool { return found == id })
}

// account says what Slack says for and against a clicker.
func (h home) account(p wire.Payload, u *slackapi.User) adapters.Account {
	acc := adapters.Account{Surface: Surface, Tenant: p.User.TeamID, ID: p.User.ID, Name: p.User.Name, Foreign: true}
	if u == nil {
		return acc
	}
	acc.Name = firstOf(u.RealName, u.Profile.RealName, u.Profile.DisplayName, u.Name, u.ID)
	acc.Email = u.Profile.Email
	acc.Bot = u.IsBot || u.IsWorkflowBot || u.IsConnectorBot || u.ID == "USLACKBOT"
	acc.Deactivated = u.Deleted || u.IsInvitedUser
	acc.Guest = u.IsRestricted || u.IsUltraRestricted
	acc.Foreign = u.IsStranger || !h.owns(u, u.TeamID) || p.User.TeamID != "" && !h.owns(u, p.User.TeamID)
	acc.Tenant = firstOf(u.TeamID, p.User.TeamID)
	if !acc.Foreign {
		acc.Tenant = firstOf(h.enterprise, h.team)
	}
	return acc
}

// owns reports whether a user who is seen in a workspace belongs to ours. In an
// organisation a person has one account in several workspaces, and Slack names
// any of them.
func (h home) owns(u *slackapi.User, team string) bool {
	member := h.team != "" && (u.TeamID == h.team || slices.Contains(u.Enterprise.Teams, h.team))
	if h.enterprise != "" && u.Enterprise.EnterpriseID == h.enterprise {
		return true
	}
	if team == h.team {
		return member
	}
	return member && (slices.Contains(u.Enterprise.Teams, team) || team == u.Enterprise.EnterpriseID && team != "")
}

// find returns the user id of a person, to write to.
func (a *accounts) find(ctx context.Context, p adapters.Person) (string, error) {
	if p.Account != "" {
		return p.Account[strings.LastIndexByte(p.Account, ':')+1:], nil
	}
	if p.Email == "" {
		return "", &adapters.DeliveryError{
			Kind: adapters.Unreachable, Code: "no_account",
			Advice: "signoff knows no Slack account and no mail address of " + firstOf(p.Name, p.ID) + ". Add one to the configuration.",
		}
	}
	return a.addresses.get(ctx, strings.ToLower(p.Email), func(ctx context.Context) (string, error) {
		if err := a.admit(ctx, map[string]rate{methodLookup: methodRates[methodLookup]}); err != nil {
			return "", err
		}
		u, err := a.api.GetUserByEmailContext(ctx, p.Email)
		if err != nil {
			return "", deliveryError(methodLookup, err)
		}
		if u.ID == "" {
			return "", &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "users_not_found", Advice: adviceAccount}
		}
		return u.ID, nil
	})
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
