package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

func (p *parser) slackWebhook(s *section, at *seat) *SlackWebhook {
	in := scope{zone: zoneCall, seat: at}
	w := &SlackWebhook{URL: s.needTemplate("url", in)}
	w.Payload, w.MessageText = p.message(s, in)
	return w
}

func (p *parser) teamsWebhook(s *section, at *seat) *TeamsWebhook {
	in := scope{zone: zoneCall, seat: at}
	w := &TeamsWebhook{URL: s.needTemplate("url", in)}
	w.Payload, w.MessageText = p.message(s, in)
	return w
}

// message reads what is posted: JSON or a text.
func (p *parser) message(s *section, in scope) (payload, text *expr.Template) {
	a, b := s.find("payload"), s.find("messageText")
	switch {
	case a != nil && b != nil:
		p.errorf(b.at, ruleKeyConflict, `"payload" and "messageText" say the same thing; write one of them`)
	case a == nil && b == nil:
		p.errorf(s.at, ruleMissingKey, `%s needs the key "payload" or "messageText"`, s.what)
	}
	return s.template("payload", in), s.template("messageText", in)
}

func (p *parser) slackExecution(s *section, at *seat) *SlackWebhook {
	in := scope{zone: zoneCall, seat: at}
	return &SlackWebhook{
		URL: s.needTemplate("url", in), Summary: true,
		Execution:     s.template("executionId", in),
		CustomMessage: s.template("customMessage", in),
		CustomFields:  p.named(s.find("customFields"), in),
		Channel:       s.template("channel", in),
	}
}

func (p *parser) mail(s *section, at *seat) *MailSend {
	in := scope{zone: zoneCall, seat: at}
	m := &MailSend{
		From: s.template("from", in), To: s.joined("to", in), CC: s.joined("cc", in), BCC: s.joined("bcc", in),
		Subject: s.template("subject", in),
		HTML:    s.template("htmlTextContent", in), Text: s.template("plainTextContent", in),
		Host: s.template("host", in), Port: s.template("port", in),
		Username: s.template("username", in), Password: s.template("password", in),
		Transport: s.template("transportStrategy", in),
	}
	s.need("to")
	if e := s.find("transportStrategy"); e != nil && m.Transport != nil && m.Transport.Literal() {
		p.oneOf(e, "SMTPS", "SMTP_TLS", "SMTP")
	}
	return m
}

// joined reads addresses: a text, or a list of texts that commas join.
func (s *section) joined(name string, in scope) *expr.Template {
	e := s.find(name)
	if e == nil || e.value.Kind != yaml.SequenceNode {
		return s.template(name, in)
	}
	var texts []string
	for _, item := range s.p.list(e) {
		if item.Kind != yaml.ScalarNode {
			s.p.errorf(pos(item), ruleWrongKind, "an entry of %s must be a text, not %s", quote(name), kindOf(item))
			return nil
		}
		texts = append(texts, item.Value)
	}
	if len(texts) == 0 {
		s.p.errorf(pos(e.value), ruleMissingKey, "%s must hold at least one text", quote(name))
		return nil
	}
	all := *e.value
	all.Kind, all.Tag, all.Style, all.Content, all.Value = yaml.ScalarNode, "!!str", 0, nil, strings.Join(texts, ",")
	return s.p.template(&all, quote(name), in)
}

// needTemplate is template that reports an absent key.
func (s *section) needTemplate(name string, in scope) *expr.Template {
	if s.need(name) == nil {
		return nil
	}
	return s.template(name, in)
}

// oneOf reports a written text that is none of the words.
func (p *parser) oneOf(e *entry, words ...string) {
	if slices.Contains(words, e.value.Value) {
		return
	}
	p.errorf(pos(e.value), ruleBadValue, "%s must be %s, not %s%s", quote(e.name), orList(words), quote(e.value.Value), didYouMean(e.value.Value, words))
}

func (p *parser) keyValue(t Type, s *section, at *seat) Spec {
	in := scope{zone: zoneCall, seat: at}
	key, namespace := s.needTemplate("key", in), s.template("namespace", in)
	switch t { //nolint:exhaustive // the tasks that work on keys
	case TypeKVGet:
		return &KVGet{Key: key, Namespace: namespace, ErrorOnMissing: s.flag("errorOnMissing", false)}
	case TypeKVDelete:
		return &KVDelete{Key: key, Namespace: namespace, ErrorOnMissing: s.flag("errorOnMissing", false)}
	}
	// What is kept is stored, so a secret must not be in it.
	set := &KVSet{Key: key, Namespace: namespace, Type: s.choice("kvType"), TTL: s.duration("ttl", in), Overwrite: s.flag("overwrite", true)}
	if e := s.need("value"); e != nil {
		if v := p.value(e.value, scope{zone: zoneState, seat: at}); v != nil {
			set.Value = *v
		}
	}
	return set
}

func (p *parser) otherExecution(t Type, s *section, at *seat) Spec {
	in := scope{zone: zoneState, seat: at}
	execution := s.needTemplate("executionId", in)
	if t == TypeKill {
		return &KillExecution{Execution: execution}
	}
	return &ResumeExecution{Execution: execution, Inputs: s.value("inputs", in)}
}
