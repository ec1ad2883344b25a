// Signoff is a chat-ops bot that runs YAML flows and stops them where a person
// must decide.
//
// This package is the command line, the configuration and the composition root:
// the only place that knows every adapter and every store. It holds no rule
// about who may decide what; see packages engine and bot for those.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"signoff/bot/task/process"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFaults = 1 // faults were found, or the command could not be done
	exitUsage  = 2 // the command line is wrong
)

// Command is the program with its surroundings, so that a test can run it.
type Command struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
}

// program is one run of a Command: its surroundings and the flags of all
// commands.
type program struct {
	Command
	json bool
}

// Main runs the command line without the program's name and returns the exit
// status. An interrupt ends it in order; a second one at once.
func (c Command) Main(args []string) int {
	if len(args) == 1 && args[0] == keepCommand {
		return process.Keep()
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // from now on the default: the process dies

	c.Stdout = &lockedWriter{w: c.Stdout}
	p := &program{Command: c}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(c.Stdin)
	root.SetOut(c.Stdout)
	root.SetErr(c.Stderr)
	return p.report(root.ExecuteContext(ctx))
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "signoff",
		Short: "Run YAML flows that stop where a person must decide",
		Long: "signoff runs YAML flows, stops them where a person must decide, puts the\n" +
			"question in front of the right people in chat, takes their answer and goes on.\n\n" +
			"Begin with: signoff dev",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%s\nSee: %s --help", err, cmd.CommandPath())
	})
	root.PersistentFlags().BoolVar(&p.json, "json", false, "write JSON instead of text")
	p.addCommands(root)
	return root
}

// addCommands adds the commands under the headings of the help page.
func (p *program) addCommands(root *cobra.Command) {
	group := func(title string, commands ...*cobra.Command) {
		root.AddGroup(&cobra.Group{ID: title, Title: title + ":"})
		for _, cmd := range commands {
			cmd.GroupID = title
		}
		root.AddCommand(commands...)
	}
	group("Run signoff", p.devCommand(), p.serveCommand(), p.doctorCommand())
	group("Write flows", p.validateCommand(), p.testCommand(), p.diffCommand(), p.schemaCommand())
	group("Ask and answer", append([]*cobra.Command{p.startCommand(), p.decideCommand(), p.explainCommand()}, p.requestCommands()...)...)
	group("Follow and steer executions",
		append([]*cobra.Command{p.executionsCommand(), p.showCommand(), p.followCommand()}, p.lifeCommands()...)...)
	group("Manage a server", p.applyCommand(), p.flowsCommand(), p.kvCommand(), p.namespacesCommand(), p.triggersCommand(),
		p.peopleCommand(), p.rightsCommand(), p.auditCommand(), p.slackCommand())
	root.AddCommand(p.versionCommand())
}

func unknownCommand(cmd *cobra.Command, name string) error {
	text := fmt.Sprintf("there is no command %q", name)
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		text += "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return usagef("%s\nSee: signoff --help", text)
}

// usageError is a wrong command line.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// errFaults says that what was to be said has been said.
var errFaults = errors.New("faults were found")

// report says what went wrong and returns the exit status.
func (p *program) report(err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errFaults) {
		return exitFaults
	}
	p.complain(err)
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	return exitFaults
}

// wantArgs checks the number of arguments and names what is expected.
func wantArgs(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (most < 0 || len(args) <= most) {
			return nil
		}
		return usagef("%s takes %s\nUsage: %s", cmd.CommandPath(), what, cmd.UseLine())
	}
}

// lockedWriter lets the parts of a running server write whole lines.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer // guarded by mu
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// say writes a line for people; what nobody reads is not an error of ours.
func (p *program) say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.Stdout, format+"\n", args...)
}

// sayJSON writes one value in one line, for a reader of lines.
func (p *program) sayJSON(v map[string]string) {
	if raw, err := json.Marshal(v); err == nil {
		p.say("%s", raw)
	}
}

// writeJSON writes one value as indented JSON.
func (p *program) writeJSON(v any) error {
	enc := json.NewEncoder(p.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
