package engine

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"signoff/engine/audit"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// launch owes the start of a subflow, at once or at its scheduleDate.
func (m *machine) launch(t *flow.Task, run *TaskRun, spec *flow.Subflow) string {
	if m.depth() > maxNested {
		return fmt.Sprintf("%s: subflows may be nested %d deep, and this would be one more", run.Task, maxNested)
	}
	at, err := m.scheduled(run, spec)
	if err != nil {
		return taskProblem(run, "scheduleDate", err)
	}
	d, err := m.duration(run, t.Timeout)
	if err != nil {
		return taskProblem(run, "timeout", err)
	}
	run.Attempt++
	if run.Due = (time.Time{}); d > 0 {
		run.Due = m.facts.Now.Add(d)
		m.put(timerKey(run.ID), Effect{Due: run.Due, Work: Timer{Run: run.ID}})
	}
	m.record(audit.TaskStarted, run, itself(), nil)
	m.put(launchKey(run.ID), Effect{Due: at, Work: Launch{Run: run.ID}})
	return ""
}

func launchKey(run TaskRunID) EffectKey { return EffectKey("launch/" + string(run)) }

// depth is how deep a subflow of this execution would be nested.
func (m *machine) depth() int {
	if m.next.Parent == nil {
		return 1
	}
	return m.next.Parent.Depth + 1
}

// spread is how many subflows this execution has begun, times what it stands for
// itself.
func (m *machine) spread() int {
	n := 0
	for i := range m.next.Runs {
		if t := m.task(&m.next.Runs[i]); t != nil && t.Type == flow.TypeSubflow {
			n++
		}
	}
	if m.next.Parent != nil {
		n *= max(m.next.Parent.Spread, 1)
	}
	return n
}

func (m *machine) scheduled(run *TaskRun, spec *flow.Subflow) (time.Time, error) {
	if spec.ScheduleDate == nil {
		return time.Time{}, nil
	}
	text, err := spec.ScheduleDate.Render(m.env(run))
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(text))
	if err != nil {
		return time.Time{}, fmt.Errorf("it must be a moment with its zone, such as 2026-11-22T09:00:00Z")
	}
	if at.Before(m.facts.Now) {
		return time.Time{}, nil
	}
	return at, nil
}

// Child is what a Subflow asks to be started.
type Child struct {
	Flow   FlowRef // Revision 0 is the latest
	Inputs map[string]any
	// Sealed are the inputs that are SECRETs of this execution, handed on as they
	// are kept. Only a SECRET may take one.
	Sealed map[string]string
	Labels map[string]string
	Parent ParentRef
	// Key is the same whenever this try of the task run starts its subflow, so
	// that a start that was cut short is not made twice.
	Key string
}

// ChildOf renders what the Subflow of a task run starts. The error is for the
// person who wrote the flow; report it with [Launched].
func ChildOf(f *flow.Flow, x Execution, id TaskRunID, facts Facts) (Child, error) {
	m := newMachine(f, x, facts)
	run := m.run(id)
	if run == nil {
		return Child{}, fmt.Errorf("there is no task run %s", id)
	}
	t := m.task(run)
	if t == nil {
		return Child{}, fmt.Errorf("the flow has no task %s", run.Task)
	}
	spec, ok := t.Spec.(*flow.Subflow)
	if !ok {
		return Child{}, fmt.Errorf("the task %s starts no subflow", run.Task)
	}
	return m.child(run, spec)
}

func (m *machine) child(run *TaskRun, spec *flow.Subflow) (Child, error) {
	env := m.env(run)
	c := Child{
		Flow:   FlowRef{Revision: spec.Revision},
		Labels: map[string]string{},
		Parent: ParentRef{Execution: m.next.ID, Run: run.ID, Depth: m.depth(), Spread: m.spread(), Wait: spec.Wait},
		Key:    fmt.Sprintf("%s-%s-%d", m.next.ID, run.ID, run.Attempt),
	}
	if c.Parent.Spread > maxSpread {
		return Child{}, fmt.Errorf("subflows of subflows would be more than %d in all; start fewer in a loop", maxSpread)
	}
	var err error
	if c.Flow.Namespace, err = spec.Namespace.Render(env); err != nil {
		return Child{}, fmt.Errorf("namespace: %w", err)
	}
	if c.Flow.ID, err = spec.Flow.Render(env); err != nil {
		return Child{}, fmt.Errorf("flowId: %w", err)
	}
	if c.Inputs, c.Sealed, err = m.handed(run, spec); err != nil {
		return Child{}, err
	}
	if spec.InheritLabels {
		maps.Copy(c.Labels, m.next.Labels)
		maps.DeleteFunc(c.Labels, func(name, _ string) bool { return reserved(name) })
	}
	if spec.Labels != nil {
		v, err := spec.Labels.Eval(env)
		if err != nil {
			return Child{}, fmt.Errorf("labels: %w", err)
		}
		given, err := labelsOf(v)
		if err != nil {
			return Child{}, fmt.Errorf("labels: %w", err)
		}
		maps.Copy(c.Labels, given)
	}
	c.Labels[LabelCorrelation] = m.correlation()
	return c, nil
}

