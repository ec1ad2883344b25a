package wire

import (
	"encoding/json"
	"fmt"
	"time"
)

// The outer types of what Slack tells by itself.
const (
	URLVerification = "url_verification"
	EventCallback   = "event_callback"
	AppRateLimited  = "app_rate_limited"
)

// The events that mean something to signoff.
const (
	HomeOpened    = "app_home_opened"
	UserChange    = "user_change"
	GroupMembers  = "subteam_members_changed"
	GroupUpdated  = "subteam_updated"
	Uninstalled   = "app_uninstalled"
	TokensRevoked = "tokens_revoked"
)

// maxChallenge bounds what is echoed.
const maxChallenge = 1024

// Event is what Slack tells, as far as signoff reads it.
type Event struct {
	Type         string
	Challenge    string // of URLVerification
	ID           string // the same for every delivery
	At           time.Time
	TeamID       string
	EnterpriseID string
	AppID        string
	// OrgInstall says that the app is installed for the whole organisation.
	OrgInstall bool
	// Kind is the type of the event itself.
	Kind string
	// User is who opened a page, or who changed.
	User string
	// Tab is what was opened: "home" or "messages".
	Tab string
	// View and Hash are those of the page as it is now, if there is one.
	View string
	Hash string
	// Group is the user group that changed.
	Group string
	// Bots are those whose tokens were revoked.
	Bots []string
}

// DecodeEvent reads what Slack tells. Of an event that signoff does not know only
// the type is read.
func DecodeEvent(raw []byte) (Event, error) {
	var outer struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
		ID        string `json:"event_id"`
		At        int64  `json:"event_time"`
		TeamID    string `json:"team_id"`
		Org       string `json:"enterprise_id"`
		AppID     string `json:"api_app_id"`
		Grants    []struct {
			OrgInstall bool   `json:"is_enterprise_install"`
			Org        string `json:"enterprise_id"`
		} `json:"authorizations"`
		Event json.RawMessage `json:"event"`
	}
	if err := json.Unmarshal(raw, &outer); err != nil {
		return Event{}, fmt.Errorf("decode what Slack tells: %w", err)
	}
	e := Event{
		Type: outer.Type, Challenge: outer.Challenge, ID: outer.ID, TeamID: outer.TeamID, EnterpriseID: outer.Org,
		AppID: outer.AppID, At: time.Unix(outer.At, 0),
	}
	if len(e.Challenge) > maxChallenge {
		return Event{}, fmt.Errorf("decode what Slack tells: a challenge of %d bytes", len(e.Challenge))
	}
	for _, g := range outer.Grants {
		e.OrgInstall = e.OrgInstall || g.OrgInstall
		if e.EnterpriseID == "" && g.OrgInstall {
			e.EnterpriseID = g.Org
		}
	}
	if e.Type != EventCallback {
		return e, nil
	}
	return e.inner(outer.Event)
}

// inner reads the event itself. Slack names a user by the id or as an object.
func (e Event) inner(raw json.RawMessage) (Event, error) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return Event{}, fmt.Errorf("decode an event: %w", err)
	}
	e.Kind = kind.Type
	var err error
	switch kind.Type {
	case HomeOpened:
		var in struct {
			User string `json:"user"`
			Tab  string `json:"tab"`
			View struct {
				ID   string `json:"id"`
				Hash string `json:"hash"`
			} `json:"view"`
		}
		err = json.Unmarshal(raw, &in)
		e.User, e.Tab, e.View, e.Hash = in.User, in.Tab, in.View.ID, in.View.Hash
	case UserChange:
		var in struct {
			User struct {
				ID string `json:"id"`
			} `json:"user"`
		}
		err = json.Unmarshal(raw, &in)
		e.User = in.User.ID
	case GroupMembers, GroupUpdated:
		var in struct {
			Group  string `json:"subteam_id"`
			Object struct {
				ID string `json:"id"`
			} `json:"subteam"`
		}
		err = json.Unmarshal(raw, &in)
		if e.Group = in.Group; e.Group == "" {
			e.Group = in.Object.ID
		}
	case TokensRevoked:
		var in struct {
			Tokens struct {
				Bot []string `json:"bot"`
			} `json:"tokens"`
		}
		err = json.Unmarshal(raw, &in)
		e.Bots = in.Tokens.Bot
	}
	if err != nil {
		return Event{}, fmt.Errorf("decode an event of type %.40q: %w", e.Kind, err)
	}
	return e, nil
}

// Install is the key of the install that an event is about: the organisation if
// the app is installed for all of it, else the workspace.
func (e Event) Install() string {
	if e.OrgInstall && e.EnterpriseID != "" {
		return e.EnterpriseID
	}
	return e.TeamID
}
