package flow

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

var (
	flowID    = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]*$`)
	namespace = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
	taskID    = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]*$`)
)

// The longest ids, as in Kestra.
const (
	maxFlowID    = 100
	maxNamespace = 150
	maxTaskID    = 100
)

// flow reads the root of the file.
func (p *parser) flow(root *yaml.Node) *Flow {
	f := &Flow{}
	s := p.part(root, "a flow", "flow")
	if s == nil {
		return f
	}
	f.ID = s.id("id", flowID, maxFlowID)
	f.Namespace = s.id("namespace", namespace, maxNamespace)
	f.Description = s.text("description")
	f.Labels = p.labels(s)
	f.Disabled = s.flag("disabled", false)
	p.pluginDefaults(s)
	f.Inputs = p.inputList(s.find("inputs"), scope{zone: zoneInput})
	slices.Sort(p.names.inputs)
	for _, in := range f.Inputs {
		p.inputIDs = append(p.inputIDs, in.ID)
	}
	f.Variables = p.variables(s)
	if s.need("tasks") != nil {
		f.Tasks = p.optionalTasks(s, nil, "tasks")
	}
	f.Errors = p.optionalTasks(s, nil, "errors")
	f.Finally = p.optionalTasks(s, nil, "finally")
	f.AfterExecution = p.optionalTasks(s, nil, "afterExecution")
	f.Outputs = p.outputs(s)
	f.Triggers = p.triggers(s)
	f.Concurrency = p.concurrency(s)
	f.SLA = p.slas(s)
	f.Retry = p.retry(s.find("retry"))
	s.done()
	return f
}

// id reads an id that a pattern governs; "" if absent or reported.
func (s *section) id(name string, pattern *regexp.Regexp, most int) string {
	e := s.need(name)
	if e == nil {
		return ""
	}
	id := s.p.word(e.value, quote(name))
	switch {
	case id == "" && e.value.Kind != yaml.ScalarNode, id == "" && e.value.Value != "":
		return "" // reported
	case !pattern.MatchString(id):
		s.p.errorf(pos(e.value), ruleBadID, "%s %s does not fit the pattern %s", name, quote(id), pattern)
		return ""
	case len(id) > most:
		s.p.errorf(pos(e.value), ruleBadID, "%s has %d characters; at most %d are allowed", name, len(id), most)
		return ""
	}
	return id
}

// text reads a text that is kept as it stands; "" if absent or reported.
func (s *section) text(name string) string {
	e := s.find(name)
	if e == nil {
		return ""
	}
	if e.value.Kind != yaml.ScalarNode {
		s.p.errorf(pos(e.value), ruleWrongKind, "%s must be a text, not %s", quote(name), kindOf(e.value))
		return ""
	}
	return e.value.Value
}

// labels reads what a flow, a trigger or an SLA puts on an execution: a map, or a
// list of {key, value}. Those that begin with "system." say how an execution came
// to be, and nobody else may say that.
func (p *parser) labels(s *section) map[string]string {
	e := s.find("labels")
	labels := p.labelMap(e)
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if strings.HasPrefix(key, "system.") && key != labelReadOnly {
			p.errorf(e.at, ruleBadValue, "the label %s: those that begin with system. are signoff's own", quote(key))
		}
	}
	return labels
}

// labelReadOnly is the label of that kind which Kestra lets a flow have.
const labelReadOnly = "system.readOnly"

func (p *parser) labelMap(e *entry) map[string]string {
	if e == nil {
		return nil
	}
	labels := map[string]string{}
	if e.value.Kind != yaml.SequenceNode {
		for _, pair := range p.pairs(e) {
			labels[pair.name] = p.word(pair.value, "a label")
		}
		return labels
	}
	for _, item := range p.list(e) {
		l := p.part(item, "a label", "label")
		if l == nil {
			continue
		}
		if key := l.need("key"); key != nil {
			labels[p.word(key.value, "a label's key")] = l.word("value")
		}
		l.done()
	}
	return labels
}

func (p *parser) variables(s *section) map[string]expr.Value {
	e := s.find("variables")
	if e == nil {
		return nil
	}
	vars := map[string]expr.Value{}
	for _, pair := range p.pairs(e) {
		p.names.vars = append(p.names.vars, pair.name)
		p.settings[pair.name] = pair.value
		if v := p.value(pair.value, scope{zone: zoneVars}); v != nil {
			vars[pair.name] = *v
		}
	}
	slices.Sort(p.names.vars)
	return vars
}
