package card

import (
	"fmt"
	"slices"
	"strings"

	"signoff/bot/prose"
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
	var out []string
	if r.Open() && r.Wanted == "" && v.Copy.Role != engine.ForRequester {
		out = v.question()
	}
	if text := v.nothingToDo(); text != "" {
		out = append(out, text)
	}
	out = append(out, v.history()...)
	if r.Auto != "" {
		out = append(out, "The rule: "+prose.Cut(prose.OneLine(r.Auto), answerText))
	}
	out = append(out, v.answers()...)
	out = append(out, v.pending()...)
	out = append(out, v.talk()...)
	out = append(out, v.undelivered()...)
	return append(out, fmt.Sprintf("Flow %s, revision %d", prose.OneLine(v.Execution.Flow.String()), v.Execution.Flow.Revision))
}

// pending says who is missing, who answers for whom, and what follows.
func (v View) pending() []string {
	r := v.Run.Request
	missing := v.missing()
	switch {
	case r.Outcome == engine.Expired && missing != "":
		return []string{"⌛ No answer came from " + missing}
	case !r.Open():
		return nil
	case r.Wanted != "":
		return v.back()
	}
	var out []string
	if missing != "" {
		out = append(out, "⏳ Waiting for "+missing)
	}
	out = append(out, v.moves()...)
	return append(out, v.steps()...)
}

