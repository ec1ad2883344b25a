package flow

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/expr"
)

// maxHops bounds how often a seat may be handed on.
const maxHops = 10

// approval reads who may answer, and which input carries yes or no.
func (p *parser) approval(s *section, g *gate) {
	e, assigned := s.present("approval"), s.find("assignment")
	if e == nil {
		g.spec.Approval = p.assignment(assigned)
		p.verdict(g, nil)
		return
	}
	if assigned != nil {
		p.errorf(assigned.at, ruleKeyConflict, `"assignment" and "approval" both say who may answer; write one of them`)
	}
	if isNull(e.value) {
		p.errorf(e.at, ruleMissingKey, `"approval" needs the key "stages"`)
		return
	}
	a := p.part(e.value, `"approval"`, "approval")
	if a == nil {
		return
	}
	policy := &approval.Policy{Repeat: !a.flag("distinct", true)}
	p.exclude(a, policy)
	p.delegate(a, policy)
	if stages := a.need("stages"); stages != nil {
		p.stages(stages, g, policy)
	}
	g.spec.Approval = policy
	p.verdict(g, a.find("verdict"))
	p.reject(a, g)
	p.auto(a, g)
	p.changes(a, g)
	g.spec.NoOverride = !a.flag("override", true)
	p.checkDeny(g)
	a.belong("a stage", "who", "need", "groups", "when", "deny", "within", "remind", "urgent", "escalate")
	a.notYet("calendar")
	a.done()
}

// verdict settles which input carries yes or no.
func (p *parser) verdict(g *gate, named *entry) {
	w := g.spec
	if named == nil {
		if i := slices.IndexFunc(w.OnResume, func(in Input) bool { return in.Type == Bool }); i >= 0 {
			w.Verdict, g.verdict = w.OnResume[i].ID, w.OnResume[i].Pos
		}
		return
	}
	g.verdict = pos(named.value)
	in := p.formInput(named, w)
	switch {
	case in == nil:
	case in.Type != Bool && in.Type != "":
		p.errorf(g.verdict, ruleVerdictInput, "the verdict must be an input of type BOOL; %s is %s", quote(in.ID), in.Type)
	default:
		w.Verdict = in.ID
	}
}

func (p *parser) reject(a *section, g *gate) {
	e := a.find("reject")
	if e == nil {
		return
	}
	s := p.part(e.value, `"reject"`, "reject")
	if s == nil {
		return
	}
	if needs := s.need("needs"); needs != nil {
		in := p.formInput(needs, g.spec)
		switch {
		case in == nil:
		case in.ID == g.spec.Verdict:
			p.errorf(pos(needs.value), ruleVerdictInput, "%s is the verdict itself; a rejection can need another input", quote(in.ID))
		case !g.spec.askedOnNo(in):
			p.errorf(pos(needs.value), ruleVerdictInput,
				`%s is not asked of everybody who rejects; its "dependsOn" may look at the verdict alone, and must hold when that is false`, quote(in.ID))
		default:
			g.spec.RejectNeeds = in.ID
			p.reasons(s.find("reasons"), g.spec, in)
		}
	}
	s.done()
}

// formInput finds an input of the form by the name that a key holds.
func (p *parser) formInput(e *entry, w *Pause) *Input {
	name := p.word(e.value, quote(e.name))
	if name == "" {
		return nil
	}
	ids := make([]string, len(w.OnResume))
	for i := range w.OnResume {
		ids[i] = w.OnResume[i].ID
		if ids[i] == name {
			return &w.OnResume[i]
		}
	}
	p.errorf(pos(e.value), ruleUnknownInput, "%s names %s, which is not an input of onResume%s", quote(e.name), quote(name), didYouMean(name, ids))
	return nil
}

// exclude reads who may not answer. Only an empty list lets the requester
// answer: a list that names somebody else does not say so.
func (p *parser) exclude(a *section, policy *approval.Policy) {
	e := a.find("exclude")
	if e == nil {
		return
	}
	items := p.list(e)
	policy.AllowRequester = items != nil && len(items) == 0
	for _, item := range items {
		switch {
		case item.Kind == yaml.ScalarNode && item.Value == approval.Requester:
		case item.Kind == yaml.ScalarNode && item.Value == "author":
			policy.ExcludeAuthor = true
		default:
			if sel, ok := p.selector(item, "requester, author, "+selectors); ok {
				policy.Exclude = append(policy.Exclude, sel)
			}
		}
	}
}

