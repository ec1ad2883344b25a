package flow

import (
	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

func (p *parser) log(s *section, at *seat) *Log {
	in := scope{zone: zoneShown, seat: at}
	l := &Log{Level: s.choice("level", "TRACE", "DEBUG", "INFO", "WARN", "ERROR")}
	if l.Level == "" {
		l.Level = "INFO"
	}
	e := s.need("message")
	switch {
	case e == nil:
	case e.value.Kind == yaml.SequenceNode:
		if len(e.value.Content) == 0 {
			p.errorf(pos(e.value), ruleMissingKey, `"message" must hold at least one text`)
		}
		for _, item := range p.list(e) {
			if t := p.template(item, "a message", in); t != nil {
				l.Messages = append(l.Messages, t)
			}
		}
	default:
		if t := p.template(e.value, `"message"`, in); t != nil {
			l.Messages = []*expr.Template{t}
		}
	}
	return l
}

func (p *parser) returns(s *section, at *seat) *Return {
	r := &Return{}
	if v := s.value("format", scope{zone: zoneShown, seat: at}); v != nil {
		r.Format = *v
	}
	return r
}

func (p *parser) branches(s *section, at *seat) *If {
	i := &If{}
	if s.need("condition") != nil {
		i.Condition = s.template("condition", scope{zone: zoneState, seat: at})
	}
	if e := s.need("then"); e != nil {
		i.Then = p.tasks(e, inside(at, "then"))
	}
	if e := s.find("else"); e != nil {
		i.Else = p.tasks(e, inside(at, "else"))
	}
	return i
}

func (p *parser) sequential(s *section, at *seat) *Sequential {
	q := &Sequential{}
	if e := s.need("tasks"); e != nil {
		q.Tasks = p.tasks(e, inside(at, "tasks"))
	}
	return q
}

func (p *parser) slackWebhook(s *section, at *seat) *SlackWebhook {
	in := scope{zone: zoneCall, seat: at}
	w := &SlackWebhook{}
	if s.need("url") != nil {
		w.URL = s.template("url", in)
	}
	w.Payload = s.template("payload", in)
	w.MessageText = s.template("messageText", in)
	payload, text := s.find("payload"), s.find("messageText")
	switch {
	case payload != nil && text != nil:
		p.errorf(text.at, ruleKeyConflict, `"payload" and "messageText" say the same thing; write one of them`)
	case payload == nil && text == nil:
		p.errorf(s.at, ruleMissingKey, `%s needs the key "payload" or "messageText"`, s.what)
	}
	s.notYet("options", "executionId", "customFields", "customMessage", "templateUri", "templateRenderMap")
	return w
}