// question is the text of the field that the buttons answer.
func (v View) question() []string {
	r := v.Run.Request
	for _, f := range r.Form {
		if f.ID != r.Verdict && kindOf(r) != asksChoice {
			continue
		}
		text := prose.OneLine(f.Label)
		if desc := prose.OneLine(f.Description); desc != text {
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
		who := Name(resp.By, v.People)
		if resp.For != "" {
			who += ", for " + v.name(resp.For) + ","
		}
		line := said(r, resp.Verdict, who)
		if resp.Override != "" {
			line = "⚠ Break-glass: approved by " + who + " alone, because: " + prose.Cut(prose.OneLine(resp.Override), answerText)
		}
		line += " · " + clock(resp.At)
		if len(r.Policy.Stages) > 1 {
			line += " · " + stageName(r.Policy, resp.Stage)
		}
		out = append(out, line)
		out = append(out, v.typed(resp)...)
	}
	return out
}

func said(r *engine.Request, v engine.Verdict, who string) string {
	switch v {
	case engine.Approve:
		return "✅ " + who + " approved"
	case engine.Reject:
		return "❌ " + who + " rejected"
	case engine.None:
		if kindOf(r) == asksNothing {
			return "✅ " + who + " resumed"
		}
		return "✅ " + who + " answered"
	}
	panic("card: unknown verdict " + string(v))
}

// typed repeats what somebody filled in, in the order of the form.
func (v View) typed(resp engine.Response) []string {
	r := v.Run.Request
	var out []string
	for _, f := range r.Form {
		value, given := flow.Lookup(resp.Values, f.ID)
		if f.ID == r.Verdict || !given || value == nil || value == "" {
			continue
		}
		asked := strings.TrimRight(fieldLabel(f), ":?. ")
		out = append(out, asked+": "+prose.Cut(prose.OneLine(v.shownValue(f, value)), answerText))
	}
	return out
}

// shownValue is an answer in the words of the form.
func (v View) shownValue(f flow.Field, value any) string {
	if list, ok := value.([]any); ok && (f.Type == flow.MultiSelect || f.Type == flow.Array || f.Type == flow.Users) {
		texts := make([]string, len(list))
		for i, item := range list {
			texts[i] = v.shownValue(f, item)
		}
		return strings.Join(texts, ", ")
	}
	switch text, isText := value.(string); {
	case !isText:
	case f.Type == flow.User, f.Type == flow.Users:
		return v.name(approval.PersonID(text))
	case f.Type == flow.File: // the address is for programs
		return text[strings.LastIndexByte(text, '/')+1:]
	}
	i := slices.IndexFunc(f.Values, func(o flow.Option) bool { return o.Value == value })
	if i >= 0 {
		return optionLabel(f.Values[i])
	}
	return show(value)
}

// rules are the request as the rules of approval see it.
func (v View) rules() approval.Case {
	r := v.Run.Request
	return approval.Case{
		Policy: r.Policy, People: v.People, Requester: v.Execution.Requester.Person,
		Origin: engine.People(v.Execution.Origin), Restarted: engine.People(v.Execution.Restarted),
		Author: r.Author, Stage: r.Stage, Asked: r.Asked, Votes: r.Votes(), Moves: r.Moves, Now: v.Now,
	}
}

// wanted says what the request waits for.
func (v View) wanted() string {
	switch kindOf(v.Run.Request) {
	case asksVerdict:
		return "Waiting for approval"
	case asksChoice, asksForm:
		return "Waiting for an answer"
	case asksNothing:
		return "Waiting for a go-ahead"
	}
	panic("card: unknown kind of request")
}

// progress counts answers and steps; it is empty where there is only one.
func (v View) progress() string {
	r := v.Run.Request
	text := v.counts()
	n := len(r.Policy.Stages)
	switch {
	case n < 2:
		return text
	case text == "":
		return fmt.Sprintf("Step %d of %d", r.Stage+1, n)
	default:
		return fmt.Sprintf("Step %d of %d: %s", r.Stage+1, n, text)
	}
}

// counts says how many answers the open step has of those that it needs: of each
// group, where it asks several.
func (v View) counts() string {
	r := v.Run.Request
	if r.Stage < 0 || r.Stage >= len(r.Policy.Stages) {
		return ""
	}
	gaps := v.rules().Missing()
	if groups := r.Policy.Stages[r.Stage].Groups; len(groups) > 0 {
		return parties(groups, gaps)
	}
	need, votes := 0, 0
	for _, gap := range gaps {
		need += gap.Need
	}
	for _, resp := range r.Responses {
		if resp.Stage == r.Stage && resp.Verdict != engine.Reject {
			votes++
		}
	}
	noun := "answers"
	if kindOf(r) == asksVerdict {
		noun = "approvals"
	}
	if total := need + votes; total > 1 {
		return fmt.Sprintf("%d of %d %s", votes, total, noun)
	}
	return ""
}

// parties are groups that are asked at the same time, with what each has.
func parties(groups []approval.Party, gaps []approval.Gap) string {
	out := make([]string, len(groups))
	for i, g := range groups {
		need := 0
		for _, gap := range gaps {
			if gap.Party.ID == g.ID {
				need = gap.Need
			}
		}
		total := max(g.Need.Count, 1)
		switch {
		case !g.Need.All:
			out[i] = fmt.Sprintf("%s %d of %d", prose.OneLine(g.ID), total-need, total)
		case need > 0:
			out[i] = fmt.Sprintf("%s %d missing", prose.OneLine(g.ID), need)
		default:
			out[i] = prose.OneLine(g.ID) + " complete"
		}
	}
	return strings.Join(out, ", ")
}

// missing names the people whose answer is wanted, or was to the end.
func (v View) missing() string {
	gaps := v.rules().Missing()
	var out []string
	for _, gap := range gaps {
		text := v.gap(gap)
		if len(gaps) > 1 && text != "" {
			text = prose.OneLine(gap.Party.ID) + ": " + text
		}
		if text != "" {
			out = append(out, text)
		}
	}
	return strings.Join(out, "; ")
}

func (v View) gap(g approval.Gap) string {
	return prose.OneLine(v.People.Lacking(g))
}

// steps says which step of a chain is open and what follows.
func (v View) steps() []string {
	p, now := v.Run.Request.Policy, v.Run.Request.Stage
	switch {
	case len(p.Stages) < 2 || now < 0 || now >= len(p.Stages):
		return nil
	case now+1 == len(p.Stages):
		return []string{"Now " + stageName(p, now) + ", the last"}
	default:
		return []string{"Now " + stageName(p, now) + ", then " + stageName(p, now+1)}
	}
}

func stageName(p approval.Policy, stage int) string {
	name := fmt.Sprintf("step %d", stage+1)
	if stage >= 0 && stage < len(p.Stages) && p.Stages[stage].ID != "" {
		name += " (" + prose.OneLine(p.Stages[stage].ID) + ")"
	}
	return name
}

// undelivered says which copies were given up, so that nobody waits for a
// person who was never asked.
func (v View) undelivered() []string {
	var out []string
	for _, c := range v.Run.Request.Copies {
		if c.Problem != "" && c.Role != engine.ForRequester {
			out = append(out, "⚠ "+lost(c, v.People))
		}
	}
	return out
}
