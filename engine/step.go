package engine

import (
	"slices"
	"strconv"

	"signoff/engine/audit"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Step applies a command to an execution of f and returns everything that
// changes, or a *[RejectionError]. It never changes x, and the same arguments
// always give the same result. Start takes the zero Execution.
func Step(f *flow.Flow, x Execution, cmd Command, facts Facts) (Transition, error) {
	m := newMachine(f, x.clone(), facts)
	if err := m.apply(cmd); err != nil {
		return Transition{}, err
	}
	if m.unread != "" && facts.Patient {
		return Transition{}, reject(Unverified, "%s Nothing was changed. Try again in a minute.", m.unread)
	}
	m.next.Version = x.Version + 1
	m.announce(x.State)
	m.change.Effects, m.change.Drop = m.owed.done()
	m.change.Next = m.next
	return m.change, nil
}

func newMachine(f *flow.Flow, x Execution, facts Facts) *machine {
	return &machine{flow: f, facts: facts, next: x, ender: itself(), budget: expr.NewBudget(maxWork)}
}

// machine is one step while it is being taken.
type machine struct {
	flow   *flow.Flow
	facts  Facts
	next   Execution
	change Transition
	owed   ledger
	// redrawn holds the runs whose request got a new version in this step, so
	// that several visible changes in one step are one new version.
	redrawn map[TaskRunID]bool
	// weight is what the task runs hold, in bytes, once it was asked for.
	weight int
	// kids finds the runs that count, by where they are; see seats.go.
	kids map[place][]TaskRunID
	// frozen: nothing new may begin. wants says that something would have.
	frozen, wants bool
	// ender is who ends the execution, if it ends in this step.
	ender Principal
	// late counts the lists of errors, finally and afterExecution around the
	// task that is looked at.
	late int
	view view
	// budget is what all expressions of the step may do together.
	budget *expr.Budget
	// unread is why a request of this step could not be asked, if it may be later.
	unread string
}

func (m *machine) apply(cmd Command) error {
	if _, ok := cmd.(Start); !ok && m.next.ID == "" {
		return reject(NotFound, "There is no such execution.")
	}
	switch c := cmd.(type) {
	case Start:
		return m.start(c)
	case Respond:
		return m.respond(c)
	case Expire:
		return m.expire(c)
	case Finish:
		return m.finish(c)
	case Delivered:
		return m.delivered(c)
	case Undeliverable:
		return m.undeliverable(c)
	case Adopt:
		return m.adopt(c)
	case Cancel:
		return m.cancel(c)
	case Kill:
		return m.kill(c)
	case Admit:
		return m.admit(c)
	case Launched:
		return m.launched(c)
	case ChildEnded:
		return m.childEnded(c)
	case Hold:
		return m.hold(c)
	case Release:
		return m.release(c)
	case Restart:
		return m.restart(c)
	case SetState:
		return m.setState(c)
	case Relabel:
		return m.relabel(c)
	}
	return m.applyRequest(cmd)
}

// clone copies what a step may change in place. Maps of inputs and outputs are
// shared: they are set once and never written to.
func (x Execution) clone() Execution {
	x.Runs = slices.Clone(x.Runs)
	for i := range x.Runs {
		run := &x.Runs[i]
		run.Logs = slices.Clip(run.Logs)
		if run.Request == nil {
			continue
		}
		r := *run.Request
		r.Responses = slices.Clip(r.Responses)
		r.Copies = slices.Clone(r.Copies)
		r.Comments, r.Moves, r.Rounds = slices.Clip(r.Comments), slices.Clip(r.Moves), slices.Clip(r.Rounds)
		r.Reminded, r.Log = slices.Clip(r.Reminded), slices.Clip(r.Log)
		run.Request = &r
	}
	return x
}

// run returns the run with the id, to be changed in place until the next run is
// begun; nil if there is none.
func (m *machine) run(id TaskRunID) *TaskRun { return find(m.next.Runs, id) }

// find relies on how ids are given: the first run is "1".
func find(runs []TaskRun, id TaskRunID) *TaskRun {
	if id == "" {
		return nil
	}
	n, err := strconv.Atoi(string(id))
	if err != nil || n < 1 || n > len(runs) || runs[n-1].ID != id {
		return nil
	}
	return &runs[n-1]
}

// Run returns the task run with the id.
func (x Execution) Run(id TaskRunID) (TaskRun, bool) {
	if run := find(x.Runs, id); run != nil {
		return *run, true
	}
	return TaskRun{}, false
}

// usualRecords is how many lines most steps write at most.
const usualRecords = 4

func (m *machine) record(event audit.Event, run *TaskRun, by Principal, data map[string]any) {
	r := audit.Record{
		At:        m.facts.Now,
		Event:     event,
		Namespace: m.next.Flow.Namespace,
		Flow:      m.next.Flow.ID,
		Revision:  m.next.Flow.Revision,
		Execution: string(m.next.ID),
		Actor:     by.Actor(),
		Data:      data,
	}
	if run != nil {
		r.Task, r.TaskRun = run.Task, string(run.ID)
	}
	if m.change.Records == nil {
		m.change.Records = make([]audit.Record, 0, usualRecords)
	}
	m.change.Records = append(m.change.Records, r)
	if run != nil {
		m.note(run, event, by, data)
	}
}

// Actor is the principal as the trail names it.
func (p Principal) Actor() audit.Actor {
	return audit.Actor{Person: string(p.Person), Name: p.Name, Account: p.Account, Via: p.Via}
}

// itself is the actor of what nobody did.
func itself() Principal { return Principal{Via: "engine"} }
