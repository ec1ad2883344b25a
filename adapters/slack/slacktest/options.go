package slacktest

import (
	"log/slog"
	"net/http"
	"time"
)

// Options describe a workspace. Empty fields take values that suit a test.
type Options struct {
	// Now is the clock of timestamps, triggers and signatures.
	Now           func() time.Time
	SigningSecret string
	BotToken      string
	AppToken      string
	TeamID        string
	// EnterpriseID makes this an organisation-wide install: payloads then carry
	// no team, as Slack's do.
	EnterpriseID string
	AppName      string
	Users        []User
	Channels     []Channel
	UserGroups   []UserGroup
	// URL is where the fake itself is reached, for response_url, permalinks and
	// webhooks. Start and SetURL set it too.
	URL string
	// Interactions is where the app takes interactions. SetInteractivity sets
	// it too.
	Interactions string
	// Client sends interactions; one that follows no redirects if nil.
	Client *http.Client
	// SocketMode sends people's actions to the app's sockets instead of
	// Interactions. SetSocketMode switches it.
	SocketMode bool
	// AckWithin is how long the app may take to answer a person: 3 s if zero.
	AckWithin time.Duration
	// LimitPosts answers 429 to more than one message a second in a channel,
	// after a burst of three.
	LimitPosts bool
	Log        *slog.Logger
}

// User is a member of the workspace, or somebody who can be seen from it.
type User struct {
	ID    string // U… or W…; made up if empty
	Name  string // the handle, lower case
	Real  string // the full name; Name if empty
	Email string
	Title string
	// Team is the user's own team if it is not the workspace's.
	Team            string
	TZ              string
	Deleted         bool
	Restricted      bool // multi-channel guest
	UltraRestricted bool // single-channel guest
	Stranger        bool // of another workspace, never seen here
	Invited         bool
	Bot             bool
	WorkflowBot     bool
}

// UserGroup is a user group of the workspace.
type UserGroup struct {
	ID       string // S…
	Disabled bool
	// Members are ids of users. Those who were deactivated are not shown.
	Members []string
}

// Channel is a conversation that is not a direct message.
type Channel struct {
	ID       string // C…; made up if empty
	Name     string // without "#"
	Private  bool
	Archived bool
	Shared   bool // with another organisation
	// WithoutBot means that the app was not invited.
	WithoutBot bool
	// Members are user ids or names; empty means every full member.
	Members []string
}

const (
	defaultSecret = "0123456789abcdef0123456789abcdef"
	defaultToken  = "xoxb-test-token"         //nolint:gosec // of a workspace that is not there
	defaultApp    = "xapp-1-A0SIGNOFF-1-test" //nolint:gosec // as above
	defaultTeam   = "T0SIGNOFF"
	ackWithin     = 3 * time.Second
	triggerLife   = 3 * time.Second
)

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.AckWithin == 0 {
		o.AckWithin = ackWithin
	}
	if o.Client == nil {
		o.Client = &http.Client{CheckRedirect: stay}
	}
	o.SigningSecret = orElse(o.SigningSecret, defaultSecret)
	o.BotToken = orElse(o.BotToken, defaultToken)
	o.AppToken = orElse(o.AppToken, defaultApp)
	o.TeamID = orElse(o.TeamID, defaultTeam)
	o.AppName = orElse(o.AppName, "signoff")
	return o
}

// stay follows no redirect, as Slack does not.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
