package flow

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// foreignTask reads a task of a type that signoff does not run by itself. Where
// the configuration does not map the type, the flow loads and does not start.
func (p *parser) foreignTask(s *section, at *seat, name string) *Mapped {
	m := &Mapped{Name: name, Missing: p.mapped == nil || !p.mapped(name)}
	m.Properties = p.foreignProperties(s, scope{zone: zoneForeign, seat: at})
	p.strange(s, at)
	if !m.Missing {
		return m
	}
	at.typ = TypeMapped
	severity := Blocks
	if s.flag("disabled", false) {
		severity = Warning // it is never run
	}
	p.report(pos(s.find("type").value), severity, ruleTaskUnknown, "%s", []any{missingType(name) + nearCore(name)})
	return m
}

// missingType says what is wrong with a type that nothing maps, and what to do.
func missingType(name string) string {
	return fmt.Sprintf("signoff does not run the task type %s; map it to a command or an address in the configuration, "+
		"under tasks: types: %s (see docs/tasks.md)", quote(name), cut(name))
}

// nearCore guesses what was meant by a name that is as Kestra's own are.
func nearCore(name string) string {
	if strings.HasPrefix(name, "io.kestra.plugin.core.") || strings.HasPrefix(name, "io.kestra.core.") {
		return nearType(name, SortTask)
	}
	return ""
}

// foreignProperties reads everything that the type itself says.
func (p *parser) foreignProperties(s *section, in scope) expr.Value {
	fields := map[string]any{}
	for i := range s.keys {
		e := &s.keys[i]
		list := slices.Contains(taskLists(), e.name)
		if list && e.value.Kind == yaml.SequenceNode || !list && s.def.property(e.name) != nil {
			continue
		}
		e.asked = true
		if raw, ok := p.raw(e.value, in); ok {
			fields[e.name] = raw
		}
	}
	v, err := expr.Compile(fields)
	if err != nil {
		p.errorf(s.at, ruleLimit, "%s", printable(err.Error()))
	}
	return v
}

// Blocked says why the flow cannot be started: it holds a task that nothing
// here can run. It is "" for a flow that can.
func (f *Flow) Blocked() string {
	for t := range f.Walk() {
		if m, ok := t.Spec.(*Mapped); ok && m.Missing && !t.Disabled {
			return fmt.Sprintf("The task %s cannot be run: %s.", quote(t.ID), missingType(m.Name))
		}
	}
	return ""
}
