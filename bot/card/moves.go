package card

import (
	"fmt"
	"slices"
	"time"

	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/approval"
)

// moves say who is asked besides those whom the flow names, or instead of them,
// in the step that is open.
func (v View) moves() []string {
	r := v.Run.Request
	var out []string
	for _, m := range r.Moves {
		if m.Stage == r.Stage && !v.over(m) {
			out = append(out, v.move(m))
		}
	}
	return latest(append(out, v.standIns()...))
}

// movesShown is how many moves a card tells.
const movesShown = 6

// latest keeps the last moves and counts the rest.
func latest(moves []string) []string {
	more := len(moves) - movesShown
	if more <= 0 {
		return moves
	}
	return append([]string{fmt.Sprintf("🤝 %s, in the details", counted(more, "earlier move", "earlier moves"))}, moves[more:]...)
}

// over reports whether a delegation has run out.
func (v View) over(m approval.Move) bool {
	return !m.Until.IsZero() && !v.Now.IsZero() && !v.Now.Before(m.Until)
}

func (v View) move(m approval.Move) string {
	switch m.Kind {
	case approval.Delegated:
		return "🤝 " + v.name(m.To) + " answers for " + v.name(m.From) + until(m.Until) + reasoned(m.Reason)
	case approval.Reassigned:
		text := "🤝 " + v.name(m.To) + " is asked instead of " + v.name(m.From)
		if m.By != "" && m.By != m.From {
			text += ", by " + v.name(m.By)
		}
		return text + reasoned(m.Reason)
	case approval.Escalated:
		who := v.named(m.Who)
		if m.Replace {
			return "⬆ Nobody answered by " + clock(m.At) + ", so it is now for " + who + " alone"
		}
		return "⬆ Nobody answered by " + clock(m.At) + ", so " + who + " can answer, too"
	}
	panic("card: unknown move " + string(m.Kind))
}

func until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " until " + clock(t)
}

func reasoned(why string) string {
	if why = prose.OneLine(why); why != "" {
		return ": " + prose.Cut(why, answerText)
	}
	return ""
}

// standIns say who answers for people who are away.
func (v View) standIns() []string {
	if v.People == nil || v.Now.IsZero() {
		return nil
	}
	var out []string
	for _, id := range v.askedNow() {
		if a, away := v.People.Absent[id]; away && a.StandIn != "" && a.Covers(v.Now) {
			out = append(out, "🤝 "+v.name(a.StandIn)+" stands in for "+v.name(id)+", who is away"+until(a.Until))
		}
	}
	return out
}

// askedNow are those who were asked in the step that is open.
func (v View) askedNow() []approval.PersonID {
	r := v.Run.Request
	if r.Stage < 0 || r.Stage >= len(r.Asked) {
		return nil
	}
	return r.Asked[r.Stage]
}

// name is what to call somebody whom the directory may not know.
func (v View) name(id approval.PersonID) string {
	return prose.OneLine(v.People.Names([]approval.PersonID{id}, ""))
}

// named says whom selectors mean.
func (v View) named(who []approval.Selector) string {
	var names []string
	for _, s := range who {
		names = append(names, v.selector(s))
	}
	if len(names) == 0 {
		return "nobody"
	}
	return listed(names)
}

func (v View) selector(s approval.Selector) string {
	name := prose.OneLine(s.Name)
	switch s.Kind {
	case approval.User:
		return v.name(approval.PersonID(s.Name))
	case approval.Group:
		return "the group " + name
	case approval.Role:
		return "everybody with the role " + name
	case approval.ManagerOf:
		if s.Name == approval.Requester {
			return "the manager of the requester"
		}
		return "the manager of " + v.name(approval.PersonID(s.Name))
	case approval.OnCall:
		return "whoever is on call for " + name
	}
	panic("card: unknown selector " + string(s.Kind))
}

// remarksShown is how much of a talk a card repeats.
const remarksShown = 3

// talk repeats what was said last about the request, and counts the rest.
func (v View) talk() []string {
	said := v.Run.Request.Comments
	var out []string
	if more := len(said) - remarksShown; more > 0 {
		said = said[more:]
		out = append(out, fmt.Sprintf("💬 %s, in the details", counted(more, "earlier comment", "earlier comments")))
	}
	for _, c := range said {
		out = append(out, v.remark(c)+" · "+clock(c.At))
	}
	return out
}

func (v View) remark(c engine.Remark) string {
	who, text := Name(c.By, v.People), prose.Cut(prose.OneLine(c.Text), answerText)
	var line string
	switch c.Kind {
	case engine.Question:
		line = "💬 " + who + " asks"
	case engine.Reply:
		line = "💬 " + who + " replies"
	case engine.Changes:
		line = "✏ " + who + " wants changes"
	case engine.Resubmitted:
		line = "✏ " + who + " changed it and asks anew"
	case engine.Reason:
		line = "🚫 " + who + " took it back"
	default:
		panic("card: unknown remark " + string(c.Kind))
	}
	if text != "" {
		line += ": " + text
	}
	return line
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// history says how the request came to be asked as it is: anew, or without some
// of its steps.
func (v View) history() []string {
	r := v.Run.Request
	var out []string
	if n := len(r.Rounds); n > 0 {
		line := fmt.Sprintf("♻ Asked anew, round %d", n+1)
		if why := prose.OneLine(r.Rounds[n-1].Why); why != "" {
			line += ": " + prose.Cut(why, answerText)
		}
		out = append(out, line)
	}
	if len(r.Dropped) > 0 {
		names := make([]string, len(r.Dropped))
		for i, id := range r.Dropped {
			names[i] = prose.OneLine(id)
		}
		out = append(out, "Left out, because its condition does not hold: "+listed(names))
	}
	return out
}

// changeable names the inputs that the requester may change.
func (v View) changeable() string {
	var names []string
	for _, id := range v.Run.Request.Editable {
		names = append(names, label(id))
	}
	return listed(names)
}

// back says that the request lies with the requester, and what they can do.
func (v View) back() []string {
	if v.Run.Request.Wanted == "" {
		return nil
	}
	text := "✏ Nobody can answer until " + Name(v.Execution.Requester, v.People) + " asks anew"
	if what := v.changeable(); what != "" {
		text += "; what can be changed: " + what
	}
	return []string{text}
}

// overrider is who decided over the heads of those who were asked; nil if nobody
// did.
func overrider(r *engine.Request) *engine.Response {
	i := slices.IndexFunc(r.Responses, func(a engine.Response) bool { return a.Override != "" })
	if i < 0 {
		return nil
	}
	return &r.Responses[i]
}

// withdrawer is who took their own request back; nil if it was cancelled
// otherwise.
func withdrawer(r *engine.Request) *engine.Remark {
	n := len(r.Comments)
	if r.Outcome != engine.Withdrawn || n == 0 || r.Comments[n-1].Kind != engine.Reason {
		return nil
	}
	return &r.Comments[n-1]
}
