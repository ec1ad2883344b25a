package engine

import "fmt"

// The bounds of what an execution holds. It is written as a whole with each
// change and read for each delivery, so a flow that doubles a text a few times
// must not make it as large as the memory.
const (
	// maxWeight is for outputs, logs and requests of all task runs.
	maxWeight = 8 << 20
	// maxAnswer is for the values of one answer.
	maxAnswer = 128 << 10
)

// hasRoom reports whether the execution has room for what a run holds now. It is
// asked once for each run, before the run ends.
func (m *machine) hasRoom(run *TaskRun) bool {
	if m.weight == 0 {
		for i := range m.next.Runs {
			if r := &m.next.Runs[i]; r != run {
				m.weight += r.weight()
			}
		}
	}
	m.weight += run.weight()
	return m.weight <= maxWeight
}

func tooMuch(run *TaskRun) string {
	return fmt.Sprintf("%s: the execution would hold more than %d MiB of outputs, logs and texts; keep less of them", run.Task, maxWeight>>20)
}

// weight is about how many bytes a run holds.
func (r *TaskRun) weight() int {
	n := weigh(r.Outputs) + weigh(r.Items) + weigh(r.Value)
	for i := range r.Logs {
		n += weigh(r.Logs[i].Text)
	}
	if q := r.Request; q != nil {
		n += weigh(q.Title) + weigh(q.Description)
		for _, f := range q.Facts {
			n += weigh(f.Label) + weigh(f.Value)
		}
		for _, l := range q.Links {
			n += weigh(l.Text) + weigh(l.URL)
		}
		for i := range q.Form {
			n += weighField(&q.Form[i])
		}
		n += q.history()
	}
	return n
}

// history is about how many bytes it takes what was said about a request, how it
// was asked before, and what it froze.
func (r *Request) history() int {
	if r.Bound == nil && len(r.Comments)+len(r.Rounds) == 0 {
		return 0
	}
	n := weigh(r.Bound)
	for i := range r.Comments {
		n += weigh(r.Comments[i].Text)
	}
	for _, o := range r.Rounds {
		n += weigh(o.Why)
		for i := range o.Moves {
			n += weigh(o.Moves[i].Reason)
		}
		for i := range o.Responses {
			n += weigh(o.Responses[i].Values)
		}
	}
	return n
}

// weigh is about how many bytes a value takes when it is written.
func weigh(v any) int {
	const each = 8 // for a number, or what is around a text
	n := each
	switch v := v.(type) {
	case string:
		n += len(v)
	case []any:
		for _, item := range v {
			n += weigh(item)
		}
	case map[string]any:
		for name, item := range v {
			n += len(name) + weigh(item)
		}
	}
	return n
}
