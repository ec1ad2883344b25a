package flow

import (
	"slices"
	"strings"

	"signoff/engine/expr"
)

// conditions finds those that were meant to be evaluated and are mere texts,
// which are true whatever they say.
func (r reviewer) conditions(t *Task) {
	r.condition(t, "runIf", t.RunIf)
	switch spec := t.Spec.(type) {
	case *If:
		r.condition(t, "condition", spec.Condition)
	case *LoopUntil:
		r.condition(t, "condition", spec.Condition)
	case *Fail:
		r.condition(t, "condition", spec.Condition)
	case *Assert:
		for _, c := range spec.Conditions {
			r.condition(t, "conditions", c)
		}
	}
}

// yes are the texts that say what is meant.
func yes() []string { return []string{"true", "yes", "on", "1"} }

func (r reviewer) condition(t *Task, key string, c *expr.Template) {
	r.conditionAt(r.within(t, key), c)
}

func (r reviewer) conditionAt(at Pos, c *expr.Template) {
	if c == nil || !c.Literal() || !truthy(c.Source()) {
		return
	}
	text := strings.TrimSpace(c.Source())
	if slices.Contains(yes(), strings.ToLower(text)) {
		return
	}
	r.warnf(at, ruleConditionText,
		`%s is a text, which is always true; write an expression in {{ }}, or true or false`, quote(text))
}
