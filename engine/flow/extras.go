package flow

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// Bounds of the lists of a flow other than its tasks and inputs.
const (
	maxOutputs = 100
	maxSLAs    = 20
)

// listOf reads a list of at most so many items; nil if absent or reported.
func (p *parser) listOf(s *section, name string, most int) []*yaml.Node {
	e := s.find(name)
	if e == nil {
		return nil
	}
	items := p.list(e)
	if len(items) > most {
		p.errorf(pos(e.value), ruleLimit, "%s holds %d items; at most %d are allowed", quote(name), len(items), most)
		return nil
	}
	return items
}

// outputs reads what the flow gives to whoever started it.
func (p *parser) outputs(s *section) []Output {
	var list []Output
	for _, item := range p.listOf(s, "outputs", maxOutputs) {
		o := p.part(item, "an output", "output")
		if o == nil {
			continue
		}
		out := Output{
			ID: o.id("id", taskID, maxTaskID), Pos: o.at, Type: p.outputType(o), Required: o.flag("required", true),
			DisplayName: o.text("displayName"), Description: o.text("description"),
		}
		if e := o.need("value"); e != nil {
			if v := p.value(e.value, scope{zone: zoneFlow}); v != nil {
				out.Value = *v
			}
		}
		o.done()
		if slices.ContainsFunc(list, func(other Output) bool { return other.ID == out.ID && out.ID != "" }) {
			p.errorf(pos(o.find("id").value), ruleDuplicateID, "the output id %s is used twice", quote(out.ID))
			continue
		}
		list = append(list, out)
	}
	return list
}

func (p *parser) outputType(s *section) InputType {
	e := s.need("type")
	if e == nil {
		return ""
	}
	switch name := p.word(e.value, `"type"`); {
	case name == "":
	case name == "BOOLEAN":
		return Bool
	case name == "ENUM":
		return Select
	case slices.Contains(outputTypes(), name):
		return InputType(name)
	default:
		p.errorf(pos(e.value), ruleBadValue, "unknown output type %s%s", quote(name), orKnown(name, inputTypes()))
	}
	return ""
}

// outputTypes are the types of inputs without the one that only groups them.
func outputTypes() []string {
	return slices.DeleteFunc(inputTypes(), func(name string) bool { return name == typeForm })
}

func (p *parser) concurrency(s *section) *Concurrency {
	e := s.find("concurrency")
	if e == nil {
		return nil
	}
	c := p.part(e.value, `"concurrency"`, "concurrency")
	if c == nil {
		return nil
	}
	c.need("limit")
	out := &Concurrency{
		Limit:         c.atLeast("limit", 1, 1),
		Behavior:      ConcurrencyBehavior(c.choice("behavior")),
		ReleasePaused: c.flag("releaseOnPause", false),
	}
	if out.Behavior == "" {
		out.Behavior = ConcurrencyQueue
	}
	c.done()
	return out
}

func (p *parser) slas(s *section) []SLA {
	var list []SLA
	for _, item := range p.listOf(s, "sla", maxSLAs) {
		a := p.part(item, "an SLA", "sla")
		if a == nil {
			continue
		}
		a.need("type")
		a.need("behavior")
		one := SLA{
			ID: a.id("id", taskID, maxTaskID), Pos: a.at,
			Kind: SLAKind(a.choice("type")), Behavior: SLABehavior(a.choice("behavior")),
			Duration: a.literalDuration("duration"), Assert: a.template("assert", scope{zone: zoneFlow}),
			Labels: p.labels(a),
		}
		switch one.Kind {
		case SLAMaxDuration:
			a.need("duration")
		case SLAAssertion:
			a.need("assert")
		}
		a.done()
		if slices.ContainsFunc(list, func(other SLA) bool { return other.ID == one.ID && one.ID != "" }) {
			p.errorf(pos(a.find("id").value), ruleDuplicateID, "the SLA id %s is used twice", quote(one.ID))
			continue
		}
		list = append(list, one)
	}
	return list
}
