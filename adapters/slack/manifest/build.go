package manifest

import "strings"

// Mode is how Slack reaches signoff.
type Mode string

// The modes.
const (
	// Socket: signoff opens connections to Slack and needs no public address.
	Socket Mode = "socket"
	// HTTP: Slack calls signoff's public address.
	HTTP Mode = "http"
)

// Where signoff answers Slack over HTTP, below its public address.
const (
	InteractionsPath = "/slack/interactions"
	CommandsPath     = "/slack/commands"
	EventsPath       = "/slack/events"
	// OptionsPath is asked for the options of long lists.
	OptionsPath = InteractionsPath
	// InstallPath and CallbackPath let a workspace install the app.
	InstallPath  = "/slack/install"
	CallbackPath = "/slack/oauth/callback"
)

// Own is the command that signoff itself has.
const Own = "/signoff"

// The callback ids of the shortcuts.
const (
	// NewShortcut begins a request from anywhere.
	NewShortcut = "signoff.new"
	// AboutShortcut begins a request about a message.
	AboutShortcut = "signoff.about"
)

// Command is a command that a flow owns.
type Command struct {
	Name        string // "/vacation"
	Description string // one line; empty takes one of ours
	Usage       string // what may follow: "[from] [to]"
	Flow        string // which flow, for what is said about faults
}

// Options choose among the manifests that the template can make.
type Options struct {
	Mode Mode // empty is Socket
	// URL is signoff's public address, https, with or without a final slash. HTTP
	// needs it, and so does an app that other workspaces install.
	URL string
	// Commands are those of flows.
	Commands []Command
	// Rotation lets tokens end after twelve hours; signoff renews them. It cannot
	// be switched off again, and needs installs by signoff's own page.
	Rotation bool
	// Org lets the app be installed for a whole Enterprise Grid organisation.
	Org bool
}

// Build makes the manifest. The error joins a [*FaultError] for everything that Slack
// would refuse.
func Build(o Options) (Manifest, error) {
	if o.Mode == "" {
		o.Mode = Socket
	}
	o.URL = strings.TrimSuffix(o.URL, "/")
	m := template(o)
	if err := check(o, m); err != nil {
		return Manifest{}, err
	}
	return m, nil
}

func template(o Options) Manifest {
	at := func(path string) string {
		if o.Mode != HTTP {
			return ""
		}
		return o.URL + path
	}
	var events []string
	for _, e := range Events() {
		events = append(events, e.Name)
	}
	m := Manifest{
		Display: Display{
			Name:            "signoff",
			Description:     "Asks people, in the middle of a flow, and goes on when they have answered.",
			LongDescription: longDescription,
			BackgroundColor: "#1f3a5f",
		},
		Features: Feature{
			AppHome:       AppHome{Home: true, Messages: true, MessagesReadOnly: true},
			BotUser:       BotUser{DisplayName: "signoff", AlwaysOnline: true},
			Shortcuts:     shortcuts(),
			SlashCommands: slashes(o.Commands, at(CommandsPath)),
		},
		OAuth: OAuth{Scopes: Granted{Bot: Scopes()}},
		Settings: Settings{
			Events:        Subscriptions{RequestURL: at(EventsPath), BotEvents: events},
			Interactivity: Interactivity{Enabled: true, RequestURL: at(InteractionsPath), OptionsURL: at(OptionsPath)},
			OrgDeploy:     o.Org,
			SocketMode:    o.Mode == Socket,
			TokenRotation: o.Rotation,
		},
	}
	if o.URL != "" {
		m.OAuth.RedirectURLs = []string{o.URL + CallbackPath}
	}
	return m
}

const longDescription = "signoff runs flows that are written in YAML. Where a person must decide, it " +
	"stops, puts the question in front of the right people in the channel or in " +
	"their direct messages, takes their answer with a button or a form, and goes " +
	"on. Every copy of the question changes in place when it is answered. Who " +
	"decided what, when, and on which text, can be proved years later."

func shortcuts() []Shortcut {
	return []Shortcut{
		{Name: "New approval request", Type: "global", CallbackID: NewShortcut, Description: "Start a flow that asks for an approval"},
		{Name: "Request approval", Type: "message", CallbackID: AboutShortcut, Description: "Ask for an approval about this message"},
	}
}

func slashes(commands []Command, url string) []Slash {
	out := []Slash{{
		Command: Own, URL: url, Escape: true,
		Description: "Ask for approvals, and answer them",
		UsageHint:   "help | start FLOW | pending | mine | approve ID | reject ID [reason]",
	}}
	for _, c := range commands {
		s := Slash{Command: c.Name, URL: url, Escape: true, Description: strings.TrimSpace(c.Description), UsageHint: strings.TrimSpace(c.Usage)}
		if s.Description == "" {
			s.Description = "Start the flow " + c.Flow
		}
		out = append(out, s)
	}
	return out
}
