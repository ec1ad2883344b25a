package devchat

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"signoff/adapters/slack/slacktest"
)

// Config is what the page stands on.
type Config struct {
	// Slack is the workspace that the page shows.
	Slack *slacktest.Server
	// Flows are those that the page offers to start.
	Flows func(ctx context.Context) ([]Flow, error)
	// Form are the questions of a flow as they stand with what was typed so far.
	// err is shown as it is.
	Form func(ctx context.Context, r FormRequest) ([]Input, error)
	// Start starts a flow. Texts for single inputs go into fields by input id;
	// err is for everything else and is shown as it is.
	Start func(ctx context.Context, r StartRequest) (executionURL string, fields map[string]string, err error)
	// App is what the app offers to people who type or open a menu: the commands
	// and shortcuts of its manifest. nil offers nothing.
	App func(ctx context.Context) (App, error)
	// Executions are the newest, newest first; nil leaves the list out.
	Executions func(ctx context.Context) ([]Execution, error)
	// Echo are the calls that flows made to the local echo endpoint, newest
	// first; nil leaves the list out.
	Echo func() []EchoCall
	Log  *slog.Logger
}

func (c Config) validate() error {
	switch {
	case c.Slack == nil:
		return errors.New("devchat: no workspace")
	case c.Flows == nil, c.Form == nil, c.Start == nil:
		return errors.New("devchat: no way to start a flow")
	default:
		return nil
	}
}

// App is what the app declares in its manifest.
type App struct {
	Commands  []Command  `json:"commands"`
	Shortcuts []Shortcut `json:"shortcuts"`
	// ReadOnly is a Messages tab in which people cannot write.
	ReadOnly bool `json:"read_only"`
}

// Command is a command that can be typed into a message box.
type Command struct {
	Name        string `json:"name"` // with its slash
	Description string `json:"description,omitempty"`
	Usage       string `json:"usage,omitempty"` // what may follow
}

// Shortcut is an entry of a menu.
type Shortcut struct {
	CallbackID  string `json:"callback_id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// Message puts it into the menu of each message.
	Message bool `json:"message,omitempty"`
}

// Flow is a flow that can be started.
type Flow struct {
	Namespace   string `json:"namespace"`
	ID          string `json:"id"`
	Description string `json:"description,omitempty"`
}

// FormRequest asks for the questions of a flow.
type FormRequest struct {
	Namespace string
	Flow      string
	// Inputs are texts as they were typed so far.
	Inputs map[string]string
}

// Input is a typed question of a flow. Type is one of the flow language's:
// STRING, INT, DATE, MULTISELECT, … Several values stand one a line.
type Input struct {
	ID       string   `json:"id"`
	Type     string   `json:"type"`
	Label    string   `json:"label,omitempty"`
	Hint     string   `json:"hint,omitempty"`
	Required bool     `json:"required"`
	Default  string   `json:"default,omitempty"`
	Options  []Option `json:"options,omitempty"`
	// Custom allows a value that is not among Options.
	Custom bool `json:"custom,omitempty"`
}

// Option is one choice.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label,omitempty"`
}

// StartRequest asks for a new execution.
type StartRequest struct {
	Namespace string
	Flow      string
	// Inputs are texts as they were typed; what was left empty is absent.
	Inputs map[string]string
	// By is who the visitor of the page is at the moment.
	By slacktest.User
}

// Execution is a line in the page's list.
type Execution struct {
	ID    string    `json:"id"`
	Flow  string    `json:"flow"`
	State string    `json:"state"` // RUNNING, PAUSED, SUCCESS, …
	At    time.Time `json:"at"`
	URL   string    `json:"url"`
}

// EchoCall is a call that the local echo endpoint took.
type EchoCall struct {
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	// Fields are the parts of a form, in order; otherwise Body is shown.
	Fields []EchoField `json:"fields,omitempty"`
	Body   string      `json:"body,omitempty"`
}

// EchoField is a named part of a form.
type EchoField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
