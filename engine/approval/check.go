package approval

import (
	"errors"
	"maps"
	"slices"
)

// FindingRule names what is wrong with a policy, for programs and docs.
type FindingRule string

// What [Check] and [CheckPeople] find.
const (
	// QuorumUnmet: fewer people can answer than are needed.
	QuorumUnmet FindingRule = "quorum-unmet"
	// RequesterOnly: requests of some people cannot be met, because they
	// themselves would be needed to answer.
	RequesterOnly FindingRule = "requester-only"
	// DeadApprover: something that is named names no active person.
	DeadApprover FindingRule = "dead-approver"
	// DeadEscalation: a rung of the ladder is never reached, or asks nobody new.
	DeadEscalation FindingRule = "dead-escalation"
	// StandInCycle: people who stand in for each other, or for themselves.
	StandInCycle FindingRule = "stand-in-cycle"
)

// Finding is one thing that will keep requests from being decided.
type Finding struct {
	Rule FindingRule `json:"rule"`
	// Stage is the index of the stage; -1 for the policy or the directory as a
	// whole.
	Stage int `json:"stage"`
	// Selector is what is wrong, if it is one; else zero.
	Selector Selector `json:"selector,omitzero"`
	Text     string   `json:"text"`
}

// Check reports what is wrong with a policy by the people there are, in the
// order of its stages. What cannot be verified at the moment is not reported.
func Check(p Policy, d *Directory) []Finding {
	c := Case{Policy: p, People: d}
	var out []Finding
	for i := range p.Stages {
		c.Stage = i
		out = append(out, c.deadApprovers()...)
		out = append(out, c.deadRungs()...)
	}
	return append(out, c.unmet()...)
}

// deadApprovers are the selectors of a stage that name nobody.
func (c Case) deadApprovers() []Finding {
	var out []Finding
	for _, s := range c.stageSelectors() {
		if text := c.dead(s); text != "" {
			out = append(out, Finding{DeadApprover, c.Stage, s, capital(c.Policy.step(c.Stage)) + ": " + text})
		}
	}
	return out
}

// dead says why a selector names no active person; empty if it names one, or if
// that depends on who asks or cannot be verified now.
func (c Case) dead(s Selector) string {
	switch {
	case s.relative() || c.People.unsure(s):
		return ""
	case len(c.People.Resolve([]Selector{s})) > 0:
		return ""
	case !c.People.knows(s, c.Requester):
		return s.String() + " names nobody that signoff knows."
	case s.Kind == User:
		return s.String() + " is switched off in the directory."
	}
	return s.String() + " has no active member."
}

// relative reports whether a selector depends on who made the request.
func (s Selector) relative() bool { return s.Kind == ManagerOf && s.Name == Requester }

// deadRungs are the steps of the ladder that change nothing.
func (c Case) deadRungs() []Finding {
	stage := c.Policy.Stages[c.Stage]
	name := capital(c.Policy.step(c.Stage))
	var out []Finding
	add := func(s Selector, text string) {
		out = append(out, Finding{DeadEscalation, c.Stage, s, name + ": " + text})
	}
	before := c.stageSelectors()
	for _, r := range stage.Escalate {
		if stage.Within > 0 && r.After >= stage.Within {
			add(Selector{}, "the escalation after "+r.After.String()+" comes when the time of the step is over.")
		}
		fresh := false
		for _, s := range r.To {
			if text := c.dead(s); text != "" {
				add(s, "the escalation asks nobody: "+text)
				fresh = true // told once
				continue
			}
			fresh = fresh || s.relative() || c.People.unsure(s) || c.addsSomebody(s, before)
		}
		if !fresh && !r.Replace {
			add(Selector{}, "the escalation to "+selectors(r.To)+" asks nobody who was not asked before.")
		}
		if r.Replace {
			before = nil
		}
		before = append(slices.Clone(before), r.To...)
	}
	return out
}

