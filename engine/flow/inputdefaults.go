package flow

import "signoff/engine/expr"

// checkDefaults checks what an input offers against its own rules.
func (p *parser) checkDefaults(s *section, i *Input) {
	if e := s.find("defaults"); e != nil {
		if !i.Required {
			p.errorf(e.at, ruleInputDefault,
				"inputs with a default value must be required, since the default is always applied; use prefill to suggest a value")
		}
		p.checkLiteral(e, i, i.Defaults)
	}
	if e := s.find("prefill"); e != nil {
		if i.Defaults != nil {
			p.errorf(e.at, ruleKeyConflict, `"prefill" and "defaults" exclude each other`)
		}
		p.checkLiteral(e, i, i.Prefill)
	}
}

func (p *parser) checkLiteral(e *entry, i *Input, v *expr.Value) {
	if v == nil {
		return // reported
	}
	for t := range v.Templates() {
		if !t.Literal() {
			return // known only when it is rendered
		}
	}
	raw, err := v.Eval(expr.Env{})
	if err != nil {
		return // as if it were computed; the run will tell
	}
	if _, problem := convert(i.blank(), raw); problem != "" {
		p.errorf(pos(e.value), ruleInputDefault, "%s %s", quote(e.name), problem)
	}
}
