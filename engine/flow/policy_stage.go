package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/expr"
)

const (
	maxStages  = 20
	maxParties = 20
)

// stages reads who is asked, one stage after the other.
func (p *parser) stages(e *entry, g *gate, policy *approval.Policy) {
	items := p.list(e)
	if e.value.Kind == yaml.SequenceNode && (len(items) == 0 || len(items) > maxStages) {
		p.errorf(pos(e.value), ruleMissingKey, `"stages" must hold 1 to %d stages, not %d`, maxStages, len(items))
		return
	}
	var benches []bench
	for _, item := range items {
		s := p.part(item, "a stage", "stage")
		if s == nil {
			continue
		}
		st, b := p.stage(s, g, policy.Exclude)
		if slices.ContainsFunc(policy.Stages, func(o approval.Stage) bool { return o.ID == st.ID && st.ID != "" }) {
			p.errorf(pos(s.find("id").value), ruleDuplicateID, "the stage id %s is used twice", quote(st.ID))
		}
		policy.Stages, benches = append(policy.Stages, st), append(benches, b)
	}
	if !policy.Repeat {
		p.checkChain(benches)
	}
	p.checkWhen(e, g)
}

// stage reads one stage. The bench is what can be seen of its people.
func (p *parser) stage(s *section, g *gate, exclude []approval.Selector) (approval.Stage, bench) {
	st := approval.Stage{ID: s.id("id", taskID, maxTaskID)}
	b := bench{at: s.at, known: true}
	if groups := s.find("groups"); groups != nil {
		for _, name := range []string{"who", "need"} {
			if e := s.find(name); e != nil {
				p.errorf(e.at, ruleKeyConflict, `%s belongs to each of the "groups" here; write it there`, quote(name))
			}
		}
		b.at = groups.at
		st.Groups = p.parties(groups, exclude, &b)
	} else {
		st.Who, st.Need = p.party(s, exclude, &b)
	}
	when := p.stageWhen(s, g, st.ID)
	g.spec.When = append(g.spec.When, when)
	p.stageDeny(s, g, &st, b)
	p.stageTimes(s, g, &st, exclude)
	b.sure = when == nil && len(st.Escalate) == 0
	s.belong(`"approval"`, "exclude", "distinct", "delegate", "auto", "changes", "override", "verdict", "reject")
	s.done()
	return st, b
}

// party reads people and how many of them must approve, of a stage or of one of
// its groups.
func (p *parser) party(s *section, exclude []approval.Selector, b *bench) ([]approval.Selector, approval.Need) {
	var who []approval.Selector
	var need approval.Need
	readable := false
	if e := s.need("who"); e != nil {
		who, readable = p.who(e)
	}
	if e := s.find("need"); e != nil {
		need = p.quorum(e)
	}
	if !readable {
		b.known = false
		return who, need
	}
	names, known := people(who, exclude)
	if !known {
		b.known = false
		return who, need
	}
	at := pos(s.find("who").value)
	if e := s.find("need"); e != nil {
		at = pos(e.value)
	}
	switch {
	case len(names) == 0:
		p.errorf(at, ruleQuorumRange, "everybody whom %s asks is excluded", s.whose())
	case need.Count > len(names):
		p.errorf(at, ruleQuorumRange, `"need" is %d, but %s asks %s`, need.Count, s.whose(), peopleCount(len(names)))
	default:
		b.add(names, need)
		return who, need
	}
	b.known = false
	return who, need
}

// whose names a stage or one of its groups, for messages.
func (s *section) whose() string {
	if s.what == "a group" {
		return "the group"
	}
	return "the stage"
}

// parties reads the groups that a stage asks at the same time.
func (p *parser) parties(e *entry, exclude []approval.Selector, b *bench) []approval.Party {
	items := p.list(e)
	if e.value.Kind != yaml.SequenceNode || len(items) == 0 || len(items) > maxParties {
		if e.value.Kind == yaml.SequenceNode {
			p.errorf(pos(e.value), ruleMissingKey, `"groups" must hold 1 to %d groups, not %d`, maxParties, len(items))
		}
		b.known = false
		return nil
	}
	var list []approval.Party
	for _, item := range items {
		s := p.part(item, "a group", "group")
		if s == nil {
			b.known = false
			continue
		}
		party := approval.Party{ID: s.id("id", taskID, maxTaskID)}
		party.Who, party.Need = p.party(s, exclude, b)
		s.belong("a stage", "deny", "within", "remind", "urgent", "escalate", "when")
		s.done()
		if slices.ContainsFunc(list, func(o approval.Party) bool { return o.ID == party.ID && party.ID != "" }) {
			p.errorf(pos(s.find("id").value), ruleDuplicateID, "the group id %s is used twice in the stage", quote(party.ID))
		}
		list = append(list, party)
	}
	if b.known && !b.seated() {
		b.known = false
		p.errorf(e.at, ruleQuorumRange,
			"the groups cannot all be met: one person's answer counts for one group, and together they ask too few different people")
	}
	return list
}

// stageWhen reads the condition of a stage; nil if it has none.
func (p *parser) stageWhen(s *section, g *gate, id string) *expr.Template {
	e := s.find("when")
	if e == nil {
		return nil
	}
	when := s.template("when", scope{zone: zoneState, seat: g.seat})
	switch {
	case when == nil || when.Whole():
	case when.Literal() && !truthy(when.Source()):
		p.warnf(pos(e.value), ruleUnreachable, `the stage %s is never asked: "when" is always false`, quote(id))
	case when.Literal() && slices.Contains(yes(), strings.ToLower(when.Source())):
	default:
		p.warnf(pos(e.value), ruleConditionText,
			`%s is a text, which is always true; write the whole condition in one {{ }}`, quote(when.Source()))
	}
	return when
}

// checkWhen tells when every stage may be left out, and forgets conditions that
// nobody wrote.
func (p *parser) checkWhen(stages *entry, g *gate) {
	w := g.spec
	none := func(t *expr.Template) bool { return t == nil }
	switch {
	case !slices.ContainsFunc(w.When, func(t *expr.Template) bool { return t != nil }):
		w.When = nil
	case !slices.ContainsFunc(w.When, none):
		p.warnf(stages.at, ruleStagesOptional,
			`every stage has a "when"; if none holds, nobody can be asked and the task fails. Leave one of them without, or write "auto" for what nobody needs to see`)
	}
}

// stageDeny reads how many must reject to end a stage.
func (p *parser) stageDeny(s *section, g *gate, st *approval.Stage, b bench) {
	e := s.find("deny")
	if e == nil {
		return
	}
	st.Deny = s.atLeast("deny", 1, 0)
	g.denies = append(g.denies, e.at)
	if names := b.names(); b.known && st.Deny > len(names) && s.find("escalate") == nil {
		p.errorf(pos(e.value), ruleQuorumRange, `"deny" is %d, but the stage asks %s`, st.Deny, peopleCount(len(names)))
	}
}

// checkDeny refuses to count rejections where nobody can reject.
func (p *parser) checkDeny(g *gate) {
	if g.spec.Verdict != "" || g.verdict != (Pos{}) {
		return
	}
	for _, at := range g.denies {
		p.errorf(at, ruleKeyConflict, `"deny" counts rejections, but this Pause asks for no yes or no; add an input of type BOOL to onResume`)
	}
}
