package flow

import "iter"

// Walk yields every task in the order of the source, those within others
// included.
func (f *Flow) Walk() iter.Seq[*Task] {
	return func(yield func(*Task) bool) { walk(f.Tasks, yield) }
}

func walk(tasks []*Task, yield func(*Task) bool) bool {
	for _, t := range tasks {
		if !yield(t) {
			return false
		}
		for _, list := range t.lists() {
			if !walk(list, yield) {
				return false
			}
		}
	}
	return true
}

// lists returns the lists of tasks within a task.
func (t *Task) lists() [][]*Task {
	switch spec := t.Spec.(type) {
	case *If:
		return [][]*Task{spec.Then, spec.Else}
	case *Sequential:
		return [][]*Task{spec.Tasks}
	case *Pause, *Log, *Return, *HTTPRequest, *SlackWebhook:
	}
	return nil
}

// Task returns the task with the id, or nil.
func (f *Flow) Task(id string) *Task {
	for t := range f.Walk() {
		if t.ID == id {
			return t
		}
	}
	return nil
}
