package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
	"signoff/engine"
)

// lifeFlags are the flags of the commands that change executions.
type lifeFlags struct {
	remote
	queryFlags

	query, dry bool
	as         string
	reason     string
	labels     []string
}

// lifeVerb is a command that does the same with one execution or with many.
type lifeVerb struct {
	name, verb  string
	short, long string
	args        string // what may stand behind the ids
	done        string // what is said of one
	add         func(*cobra.Command, *lifeFlags)
}

func lifeVerbs() []lifeVerb {
	return []lifeVerb{
		{
			name: "kill", verb: api.VerbKill, done: "killed", short: "End executions at once",
			long: "End executions at once: what runs is stopped, what is asked is withdrawn on every\nsurface, and subflows are killed, too.",
		},
		{
			name: "cancel", verb: api.VerbCancel, done: "cancelled", short: "End executions, with a reason",
			long: "End executions as kill does, as CANCELLED and with a reason that everybody who was\nasked can read.",
			add: func(cmd *cobra.Command, f *lifeFlags) {
				cmd.Flags().StringVar(&f.reason, "reason", "", "why, for those who were asked")
			},
		},
		{
			name: "restart", verb: api.VerbRestart, done: "restarted", short: "Run what failed again",
			long: "Run the failed tasks of FAILED executions again, and what follows them. A gate that\nwas passed stays passed, one that expired asks anew.",
		},
		{
			name: "hold", verb: api.VerbHold, done: "held", short: "Pause executions as a whole",
			long: "Pause executions as a whole: what runs may end, nothing new begins, and what is\nasked can still be answered. Go on with: signoff release",
		},
		{
			name: "release", verb: api.VerbRelease, done: "released", short: "Let held executions go on",
			long: "Let executions go on that were paused with hold. It answers nothing: for that there\nis signoff decide.",
		},
		{
			name: "force-run", verb: api.VerbForceRun, done: "let go", short: "Let queued executions go ahead of the limit",
			long: "Let executions that wait in the queue of their flow's concurrency go, above its\nlimit. It passes no gate.",
		},
		{
			name: "label", verb: api.VerbLabels, args: " KEY=VALUE…", done: "labelled", short: "Set and remove labels of executions",
			long: "Set labels of executions; an empty value removes one.",
			add: func(cmd *cobra.Command, f *lifeFlags) {
				cmd.Flags().StringArrayVarP(&f.labels, "set", "l", nil, "a label as name=value, or name= to remove it; may be given again")
			},
		},
	}
}

func (p *program) lifeCommands() []*cobra.Command {
	var out []*cobra.Command
	for _, v := range lifeVerbs() {
		out = append(out, p.lifeCommand(v))
	}
	return append(out, p.replayCommand(), p.setStateCommand())
}

func (p *program) lifeCommand(v lifeVerb) *cobra.Command {
	var f lifeFlags
	cmd := &cobra.Command{
		Use: v.name + " ID…" + v.args + " | --query …" + v.args, Short: v.short, Long: v.long,
		Example: "  signoff " + v.name + " 01m81r47hmv7129vp0f05vmmby" + strings.ReplaceAll(v.args, "KEY=VALUE…", "team=it") + "\n" +
			"  signoff " + v.name + " --query --namespace hr --flow vacation --since 24h --dry-run" + strings.ReplaceAll(v.args, "KEY=VALUE…", "team=it"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			if v.verb == api.VerbLabels {
				var given []string
				ids, given = apart(ids)
				if f.labels = append(f.labels, given...); len(f.labels) == 0 {
					return usagef("label takes at least one label as key=value\nUsage: %s", cmd.UseLine())
				}
			}
			body := api.OrderBody{Reason: f.reason, DryRun: f.dry, As: f.as}
			if f.labels != nil {
				labels, err := pairs("a label", f.labels)
				if err != nil {
					return err
				}
				body.Labels = labels
			}
			sel, err := f.selection(ids, cmd)
			if err != nil {
				return err
			}
			client, err := p.client(f.remote)
			if err != nil {
				return err
			}
			if len(sel.IDs) == 1 {
				return p.doOne(cmd.Context(), client, v, sel.IDs[0], body)
			}
			a, err := client.DoMany(cmd.Context(), v.verb, api.BulkBody{Selection: sel, OrderBody: body})
			return p.results(a, err)
		},
	}
	f.lifeFlags(cmd)
	if v.add != nil {
		v.add(cmd, &f)
	}
	return cmd
}

// apart tells ids from labels, which have a "=" as no id has.
func apart(args []string) (ids, labels []string) {
	for _, arg := range args {
		if strings.Contains(arg, "=") {
			labels = append(labels, arg)
		} else {
			ids = append(ids, arg)
		}
	}
	return ids, labels
}

func (f *lifeFlags) lifeFlags(cmd *cobra.Command) {
	f.remote.flags(cmd)
	f.queryFlags.flags(cmd)
	cmd.Flags().BoolVar(&f.query, "query", false, "all executions that the flags below select, instead of ids")
	cmd.Flags().BoolVar(&f.dry, "dry-run", false, "say what would come of it and change nothing")
	cmd.Flags().StringVar(&f.as, "as", "", "the person who asks for it; only with signoff dev")
}

