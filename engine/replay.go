package engine

import (
	"slices"

	"signoff/engine/flow"
)

// replay takes over what an earlier execution did before a task run, but no
// gate, and no subflow, which may have asked: an answer counts once, for the
// execution that asked.
func (m *machine) replay(r Replay) error {
	old := newMachine(m.flow, r.Of.clone(), m.facts)
	if r.Of.ID == "" {
		return reject(NotFound, "There is no such execution to replay.")
	}
	if !r.Of.State.Final() {
		return reject(NotAllowed, "The execution still runs. Replay it when it has ended.")
	}
	m.next.Original = r.Of.ID
	m.next.Origin = Askers(m.next.Requester, r.Of)
	m.mark(LabelReplayed, "true")
	if r.From == "" {
		return nil
	}
	from := old.run(r.From)
	if from == nil || from.Past || old.task(from) == nil {
		return reject(NotFound, "There is no such task run to replay from, or the revision has no such task.")
	}
	if old.branched(from) {
		return reject(NotAllowed, "%s ran because of how the execution ended. Replay from an earlier task run.", from.Task)
	}
	keep := old.before(old.aroundFolder(from))
	for i := range old.next.Runs {
		if run := &old.next.Runs[i]; keep[run.ID] == whole && (run.Request != nil || run.Child != "") {
			return reject(NotAllowed,
				"What %s decided counts for the earlier execution only. Replay from that task or earlier, so that it is asked anew; or restart the execution if it failed.", run.Task)
		}
	}
	m.next.Runs = old.takeOver(keep)
	return nil
}

// taken is how a run of an earlier execution is taken over.
type taken int

const (
	not   taken = iota
	open        // it is around the run that is replayed: it goes on
	whole       // it ended before: it stays as it was
)

// before says what stays of an execution that is replayed from a run: what ended
// before it in each list around it, and what ran beside it.
func (m *machine) before(from *TaskRun) map[TaskRunID]taken {
	keep := map[TaskRunID]taken{}
	for at := from; at != nil; at = m.run(at.Parent) {
		if at != from {
			keep[at.ID] = open
		}
		for i := range m.next.Runs {
			run := &m.next.Runs[i]
			if run.Parent == at.Parent && run.ID != at.ID && !run.Past && m.precedes(run, at) {
				keep[run.ID] = whole
			}
		}
	}
	for i := range m.next.Runs { // what is below a kept run is kept
		run := &m.next.Runs[i]
		if !run.Past && keep[run.Parent] == whole {
			keep[run.ID] = whole
		}
	}
	return keep
}

// precedes reports whether a run does not follow another of the same parent.
func (m *machine) precedes(run, at *TaskRun) bool {
	if run.Branch != "" && run.Branch != BranchOnPause || run.State != Success && run.State != Warning && run.State != Skipped {
		return false
	}
	var spec flow.Spec
	if parent := m.run(at.Parent); parent != nil {
		t := m.task(parent)
		if t == nil {
			return false
		}
		spec = t.Spec
	}
	switch spec := spec.(type) {
	case *flow.Parallel:
		return true
	case *flow.Dag:
		return !depends(spec, run.Task, at.Task)
	case *flow.ForEach:
		if run.Iteration != at.Iteration {
			return run.Iteration < at.Iteration || spec.Concurrent != 1
		}
	}
	return m.older(run, at)
}

// older: within one list, what began earlier stands earlier.
func (m *machine) older(run, at *TaskRun) bool {
	for i := range m.next.Runs {
		switch m.next.Runs[i].ID {
		case run.ID:
			return true
		case at.ID:
			return false
		}
	}
	return false
}

func position(tasks []*flow.Task, id string) int {
	for i, t := range tasks {
		if t.ID == id {
			return i
		}
	}
	return len(tasks)
}

// depends reports whether a task of a Dag comes after another, however far.
func depends(spec *flow.Dag, task, on string) bool {
	target := position(spec.Tasks, on)
	seen := make([]bool, len(spec.Tasks))
	var reaches func(i int) bool
	reaches = func(i int) bool {
		if i == target {
			return true
		}
		if i >= len(seen) || seen[i] {
			return false
		}
		seen[i] = true
		return slices.ContainsFunc(spec.After[i], reaches)
	}
	return reaches(position(spec.Tasks, task))
}

// takeOver copies the runs that are kept.
func (m *machine) takeOver(keep map[TaskRunID]taken) []TaskRun {
	var runs []TaskRun
	ids := map[TaskRunID]TaskRunID{}
	for i := range m.next.Runs {
		run := m.next.Runs[i]
		how := keep[run.ID]
		if how == not || m.task(&run) == nil {
			continue
		}
		id := number(len(runs))
		ids[run.ID] = id
		run.ID, run.Parent = id, ids[run.Parent]
		if how == open {
			m.openRun(&run)
		}
		runs = append(runs, run)
	}
	return runs
}
