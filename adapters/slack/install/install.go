package install

import (
	"fmt"
	"log/slog"
	"regexp"
	"time"
)

// Install is a workspace, or a whole organisation, that has installed the app.
// It prints no token.
type Install struct {
	// Key is the organisation's id if it is installed for all of it, "E…", and the
	// workspace's otherwise, "T…".
	Key string
	// Team is the workspace; empty for an organisation.
	Team string
	Name string // as Slack calls it
	// Enterprise is the organisation that it belongs to, if any. Org says that the
	// app is installed for all of it.
	Enterprise string
	Org        bool
	BotUser    string
	Scopes     []string
	// By is the Slack account of whoever installed it, at At.
	By string
	At time.Time
	// Token is the bot's; empty once it was removed.
	Token string
	// Refresh renews the token, which ends at Expires; both are empty where tokens
	// do not end. Issued is when Slack gave the token.
	Refresh string
	Issued  time.Time
	Expires time.Time
	// Removed is when the workspace took the app away; zero if it did not. Why says
	// how it was learned.
	Removed time.Time
	Why     string
	// Problem says what a person must mend; "" is nothing.
	Problem string

	version uint64    // of the entry; 0 is none
	renewer string    // the server that is renewing the token
	until   time.Time // until when it has the turn
}

// Rotates reports whether the token ends and is renewed.
func (i Install) Rotates() bool { return !i.Expires.IsZero() }

// Active reports whether the workspace can be spoken to.
func (i Install) Active() bool { return i.Removed.IsZero() && i.Token != "" }

// String names the workspace and no secret.
func (i Install) String() string {
	return fmt.Sprintf("install{%s %q, token: [redacted]}", i.Key, i.Name)
}

// GoString is String, so that no verb prints a token.
func (i Install) GoString() string { return i.String() }

// LogValue is String, for a logger.
func (i Install) LogValue() slog.Value { return slog.StringValue(i.String()) }

// MarshalText is String, so that no encoding holds a token.
func (i Install) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// keyForm is what Slack's ids of workspaces and organisations look like.
var keyForm = regexp.MustCompile(`^[TE][A-Z0-9]{1,40}$`)

// renewAt is when a token is due to be renewed: at 80 % of its life.
func (i Install) renewAt() time.Time {
	return i.Issued.Add(i.Expires.Sub(i.Issued) * 4 / 5)
}
