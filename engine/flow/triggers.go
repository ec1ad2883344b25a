package flow

import (
	"gopkg.in/yaml.v3"

	"signoff/engine/trigger"
	tz "signoff/engine/zone"
)

const maxTriggers = 100

// triggers reads what starts the flow by itself.
func (p *parser) triggers(s *section) []*Trigger {
	var list []*Trigger
	first, commands := map[string]Pos{}, map[string]Pos{}
	for _, item := range p.listOf(s, "triggers", maxTriggers) {
		t := p.trigger(item)
		if t == nil {
			continue
		}
		if before, twice := first[t.ID]; twice && t.ID != "" {
			p.errorf(t.Pos, ruleDuplicateID, "the trigger id %s is used twice; the first is at line %d", quote(t.ID), before.Line)
			continue
		}
		first[t.ID] = t.Pos
		p.ownOnce(t, commands)
		list = append(list, t)
	}
	return list
}

func (p *parser) trigger(n *yaml.Node) *Trigger {
	s := p.section(n, "a trigger")
	if s == nil {
		return nil
	}
	name := p.typeName(s)
	d, others := only(lang.triggers[name])
	p.applyDefaults(s, name, d)
	t := &Trigger{ID: s.id("id", taskID, maxTaskID), Pos: s.at, Description: s.text("description"), Disabled: s.flag("disabled", false)}
	if d == nil || len(others) > 0 {
		p.foreignTrigger(s, t, name)
		return t
	}
	s.define(d)
	s.what = "a " + d.Name + " trigger"
	p.starting(s, t)
	s.remember("cron", "key", "command", "when")
	switch d.Name {
	case "Schedule":
		t.Spec = p.schedule(s, t)
	case "Webhook":
		t.Spec = p.webhook(s, t)
	case "SlashCommand":
		t.Spec = p.slashCommand(s, t)
	case "Flow":
		t.Spec = p.flowTrigger(s, t)
	}
	s.done()
	return t
}

// foreignTrigger keeps a trigger that signoff does not run: the flow can be
// started in other ways.
func (p *parser) foreignTrigger(s *section, t *Trigger, name string) {
	e := s.find("type")
	switch {
	case name == "":
	case foreign(name):
		t.Spec = &ForeignTrigger{Name: name}
		p.warnf(pos(e.value), ruleTriggerOther, "signoff does not run the trigger type %s, so it starts nothing; start the flow in another way%s",
			quote(name), nearType(name, SortTrigger))
	default:
		p.errorf(pos(e.value), ruleTriggerOther, "unknown trigger type %s%s", quote(name), orKnown(name, lang.shorts(SortTrigger)))
	}
}

// starting reads what every trigger says of the execution that it starts.
func (p *parser) starting(s *section, t *Trigger) {
	in := scope{zone: zoneTrigger}
	t.When = s.template("when", in)
	t.Inputs = p.named(s.find("inputs"), in)
	t.Labels = p.labels(s)
	t.AllowConcurrent = s.flag("allowConcurrent", false)
	t.StopAfter = s.states("stopAfter")
	if e := s.find("inputs"); e != nil && e.value.Kind == yaml.MappingNode {
		p.checkGiven(e)
	}
}

// checkGiven reports what a trigger gives to inputs that the flow does not have.
func (p *parser) checkGiven(e *entry) {
	for _, pair := range p.entries(e.value) {
		if !p.names.inputs.has(topName(pair.name)) {
			p.errorf(pair.at, ruleUnknownInput, "the flow has no input %s%s", quote(pair.name), didYouMean(pair.name, p.names.inputs))
		}
	}
}

// states reads a list of states.
func (s *section) states(name string) []string {
	return s.oneOfEach(name, executionStates())
}

// oneOfEach reads a list of words, or one.
func (s *section) oneOfEach(name string, words []string) []string {
	e := s.find(name)
	if e == nil {
		return nil
	}
	var list []string
	for _, item := range s.p.items(e) {
		text := s.p.word(item, "an entry of "+quote(name))
		if text == "" {
			continue
		}
		known := false
		for _, w := range words {
			known = known || w == text
		}
		if !known {
			s.p.errorf(pos(item), ruleBadValue, "unknown word %s in %s%s", quote(text), quote(name), orKnown(text, words))
			continue
		}
		list = append(list, text)
	}
	return list
}

func (p *parser) schedule(s *section, t *Trigger) *Schedule {
	c := &Schedule{
		Seconds:     s.flag("withSeconds", false),
		LateMaximum: s.literalDuration("lateMaximumDelay"),
		Missed:      Missed(s.choice("recoverMissedSchedules")),
		Timezone:    s.word("timezone"),
	}
	if e := s.find("timezone"); e != nil && c.Timezone != "" {
		if _, err := tz.Load(c.Timezone); err != nil {
			p.errorf(pos(e.value), ruleBadZone, "%s", printable(err.Error()))
		}
	}
	if e := s.need("cron"); e != nil {
		c.Cron = p.word(e.value, `"cron"`)
		if _, err := trigger.ParseCron(c.Cron, c.Seconds); err != nil && c.Cron != "" {
			p.errorf(pos(e.value), ruleBadCron, "%s", printable(err.Error()))
		}
	}
	c.Conditions = p.conditions(s.find("conditions"), t)
	if e := s.find("scheduleConditions"); e != nil {
		c.Conditions = append(c.Conditions, p.conditions(e, t)...)
	}
	return c
}

func (p *parser) webhook(s *section, t *Trigger) *Webhook {
	w := &Webhook{
		Wait: s.flag("wait", false), ReturnOutputs: s.flag("returnOutputs", false),
		ResponseCode: s.atLeast("responseCode", 100, 0),
		Conditions:   p.conditions(s.find("conditions"), t),
	}
	if w.ResponseCode > 599 {
		p.errorf(pos(s.find("responseCode").value), ruleBadValue, `"responseCode" must be at most 599, not %d`, w.ResponseCode)
	}
	if e := s.need("key"); e != nil {
		// The key is read when the address is called, so a secret may stand in it.
		if key := s.template("key", scope{zone: zoneKey}); key != nil {
			w.Key = key.Source()
		}
		if w.Key == "" && e.value.Kind == yaml.ScalarNode && e.value.Value == "" {
			p.errorf(pos(e.value), ruleMissingKey, `"key" must not be empty`)
		}
	}
	return w
}