// selection is what the arguments name: ids, or with --query what the flags
// select. Neither is a mistake, and so are both.
func (f *lifeFlags) selection(ids []string, cmd *cobra.Command) (api.Selection, error) {
	filter, err := f.filter(time.Now())
	if err != nil {
		return api.Selection{}, err
	}
	switch {
	case f.query && len(ids) > 0:
		return api.Selection{}, usagef("name executions, or select them with --query, not both\nUsage: %s", cmd.UseLine())
	case f.query:
		return api.Selection{Query: &filter}, nil
	case len(ids) == 0:
		return api.Selection{}, usagef("%s takes at least one execution's id, or --query with what to select\nUsage: %s", cmd.CommandPath(), cmd.UseLine())
	case filter.Given():
		return api.Selection{}, usagef("flags that select executions need --query\nUsage: %s", cmd.UseLine())
	}
	return api.Selection{IDs: ids}, nil
}

func (p *program) doOne(ctx context.Context, client *api.Client, v lifeVerb, id string, body api.OrderBody) error {
	x, err := client.Do(ctx, id, v.verb, body)
	if err != nil {
		return err
	}
	if p.json {
		return p.writeJSON(x)
	}
	if body.DryRun {
		p.say("%s: would be %s; this was a dry run, nothing was changed", x.ID, x.State)
		return nil
	}
	p.say("%s: %s, it is %s", x.ID, v.done, x.State)
	return nil
}

// results writes what came of each item. One that failed fails the command.
func (p *program) results(a api.BulkAnswer, err error) error {
	if err != nil {
		return err
	}
	if p.json {
		err = p.writeJSON(a)
	} else {
		err = p.table(func(w io.Writer) { resultRows(w, a) })
	}
	if err == nil && a.Failed > 0 {
		return errFaults
	}
	return err
}

func resultRows(w io.Writer, a api.BulkAnswer) {
	if len(a.Results) > 0 {
		line(w, "ID", "RESULT", "")
	}
	for _, r := range a.Results {
		said, more := "ok", string(r.State)
		switch {
		case r.Error != nil:
			said, more = r.Error.Code, r.Error.Text
			for _, field := range sortedKeys(r.Error.Fields) {
				more += " " + field + ": " + r.Error.Fields[field] + "."
			}
		case r.Execution != "":
			more = r.Execution + " " + more
		}
		line(w, r.ID, said, more)
	}
	end := count(a.Done, "item") + " done, " + count(a.Failed, "item") + " refused"
	if a.DryRun {
		end += "; this was a dry run, nothing was changed"
	}
	line(w, end)
}

// replayFlags are the flags of `signoff replay`.
type replayFlags struct {
	lifeFlags

	from     string
	revision int
	latest   bool
	inputs   []string
}

func (p *program) replayCommand() *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use: "replay ID… | --query …", Short: "Start new executions out of earlier ones",
		Long: "Start a new execution out of one that has ended: all of it, or from a task run on\n" +
			"(its id stands in show --json), but not from behind a gate: an answer counts\n" +
			"for the execution that asked, and every gate asks anew.",
		Example: "  signoff replay 01m81r47hmv7129vp0f05vmmby --from 3\n" +
			"  signoff replay 01m81r47hmv7129vp0f05vmmby --latest -i end_date=2026-12-24",
		RunE: func(cmd *cobra.Command, ids []string) error {
			inputs, err := pairs("-i", f.inputs)
			if err != nil {
				return err
			}
			body := api.ReplayBody{
				TaskRun: f.from, Revision: f.revision, Latest: f.latest, Inputs: anys(inputs), DryRun: f.dry, As: f.as,
			}
			sel, err := f.selection(ids, cmd)
			if err != nil {
				return err
			}
			client, err := p.client(f.remote)
			if err != nil {
				return err
			}
			if err := uploaded(cmd.Context(), client, body.Inputs); err != nil {
				return err
			}
			if len(sel.IDs) == 1 {
				return p.replayOne(cmd.Context(), client, sel.IDs[0], body)
			}
			a, err := client.ReplayMany(cmd.Context(), api.BulkReplayBody{Selection: sel, ReplayBody: body})
			return p.results(a, err)
		},
	}
	f.lifeFlags.lifeFlags(cmd)
	cmd.Flags().StringVar(&f.from, "from", "", "the id of the task run to begin with (default: all of it)")
	cmd.Flags().IntVar(&f.revision, "revision", 0, "the flow's revision (default: the one it had)")
	cmd.Flags().BoolVar(&f.latest, "latest", false, "the flow's latest revision")
	cmd.Flags().StringArrayVarP(&f.inputs, "input", "i", nil, "another input as key=value, or key=@FILE to upload one; may be given again")
	return cmd
}

func (p *program) replayOne(ctx context.Context, client *api.Client, id string, body api.ReplayBody) error {
	x, err := client.Replay(ctx, id, body)
	switch {
	case err != nil:
		return err
	case p.json:
		return p.writeJSON(x)
	case body.DryRun:
		p.say("%s: a replay would be %s; this was a dry run, nothing was started", id, x.State)
		return nil
	}
	return p.printExecution(x)
}

func (p *program) setStateCommand() *cobra.Command {
	var r remote
	var body api.OrderBody
	cmd := &cobra.Command{
		Use: "set-state ID TASK-RUN STATE", Short: "Change the state of an ended task run",
		Long: "Change the state of a task run to SUCCESS, WARNING or FAILED, once its execution has\n" +
			"ended; the execution goes on from there. It passes no gate.",
		Args: wantArgs(3, 3, "an execution's id, a task run's id and a state"),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			body.TaskRun, body.State = args[1], engine.State(args[2])
			return p.doOne(cmd.Context(), client, lifeVerb{verb: api.VerbState, done: "changed"}, args[0], body)
		},
	}
	r.flags(cmd)
	cmd.Flags().BoolVar(&body.DryRun, "dry-run", false, "say what would come of it and change nothing")
	cmd.Flags().StringVar(&body.As, "as", "", "the person who asks for it; only with signoff dev")
	return cmd
}
