package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

func (p *program) executionsCommand() *cobra.Command {
	var r remote
	var q queryFlags
	cmd := &cobra.Command{
		Use:   "executions",
		Short: "List executions, newest first",
		Example: "  signoff executions --state paused --namespace hr\n" +
			"  signoff executions --with-label team=hr --since 24h",
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := q.filter(time.Now())
			if err != nil {
				return err
			}
			client, err := p.client(r)
			if err != nil {
				return err
			}
			xs, err := client.Executions(cmd.Context(), f)
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(api.ExecutionList{Executions: xs})
			}
			return p.list(xs)
		},
	}
	r.flags(cmd)
	q.flags(cmd)
	cmd.Flags().IntVar(&q.limit, "limit", 0, "at most so many")
	cmd.Flags().BoolVar(&q.oldest, "oldest", false, "the oldest first")
	cmd.Flags().StringVar(&q.after, "after", "", "go on behind this execution")
	return cmd
}

func (p *program) list(xs []api.Execution) error {
	if len(xs) == 0 {
		p.say("no executions")
		return nil
	}
	return p.table(func(w io.Writer) {
		line(w, "EXECUTION", "FLOW", "STATE", "STARTED", "BY")
		for _, x := range xs {
			line(w, x.ID, x.Namespace+"/"+x.Flow, string(x.State), stamp(x.Started), who(x.Requester))
		}
	})
}

func (p *program) showCommand() *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show an execution: its tasks, requests and answers",
		Args:  wantArgs(1, 1, "one execution's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			x, err := client.Execution(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return p.printExecution(x)
		},
	}
	r.flags(cmd)
	return cmd
}

// printExecution writes an execution for a person, or as JSON.
func (p *program) printExecution(x api.Execution) error {
	if p.json {
		return p.writeJSON(x)
	}
	p.say("%s %s/%s revision %d", x.ID, x.Namespace, x.Flow, x.Revision)
	if err := p.table(func(w io.Writer) { summary(w, x) }); err != nil {
		return err
	}
	for _, rows := range []func(io.Writer, []api.TaskRun){taskRuns, logs} {
		if err := p.table(func(w io.Writer) { rows(w, x.Runs) }); err != nil {
			return err
		}
	}
	for _, t := range x.Runs {
		if t.Request != nil {
			p.printRequest(t.Request)
		}
	}
	return nil
}

func summary(w io.Writer, x api.Execution) {
	line(w, "  state", string(x.State))
	line(w, "  started", stamp(x.Started)+" by "+who(x.Requester))
	if !x.Ended.IsZero() {
		line(w, "  ended", stamp(x.Ended)+" after "+x.Ended.Sub(x.Started).Round(time.Millisecond).String())
	}
	if x.Problem != "" {
		line(w, "  problem", x.Problem)
	}
	if x.Held {
		line(w, "  held", "somebody paused it; go on with: signoff release "+x.ID)
	}
	if x.Parent != nil {
		line(w, "  parent", x.Parent.Execution)
	}
	if x.Original != "" {
		line(w, "  replays", x.Original)
	}
	for _, a := range x.Origin {
		line(w, "  asked first", "by "+who(a))
	}
	for _, a := range x.Restarted {
		line(w, "  restarted", "by "+who(a))
	}
	for _, k := range sortedKeys(x.Labels) {
		line(w, "  label "+k, x.Labels[k])
	}
	for _, k := range sortedKeys(x.Inputs) {
		line(w, "  "+k, plain(x.Inputs[k]))
	}
	for _, k := range sortedKeys(x.Outputs) {
		line(w, "  output "+k, plain(x.Outputs[k]))
	}
}

func taskRuns(w io.Writer, runs []api.TaskRun) {
	if len(runs) > 0 {
		_, _ = fmt.Fprintln(w)
		line(w, "TASK", "STATE", "STARTED", "ENDED", "RUN")
	}
	for _, t := range runs {
		name := t.Task
		if t.Iteration > 0 {
			name += fmt.Sprintf(" #%d", t.Iteration)
		}
		state := string(t.State)
		if t.Past {
			state += " (before)"
		}
		line(w, name, state, stamp(t.Started), stamp(t.Ended), t.ID, ownProblem(t.Task, t.Problem))
		if t.Child != "" {
			line(w, "  execution "+t.Child)
		}
	}
}

func logs(w io.Writer, runs []api.TaskRun) {
	head := "\nLOG"
	for _, t := range runs {
		for _, l := range t.Logs {
			for text := range strings.SplitSeq(strings.TrimSpace(l.Text), "\n") {
				if head != "" {
					_, _ = fmt.Fprintln(w, head)
					head = ""
				}
				line(w, t.Task, l.Level, text)
			}
		}
	}
}

func (p *program) printRequest(r *api.Request) {
	title := ""
	if r.Title != "" {
		title = ": " + visible(r.Title)
	}
	p.say("\nrequest %s%s", r.ID, title)
	p.printHistory(r)
	if r.Outcome != "" {
		p.say("  %s at %s", r.Outcome, stamp(r.Closed))
		return
	}
	if r.Wanted != "" {
		p.say("  waiting for the requester to change something: %s", visible(r.Wanted))
		p.say("  ask anew with: signoff resubmit %s", r.ID)
		return
	}
	if names := unanswered(r); len(names) > 0 {
		p.say("  waiting for %s; who can, and why: signoff explain %s", strings.Join(names, " or "), r.ID)
	}
	if !r.StageDue.IsZero() {
		p.say("  this step until %s", stamp(r.StageDue))
	}
	if !r.Deadline.IsZero() {
		p.say("  until %s", stamp(r.Deadline))
	}
	if r.Verdict != "" {
		p.say("  decide with: signoff decide %s --approve (or --reject)", r.ID)
	} else {
		p.say("  answer with: signoff decide %s", r.ID)
	}
}

// ownProblem is a task's problem beside the task's name, which it begins with.
func ownProblem(task, problem string) string { return strings.TrimPrefix(problem, task+": ") }

// table aligns the columns of what fill writes.
func (p *program) table(fill func(io.Writer)) error {
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fill(w)
	return w.Flush()
}

// line writes one row; what people wrote can neither break it nor color it.
func line(w io.Writer, cells ...string) {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(visible(c), "\t", " ")
	}
	_, _ = fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

func who(a api.Actor) string {
	switch {
	case a.Name != "":
		return a.Name
	case a.Person != "":
		return a.Person
	case a.Account != "":
		return a.Account
	default:
		return "nobody"
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// unanswered are those of the stage who have not answered any stage yet.
func unanswered(r *api.Request) []string {
	if r.Stage >= len(r.Asked) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Asked[r.Stage]), func(person string) bool {
		return slices.ContainsFunc(r.Responses, func(a api.Response) bool { return a.By.Person == person })
	})
}
