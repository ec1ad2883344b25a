package flow

import (
	"slices"

	"signoff/engine/expr"
)

// checkItem checks what is read of the root item, whose parts follow from the
// loops around a task.
func (p *parser) checkItem(u use, ref expr.Ref) {
	if u.in.seat == nil {
		return
	}
	loops, until := u.in.seat.loops()
	absent := func(format string, args ...any) { p.absent(u, ref, ruleUnknownRoot, format, args...) }
	if loops == 0 && !until {
		absent(`"item" is known only to the tasks of a loop`)
		return
	}
	if len(ref.Path) < 2 {
		return
	}
	known := []string{"value", "index", "iteration", "parent", "parents"}
	switch name := ref.Path[1]; {
	case name == "value" && loops == 0:
		absent("a LoopUntil has no values; its rounds are item.index")
	case name == "parent" && loops < 2:
		absent("no other loop is around this one, so its item has no parent")
	case name == "key":
		absent("an item has no key of its own; in a loop over a map it is item.value.key, and what stands under it item.value.value")
	case !slices.Contains(known, name):
		absent("an item has no %s%s", quote(name), orKnown(name, known))
	}
}

// loops counts the loops with values that a task stands in, and tells whether it
// stands in a LoopUntil.
func (s *seat) loops() (n int, until bool) {
	for _, b := range s.path {
		if b.task == nil || b.name != "tasks" {
			continue
		}
		switch b.task.typ { //nolint:exhaustive // the loops
		case TypeForEach, TypeEachSequential, TypeEachParallel, TypeLoop:
			n++
		case TypeLoopUntil:
			until = true
		}
	}
	return n, until
}

// behindLoops leaves out of a path to the outputs of a task the values of the
// loops around it, under which they stand: outputs.ask.north.onResume reads
// outputs.ask.onResume.
func (s *seat) behindLoops(path []string) []string {
	n, _ := s.loops()
	for ; n > 0 && len(path) > 2 && path[2] != "onResume" && path[2] != "outcome"; n-- {
		path = slices.Concat(path[:2], path[3:])
	}
	return path
}
