package flow

import (
	"time"

	"gopkg.in/yaml.v3"
)

// multipleCondition is Kestra's oldest way of waiting for several executions. It
// is written among the conditions of a Flow trigger, and read as its
// preconditions.
const multipleCondition = "MultipleCondition"

// flowConditions reads the older conditions of a Flow trigger. It reports
// whether one of them names what the trigger waits for.
func (p *parser) flowConditions(e *entry, t *Trigger, f *FlowTrigger) bool {
	if e == nil {
		return false
	}
	var first *yaml.Node
	for _, item := range p.conditionItems(e) {
		switch at := p.multipleType(item); {
		case at == nil:
			if c := p.condition(item, t); c != nil {
				f.Conditions = append(f.Conditions, *c)
			}
		case first != nil:
			p.startsNothing(at, t, "a trigger waits by one MultipleCondition, and the first is at line %d; write dependsOn", first.Line)
			p.multiple(item, t, &FlowTrigger{})
		default:
			first = at
			p.multiple(item, t, f)
		}
	}
	return first != nil
}

// multipleType returns where the condition says that it is a MultipleCondition;
// nil if it is another.
func (p *parser) multipleType(n *yaml.Node) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for _, e := range p.entries(n) {
		if d, _ := only(lang.conditions[e.value.Value]); e.name == "type" && d != nil && d.Name == multipleCondition {
			return e.value
		}
	}
	return nil
}

// startsNothing says why a trigger that Kestra takes is switched off here: what
// it would start without that, nobody meant.
func (p *parser) startsNothing(n *yaml.Node, t *Trigger, why string, args ...any) {
	t.Disabled = true
	p.warnf(pos(n), ruleTriggerOther, "the trigger starts nothing: "+why, args...)
}

// multiple reads what a MultipleCondition waits for and in which time.
func (p *parser) multiple(n *yaml.Node, t *Trigger, f *FlowTrigger) {
	s := p.section(n, "the condition "+multipleCondition)
	d, _ := only(lang.conditions[multipleCondition])
	p.applyDefaults(s, p.typeName(s), d)
	s.define(d)
	s.need("id")
	s.word("id")
	if e := s.needItems("conditions"); e != nil {
		pairs := p.pairs(e)
		if len(pairs) > maxUpstream {
			p.errorf(pos(e.value), ruleLimit, "%s holds %d items; at most %d are allowed", quote(e.name), len(pairs), maxUpstream)
			pairs = nil
		}
		for _, pair := range pairs {
			if pair.name == "" { // what was met is remembered by its name
				p.errorf(pair.at, ruleMissingKey, "a condition of a MultipleCondition needs a name")
			}
			if c := p.condition(pair.value, t); c != nil {
				f.Upstream = append(f.Upstream, upstreamOf(pair.name, c))
			}
		}
	}
	f.Window = p.multipleWindow(s)
	s.done()
}

// upstreamOf is what one condition waits for. What names a flow or a namespace
// is said as such, so that other flows do not move the trigger at all.
func upstreamOf(name string, c *Condition) Upstream {
	u := Upstream{ID: name}
	switch {
	case c.Kind == ConditionFlow:
		u.Namespace, u.Flow = c.Namespace, c.Flow
	case c.Kind == ConditionNamespace && c.Compare == "EQUALS":
		u.Namespace = c.Namespace
	default:
		u.Conditions = []Condition{*c}
	}
	return u
}

// multipleWindow reads the window: by its older keys, which can only lay one
// kind, or as preconditions do. Without any, all must happen on one day.
func (p *parser) multipleWindow(s *section) Window {
	w := Window{Kind: WindowDuration, Every: s.literalDuration("window"), Offset: s.literalDuration("windowAdvance")}
	older := s.find("window")
	if older == nil {
		older = s.find("windowAdvance")
	}
	var newer *entry
	for _, name := range []string{"timeWindow", "timeSLA", "sla"} {
		e := s.find(name)
		switch {
		case e == nil:
		case newer != nil:
			p.errorf(e.at, ruleKeyConflict, "%s is an older name of %s; write one of them", quote(e.name), quote(newer.name))
		default:
			newer, w = e, p.timeWindow(e)
		}
	}
	if older != nil && newer != nil {
		p.errorf(older.at, ruleKeyConflict, "%s belongs into %s; write it there", quote(older.name), quote(newer.name))
	}
	if w.Kind == WindowDuration && w.Every == 0 {
		w.Every = 24 * time.Hour
	}
	return w
}
