package flow

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
)

const (
	maxStages    = 20
	maxSelectors = 200
)

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
	if stages := a.need("stages"); stages != nil {
		policy.Stages = p.stages(stages, policy.Exclude)
	}
	g.spec.Approval = policy
	p.verdict(g, a.find("verdict"))
	p.reject(a, g)
	a.notYet("delegate", "when", "deny", "within", "remind", "escalate", "calendar")
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
		if item.Kind == yaml.ScalarNode && item.Value == "requester" {
			continue
		}
		if sel, ok := p.selector(item); ok {
			policy.Exclude = append(policy.Exclude, sel)
		}
	}
}

func (p *parser) stages(e *entry, exclude []approval.Selector) []approval.Stage {
	items := p.list(e)
	if e.value.Kind == yaml.SequenceNode && (len(items) == 0 || len(items) > maxStages) {
		p.errorf(pos(e.value), ruleMissingKey, `"stages" must hold 1 to %d stages, not %d`, maxStages, len(items))
		return nil
	}
	var stages []approval.Stage
	for _, item := range items {
		s := p.part(item, "a stage", "stage")
		if s == nil {
			continue
		}
		st := p.stage(s, exclude)
		if slices.ContainsFunc(stages, func(o approval.Stage) bool { return o.ID == st.ID && st.ID != "" }) {
			p.errorf(pos(s.find("id").value), ruleDuplicateID, "the stage id %s is used twice", quote(st.ID))
		}
		stages = append(stages, st)
	}
	return stages
}

func (p *parser) stage(s *section, exclude []approval.Selector) approval.Stage {
	st := approval.Stage{ID: s.id("id", taskID, maxTaskID)}
	readable := false
	if e := s.need("who"); e != nil {
		st.Who, readable = p.who(e)
	}
	if e := s.find("need"); e != nil {
		st.Need = p.quorum(e)
	}
	if readable {
		p.checkQuorum(s, st, exclude)
	}
	s.notYet("remind", "escalate", "delegate", "when", "deny", "within")
	s.done()
	return st
}

// who reads selectors; it reports whether all of them could be read.
func (p *parser) who(e *entry) ([]approval.Selector, bool) {
	items := []*yaml.Node{e.value}
	if e.value.Kind != yaml.ScalarNode {
		items = p.list(e)
	}
	if len(items) == 0 || len(items) > maxSelectors {
		if e.value.Kind == yaml.SequenceNode {
			p.errorf(pos(e.value), ruleBadSelector, `"who" must name 1 to %d people or groups, not %d`, maxSelectors, len(items))
		}
		return nil, false
	}
	var who []approval.Selector
	for _, item := range items {
		if sel, ok := p.selector(item); ok {
			who = append(who, sel)
		}
	}
	return who, len(who) == len(items)
}

// selector reads "user:dana@example.com" or "group:finance".
func (p *parser) selector(n *yaml.Node) (approval.Selector, bool) {
	if n.Kind != yaml.ScalarNode {
		p.errorf(pos(n), ruleBadSelector, "expected user:NAME or group:NAME, found %s", kindOf(n))
		return approval.Selector{}, false
	}
	text := p.word(n, "who answers")
	if text == "" && n.Value != "" {
		return approval.Selector{}, false // reported
	}
	kind, name, found := strings.Cut(text, ":")
	name = strings.TrimSpace(name)
	switch kind {
	case "user":
		name = strings.ToLower(name)
	case "group":
	case "role", "manager-of", "oncall":
		p.errorf(pos(n), ruleNotYet, "%s: is not supported yet; use user: or group:", kind)
		return approval.Selector{}, false
	default:
		found = false
	}
	if !found || name == "" {
		p.errorf(pos(n), ruleBadSelector, "expected user:NAME or group:NAME, found %s", quote(text))
		return approval.Selector{}, false
	}
	return approval.Selector{Kind: approval.SelectorKind(kind), Name: name}, true
}

// quorum reads any, all or a number.
func (p *parser) quorum(e *entry) approval.Need {
	text := p.word(e.value, quote(e.name))
	switch text {
	case "any":
		return approval.Need{}
	case "all":
		return approval.Need{All: true}
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		if e.value.Kind == yaml.ScalarNode {
			p.errorf(pos(e.value), ruleBadValue, `"need" must be any, all or a number, not %s`, quote(e.value.Value))
		}
	case n < 1:
		p.errorf(pos(e.value), ruleQuorumRange, `"need" must be at least 1, not %d`, n)
	default:
		return approval.Need{Count: n}
	}
	return approval.Need{}
}

// checkQuorum finds a stage that could never be satisfied, where that is plain
// from the source: it names people, not groups.
func (p *parser) checkQuorum(s *section, st approval.Stage, exclude []approval.Selector) {
	people := map[string]bool{}
	for _, sel := range st.Who {
		switch {
		case sel.Kind == approval.Group:
			return
		case !slices.Contains(exclude, sel):
			people[sel.Name] = true
		}
	}
	at := pos(s.find("who").value)
	if e := s.find("need"); e != nil {
		at = pos(e.value)
	}
	switch {
	case len(people) == 0:
		p.errorf(at, ruleQuorumRange, "everybody whom the stage asks is excluded")
	case st.Need.Count > len(people):
		p.errorf(at, ruleQuorumRange, `"need" is %d, but the stage asks %s`, st.Need.Count, peopleCount(len(people)))
	}
}

func peopleCount(n int) string {
	if n == 1 {
		return "only 1 person"
	}
	return "only " + strconv.Itoa(n) + " people"
}