// delegate reads whether, and how often, a seat may be handed on: true is once,
// false never, else a number, which may stand in a map under "hops".
func (p *parser) delegate(a *section, policy *approval.Policy) {
	e := a.find("delegate")
	if e == nil {
		return
	}
	if e.value.Kind == yaml.MappingNode {
		s := p.part(e.value, `"delegate"`, "delegate")
		e = s.need("hops")
		s.done()
		if e == nil {
			return
		}
	}
	switch text := p.word(e.value, quote(e.name)); text {
	case "", "true", "True", "TRUE":
	case "false", "False", "FALSE":
		policy.NoDelegate = true
	default:
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxHops {
			p.errorf(pos(e.value), ruleBadValue, "%s must be true, false or a number from 1 to %d, not %s", quote(e.name), maxHops, quote(text))
			return
		}
		policy.Hops = n
	}
}

// auto reads the rule by which nobody needs to look. One that always holds would
// make the question a decoration.
func (p *parser) auto(a *section, g *gate) {
	e := a.find("auto")
	if e == nil {
		return
	}
	s := p.part(e.value, `"auto"`, "auto")
	if s == nil {
		return
	}
	in := scope{zone: zoneState, seat: g.seat}
	var rule AutoRule
	if when := s.need("when"); when != nil {
		rule.When = s.template("when", in)
		p.checkAuto(when, rule.When)
	}
	if reason := s.need("reason"); reason != nil {
		rule.Reason = s.template("reason", in)
		if rule.Reason != nil && strings.TrimSpace(rule.Reason.Source()) == "" {
			p.errorf(pos(reason.value), ruleMissingKey, `"reason" is empty; say why nobody needs to look`)
		}
	}
	s.done()
	if rule.When != nil && rule.Reason != nil {
		g.spec.Auto = &rule
	}
}

func (p *parser) checkAuto(e *entry, when *expr.Template) {
	switch {
	case when == nil || when.Whole():
	case when.Literal() && !truthy(when.Source()):
		p.warnf(pos(e.value), ruleUnreachable, `"auto" never approves: its "when" is always false`)
	case when.Literal() && slices.Contains(yes(), strings.ToLower(when.Source())):
		p.errorf(pos(e.value), ruleAutoAlways, `"when" is always true, so nobody would ever be asked; leave the Pause out, or write a condition`)
	default:
		p.errorf(pos(e.value), ruleAutoAlways,
			`"when" must be one expression, such as "{{ inputs.amount < 50 }}"; %s is a text, and a text is true whatever it says`, quote(when.Source()))
	}
}

// changes reads which of the flow's inputs the requester may edit when somebody
// asks for changes.
func (p *parser) changes(a *section, g *gate) {
	if a.find("changes") == nil {
		return
	}
	e := a.needItems("changes")
	if e == nil {
		return
	}
	for _, item := range p.list(e) {
		name := p.word(item, "an input that may be changed")
		switch {
		case name == "":
		case !slices.Contains(p.inputIDs, name):
			p.errorf(pos(item), ruleUnknownInput, "the flow has no input %s%s", quote(name), didYouMean(name, p.inputIDs))
		case slices.Contains(g.spec.Changes, name):
			p.errorf(pos(item), ruleDuplicateID, "the input %s is listed twice", quote(name))
		default:
			g.spec.Changes = append(g.spec.Changes, name)
			g.changed = append(g.changed, pos(item))
		}
	}
}

// checkChanges tells of inputs that may be changed after a task has used them:
// what that task did stays as it was.
func (p *parser) checkChanges(g *gate) {
	for i, id := range g.spec.Changes {
		for _, u := range p.uses {
			if before := u.in.seat; before != nil && before.order < g.seat.order && u.reads(id) {
				p.warnf(g.changed[i], ruleChangesUsed, "the task %s has used %s before; it is not run again when the requester changes it",
					quote(before.id), quote(id))
				break
			}
		}
	}
}

// reads reports whether an expression looks at an input.
func (u use) reads(id string) bool {
	path := append([]string{"inputs"}, strings.Split(id, ".")...)
	return slices.ContainsFunc(u.template.Refs(), func(ref expr.Ref) bool { return len(ref.Path) > 0 && within(ref.Path, path) })
}
