package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
	"signoff/engine"
)

func (p *program) followCommand() *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: "follow ID", Short: "Watch an execution until it ends",
		Long: "Watch an execution: a line for each change of a task's state, until the execution has\n" +
			"ended. The exit status is 0 only for SUCCESS or WARNING.",
		Args: wantArgs(1, 1, "one execution's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			w := watcher{p: p, seen: map[string]engine.State{}}
			if err := client.Follow(cmd.Context(), args[0], w.tell); err != nil {
				return err
			}
			switch {
			case !w.last.State.Final():
				return fmt.Errorf("the server ended the stream; %s goes on", args[0])
			case w.last.State != engine.Success && w.last.State != engine.Warning:
				return errFaults
			}
			return nil
		},
	}
	r.flags(cmd)
	return cmd
}

// watcher tells what is new of an execution.
type watcher struct {
	p    *program
	seen map[string]engine.State // by task run; "" is the execution
	last api.Execution
}

func (w *watcher) tell(x api.Execution) error {
	w.last = x
	if w.p.json {
		return w.p.writeJSON(x)
	}
	for _, run := range x.Runs {
		if w.news(run.ID, run.State) {
			text := run.Task + ": " + string(run.State)
			if run.Problem != "" {
				text += ": " + ownProblem(run.Task, run.Problem)
			}
			if run.Request != nil && run.Request.Open() {
				text += ", asks as " + run.Request.ID
			}
			w.p.say("%s", visible(text))
		}
	}
	if w.news("", x.State) {
		w.p.say("%s is %s", x.ID, x.State)
	}
	return nil
}

func (w *watcher) news(of string, s engine.State) bool {
	if w.seen[of] == s {
		return false
	}
	w.seen[of] = s
	return true
}
