package flow

import "slices"

// blind says why a task cannot read the outputs of another, or "". A race says
// that the other runs at the same time, and may or may not have ended.
func (s *seat) blind(target *seat) (why string, race bool) {
	if s == target {
		return "is this one, and has no outputs yet", false
	}
	if i := slices.IndexFunc(s.path, func(b branch) bool { return b.task == target }); i >= 0 {
		return target.unfinished(s.path[i].name), false
	}
	if slices.ContainsFunc(target.path, func(b branch) bool { return b.task == s }) {
		return "stands in this one, and runs only later", false
	}
	i := 0
	for i < len(s.path) && i < len(target.path) && s.path[i] == target.path[i] {
		i++
	}
	if i < len(s.path) && i < len(target.path) && s.path[i].task == target.path[i].task {
		return s.path[i].apart(target.path[i])
	}
	// Both stand in one list, or in tasks of one list.
	mine, other := s.member(i), target.member(i)
	var around *seat
	if i > 0 {
		around = s.path[i-1].task
	}
	switch {
	case mine == other:
		return "", false // the list is theirs together
	case around != nil && s.path[i-1].name == "tasks" && around.typ == TypeDag:
		return dagOrder(around, mine, other)
	case around != nil && s.path[i-1].name == "tasks" && around.typ == TypeParallel:
		return "runs at the same time; its outputs may not be there yet", true
	case other.order > mine.order:
		return "runs only later", false
	}
	return "", false
}

// member is the task of the i-th list around the seat: the seat itself, or what
// it stands in.
func (s *seat) member(i int) *seat {
	if i < len(s.path) {
		return s.path[i].task
	}
	return s
}

// unfinished says why a task in one of its lists cannot read a task's outputs.
func (s *seat) unfinished(list string) string {
	switch {
	case list == "errors", list == "finally":
		return ""
	case s.typ == TypeIf, s.typ == TypeSwitch, s.typ == TypeLoopUntil:
		return "" // what was chosen is known, and the count of the rounds
	case (s.typ == TypePause || s.typ == TypeHumanTask) && list == "tasks":
		return "" // they run after the answer
	}
	return "is around this one, and has no outputs yet"
}

// apart says why a task in one list of a task, or of the flow, cannot read what
// stands in another of its lists.
func (b branch) apart(other branch) (why string, race bool) {
	mine, theirs := phase(b.name), phase(other.name)
	switch {
	case mine > theirs:
		return "", false
	case mine < theirs:
		return "runs only later", false
	case b.task != nil && (b.task.typ == TypeIf || b.task.typ == TypeSwitch):
		return "stands in the other branch of " + quote(b.task.id) + "; only one of them runs", false
	}
	return "", false
}

// phase orders the lists of a task: what it is made of, then its errors, then
// finally.
func phase(list string) int {
	switch list {
	case "onPause":
		return 0
	case "errors":
		return 2
	case "finally":
		return 3
	case "afterExecution":
		return 4
	}
	return 1
}

// repeated reports whether the task runs more than once, so that its outputs
// stand under the values of the loop.
func (s *seat) repeated() bool {
	n, _ := s.loops()
	return n > 0
}

// dagOrder says why a task of a Dag cannot read another one's outputs.
func dagOrder(around, mine, other *seat) (why string, race bool) {
	d, ok := around.spec.(*Dag)
	if !ok {
		return "", false
	}
	from, to := d.index(mine.id), d.index(other.id)
	switch {
	case from < 0 || to < 0 || around.reach == nil: // reported
		return "", false
	case around.reach[from].has(to):
		return "", false
	case around.reach[to].has(from):
		return "runs only later", false
	}
	return "is not among those that this one depends on; its outputs may not be there yet", true
}

func (d *Dag) index(id string) int {
	return slices.IndexFunc(d.Tasks, func(t *Task) bool { return t.ID == id })
}

// set is a set of small numbers.
type set []uint64

func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

// reach lists, for each task of a Dag, those that it waits for, directly or by
// way of others. There must be no circle.
func reach(after [][]int) []set {
	all := make([]set, len(after))
	var visit func(i int) set
	visit = func(i int) set {
		if all[i] != nil {
			return all[i]
		}
		mine := make(set, (len(after)+63)/64)
		for _, k := range after[i] {
			mine[k/64] |= 1 << (k % 64)
			for w, bits := range visit(k) {
				mine[w] |= bits
			}
		}
		all[i] = mine
		return mine
	}
	for i := range after {
		visit(i)
	}
	return all
}
