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
	// Flows are those that the page offers behind a command which starts one.
	Flows func(ctx context.Context) ([]Flow, error)
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
	case c.Flows == nil:
		return errors.New("devchat: no flows")
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
