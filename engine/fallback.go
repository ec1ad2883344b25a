package engine

import (
	"slices"

	"signoff/engine/approval"
)

// A flow may ask in a channel alone. Where none of its channels can be reached
// any more (the bot was removed, the channel archived), those who are asked would
// never hear of it: each gets a direct message instead, on the surface of the
// channel that was lost.

// stranded returns the surfaces of the channels of an open request, in order, if
// all of them were given up; none while one of them is there.
func stranded(r *Request) []string {
	var lost []string
	for _, c := range r.Copies {
		switch {
		case c.Place == "" || c.Role != ForApprovers:
			continue
		case c.Problem == "":
			return nil
		case !slices.Contains(lost, c.Surface):
			lost = append(lost, c.Surface)
		}
	}
	return lost
}

// fallBack adds a direct message for each of some people, if all channels are
// lost.
func (m *machine) fallBack(run *TaskRun, people []approval.PersonID) {
	r := run.Request
	if !r.Open() {
		return
	}
	for _, surface := range stranded(r) {
		for _, p := range people {
			if len(r.Copies) >= 2*maxCopies {
				return
			}
			m.addCopy(run, Copy{Surface: surface, Person: p})
		}
	}
}

// fallBackAll does it for everybody who is asked now, and for whoever stands in
// for one who is away.
func (m *machine) fallBackAll(run *TaskRun) {
	r := run.Request
	if r.Stage >= len(r.Asked) {
		return
	}
	asked := r.Asked[r.Stage]
	m.fallBack(run, append(slices.Clone(asked), m.mayBe(run, m.standIns(asked))...))
}
