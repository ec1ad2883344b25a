package bot

import (
	"fmt"
	"slices"
	"strings"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// answersShown is how many answers a card lists one by one.
const answersShown = 10

// answerText bounds what a card repeats of one typed answer.
const answerText = 600

// notes are the small lines: the question, who has decided, who is missing,
// what follows, and what went wrong.
func (v View) notes() []string {
	r := v.Run.Request
	out := v.question()
	out = append(out, v.answers()...)
	if r.Open() {
		out = append(out, v.missing()...)
		out = append(out, v.steps()...)
	}
	out = append(out, v.undelivered()...)
	return append(out, fmt.Sprintf("Flow %s, revision %d", OneLine(v.Execution.Flow.String()), v.Execution.Flow.Revision))
}

// question is the text of the field that the buttons answer.
func (v View) question() []string {
	r := v.Run.Request
	for _, f := range r.Form {
		if f.ID != r.Verdict && kindOf(r) != asksChoice {
			continue
		}
		text := OneLine(f.Label)
		if desc := OneLine(f.Description); desc != text {
			text = strings.TrimSpace(sentence(text) + " " + desc)
		}
		if text != "" {
			return []string{text}
		}
	}
	return nil
}

// answers lists what people said, the last ones first to go when there are many.
func (v View) answers() []string {
	r := v.Run.Request
	var out []string
	shown := r.Responses
	if len(shown) > answersShown {
		shown = shown[len(shown)-answersShown:]
		out = append(out, fmt.Sprintf("%d earlier answers are in the details", len(r.Responses)-answersShown))
	}
	for _, resp := range shown {
		who := principalName(resp.By, v.People)
		line := said(resp.Verdict, who) + " · " + clock(resp.At)
		if len(r.Policy.Stages) > 1 {
			line += " · " + stageName(r.Policy, resp.Stage)
		}
		out = append(out, line)
		out = append(out, typed(r, resp)...)
	}
	return out
}

func said(v engine.Verdict, who string) string {
	switch v {
	case engine.Approve:
		return "✅ " + who + " approved"
	case engine.Reject:
		return "❌ " + who + " rejected"
	case engine.None:
		return "💬 " + who + " answered"
	}
	panic("bot: unknown verdict " + string(v))
}

// typed repeats what somebody filled in, in the order of the form.
func typed(r *engine.Request, resp engine.Response) []string {
	var out []string
	for _, f := range r.Form {
		value, given := resp.Values[f.ID]
		if f.ID == r.Verdict || !given || value == nil || value == "" {
			continue
		}
		out = append(out, fieldLabel(f)+": "+Cut(OneLine(shownValue(f, value)), answerText))
	}
	return out
}

// shownValue is an answer in the words of the form.
func shownValue(f flow.Field, value any) string {
	i := slices.IndexFunc(f.Values, func(o flow.Option) bool { return o.Value == value })
	if i >= 0 {
		return optionLabel(f.Values[i])
	}
	return show(value)
}

// stage returns the stage that is asked now and who of it could still answer.
func (v View) stage() (approval.Stage, []approval.PersonID, []approval.Vote) {
	r := v.Run.Request
	if r.Stage < 0 || r.Stage >= len(r.Policy.Stages) || r.Stage >= len(r.Asked) {
		return approval.Stage{}, nil, nil
	}
	var here []approval.Vote
	elsewhere := map[approval.PersonID]bool{}
	for _, resp := range r.Responses {
		if resp.Stage == r.Stage {
			here = append(here, approval.Vote{Person: resp.By.Person, Stage: resp.Stage, Approve: resp.Verdict != engine.Reject})
			continue
		}
		elsewhere[resp.By.Person] = true
	}
	asked := slices.DeleteFunc(slices.Clone(r.Asked[r.Stage]), func(id approval.PersonID) bool {
		return elsewhere[id] && !r.Policy.Repeat
	})
	return r.Policy.Stages[r.Stage], asked, here
}

// needs says how far the open stage is.
func (v View) needs() string {
	r := v.Run.Request
	stage, asked, votes := v.stage()
	need, _ := approval.Missing(stage, asked, votes)
	text := "Waiting for an answer"
	if kindOf(r) == asksVerdict {
		text = "Waiting for approval"
	}
	if total := need + len(votes); total > 1 {
		text = fmt.Sprintf("%d of %d answers", len(votes), total)
		if kindOf(r) == asksVerdict {
			text = fmt.Sprintf("%d of %d approvals", len(votes), total)
		}
	}
	if n := len(r.Policy.Stages); n > 1 {
		text = fmt.Sprintf("Step %d of %d: %s", r.Stage+1, n, strings.ToLower(text[:1])+text[1:])
	}
	return text
}

// missing names the people whose answer is wanted.
func (v View) missing() []string {
	stage, asked, votes := v.stage()
	need, waiting := approval.Missing(stage, asked, votes)
	switch {
	case len(waiting) == 0:
		return nil
	case need >= len(waiting):
		return []string{"⏳ Waiting for " + OneLine(v.People.Names(waiting, "and"))}
	case need == 1:
		return []string{"⏳ Waiting for " + OneLine(v.People.Names(waiting, "or"))}
	default:
		return []string{fmt.Sprintf("⏳ Waiting for %d of these: %s", need, OneLine(v.People.Names(waiting, "and")))}
	}
}

// steps says where in a chain the request stands and what follows.
func (v View) steps() []string {
	r := v.Run.Request
	n := len(r.Policy.Stages)
	if n < 2 {
		return nil
	}
	line := fmt.Sprintf("%s of %d", stageName(r.Policy, r.Stage), n)
	if r.Stage+1 < n {
		line += ", then " + stageName(r.Policy, r.Stage+1)
	}
	return []string{strings.ToUpper(line[:1]) + line[1:]}
}

func stageName(p approval.Policy, stage int) string {
	name := fmt.Sprintf("step %d", stage+1)
	if stage >= 0 && stage < len(p.Stages) && p.Stages[stage].ID != "" {
		name += " (" + OneLine(p.Stages[stage].ID) + ")"
	}
	return name
}

// undelivered says which copies were given up, so that nobody waits for a
// person who was never asked.
func (v View) undelivered() []string {
	var out []string
	for _, c := range v.Run.Request.Copies {
		if c.Problem != "" {
			out = append(out, "⚠ "+lost(c, v.People))
		}
	}
	return out
}
