package flow

import (
	"slices"

	"gopkg.in/yaml.v3"
)

func (p *parser) branches(s *section, at *seat) *If {
	i := &If{}
	if s.need("condition") != nil {
		i.Condition = s.template("condition", scope{zone: zoneState, seat: at})
	}
	i.Then = p.neededTasks(s, at, "then")
	i.Else = p.optionalTasks(s, at, "else")
	return i
}

func (p *parser) cases(s *section, at *seat) *Switch {
	w := &Switch{}
	if s.need("value") != nil {
		w.Value = s.template("value", scope{zone: zoneState, seat: at})
	}
	if e := s.find("cases"); e != nil {
		for _, c := range p.pairs(e) {
			if isNull(c.value) {
				p.errorf(c.at, ruleMissingKey, "the case %s holds no tasks", quote(c.name))
				continue
			}
			w.Cases = append(w.Cases, Case{Value: c.name, Tasks: p.tasks(&c, inside(at, "cases."+c.name))})
		}
	}
	w.Defaults = p.optionalTasks(s, at, "defaults")
	if s.find("cases") == nil && s.find("defaults") == nil {
		p.errorf(s.at, ruleMissingKey, `%s needs the key "cases" or "defaults"`, s.what)
	}
	return w
}

func (p *parser) sequential(s *section, at *seat) *Sequential {
	q := &Sequential{}
	switch at.typ { //nolint:exhaustive // the kinds of sequence
	case TypeAllowFailure:
		q.Kind = SequenceAllowFailure
	case TypeWorkingDirectory:
		q.Kind = SequenceSharedDirectory
		q.InputFiles = p.inputFiles(s, scope{zone: zoneCall, seat: at})
		q.OutputFiles = p.outputFiles(s)
	}
	q.Tasks = p.neededTasks(s, at, "tasks")
	return q
}

func (p *parser) parallel(s *section, at *seat) *Parallel {
	return &Parallel{Concurrent: s.atLeast("concurrent", 0, 0), Tasks: p.neededTasks(s, at, "tasks")}
}

// dag reads tasks that wait for each other.
func (p *parser) dag(s *section, at *seat) *Dag {
	d := &Dag{Concurrent: s.atLeast("concurrent", 0, 0)}
	e := s.need("tasks")
	if e == nil {
		return d
	}
	items := p.list(e)
	if items != nil && len(items) == 0 {
		p.errorf(pos(e.value), ruleMissingKey, `"tasks" must hold at least one task`)
	}
	var waits []*entry
	for _, item := range items {
		w := p.part(item, "a task of a Dag", "dagTask")
		if w == nil {
			continue
		}
		if e := w.need("task"); e != nil && !p.tooMany(e.value) {
			if t := p.task(e.value, inside(at, "tasks")); t != nil {
				d.Tasks = append(d.Tasks, t)
				waits = append(waits, w.find("dependsOn"))
			}
		}
		w.find("dependsOn")
		w.done()
	}
	if p.dependencies(d, waits) {
		at.reach = reach(d.After)
	}
	return d
}

// dependencies turns the names of dependsOn into places in the list, and finds
// tasks that wait for each other in a circle; it reports whether there are none.
func (p *parser) dependencies(d *Dag, waits []*entry) bool {
	place := make(map[string]int, len(d.Tasks))
	names := make([]string, len(d.Tasks))
	for i, t := range d.Tasks {
		place[t.ID], names[i] = i, t.ID
	}
	d.After = make([][]int, len(d.Tasks))
	for i, e := range waits {
		if e == nil {
			continue
		}
		for _, item := range p.items(e) {
			name := p.word(item, "what a task depends on")
			k, ok := place[name]
			switch {
			case name == "":
			case !ok:
				p.errorf(pos(item), ruleDagTask, "no task of this Dag has the id %s%s", quote(name), didYouMean(name, names))
			case slices.Contains(d.After[i], k):
			default:
				d.After[i] = append(d.After[i], k)
			}
		}
	}
	if i := circle(d.After); i >= 0 {
		p.errorf(waits[i].at, ruleDagTask, "the task %s waits for itself, by way of what it depends on", quote(d.Tasks[i].ID))
		return false
	}
	return true
}

// items returns the items of a list, or the one value in place of it.
func (p *parser) items(e *entry) []*yaml.Node {
	if e.value.Kind == yaml.SequenceNode {
		return p.list(e)
	}
	return []*yaml.Node{e.value}
}

// circle returns the first task that cannot ever start, because it waits for
// itself; -1 if there is none.
func circle(after [][]int) int {
	const (
		unseen = iota
		open
		closed
	)
	state := make([]int, len(after))
	var visit func(i int) bool
	visit = func(i int) bool {
		switch state[i] {
		case open:
			return true
		case closed:
			return false
		}
		state[i] = open
		if slices.ContainsFunc(after[i], visit) {
			return true
		}
		state[i] = closed
		return false
	}
	for i := range after {
		if visit(i) {
			return i
		}
	}
	return -1
}

// forEach reads ForEach and its kin, which differ in how they name things.
func (p *parser) forEach(s *section, at *seat) *ForEach {
	in := scope{zone: zoneState, seat: at}
	f := &ForEach{Concurrent: 1}
	values := "values"
	switch at.typ { //nolint:exhaustive // the kinds of loop
	case TypeEachSequential:
		values = "value"
	case TypeEachParallel:
		values, f.Concurrent = "value", s.atLeast("concurrent", 0, 0)
	default:
		f.Concurrent = s.atLeast("concurrencyLimit", 0, 1)
	}
	if e := s.need(values); e != nil {
		if v := p.value(e.value, in); v != nil {
			f.Values = *v
		}
	}
	f.Tasks = p.neededTasks(s, at, "tasks")
	return f
}

func (p *parser) loopUntil(s *section, at *seat) *LoopUntil {
	l := &LoopUntil{Tasks: p.neededTasks(s, at, "tasks"), FailOnMax: s.flag("failOnMaxReached", false)}
	// The condition is looked at after each round, so it sees what the round did.
	after := &seat{order: p.order, path: inside(at, "tasks")}
	if s.need("condition") != nil {
		l.Condition = s.template("condition", scope{zone: zoneState, seat: after})
	}
	e := s.find("checkFrequency")
	if e == nil {
		return l
	}
	c := p.part(e.value, `"checkFrequency"`, "checkFrequency")
	if c == nil {
		return l
	}
	in := scope{zone: zoneState, seat: at}
	l.Interval = c.duration("interval", in)
	l.MaxIterations = c.template("maxIterations", in)
	l.MaxDuration = c.duration("maxDuration", in)
	if l.MaxIterations != nil && l.MaxIterations.Literal() {
		c.atLeast("maxIterations", 1, 1)
	}
	c.done()
	return l
}

func (p *parser) subflow(s *section, at *seat) *Subflow {
	in := scope{zone: zoneState, seat: at}
	f := &Subflow{
		Revision: s.atLeast("revision", 1, 0),
		Inputs:   p.named(s.find("inputs"), in),
		Labels:   s.value("labels", in),
		Wait:     s.flag("wait", true), Transmit: s.flag("transmitFailed", true),
		InheritLabels: s.flag("inheritLabels", false),
		ScheduleDate:  s.template("scheduleDate", in),
	}
	if s.need("namespace") != nil {
		f.Namespace = s.template("namespace", in)
	}
	if s.need("flowId") != nil {
		f.Flow = s.template("flowId", in)
	}
	if on := s.template("scheduleOn", in); f.ScheduleDate == nil {
		f.ScheduleDate = on
	}
	return f
}
