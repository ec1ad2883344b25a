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
	// Workspaces are those beside the first, which TeamID names. The app is not
	// installed there.
	Workspaces []Workspace
	Channels   []Channel
	UserGroups []UserGroup
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
	// LimitMethods answers 429 to more calls of a method in a minute than its tier
	// allows to one install.
	LimitMethods bool
	// NoRetryAfter leaves the header out of those answers.
	NoRetryAfter bool
	// Scopes are what the app was granted; empty means everything.
	Scopes []string
	// FreePlan is a workspace without user groups.
	FreePlan bool
	Log      *slog.Logger
	App
}

// App is what the app's settings say of it.
type App struct {
	Commands  []SlashCommand
	Shortcuts []Shortcut
	// Events are the types of events that the app subscribed to; nil means all.
	Events []string
	// EventRetries is how long Slack waits before it sends an event again: at
	// once, after a minute and after five if nil.
	EventRetries []time.Duration
	// NoHome is an app whose Home tab is switched off.
	NoHome bool
	// ClientID and ClientSecret are the app's own credentials, with which it
	// turns codes into tokens. Without them nobody can install it.
	ClientID     string
	ClientSecret string
	// Redirects are the addresses to which a code may be sent.
	Redirects []string
	// RotateTokens gives out tokens that end after twelve hours.
	RotateTokens bool
}

// SlashCommand is a command that the app has declared.
type SlashCommand struct {
	Name string // with its slash
	// Escape names people and places by their ids, in Slack's own marks.
	Escape bool
}

// Shortcut is an entry of a menu that the app has declared.
type Shortcut struct {
	CallbackID string
	// Message puts it into the menu of each message, not into the global one.
	Message bool
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
	Admin           bool
	// StatusText and StatusEmoji are what they say of themselves, until
	// StatusUntil unless that is zero.
	StatusText  string
	StatusEmoji string
	StatusUntil time.Time
}

// UserGroup is a user group of the workspace.
type UserGroup struct {
	ID       string // S…
	Team     string // the first workspace if empty
	Name     string
	Handle   string // without "@"
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
	Team     string // the first workspace if empty
	Shared   bool   // with another organisation
	// Teams are further workspaces that share it.
	Teams []string
	// Restricted lets only some people post.
	Restricted bool
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
	if o.EventRetries == nil {
		o.EventRetries = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
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
