package flow

import (
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

const maxUpstream = 100

func (p *parser) flowTrigger(s *section, t *Trigger) *FlowTrigger {
	f := &FlowTrigger{States: s.states("states")}
	multiple := p.flowConditions(s.find("conditions"), t, f)
	older, newer := s.find("preconditions"), s.find("dependsOn")
	if older != nil && newer != nil {
		p.errorf(older.at, ruleKeyConflict, `"preconditions" is the older "dependsOn"; write one of them`)
	}
	for _, e := range []*entry{older, newer} {
		if multiple && e != nil {
			p.startsNothing(e.value, t, "it waits by %s and by a %s; write all of it into %s", quote(e.name), multipleCondition, quote(e.name))
		}
	}
	f.Any = older == nil && newer == nil && !multiple
	for _, item := range p.listOf(s, "dependsOn", maxUpstream) {
		f.Upstream = append(f.Upstream, p.upstream(item, []string{"SUCCESS", "WARNING"})...)
	}
	if s.choice("mode") == "ANY" {
		f.Any = true
	}
	if e := s.find("window"); e != nil {
		f.Window = p.window(e)
	}
	if older != nil {
		p.preconditions(older, f)
	}
	if e := s.lookup("multipleConditions"); e != nil && !isNull(e.value) {
		t.Disabled = true // without them it would start for each execution of any flow
	}
	return f
}

// upstream reads one item of dependsOn or of the older flows.
func (p *parser) upstream(n *yaml.Node, states []string) []Upstream {
	s := p.part(n, "an execution that is waited for", "upstream")
	if s == nil {
		return nil
	}
	u := Upstream{
		Namespace: s.word("namespace"), Flow: s.word("flowId"), States: s.states("states"),
		Labels: p.labelMap(s.find("labels")), When: s.template("when", scope{zone: zoneTrigger}),
	}
	if u.States == nil {
		u.States = states
	}
	s.done()
	return []Upstream{u}
}

func (p *parser) preconditions(e *entry, f *FlowTrigger) {
	s := p.part(e.value, `"preconditions"`, "preconditions")
	if s == nil {
		return
	}
	if s.need("id") != nil {
		s.word("id")
	}
	for _, item := range p.listOf(s, "flows", maxUpstream) {
		f.Upstream = append(f.Upstream, p.upstream(item, nil)...)
	}
	for _, item := range p.listOf(s, "where", maxUpstream) {
		if u := p.where(item); u != nil {
			f.Upstream = append(f.Upstream, *u)
		}
	}
	for _, name := range []string{"timeWindow", "timeSLA"} {
		if w := s.find(name); w != nil {
			f.Window = p.timeWindow(w)
		}
	}
	s.done()
	if len(f.Upstream) == 0 {
		p.errorf(e.at, ruleMissingKey, `"preconditions" needs the key "flows" or "where"`)
	}
}

// where reads filters, which become one expression over what the trigger saw.
func (p *parser) where(n *yaml.Node) *Upstream {
	s := p.part(n, "an item of \"where\"", "where")
	if s == nil {
		return nil
	}
	u := &Upstream{ID: s.id("id", taskID, maxTaskID)}
	joint := " and "
	if s.choice("operand") == "OR" {
		joint = " or "
	}
	var all []string
	if s.needItems("filters") != nil {
		for _, item := range p.listOf(s, "filters", maxUpstream) {
			if text := p.filter(item); text != "" {
				all = append(all, "("+text+")")
			}
		}
	}
	s.done()
	if len(all) > 0 {
		u.When = p.derived(n, "{{ "+strings.Join(all, joint)+" }}")
	}
	return u
}

// derived compiles an expression that stands for something else in the source.
func (p *parser) derived(n *yaml.Node, text string) *expr.Template {
	return p.template(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Line: n.Line, Column: n.Column},
		"a filter", scope{zone: zoneTrigger})
}

