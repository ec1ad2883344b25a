package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// follower tells each step at the terminal, so that it can be followed without
// a browser. A terminal that does not read loses lines and stops nothing.
type follower struct {
	out    io.Writer
	json   bool
	people *approval.Directory
	lines  chan audit.Record
	lost   atomic.Int64
}

func newFollower(out io.Writer, asJSON bool, people *approval.Directory) *follower {
	return &follower{out: out, json: asJSON, people: people, lines: make(chan audit.Record, 1024)}
}

// observe takes records after their commit and returns at once.
func (f *follower) observe(records []audit.Record) {
	for _, r := range records {
		select {
		case f.lines <- r:
		default:
			f.lost.Add(1)
		}
	}
}

// Run prints until ctx ends, and then what is left.
func (f *follower) Run(ctx context.Context) error {
	for {
		select {
		case r := <-f.lines:
			f.print(r)
		case <-ctx.Done():
			for len(f.lines) > 0 {
				f.print(<-f.lines)
			}
			return nil
		}
	}
}

func (f *follower) print(r audit.Record) {
	if n := f.lost.Swap(0); n > 0 {
		_, _ = fmt.Fprintf(f.out, "(%s lost: the terminal was too slow)\n", count(int(n), "line"))
	}
	if f.json {
		if raw, err := audit.Canonical(r); err == nil {
			_, _ = fmt.Fprintf(f.out, "%s\n", raw)
		}
		return
	}
	text := f.tell(r)
	if text == "" {
		return
	}
	_, _ = fmt.Fprintf(f.out, "%s  %s\n", r.At.Local().Format("15:04:05"), visible(text))
}

