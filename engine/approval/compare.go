package approval

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Gate is one place at which people approve, as [Compare] sees it.
type Gate struct {
	// Flow is "namespace/id", Task the id of the Pause.
	Flow, Task string
	Policy     Policy
	People     *Directory
	// Rules are further conditions in whole sentences: when a stage is asked,
	// when nobody is.
	Rules []string
}

// Difference is what changed between two versions of flows or people.
type Difference struct {
	People []PowerChange `json:"people"`
	Rules  []RuleChange  `json:"rules"`
}

// Empty reports whether nothing changed.
func (d Difference) Empty() bool { return len(d.People)+len(d.Rules) == 0 }

// PowerChange is somebody who gains or loses the power to approve something.
type PowerChange struct {
	Flow   string   `json:"flow"`
	Task   string   `json:"task"`
	Stage  string   `json:"stage"` // its id, or its number if it has none
	Person PersonID `json:"person"`
	Name   string   `json:"name"`
	Gained bool     `json:"gained"`
	// Of are those whose requests it concerns; empty is everybody's.
	Of   []PersonID `json:"of,omitempty"`
	Text string     `json:"text"`
}

// RuleChange is a rule that holds in one version only.
type RuleChange struct {
	Flow  string `json:"flow"`
	Task  string `json:"task"`
	Added bool   `json:"added"`
	Text  string `json:"text"`
}

// Compare says who gains or loses the power to approve what, and which rules
// changed. Changes are sorted by flow, task, stage and person. Powers that last
// for a while only (delegation, absence) are not looked at.
func Compare(before, after []Gate) Difference {
	var d Difference
	old, now := gatesByPlace(before), gatesByPlace(after)
	for _, at := range places(old, now) {
		was, is := old[at], now[at]
		d.People = append(d.People, comparePeople(at, was, is)...)
		d.Rules = append(d.Rules, compareRules(at, was, is)...)
	}
	return d
}

// gateAt is where a gate is.
type gateAt struct{ flow, task string }

func gatesByPlace(gates []Gate) map[gateAt]*Gate {
	out := make(map[gateAt]*Gate, len(gates))
	for i := range gates {
		out[gateAt{gates[i].Flow, gates[i].Task}] = &gates[i]
	}
	return out
}

func places(old, now map[gateAt]*Gate) []gateAt {
	all := map[gateAt]bool{}
	for at := range old {
		all[at] = true
	}
	for at := range now {
		all[at] = true
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b gateAt) int {
		return cmp.Or(strings.Compare(a.flow, b.flow), strings.Compare(a.task, b.task))
	})
}

// comparePeople compares who may approve each stage of one gate.
func comparePeople(at gateAt, was, is *Gate) []PowerChange {
	var out []PowerChange
	for _, stage := range stageKeys(was, is) {
		old, now := was.powers(stage), is.powers(stage)
		for _, who := range powerful(old, now) {
			for _, c := range shifts(who, old, now) {
				c.Flow, c.Task, c.Stage, c.Person = at.flow, at.task, stage, who
				c.Name = nameIn(who, is, was)
				c.Text = c.sentence(nameOf(is, was))
				out = append(out, c.PowerChange)
			}
		}
	}
	return out
}

// stageKeys are the stages of both versions, in their order, by what they are
// called.
func stageKeys(was, is *Gate) []string {
	var out []string
	for _, g := range []*Gate{is, was} {
		if g == nil {
			continue
		}
		for i := range g.Policy.Stages {
			if key := g.Policy.key(i); !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return out
}