// filter turns a filter into an expression; "" after a report.
func (p *parser) filter(n *yaml.Node) string {
	s := p.part(n, "a filter", "filter")
	if s == nil {
		return ""
	}
	s.need("field")
	s.need("type")
	field, kind, value := s.choice("field"), s.choice("type"), s.text("value")
	var values []string
	if e := s.find("values"); e != nil {
		for _, item := range p.items(e) {
			values = append(values, literal(p.word(item, "a value")))
		}
	}
	s.done()
	subject := map[string]string{"FLOW_ID": "trigger.flowId", "NAMESPACE": "trigger.namespace", "STATE": "trigger.state"}[field]
	if field == "EXPRESSION" {
		inner, ok := strings.CutPrefix(strings.TrimSpace(value), "{{")
		inner, closed := strings.CutSuffix(inner, "}}")
		if !ok || !closed {
			p.errorf(s.at, ruleBadValue, `the "value" of an EXPRESSION must be one expression: "{{ … }}"`)
			return ""
		}
		subject = "(" + strings.TrimSpace(inner) + ")"
	}
	if subject == "" {
		return ""
	}
	return comparison(subject, kind, literal(value), "["+strings.Join(values, ", ")+"]")
}

func comparison(subject, kind, value, values string) string {
	switch kind {
	case "EQUAL_TO":
		return subject + " == " + value
	case "NOT_EQUAL_TO":
		return subject + " != " + value
	case "IN":
		return subject + " isIn " + values
	case "NOT_IN":
		return "not (" + subject + " isIn " + values + ")"
	case "IS_TRUE":
		return subject + " is true"
	case "IS_FALSE":
		return subject + " is false"
	case "IS_NULL":
		return subject + " is null"
	case "IS_NOT_NULL":
		return subject + " is not null"
	case "STARTS_WITH":
		return subject + " | startsWith(" + value + ")"
	case "ENDS_WITH":
		return subject + " | endsWith(" + value + ")"
	case "REGEX":
		return subject + " | regexMatch(" + value + ")"
	case "CONTAINS":
		return subject + " contains " + value
	}
	return ""
}

// literal writes a text as the expression language does.
func literal(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// window reads a window of the newer form: which keys it has says what it is.
func (p *parser) window(e *entry) Window {
	s := p.part(e.value, `"window"`, "window")
	if s == nil {
		return Window{}
	}
	w := Window{
		Deadline: s.clock("deadline"), Start: s.clock("from"), End: s.clock("to"),
		Every: s.literalDuration("every"), Offset: s.literalDuration("offset"),
	}
	lookback := s.literalDuration("lookback")
	s.done()
	var kinds []WindowKind
	if w.Deadline != "" {
		kinds = append(kinds, WindowDeadline)
	}
	if w.Start != "" || w.End != "" {
		kinds = append(kinds, WindowDaily)
	}
	if w.Every > 0 {
		kinds = append(kinds, WindowDuration)
	}
	if lookback > 0 {
		kinds, w.Every = append(kinds, WindowSliding), lookback
	}
	if len(kinds) != 1 {
		p.errorf(e.at, ruleKeyConflict, `"window" needs one of: deadline; from and to; every; lookback`)
		return Window{}
	}
	w.Kind = kinds[0]
	if w.Kind == WindowDaily {
		s.need("from")
		s.need("to")
	}
	return w
}

// timeWindow reads a window of the older form, which names what it is.
func (p *parser) timeWindow(e *entry) Window {
	s := p.part(e.value, quote(e.name), "timeWindow")
	if s == nil {
		return Window{}
	}
	w := Window{
		Kind:     WindowKind(s.choice("type")),
		Deadline: s.clock("deadline"), Start: s.clock("startTime"), End: s.clock("endTime"),
		Every: s.literalDuration("window"), Offset: s.literalDuration("windowAdvance"),
	}
	switch w.Kind {
	case WindowDeadline:
		s.need("deadline")
	case WindowDaily:
		s.need("startTime")
		s.need("endTime")
	case WindowNone:
		w.Kind = WindowDuration
		fallthrough
	case WindowDuration, WindowSliding:
		if w.Every == 0 {
			w.Every = 24 * time.Hour
		}
	}
	s.done()
	return w
}

// clock reads a time of the day, with or without an offset.
func (s *section) clock(name string) string {
	text := s.word(name)
	if text == "" {
		return ""
	}
	if !clockTime(text) {
		s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s must be a time of the day such as 09:00:00 or 09:00:00+01:00, not %s", quote(name), quote(text))
		return ""
	}
	return text
}

func clockTime(text string) bool {
	for _, layout := range []string{"15:04", "15:04:05", "15:04Z07:00", "15:04:05Z07:00"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}