// handed are the inputs of a subflow. Expressions see no secret, so one that is
// handed on is looked at a second time, as the shell sees it.
func (m *machine) handed(run *TaskRun, spec *flow.Subflow) (inputs map[string]any, sealed map[string]string, err error) {
	env, bare := m.env(run), expr.Env{}
	if len(spec.Inputs) > 0 {
		inputs = make(map[string]any, len(spec.Inputs))
	}
	for _, in := range spec.Inputs {
		v, err := in.Value.Eval(env)
		if err != nil {
			return nil, nil, fmt.Errorf("inputs.%s: %w", in.Name, err)
		}
		text, _ := v.(string)
		if !m.view.secrets || !strings.Contains(text, flow.Hidden) {
			inputs[in.Name] = v
			continue
		}
		if bare.Roots == nil {
			bare = Env(m.flow, m.next, *run, m.facts)
		}
		got, err := in.Value.Eval(bare)
		if err != nil {
			return nil, nil, fmt.Errorf("inputs.%s: %w", in.Name, err)
		}
		switch secret, _ := got.(string); {
		case flow.Sealed(secret) && text == flow.Hidden:
			if sealed == nil {
				sealed = map[string]string{}
			}
			sealed[in.Name] = secret
		case secret != text:
			return nil, nil, fmt.Errorf("inputs.%s: a secret is handed on only as it is, with nothing beside it", in.Name)
		default:
			inputs[in.Name] = v
		}
	}
	return inputs, sealed, nil
}

// correlation joins what belongs together: the first execution of the family.
func (m *machine) correlation() string {
	if id := m.next.Labels[LabelCorrelation]; id != "" {
		return id
	}
	return string(m.next.ID)
}

// launched takes what came of the start of a subflow. One that was started for a
// run that nobody waits for any more is stopped again.
func (m *machine) launched(c Launched) error {
	run := m.run(c.Run)
	t, spec := m.subflow(run)
	if spec == nil || run.Child == c.Child && c.Problem == "" || run.Attempt < 1 {
		return reject(Settled, "This subflow is no longer waited for.")
	}
	if run.Child != "" || !m.alive(run) || run.State != Running {
		if c.Child == "" {
			return reject(Settled, "This subflow is no longer waited for.")
		}
		m.stopChild(run, c.Child)
		if run.Child == "" && run.State.Final() {
			run.Child = c.Child
		}
		return nil
	}
	if c.Problem != "" {
		m.fails(t, run, run.Task+": "+c.Problem)
		m.advance()
		return nil
	}
	m.drop(launchKey(run.ID))
	run.Child = c.Child
	run.Outputs = map[string]any{"executionId": string(c.Child)}
	m.noteOutputs(run)
	m.record(audit.SubflowStarted, run, itself(), map[string]any{"execution": string(c.Child)})
	if !spec.Wait {
		m.succeed(t, run)
	}
	m.advance()
	return nil
}

func (m *machine) subflow(run *TaskRun) (*flow.Task, *flow.Subflow) {
	if run == nil {
		return nil, nil
	}
	t := m.task(run)
	if t == nil {
		return nil, nil
	}
	spec, _ := t.Spec.(*flow.Subflow)
	return t, spec
}

// childEnded takes how a subflow ended.
func (m *machine) childEnded(c ChildEnded) error {
	run := m.run(c.Run)
	t, spec := m.subflow(run)
	if spec == nil || run.State != Running || run.Child == "" || run.Child != c.Child || !m.alive(run) || !c.State.Final() {
		return reject(Settled, "This subflow is no longer waited for.")
	}
	run.Outputs = map[string]any{
		"executionId": string(c.Child), "state": string(c.State), "outputs": orEmpty(c.Outputs),
	}
	if c.Rejected != "" {
		run.Outputs["rejected"] = c.Rejected
	}
	m.record(audit.SubflowEnded, run, itself(), map[string]any{"execution": string(c.Child), "state": string(c.State)})
	why := run.Task + ": the subflow " + string(c.Child) + " ended as " + string(c.State)
	if c.Problem != "" {
		why += ": " + c.Problem
	}
	m.noteOutputs(run)
	switch {
	case !m.hasRoom(run):
		run.Outputs = nil
		m.fails(t, run, tooMuch(run))
	default:
		m.passOn(t, run, c.State, spec.Transmit, why)
	}
	m.advance()
	return nil
}

// passOn ends the run of a subflow as the subflow ended. Without transmitFailed
// the flow goes on after a failure, but not after somebody killed the subflow:
// whoever stops a gate's execution did not approve.
func (m *machine) passOn(t *flow.Task, run *TaskRun, state State, transmit bool, why string) {
	switch state {
	case Success, Skipped:
		m.succeed(t, run)
	case Warning:
		if !transmit {
			m.succeed(t, run)
			return
		}
		m.endRun(run, soften(t, Warning), why)
	case Failed:
		if !transmit {
			m.succeed(t, run)
			return
		}
		m.fails(t, run, why)
	case Cancelled, Killed:
		if transmit {
			m.endRun(run, state, why)
			return
		}
		m.endRun(run, Failed, why)
	case Created, Queued, Running, Paused, Retrying:
		panic("engine: a subflow ended as " + string(state))
	}
}
