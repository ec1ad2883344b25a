package flow

import "iter"

// Walk yields every task in the order of the source, those within others
// included.
func (f *Flow) Walk() iter.Seq[*Task] {
	return func(yield func(*Task) bool) {
		for _, list := range [][]*Task{f.Tasks, f.Errors, f.Finally, f.AfterExecution} {
			if !walk(list, yield) {
				return
			}
		}
	}
}

func walk(tasks []*Task, yield func(*Task) bool) bool {
	for _, t := range tasks {
		if !yield(t) {
			return false
		}
		for _, list := range t.Lists() {
			if !walk(list, yield) {
				return false
			}
		}
	}
	return true
}

// Lists returns the lists of tasks within a task, those of its errors and
// finally last.
func (t *Task) Lists() [][]*Task {
	var lists [][]*Task
	switch spec := t.Spec.(type) {
	case *If:
		lists = [][]*Task{spec.Then, spec.Else}
	case *Switch:
		for _, c := range spec.Cases {
			lists = append(lists, c.Tasks)
		}
		lists = append(lists, spec.Defaults)
	case *Sequential:
		lists = [][]*Task{spec.Tasks}
	case *Parallel:
		lists = [][]*Task{spec.Tasks}
	case *Dag:
		lists = [][]*Task{spec.Tasks}
	case *ForEach:
		lists = [][]*Task{spec.Tasks}
	case *LoopUntil:
		lists = [][]*Task{spec.Tasks}
	case *Pause:
		if spec.OnPause != nil {
			lists = [][]*Task{{spec.OnPause}}
		}
		lists = append(lists, spec.Tasks)
	case *Log, *Return, *OutputValues, *Labels, *Fail, *Assert, *Sleep, *Subflow, *HTTPRequest, *SlackWebhook, *TeamsWebhook,
		*MailSend, *Script, *KVSet, *KVGet, *KVDelete, *ResumeExecution, *KillExecution, *Mapped:
		return nil
	}
	return append(lists, t.Errors, t.Finally)
}

// Task returns the task with the id, or nil.
func (f *Flow) Task(id string) *Task {
	if f.tasks != nil {
		return f.tasks[id]
	}
	for t := range f.Walk() {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// index makes [Flow.Task] quick: a step asks for many tasks.
func (f *Flow) index() {
	tasks := map[string]*Task{}
	for t := range f.Walk() {
		tasks[t.ID] = t
	}
	f.tasks = tasks
}
