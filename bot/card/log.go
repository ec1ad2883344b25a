package card

import (
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// Said is one line of the log below a copy.
type Said struct {
	// Line has no text where these entries are not for the readers of the copy.
	Line adapters.Line
	// Mention are those who must act now and have no card of their own.
	Mention []approval.PersonID
	// Entries is how many entries of the log it tells; at least 1.
	Entries int
}

// mentionsInLine bounds whom one line calls.
const mentionsInLine = 10

// Say tells the entries of a request's log from one on, as many as belong
// together: an answer and what came of it, or people who were reminded at the same
// time. There must be such an entry.
func Say(v View, from int) Said {
	log := v.Run.Request.Log
	e := log[from]
	out := Said{Entries: 1, Line: adapters.Line{At: e.At}}
	switch {
	case e.What == audit.RequestReminded:
		out = v.remindedLine(log[from:])
	case isEnd(e.What) || e.What == audit.ResponseRecorded:
		out = v.endLine(log[from:])
	default:
		v.eventLine(e, &out)
	}
	if v.Copy.Role == engine.ForRequester && !slices.ContainsFunc(log[from:from+out.Entries], forRequester) {
		out.Line.Text = "" // their card shows it, or they are told otherwise
	}
	out.Mention = v.uncarded(out.Mention)
	return out
}

func forRequester(e engine.Entry) bool { return isEnd(e.What) || e.What == audit.ExecutionEnded }

// isEnd reports whether an event is how a request ended. One that is asked anew
// is superseded without an end.
func isEnd(e audit.Event) bool {
	switch e { //nolint:exhaustive // the rest is no end
	case audit.RequestApproved, audit.RequestRejected, audit.RequestAnswered, audit.RequestExpired, audit.RequestCancelled,
		audit.RequestAutoApproved, audit.RequestOverridden:
		return true
	}
	return false
}

// endLine is an answer, how the request ended with it, and how the execution did,
// as far as all happened at once.
func (v View) endLine(log []engine.Entry) Said {
	r := v.Run.Request
	out := Said{Line: adapters.Line{At: log[0].At}}
	var parts []string
	for _, e := range log {
		if !e.At.Equal(log[0].At) || e.Round != log[0].Round || out.Entries > 0 && e.What == audit.ResponseRecorded {
			break
		}
		switch {
		case e.What == audit.ResponseRecorded:
			text, quote := v.responseLine(e)
			parts, out.Line.Quote = append(parts, text), quote
		case isEnd(e.What) && !r.Open():
			if alone(r) { // the outcome names them, too
				parts = nil
			}
			parts = append(parts, icon(r)+" "+decidedBy(r, v.People))
			out.Line.Loud = v.LoudReject && r.Outcome == engine.Rejected
		case e.What == audit.ExecutionEnded:
			if r.Outcome == engine.Approved || r.Outcome == engine.Answered {
				parts = append(parts, v.stateText(engine.State(e.Text)))
			}
		default:
		}
		if e.What != audit.ResponseRecorded && !isEnd(e.What) && e.What != audit.ExecutionEnded {
			break
		}
		out.Entries++
	}
	if out.Line.Quote == "" && !r.Open() {
		if back := withdrawer(r); back != nil {
			out.Line.Quote = prose.Cut(prose.OneLine(back.Text), answerText)
		}
	}
	out.Line.Text = strings.Join(parts, " · ")
	return out
}

// alone reports whether one person decided by an answer of their own.
func alone(r *engine.Request) bool {
	return decidedByPeople(r.Outcome) && len(r.Responses) == 1 && r.Responses[0].For == ""
}

// responseLine is who answered what, and what they wrote.
func (v View) responseLine(e engine.Entry) (text, quote string) {
	r := v.Run.Request
	given := r.Responses
	if e.Round < len(r.Rounds) {
		given = r.Rounds[e.Round].Responses
	}
	if e.N < 0 || e.N >= len(given) {
		return "", ""
	}
	resp := given[e.N]
	who := Name(resp.By, v.People)
	if resp.For != "" {
		who += ", for " + v.name(resp.For) + ","
	}
	text, quote = said(r, resp.Verdict, who), strings.Join(v.typed(resp), "\n")
	if resp.Override != "" {
		text, quote = "⚠ Break-glass: approved by "+who+" alone", prose.Cut(prose.OneLine(resp.Override), answerText)
	}
	return text, quote
}

// remindedLine names everybody who was reminded by the same at about the same
// time.
func (v View) remindedLine(log []engine.Entry) Said {
	out := Said{Line: adapters.Line{At: log[0].At}}
	var who []approval.PersonID
	for _, e := range log {
		if e.What != audit.RequestReminded || e.By.Person != log[0].By.Person || e.Round != log[0].Round {
			break
		}
		who = append(who, e.Who...)
		out.Entries++
	}
	slices.Sort(who)
	who = slices.Compact(who)
	names := make([]string, len(who))
	for i, p := range who {
		names[i] = v.name(p)
	}
	out.Line.Text = "⏰ Reminded: " + listed(names)
	if by := log[0].By; by.Person != "" {
		out.Line.Text = "⏰ " + Name(by, v.People) + " reminds " + listed(names)
	}
	out.Mention = who
	return out
}

// eventLine is every other entry.
func (v View) eventLine(e engine.Entry, out *Said) {
	r := v.Run.Request
	switch e.What { //nolint:exhaustive // the rest is told elsewhere, or to nobody
	case audit.RequestCommented, audit.RequestReturned:
		if e.N >= 0 && e.N < len(r.Comments) {
			c := r.Comments[e.N]
			quote := c.Text
			c.Text = ""
			out.Line.Text, out.Line.Quote = v.remark(c), prose.Cut(prose.OneLine(quote), answerText)
			if c.Kind != engine.Reply {
				out.Mention = []approval.PersonID{v.Execution.Requester.Person}
			}
		}
	case audit.RequestDelegated, audit.RequestReassigned, audit.RequestEscalated:
		v.moveLine(e, out)
	case audit.RequestOpened:
		out.Line.Text = "▶ Now " + stageName(r.Policy, e.N)
		if e.N >= 0 && e.N < len(r.Asked) && e.Round == len(r.Rounds) {
			out.Mention = r.Asked[e.N]
		}
	case audit.RequestSuperseded:
		out.Line.Text = "♻ Asked anew, so what was answered before does not count"
		if why := prose.OneLine(e.Text); why != "" {
			out.Line.Text += ": " + prose.Cut(why, answerText)
		}
		if r.Open() && len(r.Asked) > 0 {
			out.Mention = r.Asked[0]
		}
	case audit.ExecutionEnded:
		out.Line.Text = "Flow " + v.Execution.Flow.ID + ": " + v.stateText(engine.State(e.Text))
	}
}

func (v View) moveLine(e engine.Entry, out *Said) {
	r := v.Run.Request
	moves := r.Moves
	if e.Round < len(r.Rounds) {
		moves = r.Rounds[e.Round].Moves
	}
	if e.N < 0 || e.N >= len(moves) {
		return
	}
	m := moves[e.N]
	out.Line.Text = v.move(m)
	if m.Kind != approval.Escalated {
		out.Mention = []approval.PersonID{m.To}
		return
	}
	out.Line.Loud = true
	if v.People != nil {
		out.Mention = v.People.ResolveFor(m.Who, v.Execution.Requester.Person)
	}
}

// uncarded are those among people who have no card of their own on this surface:
// a card, or a direct message, has called the others. Nobody is called to a
// request that is over.
func (v View) uncarded(people []approval.PersonID) []approval.PersonID {
	r := v.Run.Request
	if !r.Open() {
		return nil
	}
	var out []approval.PersonID
	for _, p := range people {
		carded := slices.ContainsFunc(r.Copies, func(c engine.Copy) bool {
			return c.Person == p && c.Surface == v.Copy.Surface && c.Problem == ""
		})
		if p != "" && !carded && len(out) < mentionsInLine {
			out = append(out, p)
		}
	}
	return out
}
