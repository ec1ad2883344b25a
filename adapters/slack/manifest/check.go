package manifest

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The rules that a manifest can break, for programs; the text of a [FaultError] says
// it to people.
const (
	RuleMode     = "manifest-mode"
	RuleURL      = "manifest-url"
	RuleCommand  = "manifest-command"
	RuleTwice    = "manifest-command-twice"
	RuleReserved = "manifest-command-reserved"
	RuleLength   = "manifest-length"
	RuleCount    = "manifest-count"
	RuleRotation = "manifest-rotation"
)

// FaultError is something in a manifest that Slack would refuse.
type FaultError struct {
	Rule string
	// At is the place in the manifest.
	At   string
	Text string
}

func (f *FaultError) Error() string { return f.At + ": " + f.Text + " [" + f.Rule + "]" }

// Slack's limits. Lengths are in characters.
const (
	maxName        = 35
	maxDescription = 140
	minLong        = 175
	maxLong        = 4000
	maxBotName     = 80
	maxCommands    = 50
	maxHelp        = 2000
	maxUsage       = 1000
	maxShortcuts   = 10
	maxShortName   = 24
	maxShortHelp   = 150
	maxCallback    = 255
	maxScopes      = 255
	maxEvents      = 100
	maxRedirects   = 1000
)

// commandName is what Slack takes for a command.
var commandName = regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`)

// checker collects faults.
type checker struct{ faults []error }

func (c *checker) fault(rule, at, format string, args ...any) {
	c.faults = append(c.faults, &FaultError{Rule: rule, At: at, Text: fmt.Sprintf(format, args...)})
}

func (c *checker) length(at, text string, least, most int) {
	if n := utf8.RuneCountInString(text); n < least || n > most {
		c.fault(RuleLength, at, "it has %d characters, and Slack takes %d to %d", n, least, most)
	}
}

func (c *checker) count(at string, n, most int) {
	if n > most {
		c.fault(RuleCount, at, "there are %d, and Slack takes %d", n, most)
	}
}

// check says everything that Slack would refuse, or nil.
func check(o Options, m Manifest) error {
	var c checker
	if o.Mode != Socket && o.Mode != HTTP {
		c.fault(RuleMode, "mode", "%.40q is no mode; it is socket or http", o.Mode)
	}
	c.address(o)
	c.commands(o.Commands)
	c.length("display_information.name", m.Display.Name, 1, maxName)
	c.length("display_information.description", m.Display.Description, 1, maxDescription)
	c.length("display_information.long_description", m.Display.LongDescription, minLong, maxLong)
	c.length("display_information.background_color", m.Display.BackgroundColor, 4, 7)
	c.length("features.bot_user.display_name", m.Features.BotUser.DisplayName, 1, maxBotName)
	c.count("features.slash_commands", len(m.Features.SlashCommands), maxCommands)
	for _, s := range m.Features.SlashCommands {
		c.length("description of "+s.Command, s.Description, 1, maxHelp)
		c.length("usage of "+s.Command, s.UsageHint, 0, maxUsage)
	}
	c.count("features.shortcuts", len(m.Features.Shortcuts), maxShortcuts)
	for _, s := range m.Features.Shortcuts {
		c.length("name of the shortcut "+s.Name, s.Name, 1, maxShortName)
		c.length("description of the shortcut "+s.Name, s.Description, 1, maxShortHelp)
		c.length("callback_id of the shortcut "+s.Name, s.CallbackID, 1, maxCallback)
	}
	c.count("oauth_config.scopes.bot", len(m.OAuth.Scopes.Bot), maxScopes)
	c.count("oauth_config.redirect_urls", len(m.OAuth.RedirectURLs), maxRedirects)
	c.count("settings.event_subscriptions.bot_events", len(m.Settings.Events.BotEvents), maxEvents)
	return errors.Join(c.faults...)
}

// address checks where Slack shall call, or send people back to.
func (c *checker) address(o Options) {
	if o.URL == "" {
		if o.Mode == HTTP {
			c.fault(RuleURL, "url", "http needs the https address at which Slack reaches signoff: --url https://signoff.example.com")
		}
		if o.Rotation || o.Org {
			c.fault(RuleRotation, "url", "tokens that end, and installs for an organisation, come by signoff's own page; "+
				"say where it is: --url https://signoff.example.com")
		}
		return
	}
	u, err := url.Parse(o.URL)
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "":
		c.fault(RuleURL, "url", "it must be an https address, such as https://signoff.example.com")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		c.fault(RuleURL, "url", "it must hold nothing but a host and, at most, a path")
	case net.ParseIP(u.Hostname()).IsLoopback() || strings.EqualFold(u.Hostname(), "localhost"):
		c.fault(RuleURL, "url", "Slack cannot reach %s; name the public address, or use --mode socket", u.Hostname())
	}
}

func (c *checker) commands(commands []Command) {
	owner := map[string]string{}
	for _, cmd := range commands {
		switch other, taken := owner[cmd.Name]; {
		case !commandName.MatchString(cmd.Name):
			c.fault(RuleCommand, "the command of "+cmd.Flow,
				"%.40q is no command: a slash, then 1 to 31 small letters, digits, - and _", cmd.Name)
		case cmd.Name == Own:
			c.fault(RuleReserved, "the command of "+cmd.Flow, "%s is signoff's own; choose another name", Own)
		case taken:
			c.fault(RuleTwice, "the command of "+cmd.Flow, "%s is that of %s, too; rename one of them", cmd.Name, other)
		}
		owner[cmd.Name] = cmd.Flow
	}
}
