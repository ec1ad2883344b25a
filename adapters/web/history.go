package web

import (
	"fmt"
	"strings"

	"signoff/engine"
	"signoff/engine/approval"
)

// history says, in sentences, how a request was asked before, how it moved
// between people and what was said about it.
func history(r *engine.Request) []string {
	var out []string
	for i, o := range r.Rounds {
		out = append(out, fmt.Sprintf("Round %d ended %s. %s The digest was %s.", i+1, moment(o.Ended), clean(o.Why), short(o.Digest, 16)))
		for _, a := range o.Responses {
			out = append(out, fmt.Sprintf("In round %d %s %s, %s.", i+1, answerer(a), verdictWord(a.Verdict), moment(a.At)))
		}
	}
	if r.Auto != "" {
		out = append(out, "A rule of the flow approved it, and nobody was asked: "+clean(r.Auto))
	}
	if len(r.Dropped) > 0 {
		out = append(out, "Left out, because its condition does not hold: "+clean(strings.Join(r.Dropped, ", ")))
	}
	for _, m := range r.Moves {
		out = append(out, moved(m)+" "+moment(m.At)+".")
	}
	for _, c := range r.Comments {
		out = append(out, fmt.Sprintf("%s %s, %s: %s", name(c.By), remarkWord(c.Kind), moment(c.At), clean(c.Text)))
	}
	if r.Wanted != "" && r.Open() {
		out = append(out, "Nobody can answer until the requester asks anew.")
	}
	return out
}

// answerer is who answered, and for whom.
func answerer(a engine.Response) string {
	who := name(a.By)
	if a.For != "" {
		who += ", for " + clean(string(a.For)) + ","
	}
	return who
}

func moved(m approval.Move) string {
	text := clean(string(m.To)) + " answers for " + clean(string(m.From))
	switch m.Kind {
	case approval.Delegated:
	case approval.Reassigned:
		text = clean(string(m.To)) + " is asked instead of " + clean(string(m.From)) + ", by " + clean(string(m.By))
	case approval.Escalated:
		who := make([]string, len(m.Who))
		for i, s := range m.Who {
			who[i] = clean(s.String())
		}
		text = "Nobody answered in time, so it also asks " + strings.Join(who, ", ")
		if m.Replace {
			text = "Nobody answered in time, so it now asks " + strings.Join(who, ", ") + " alone"
		}
	}
	if !m.Until.IsZero() {
		text += " until " + moment(m.Until)
	}
	if m.Reason != "" {
		text += ": " + clean(m.Reason)
	}
	return text + ","
}

func remarkWord(k engine.RemarkKind) string {
	switch k {
	case engine.Question:
		return "asked"
	case engine.Reply:
		return "replied"
	case engine.Changes:
		return "wanted changes"
	case engine.Resubmitted:
		return "changed it and asked anew"
	case engine.Reason:
		return "took it back"
	}
	return "said"
}
