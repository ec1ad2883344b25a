package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// namedInput is an id that a dependsOn names.
type namedInput struct {
	id string
	at Pos
}

// dependsOn reads on which other inputs this one depends.
func (r *inputReader) dependsOn(s *section, i *Input) {
	e := s.find("dependsOn")
	if e == nil {
		return
	}
	d := r.section(e.value, `"dependsOn"`)
	if d == nil {
		return
	}
	if list := d.find("inputs"); list != nil {
		for _, item := range r.list(list) {
			if id := r.word(item, "the id of an input"); id != "" && !slices.Contains(i.DependsOn, id) {
				i.DependsOn = append(i.DependsOn, id)
				r.named = append(r.named, namedInput{id: id, at: pos(item)})
			}
		}
	}
	if c := d.find("condition"); c != nil {
		if t := r.condition(c.value); t != nil {
			i.Conditions = []*expr.Template{t}
		}
	}
	if d.lookup("inputs") == nil && d.lookup("condition") == nil {
		r.errorf(d.at, ruleMissingKey, `"dependsOn" needs the key "inputs" or "condition"`)
	}
	d.done()
}

func (r *inputReader) condition(n *yaml.Node) *expr.Template {
	t := r.template(n, `"condition"`, r.in)
	if t != nil && t.Literal() {
		r.errorf(pos(n), ruleBadValue, `"condition" must be an expression, such as "{{ inputs.other == 'yes' }}"`)
		return nil
	}
	return t
}

// checkDepends checks what the inputs read of each other.
func (r *inputReader) checkDepends() {
	ids := make([]string, len(r.inputs))
	for i, in := range r.inputs {
		ids[i] = in.ID
	}
	for _, n := range r.named {
		if !slices.Contains(ids, n.id) {
			// Kestra ignores it, so a flow that runs there must load.
			r.warnf(n.at, ruleInputDepends, "there is no input %s here, so it is ignored%s", quote(n.id), didYouMean(n.id, ids))
		}
	}
	for _, in := range r.inputs {
		r.checkLate(in)
	}
	r.checkCircles(ids)
}

// checkLate reports what cannot be frozen with the form although it must be.
func (r *inputReader) checkLate(in Input) {
	if f := in.blank(); f.names() {
		for _, v := range []*expr.Value{in.Defaults, in.Prefill} {
			if v != nil && slices.ContainsFunc(slices.Collect(v.Templates()), func(t *expr.Template) bool { return reads(t, r.in.form) }) {
				r.errorf(in.Pos, ruleInputDepends,
					"what the input %s offers cannot read other inputs of the form: whom it means is looked up when the form is made", quote(in.ID))
			}
		}
	}
	for t := range in.templates() {
		if !reads(t, r.in.form) {
			continue
		}
		for _, c := range t.Calls() {
			switch {
			case c.Name == "kv" && !c.Computed && c.Literal != "":
			case c.Name == "kv":
				r.errorf(in.Pos, ruleInputDepends,
					`the input %s reads other inputs, so kv() needs a name that is written out; keep a map under one key and write kv('KEY')[inputs.other]`, quote(in.ID))
			case slices.Contains(shellFunctions(), c.Name):
				r.errorf(in.Pos, ruleInputDepends, "the input %s reads other inputs, so it cannot call %s()", quote(in.ID), c.Name)
			}
		}
	}
}

// checkCircles reports inputs that wait for each other.
func (r *inputReader) checkCircles(ids []string) {
	needs := make([][]int, len(r.inputs))
	for i, in := range r.inputs {
		needs[i] = in.needs(ids)
	}
	state := make([]int, len(needs)) // 0 new, 1 open, 2 done
	var trail []int
	var visit func(i int) bool
	visit = func(i int) bool {
		switch state[i] {
		case 1:
			circle := trail[slices.Index(trail, i):]
			names := make([]string, 0, len(circle)+1)
			for _, k := range append(slices.Clone(circle), i) {
				names = append(names, ids[k])
			}
			r.errorf(r.inputs[i].Pos, ruleInputDepends, "the inputs depend on each other in a circle: %s", strings.Join(names, ", "))
			return false
		case 2:
			return true
		}
		state[i] = 1
		trail = append(trail, i)
		for _, k := range needs[i] {
			if !visit(k) {
				return false
			}
		}
		trail = trail[:len(trail)-1]
		state[i] = 2
		return true
	}
	for i := range needs {
		if !visit(i) {
			return // one at a time: the others may be the same
		}
	}
}

// needs are the indexes of the inputs that must be known before this one.
func (in Input) needs(ids []string) []int {
	var out []int
	for k, id := range ids {
		if slices.Contains(in.DependsOn, id) {
			out = append(out, k)
			continue
		}
		for t := range in.templates() {
			if readsID(t, id) {
				out = append(out, k)
				break
			}
		}
	}
	return out
}

// templates yields every text of the input in which expressions may stand.
func (in Input) templates() func(yield func(*expr.Template) bool) {
	return func(yield func(*expr.Template) bool) {
		for _, t := range append(slices.Clone(in.Conditions), in.DisplayName, in.Description) {
			if t != nil && !yield(t) {
				return
			}
		}
		for _, v := range []*expr.Value{in.Defaults, in.Prefill, in.Choices} {
			if v == nil {
				continue
			}
			for t := range v.Templates() {
				if !yield(t) {
					return
				}
			}
		}
	}
}

// reads reports whether a template reads an input of the form.
func reads(t *expr.Template, form vocabulary) bool {
	return slices.ContainsFunc(t.Refs(), func(r expr.Ref) bool {
		return len(r.Path) > 1 && r.Path[0] == "inputs" && form.has(r.Path[1])
	})
}

// readsID reports whether a template reads one input, or a part or the whole of
// what it stands in.
func readsID(t *expr.Template, id string) bool {
	path := strings.Split(id, ".")
	return slices.ContainsFunc(t.Refs(), func(r expr.Ref) bool {
		return len(r.Path) > 1 && r.Path[0] == "inputs" && within(r.Path[1:], path)
	})
}
