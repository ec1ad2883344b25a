package flow

import (
	"slices"
	"strings"

	"signoff/engine/expr"
)

// checkVerdict refuses a verdict that is not always asked: a form without it
// would be answered without a decision.
func (p *parser) checkVerdict(g *gate) {
	i := slices.IndexFunc(g.spec.OnResume, func(in Input) bool { return in.ID == g.spec.Verdict })
	if i < 0 || g.spec.Verdict == "" {
		return
	}
	if in := g.spec.OnResume[i]; len(in.DependsOn) > 0 || len(in.Conditions) > 0 {
		p.errorf(g.verdict, ruleVerdictInput,
			`%s is the verdict and must always be asked; take "dependsOn" off, or name an input without it in "approval.verdict"`, quote(in.ID))
	}
}

// askedOnNo reports whether an input is asked of everybody who rejects, whatever
// else they answer: it depends on nothing but the verdict.
func (w *Pause) askedOnNo(in *Input) bool {
	for i := range w.OnResume {
		if id := w.OnResume[i].ID; id != w.Verdict && slices.Contains(in.DependsOn, id) {
			return false
		}
	}
	verdict := append([]string{"inputs"}, strings.Split(w.Verdict, ".")...)
	no := any(false)
	for _, name := range slices.Backward(verdict) {
		no = map[string]any{name: no}
	}
	roots, _ := no.(map[string]any)
	for _, c := range in.Conditions {
		for _, r := range c.Refs() {
			if w.Verdict == "" || !slices.Equal(r.Path, verdict) {
				return false
			}
		}
		if len(c.Calls()) > 0 || len(c.Unclear()) > 0 {
			return false
		}
		if v, err := c.Eval(expr.Env{Roots: roots}); err != nil || !holds(v) {
			return false
		}
	}
	return true
}
