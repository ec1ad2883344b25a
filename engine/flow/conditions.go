package flow

import (
	"time"

	"gopkg.in/yaml.v3"
)

const maxConditions = 100

// conditions reads Kestra's older conditions of a trigger. One that is not
// known keeps the trigger from starting anything, for it may be the one that
// matters.
func (p *parser) conditions(e *entry, t *Trigger) []Condition {
	if e == nil {
		return nil
	}
	var list []Condition
	for _, item := range p.conditionItems(e) {
		if c := p.condition(item, t); c != nil {
			list = append(list, *c)
		}
	}
	return list
}

func (p *parser) conditionItems(e *entry) []*yaml.Node {
	items := p.list(e)
	if len(items) > maxConditions {
		p.errorf(pos(e.value), ruleLimit, "%s holds %d items; at most %d are allowed", quote(e.name), len(items), maxConditions)
		return nil
	}
	return items
}

func (p *parser) condition(n *yaml.Node, t *Trigger) *Condition {
	s := p.section(n, "a condition")
	if s == nil {
		return nil
	}
	name := p.typeName(s)
	d, _ := only(lang.conditions[name])
	p.applyDefaults(s, name, d)
	if d == nil {
		if name != "" {
			t.Disabled = true
			p.warnf(pos(s.find("type").value), ruleTriggerOther, "signoff does not know the condition %s, so the trigger starts nothing%s",
				quote(name), nearType(name, SortCondition))
		}
		return nil
	}
	if d.Name == multipleCondition {
		p.startsNothing(s.find("type").value, t, "a MultipleCondition stands by itself among the conditions of a Flow trigger; write dependsOn")
		p.multiple(n, t, &FlowTrigger{})
		return nil
	}
	s.define(d)
	s.what = "the condition " + d.Name
	c := &Condition{Kind: ConditionKind(d.Name)}
	p.conditionKeys(s, c, t)
	for _, key := range d.Properties {
		if key.Required {
			s.needItems(key.Name)
		}
	}
	s.done()
	return c
}

func (p *parser) conditionKeys(s *section, c *Condition, t *Trigger) {
	in := scope{zone: zoneTrigger}
	has := func(name string) bool { return s.def.property(name) != nil && !s.def.property(name).Ignored }
	if has("date") {
		c.Date = s.template("date", in)
	}
	switch c.Kind {
	case ConditionExpression:
		c.Expression = s.template("expression", in)
	case ConditionFlow:
		c.Namespace, c.Flow = s.word("namespace"), s.word("flowId")
	case ConditionNamespace:
		c.Namespace, c.Compare = s.word("namespace"), s.choice("comparison")
		if prefix := s.flag("prefix", false); prefix && c.Compare == "" {
			c.Compare = "PREFIX"
		}
		if c.Compare == "" {
			c.Compare = "EQUALS"
		}
	case ConditionStatus, ConditionHasRetry:
		c.In, c.NotIn = s.states("in"), s.states("notIn")
	case ConditionLabels:
		c.Labels = p.labelMap(s.find("labels"))
	case ConditionDayWeek, ConditionDayInMonth:
		if day := s.choice("dayOfWeek"); day != "" {
			c.Days = []string{day}
		}
		if c.Kind == ConditionDayInMonth {
			c.DayInMonth = s.choice("dayInMonth")
		}
	case ConditionWeekend:
	case ConditionHoliday:
		p.holidayCondition(s, c)
	case ConditionDateBetween:
		c.After, c.Before = s.momentText("after"), s.momentText("before")
	case ConditionTimeBetween:
		c.After, c.Before = s.clock("after"), s.clock("before")
	case ConditionOr, ConditionNot:
		c.Of = p.conditions(s.find("conditions"), t)
		c.Not = c.Kind == ConditionNot
	}
}

// momentText reads a date and time with its zone.
func (s *section) momentText(name string) string {
	text := s.word(name)
	if text == "" {
		return ""
	}
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s must be a moment such as 2026-01-31T09:00:00Z, not %s", quote(name), quote(text))
		return ""
	}
	return text
}
