package flow

import (
	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

func (p *parser) log(s *section, at *seat) *Log {
	in := scope{zone: zoneShown, seat: at}
	l := &Log{Level: s.choice("level")}
	if l.Level == "" {
		l.Level = "INFO"
	}
	if e := s.need("message"); e != nil {
		l.Messages = p.texts(e, in)
	}
	return l
}

// returns reads a text, as Kestra's format is, or a list or map.
func (p *parser) returns(s *section, at *seat) *Return {
	r, in := &Return{}, scope{zone: zoneShown, seat: at}
	e := s.find("format")
	switch {
	case e == nil || isNull(e.value):
	case e.value.Kind == yaml.ScalarNode:
		if t := p.template(e.value, quote(e.name), in); t != nil {
			r.Format = expr.Text(t)
		}
	default:
		if v := p.value(e.value, in); v != nil {
			r.Format = *v
		}
	}
	return r
}

// setLabels reads a map, or a list of key and value, as Kestra does.
func (p *parser) setLabels(s *section, at *seat) *Labels {
	l := &Labels{}
	if e := s.need("labels"); e != nil {
		if v := p.value(e.value, scope{zone: zoneState, seat: at}); v != nil {
			l.Labels = *v
		}
	}
	return l
}

func (p *parser) fail(s *section, at *seat) *Fail {
	in := scope{zone: zoneState, seat: at}
	return &Fail{Condition: s.template("condition", in), Message: s.template("errorMessage", scope{zone: zoneShown, seat: at})}
}

func (p *parser) assert(s *section, at *seat) *Assert {
	a := &Assert{Message: s.template("errorMessage", scope{zone: zoneShown, seat: at})}
	if e := s.need("conditions"); e != nil {
		a.Conditions = p.texts(e, scope{zone: zoneState, seat: at})
	}
	return a
}

func (p *parser) sleep(s *section, at *seat) *Sleep {
	sl := &Sleep{}
	if s.need("duration") != nil {
		sl.Duration = s.duration("duration", scope{zone: zoneState, seat: at})
	}
	return sl
}

// texts reads a list of texts, or one.
func (p *parser) texts(e *entry, in scope) []*expr.Template {
	items := []*yaml.Node{e.value}
	if e.value.Kind == yaml.SequenceNode {
		items = p.list(e)
		if len(items) == 0 {
			p.errorf(pos(e.value), ruleMissingKey, "%s must hold at least one text", quote(e.name))
		}
	}
	var list []*expr.Template
	for _, item := range items {
		if t := p.template(item, "an entry of "+quote(e.name), in); t != nil {
			list = append(list, t)
		}
	}
	return list
}
