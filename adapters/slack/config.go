package slack

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"
)

// Config is what an [Adapter] needs. It holds secrets and prints none.
type Config struct {
	// Token is the bot token, "xoxb-…". It may be empty where there are Installs.
	Token string
	// Installs are the workspaces that installed the app by signoff's own page; nil
	// if the one of Token is all there is.
	Installs Installs
	// Workspace is the key of the install in which places are that name no
	// workspace, if there is no Token.
	Workspace string
	// SigningSecrets are the app's; more than one while it is being changed. They
	// are needed for [Adapter.Handler].
	SigningSecrets []string
	// AppToken is the app-level token, "xapp-…". It is needed for
	// [Adapter.Sockets].
	AppToken string
	// Sockets is how many are open at once, 1 to [MaxSockets]; 0 is
	// [DefaultSockets].
	Sockets int
	// APIURL is where the Web API is, with a final slash; empty is Slack's own.
	APIURL string
	// HTTPClient sends; nil is one of our own. Its redirects are not followed.
	HTTPClient *http.Client
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Log is where the adapter says what a person must mend; nil is nowhere.
	Log *slog.Logger
	// Tenant is the id of the workspace, "T…". Empty: the token's own, asked for
	// by [Adapter.Check] or with the first click.
	Tenant string
	// Enterprise is set for an app that is installed for a whole organisation:
	// its people are at home in every workspace of it.
	Enterprise string
	// Regroup is called when Slack says that a user group, "S…", has changed; nil is
	// nobody. It must not wait.
	Regroup func(group string)
	// Changed is called when Slack says that something about a person, "U…", has
	// changed; nil is nobody. It must not wait.
	Changed func(user string)
	// Unpaced switches off the pacing by Slack's published limits, for a far
	// side that has none.
	Unpaced bool
}

// Validate reports everything that is missing or wrong.
func (c Config) Validate() error {
	var faults []error
	if strings.TrimSpace(c.Token) == "" && (c.Installs == nil || c.Token != "") {
		faults = append(faults, errors.New("slack: the bot token is missing"))
	}
	if len(c.SigningSecrets) == 0 && c.AppToken == "" {
		faults = append(faults, errors.New("slack: an app-level token or a signing secret is missing"))
	}
	if c.AppToken != "" && !strings.HasPrefix(c.AppToken, "xapp-") {
		faults = append(faults, errors.New("slack: the app-level token does not begin with xapp-; make one on the app's page, under Basic Information, App-Level Tokens"))
	}
	if c.Sockets < 0 || c.Sockets > MaxSockets {
		faults = append(faults, fmt.Errorf("slack: %d sockets, want 1 to %d", c.Sockets, MaxSockets))
	}
	if slices.ContainsFunc(c.SigningSecrets, func(s string) bool { return strings.TrimSpace(s) == "" }) {
		faults = append(faults, errors.New("slack: a signing secret is empty"))
	}
	if u, err := url.Parse(c.APIURL); c.APIURL != "" && (err != nil || u.Host == "" || !strings.HasSuffix(u.Path, "/")) {
		faults = append(faults, errors.New("slack: the API address must be absolute and end in a slash"))
	}
	return errors.Join(faults...)
}

// String names the workspace and no secret.
func (c Config) String() string {
	app := "none"
	if c.AppToken != "" {
		app = "[redacted]"
	}
	return fmt.Sprintf("slack{tenant: %q, token: [redacted], app token: %s, signing secrets: [%d redacted]}",
		c.Tenant, app, len(c.SigningSecrets))
}

// GoString is String, so that no verb prints a secret.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for a logger.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

func (c Config) withDefaults() Config {
	if c.APIURL == "" {
		c.APIURL = slackapi.APIURL
	}
	if c.Sockets == 0 {
		c.Sockets = DefaultSockets
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}
