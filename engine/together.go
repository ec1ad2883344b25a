package engine

import (
	"signoff/engine/flow"
)

// pieces are what runs at once: the tasks of a Parallel or Dag, the iterations
// of a loop.
type pieces struct {
	n      int
	atOnce int // 0: all
	begun  func(i int) bool
	run    func(i int) standing
	// ready says that a piece that has not begun may; nil: always.
	ready func(i int, ended []bool) bool
}

// together takes all pieces further. Once one failed, no other begins; those
// that have begun go on to their ends first.
func (m *machine) together(p pieces) standing {
	t := turn{pieces: p, ended: make([]bool, p.n), begun: make([]bool, p.n)}
	for i := range p.n {
		if p.begun(i) && t.take(i) {
			return t.sum
		}
	}
	for again := true; again; {
		again = false
		for i := range p.n {
			if !t.mayBegin(i) {
				continue
			}
			if t.take(i) {
				return t.sum
			}
			again = again || p.ready != nil && t.ended[i]
		}
	}
	switch {
	case t.active > 0:
		t.sum.at = waiting
	case t.failed:
		t.sum.at = failed
	default:
		t.sum.at, t.sum.why = done, ""
	}
	return t.sum
}

// turn is one look at pieces.
type turn struct {
	pieces
	ended, begun []bool
	active       int
	failed       bool
	sum          standing
}

func (t *turn) mayBegin(i int) bool {
	return !t.begun[i] && !t.failed && (t.atOnce == 0 || t.active < t.atOnce) && (t.ready == nil || t.ready(i, t.ended))
}

// take takes one piece further. It reports true for what ends everything.
func (t *turn) take(i int) bool {
	t.begun[i] = true
	s := t.run(i)
	t.sum.warned = t.sum.warned || s.warned
	switch s.at {
	case done:
		t.ended[i] = true
	case waiting:
		t.active++
	case failed:
		if !t.failed {
			t.failed, t.sum.why = true, s.why
		}
	case cancelled, killed:
		t.sum.at, t.sum.why = s.at, s.why
		return true
	}
	return false
}

// enabled are the tasks that are not switched off.
func enabled(tasks []*flow.Task) []*flow.Task {
	out := make([]*flow.Task, 0, len(tasks))
	for _, t := range tasks {
		if !t.Disabled {
			out = append(out, t)
		}
	}
	return out
}

func (m *machine) parallel(spec *flow.Parallel, id TaskRunID) standing {
	tasks, at := enabled(spec.Tasks), place{parent: id}
	return m.together(pieces{
		n: len(tasks), atOnce: spec.Concurrent,
		begun: func(i int) bool { return m.begun(tasks[i].ID, at) != "" },
		run:   func(i int) standing { return m.one(tasks[i], at) },
	})
}

// dag runs each task once those it depends on have ended well. One that is
// switched off holds nothing up.
func (m *machine) dag(spec *flow.Dag, id TaskRunID) standing {
	at := place{parent: id}
	return m.together(pieces{
		n: len(spec.Tasks), atOnce: spec.Concurrent,
		begun: func(i int) bool { return spec.Tasks[i].Disabled || m.begun(spec.Tasks[i].ID, at) != "" },
		run: func(i int) standing {
			if spec.Tasks[i].Disabled {
				return standing{at: done}
			}
			return m.one(spec.Tasks[i], at)
		},
		ready: func(i int, ended []bool) bool {
			for _, before := range spec.After[i] {
				if !ended[before] {
					return false
				}
			}
			return true
		},
	})
}
