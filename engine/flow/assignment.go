package flow

import (
	"strings"

	"signoff/engine/approval"
)

// assignment reads who may answer as Kestra's HumanTask writes it: anybody of
// the people and groups, one of whom is enough. Nil if absent or reported.
func (p *parser) assignment(e *entry) *approval.Policy {
	if e == nil {
		return nil
	}
	s := p.part(e.value, `"assignment"`, "assignment")
	if s == nil {
		return nil
	}
	who := append(p.assigned(s, "users", approval.User), p.assigned(s, "groups", approval.Group)...)
	s.done()
	if len(who) == 0 || len(who) > maxSelectors {
		p.errorf(e.at, ruleBadSelector, `"assignment" must name 1 to %d users or groups, not %d`, maxSelectors, len(who))
		return nil
	}
	return &approval.Policy{Stages: []approval.Stage{{ID: "assignment", Who: who}}}
}

func (p *parser) assigned(s *section, key string, kind approval.SelectorKind) []approval.Selector {
	e := s.find(key)
	if e == nil {
		return nil
	}
	var who []approval.Selector
	for _, item := range p.items(e) {
		name := strings.TrimSpace(p.word(item, "who answers"))
		if kind == approval.User {
			name = strings.ToLower(name)
		}
		if name != "" {
			who = append(who, approval.Selector{Kind: kind, Name: name})
		}
	}
	return who
}