// tell says in a sentence what happened; some lines are too small to tell.
func (f *follower) tell(r audit.Record) string {
	actor := f.actor(r.Actor)
	switch r.Event {
	case audit.FlowSaved:
		return fmt.Sprintf("flow %s/%s loaded as revision %d", r.Namespace, r.Flow, r.Revision)
	case audit.FlowRemoved:
		return fmt.Sprintf("%s removed the flow %s/%s", actor, r.Namespace, r.Flow)
	case audit.KVSet:
		return fmt.Sprintf("%s set %v in %s", actor, r.Data["key"], r.Namespace)
	case audit.KVDeleted:
		return fmt.Sprintf("%s deleted %v from %s", actor, r.Data["key"], r.Namespace)
	case audit.ExecutionStarted:
		return fmt.Sprintf("%s started %s/%s: execution %s", actor, r.Namespace, r.Flow, r.Execution)
	case audit.ExecutionEnded:
		return fmt.Sprintf("execution %s ended: %v%s", r.Execution, r.Data["state"], because(r))
	case audit.ExecutionHeld, audit.ExecutionReleased, audit.ExecutionRestarted, audit.ExecutionRelabelled:
		return fmt.Sprintf("%s %s execution %s", actor, strings.TrimPrefix(string(r.Event), "execution."), r.Execution)
	case audit.ExecutionQueued:
		return fmt.Sprintf("execution %s waits for a slot", r.Execution)
	case audit.ExecutionAdmitted:
		return fmt.Sprintf("execution %s has a slot and goes on", r.Execution)
	case audit.TaskSet:
		return fmt.Sprintf("%s changed task %s of execution %s: %v", actor, r.Task, r.Execution, r.Data["to"])
	case audit.TaskRetried:
		return fmt.Sprintf("  task %s is tried again at %v: %v", r.Task, r.Data["next"], r.Data["problem"])
	case audit.SLABreached:
		return fmt.Sprintf("  execution %s: %v", r.Execution, r.Data["problem"])
	case audit.SubflowStarted:
		return fmt.Sprintf("  task %s started execution %v", r.Task, r.Data["execution"])
	case audit.SubflowEnded:
		return fmt.Sprintf("  the subflow of task %s ended: %v", r.Task, r.Data["state"])
	case audit.TaskEnded:
		return fmt.Sprintf("  task %s: %v%s", r.Task, r.Data["state"], because(r))
	case audit.RequestOpened:
		return fmt.Sprintf("  task %s asks %s", r.Task, f.names(r.Data["asked"]))
	case audit.ResponseRecorded:
		return fmt.Sprintf("  %s %s via %s%s", actor, verdictWord(r.Data["verdict"]), r.Actor.Via, spoken(r.Data["values"]))
	case audit.ResponseRefused:
		return fmt.Sprintf("  refused: %s via %s: %v", actor, r.Actor.Via, r.Data["text"])
	case audit.RequestApproved, audit.RequestRejected, audit.RequestAnswered,
		audit.RequestAutoApproved, audit.RequestOverridden, audit.RequestExpired, audit.RequestCancelled, audit.RequestSuperseded:
		return fmt.Sprintf("  request of %s: %s", r.Task, strings.TrimPrefix(string(r.Event), "request."))
	case audit.RequestDelegated, audit.RequestReassigned, audit.RequestEscalated, audit.RequestReminded, audit.RequestReturned, audit.RequestCommented:
		return f.tellMove(r, actor)
	case audit.PersonAway, audit.PersonBack, audit.PersonLinked, audit.PersonUnlinked:
		return f.tellPerson(r, actor)
	case audit.SurfaceInstalled, audit.SurfaceRenewed, audit.SurfaceRemoved:
		return fmt.Sprintf("%s: %v %v (%v)", r.Event, r.Data["surface"], r.Data["workspace"], r.Data["name"])
	case audit.CopyPosted:
		return "  posted to " + f.place(r.Data)
	case audit.CopyUpdated:
		return "  updated in " + f.place(r.Data)
	case audit.CopyFailed:
		return fmt.Sprintf("  not delivered to %s: %v", f.place(r.Data), r.Data["problem"])
	case audit.NoticeSent:
		return fmt.Sprintf("  told: %v", r.Data["text"])
	case audit.NoticeFailed:
		return fmt.Sprintf("  could be told to nobody: %v", r.Data["text"])
	case audit.TriggerSkipped:
		return fmt.Sprintf("trigger %v of %s/%s starts nothing: %v", r.Data["trigger"], r.Namespace, r.Flow, r.Data["why"])
	case audit.TriggerFailed:
		return fmt.Sprintf("trigger %v of %s/%s could not start it: %v", r.Data["trigger"], r.Namespace, r.Flow, r.Data["problem"])
	case audit.TriggerDisabled:
		return fmt.Sprintf("trigger %v of %s/%s was switched off", r.Data["trigger"], r.Namespace, r.Flow)
	case audit.TriggerEnabled:
		return fmt.Sprintf("trigger %v of %s/%s was switched on", r.Data["trigger"], r.Namespace, r.Flow)
	case audit.CopyAdopted, audit.CopyTold, audit.TaskStarted, audit.TaskSkipped, audit.TriggerFired: // the start tells of the last
		return ""
	}
	return string(r.Event)
}

// because is why something failed. A line of a task has named the task already.
func because(r audit.Record) string {
	if problem, ok := r.Data["problem"].(string); ok && problem != "" {
		return ": " + ownProblem(r.Task, problem)
	}
	return ""
}

func verdictWord(verdict any) string {
	switch verdict {
	case string(engine.Approve):
		return "approves"
	case string(engine.Reject):
		return "rejects"
	default:
		return "answers"
	}
}

// spoken are the texts among an answer's values.
func spoken(values any) string {
	m, _ := values.(map[string]any)
	var b strings.Builder
	for _, k := range sortedKeys(m) {
		if text, ok := m[k].(string); ok && text != "" {
			fmt.Fprintf(&b, ", %s: %q", k, text)
		}
	}
	return b.String()
}

func (f *follower) actor(a audit.Actor) string {
	if a.Name != "" {
		return a.Name
	}
	return actorName(a)
}

func (f *follower) place(data map[string]any) string {
	if place, ok := data["place"].(string); ok && place != "" {
		return place
	}
	if person, ok := data["person"].(string); ok {
		return f.name(person) + "'s direct messages"
	}
	return fmt.Sprint(data["surface"])
}

func (f *follower) names(asked any) string {
	list, _ := asked.([]any)
	var names []string
	for _, id := range list {
		names = append(names, f.name(fmt.Sprint(id)))
	}
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, " or ")
}

func (f *follower) name(id string) string {
	if p, ok := f.people.People[approval.PersonID(id)]; ok && p.Name != "" {
		return p.Name
	}
	return id
}