// addsSomebody reports whether a selector names somebody whom the others do not.
func (c Case) addsSomebody(s Selector, others []Selector) bool {
	have := c.People.Resolve(others)
	return slices.ContainsFunc(c.People.Resolve([]Selector{s}), func(id PersonID) bool { return !slices.Contains(have, id) })
}

// unmet finds whose requests could never be approved.
func (c Case) unmet() []Finding {
	c.Stage = 0
	relative, unsure := c.depends()
	if unsure {
		return nil
	}
	if !relative {
		if no := c.askFails(""); no != nil {
			return []Finding{{Rule: QuorumUnmet, Stage: no.Stage, Text: no.Text}}
		}
	}
	return c.unmetBy(c.askers(relative))
}

// depends reports whether the policy names people by who asks, and whether
// somebody whom it names cannot be verified now.
func (c Case) depends() (relative, unsure bool) {
	for i := range c.Policy.Stages {
		c.Stage = i
		for _, s := range c.stageSelectors() {
			relative = relative || s.relative()
			unsure = unsure || c.People.unsure(s)
		}
	}
	return relative, unsure
}

// askers are the people for whom it could make a difference that it is they who
// ask: all of them, or those who are named.
func (c Case) askers(relative bool) []PersonID {
	if relative {
		return c.People.everybody()
	}
	var named people
	for i := range c.Policy.Stages {
		c.Stage = i
		named = named.with(c.People.Resolve(c.stageSelectors())...)
	}
	return named
}

// unmetBy puts together the people whose requests fail in the same way.
func (c Case) unmetBy(askers []PersonID) []Finding {
	type failure struct {
		rule  FindingRule
		stage int
	}
	var order []failure
	people, text := map[failure][]PersonID{}, map[failure]string{}
	for _, id := range askers {
		no := c.askFails(id)
		if no == nil {
			continue
		}
		open := c
		open.Policy.AllowRequester = true
		f := failure{QuorumUnmet, no.Stage}
		if open.askFails(id) == nil {
			f.rule = RequesterOnly
		}
		if people[f] == nil {
			order = append(order, f)
			text[f] = no.Text
		}
		people[f] = append(people[f], id)
	}
	out := make([]Finding, len(order))
	for i, f := range order {
		who := c.People.Names(people[f], "or")
		out[i] = Finding{Rule: f.rule, Stage: f.stage, Text: "A request by " + who + " cannot be approved. " + text[f]}
	}
	return out
}

// askFails is why a request of a person could not be met; nil if it could.
func (c Case) askFails(requester PersonID) *UnmetError {
	c.Requester = requester
	_, err := Ask(c)
	no, _ := errors.AsType[*UnmetError](err)
	return no
}

// CheckPeople reports what is wrong with a directory by itself: people who
// stand in for each other in a circle, or whose stand-in cannot.
func CheckPeople(d *Directory) []Finding {
	var out []Finding
	told := map[PersonID]bool{}
	if d == nil {
		return nil
	}
	absent := d.Absent
	for _, id := range slices.Sorted(maps.Keys(absent)) {
		in := absent[id].StandIn
		if in == "" || told[id] {
			continue
		}
		if !d.active(in) {
			out = append(out, Finding{
				DeadApprover, -1,
				Selector{User, string(in)},
				d.name(id) + " is away, and the stand-in " + d.name(in) + " is not an active person that signoff knows.",
			})
			continue
		}
		if ring := circle(absent, id); ring != nil {
			for _, member := range ring {
				told[member] = true
			}
			out = append(out, Finding{
				StandInCycle, -1,
				Selector{User, string(id)},
				"Stand-ins go round in a circle: " + list(append(d.called(ring), d.name(ring[0])), "and") + ".",
			})
		}
	}
	return out
}

// circle follows stand-ins from a person back to them; nil if it does not end
// there.
func circle(absent map[PersonID]Absence, from PersonID) []PersonID {
	ring := []PersonID{from}
	for at := absent[from].StandIn; at != from; at = absent[at].StandIn {
		if at == "" || slices.Contains(ring, at) {
			return nil
		}
		ring = append(ring, at)
	}
	return ring
}
