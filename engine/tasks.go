package engine

import (
	"fmt"

	"signoff/engine/audit"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// log writes the task's lines.
func (m *machine) log(run *TaskRun, spec *flow.Log) {
	env := m.env(run)
	for _, t := range spec.Messages {
		text, err := t.Render(env)
		if err != nil {
			m.endRun(run, Failed, taskProblem(run, "message", err))
			return
		}
		run.Logs = append(run.Logs, LogLine{At: m.facts.Now, Level: spec.Level, Text: text})
	}
	if !m.hasRoom(run) {
		run.Logs = nil
		m.endRun(run, Failed, tooMuch(run))
		return
	}
	m.endRun(run, Success, "")
}

// returns puts a value into the output "value".
func (m *machine) returns(run *TaskRun, spec *flow.Return) {
	v, err := spec.Format.Eval(m.env(run))
	if err != nil {
		m.endRun(run, Failed, taskProblem(run, "format", err))
		return
	}
	run.Outputs = map[string]any{"value": v}
	if !m.hasRoom(run) {
		run.Outputs = nil
		m.endRun(run, Failed, tooMuch(run))
		return
	}
	m.endRun(run, Success, "")
}

// choose evaluates a condition by Kestra's truth rules. The branch is run as
// the run's children.
func (m *machine) choose(run *TaskRun, spec *flow.If) {
	v, err := spec.Condition.Eval(m.env(run))
	if err != nil {
		m.endRun(run, Failed, taskProblem(run, "condition", err))
		return
	}
	run.Outputs = map[string]any{"evaluationResult": expr.Truthy(v)}
}

// call owes a task that touches the world.
func (m *machine) call(run *TaskRun) {
	run.Attempt++
	m.record(audit.TaskStarted, run, itself(), nil)
	m.put(callKey(run.ID), Effect{Work: Call{Run: run.ID, Attempt: run.Attempt}})
}

func callKey(run TaskRunID) EffectKey { return EffectKey("call/" + string(run)) }

// finish takes what came of a call.
func (m *machine) finish(c Finish) error {
	run := m.run(c.Run)
	if run == nil || run.State != Running || run.Attempt < 1 || run.Attempt != c.Attempt || m.next.State.Final() {
		return reject(Settled, "This call is no longer waited for.")
	}
	run.Outputs = c.Outputs
	run.Logs = append(run.Logs, c.Logs...)
	switch {
	case !m.hasRoom(run):
		run.Outputs, run.Logs = nil, nil
		m.endRun(run, Failed, tooMuch(run))
	case c.Problem != "":
		m.endRun(run, Failed, run.Task+": "+c.Problem)
	default:
		m.endRun(run, Success, "")
	}
	m.advance()
	return nil
}

func taskProblem(run *TaskRun, property string, err error) string {
	return fmt.Sprintf("%s.%s: %v", run.Task, property, err)
}
