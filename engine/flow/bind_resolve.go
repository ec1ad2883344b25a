package flow

import "slices"

// openness says what a resolver makes of an answer that is not there.
type openness bool

const (
	// closed: it was not given, so its default counts.
	closed openness = false
	// open: it may still be given.
	open openness = true
)

// outcome is what became of a field.
type outcome int

const (
	fresh  outcome = iota // not looked at
	asked                 // it is asked, and its value is known or bad
	off                   // it is not asked
	waits                 // whether it is asked depends on what is not known
	opened                // it is being looked at
)

// settled is a field that was looked at.
type settled struct {
	state   outcome
	field   Field // with what follows from other answers
	value   any
	problem string
}

// resolver settles the fields of one form, each after those it depends on.
type resolver struct {
	fields []Field
	given  map[string]any  // by id
	kept   map[string]kept // by id; what is not given anew
	mode   openness
	done   []settled
	late   []*lateField // nil where the field reads no other
}

func newResolver(fields []Field, given map[string]any, mode openness) *resolver {
	r := &resolver{
		fields: fields, given: given, mode: mode,
		done: make([]settled, len(fields)), late: make([]*lateField, len(fields)),
	}
	for i, f := range fields {
		if f.Late != nil {
			r.late[i] = compileLate(f, fields)
		}
	}
	return r
}

// settle decides about one field. Fields that wait for each other, which no
// flow can make, are not asked.
func (r *resolver) settle(i int) {
	if r.done[i].state != fresh {
		return
	}
	r.done[i].state = opened
	r.done[i] = r.decide(i)
}

func (r *resolver) decide(i int) settled {
	f := r.fields[i]
	if f.Off {
		return settled{state: off}
	}
	if state := r.needs(f); state != asked {
		return settled{state: state}
	}
	if late := r.late[i]; late != nil {
		missing := r.missing(late.reads)
		s := late.render(f, r.known(late, f))
		switch {
		case s.state == off && missing && r.mode == open: // with the answer it may be asked
			return settled{state: waits}
		case s.state == off:
			return s
		case s.problem != "" && missing:
			return settled{state: r.without()}
		case s.problem != "":
			return s
		case missing && r.mode == open:
			return settled{state: waits}
		}
		f = s.field
	}
	return r.answer(f)
}

// needs tells whether all that the field depends on has a value.
func (r *resolver) needs(f Field) outcome {
	for k, other := range r.fields {
		for _, id := range f.DependsOn {
			if other.ID != id {
				continue
			}
			r.settle(k)
			switch d := r.done[k]; {
			case d.state == off, d.state == opened:
				return off
			case d.state == waits, d.value == nil && (r.mode == open || d.problem != ""):
				return waits
			case d.value == nil:
				return off
			}
		}
	}
	return asked
}

// missing settles the fields that are read and reports whether the value of one
// is not known.
func (r *resolver) missing(fields []int) bool {
	missing := false
	for _, k := range fields {
		r.settle(k)
		missing = missing || r.done[k].value == nil
	}
	return missing
}

// without is what becomes of a field that cannot be made without an answer.
func (r *resolver) without() outcome {
	if r.mode == open {
		return waits
	}
	return off
}

// answer takes what was given for a field that is asked.
func (r *resolver) answer(f Field) settled {
	raw, ok := r.given[f.ID]
	if !ok && r.mode == open {
		return settled{state: asked, field: f}
	}
	v, problem := bindOne(f, raw)
	if k, has := r.kept[f.ID]; has && !ok {
		v, problem = k.bind(f)
	}
	return settled{state: asked, field: f, value: v, problem: problem}
}

// known are the answers that a field may read.
func (r *resolver) known(late *lateField, f Field) map[string]any {
	flat := map[string]any{}
	for _, k := range late.reads {
		flat[r.fields[k].ID] = r.done[k].value
	}
	for k, other := range r.fields {
		for _, id := range f.DependsOn {
			if other.ID == id {
				flat[id] = r.done[k].value
			}
		}
	}
	return flat
}

// waitsFor names all fields on which one depends.
func (r *resolver) waitsFor(i int) []string {
	ids := slices.Clone(r.fields[i].DependsOn)
	if late := r.late[i]; late != nil {
		for _, k := range late.reads {
			if id := r.fields[k].ID; !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}
