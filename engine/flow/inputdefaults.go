package flow

import "signoff/engine/expr"

// checkDefaults checks what an input offers against its own rules.
func (r *inputReader) checkDefaults(s *section, i *Input) {
	if e := s.find("defaults"); e != nil {
		if !i.Required {
			r.errorf(e.at, ruleInputDefault,
				"inputs with a default value must be required, since the default is always applied; use prefill to suggest a value")
		}
		r.checkLiteral(e, i, i.Defaults)
	}
	if e := s.find("prefill"); e != nil {
		if i.Defaults != nil {
			r.errorf(e.at, ruleKeyConflict, `"prefill" and "defaults" exclude each other`)
		}
		r.checkLiteral(e, i, i.Prefill)
	}
}

func (r *inputReader) checkLiteral(e *entry, i *Input, v *expr.Value) {
	if i.Type == Secret {
		r.errorf(e.at, ruleInputDefault, "a SECRET has no %s: it would stand in the flow in clear; read it with secret() in the task that needs it", quote(e.name))
		return
	}
	if v == nil || i.Choices != nil {
		return // reported, or known only when it is rendered
	}
	for t := range v.Templates() {
		if !t.Literal() {
			return
		}
	}
	raw, err := v.Eval(expr.Env{})
	if err != nil {
		return // as if it were computed; the run will tell
	}
	f := i.blank()
	if i.Validator != nil {
		f.Validator = i.Validator.String()
	}
	if _, problem := convert(f, raw); problem != "" {
		r.errorf(pos(e.value), ruleInputDefault, "%s %s", quote(e.name), problem)
	}
}
