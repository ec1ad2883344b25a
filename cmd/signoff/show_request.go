package main

import (
	"strings"

	"signoff/adapters/api"
	"signoff/engine/approval"
)

// printHistory says what happened with a request so far: how it was asked
// before, who answered, how it moved and what was said.
func (p *program) printHistory(r *api.Request) {
	for i, o := range r.Rounds {
		p.say("  round %d ended at %s: %s", i+1, stamp(o.Ended), visible(o.Why))
		p.printResponses(o.Responses)
	}
	if r.Auto != "" {
		p.say("  approved by a rule of the flow: %s", visible(r.Auto))
	}
	if len(r.Dropped) > 0 {
		p.say("  left out: %s", strings.Join(r.Dropped, ", "))
	}
	p.printResponses(r.Responses)
	for _, m := range r.Moves {
		p.say("  %s at %s", visible(movedTo(m)), stamp(m.At))
	}
	for _, c := range r.Comments {
		p.say("  %s (%s) at %s: %s", who(c.By), c.Kind, stamp(c.At), visible(c.Text))
	}
}

func (p *program) printResponses(given []api.Response) {
	for _, a := range given {
		by := who(a.By)
		if a.For != "" {
			by += ", for " + a.For
		}
		p.say("  %s: %s at %s via %s", visible(by), a.Verdict, stamp(a.At), a.By.Via)
		if a.Override != "" {
			p.say("    break-glass: %s", visible(a.Override))
		}
		for _, k := range sortedKeys(a.Values) {
			p.say("    %s: %s", k, visible(plain(a.Values[k])))
		}
	}
}

// movedTo says how a question moved.
func movedTo(m api.Move) string {
	var text string
	switch m.Kind {
	case approval.Delegated:
		text = m.To + " answers for " + m.From
	case approval.Reassigned:
		text = m.To + " is asked instead of " + m.From
	case approval.Escalated:
		text = "escalated to " + strings.Join(m.Who, " and ")
		if m.Replace {
			text += " alone"
		}
	default:
		text = string(m.Kind)
	}
	if !m.Until.IsZero() {
		text += " until " + stamp(m.Until)
	}
	if m.Reason != "" {
		text += " (" + m.Reason + ")"
	}
	return text
}
