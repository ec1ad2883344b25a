package approval

import (
	"slices"
	"strconv"
	"strings"
)

// compareRules compares what holds besides who is named.
func compareRules(at gateAt, was, is *Gate) []RuleChange {
	old, now := was.sentences(), is.sentences()
	var out []RuleChange
	for _, text := range old {
		if !slices.Contains(now, text) {
			out = append(out, RuleChange{Flow: at.flow, Task: at.task, Text: text})
		}
	}
	for _, text := range now {
		if !slices.Contains(old, text) {
			out = append(out, RuleChange{Flow: at.flow, Task: at.task, Added: true, Text: text})
		}
	}
	return out
}

// sentences are the rules of a gate, each a sentence; none for no gate.
func (g *Gate) sentences() []string {
	if g == nil {
		return nil
	}
	return slices.Concat(g.Policy.sentences(), g.Rules)
}

func (p Policy) sentences() []string {
	out := []string{p.order()}
	for i := range p.Stages {
		out = append(out, p.stageSentences(i)...)
	}
	if p.AllowRequester {
		out = append(out, "Requesters may answer their own requests.")
	}
	if p.ExcludeAuthor {
		out = append(out, "Whoever wrote the revision of the flow may not answer.")
	}
	for _, s := range p.Exclude {
		out = append(out, "The flow excludes "+s.String()+".")
	}
	if p.Repeat {
		out = append(out, "One person may answer several steps.")
	}
	switch {
	case p.NoDelegate:
		out = append(out, "Nobody may hand a seat on.")
	case p.Hops > 1:
		out = append(out, "A seat may be handed on "+strconv.Itoa(p.Hops)+" times.")
	}
	return out
}

// order names the steps one after the other.
func (p Policy) order() string {
	keys := make([]string, len(p.Stages))
	for i := range p.Stages {
		keys[i] = p.key(i)
	}
	return "It asks " + strings.Join(keys, ", then ") + "."
}

func (p Policy) stageSentences(stage int) []string {
	s, name := p.Stages[stage], "Step "+p.key(stage)
	var out []string
	for _, party := range s.Parties() {
		who := name
		if len(s.Groups) > 0 {
			who += ", group " + party.ID + ","
		}
		out = append(out, who+" needs "+needWords(party.Need)+".")
	}
	if s.Deny > 1 {
		out = append(out, name+" is refused when "+strconv.Itoa(s.Deny)+" people reject it.")
	}
	if s.Within > 0 {
		out = append(out, name+" takes answers for "+s.Within.String()+".")
	}
	for _, r := range s.Escalate {
		how := " asks "
		if r.Replace {
			how = " asks nobody any more but "
		}
		out = append(out, name+how+selectors(r.To)+" after "+r.After.String()+".")
	}
	return out
}

func needWords(n Need) string {
	switch {
	case n.All:
		return "everybody"
	case n.Count <= 1:
		return "one person"
	}
	return strconv.Itoa(n.Count) + " people"
}
