package approval

import (
	"cmp"
	"strconv"
	"time"
)

// Lines is the explanation as sentences, one a line.
func (e Explanation) Lines() []string {
	var out []string
	if e.Closed != "" {
		return append([]string{e.Closed}, nextLines("nothing is changed", e.Next)...)
	}
	if e.You != nil {
		out = append(out, e.You.Text)
	}
	if e.Step != "" {
		out = append(out, e.Step+" is asked.")
	}
	if len(e.Can) > 0 || e.Unseen == 0 {
		out = append(out, canLines(e.Can)...)
	}
	for _, l := range e.Missing {
		text := "Waiting for "
		if len(e.Missing) > 1 {
			text += l.Party + ": "
		}
		out = append(out, text+cmp.Or(l.Text, "nobody who was asked")+".")
	}
	if e.Stuck {
		out = append(out, "Too few people are left who can answer it. Somebody must reassign a seat, override it or cancel it.")
	}
	out = append(out, cannotLines(e.Cannot)...)
	if e.Unseen > 0 {
		out = append(out, strconv.Itoa(e.Unseen)+" more people are named and were not looked at; ask for each by name.")
	}
	if len(e.Next) == 0 {
		return append(out, "Nothing happens by itself: it waits until somebody answers.")
	}
	return append(out, nextLines("nobody answers", e.Next)...)
}

// nextLines say what follows if something does not happen.
func nextLines(unless string, next []Event) []string {
	out := make([]string, len(next))
	for i, ev := range next {
		out[i] = moment(ev.At) + ": " + ev.Text + "."
		if i == 0 {
			out[i] = "If " + unless + ", " + out[i]
		}
	}
	return out
}

// canLines puts together those who can for the same reason.
func canLines(can []Able) []string {
	if len(can) == 0 {
		return []string{"Nobody can decide at the moment."}
	}
	var g gathered
	for _, a := range can {
		g.add(a.Name, a.Why)
	}
	return g.lines("can decide")
}

func cannotLines(cannot []Unable) []string {
	var g gathered
	for _, u := range cannot {
		g.add(u.Name, u.Why)
	}
	return g.lines("cannot decide")
}

// gathered are names by what is said of them, in the order of the first.
type gathered struct {
	why   []string
	names map[string][]string
}

func (g *gathered) add(name, why string) {
	if g.names == nil {
		g.names = map[string][]string{}
	}
	if _, seen := g.names[why]; !seen {
		g.why = append(g.why, why)
	}
	g.names[why] = append(g.names[why], name)
}

func (g *gathered) lines(what string) []string {
	out := make([]string, len(g.why))
	for i, why := range g.why {
		out[i] = list(g.names[why], "and") + " " + what + " (" + why + ")."
	}
	return out
}

// Lacking names the people whose answers a group waits for: "Dana or Kim", or
// "2 of these: Dana, Kim and Lee". It is empty if they are nobody.
func (d *Directory) Lacking(g Gap) string {
	switch {
	case g.Need >= len(g.Waiting):
		return d.Names(g.Waiting, "and")
	case g.Need == 1:
		return d.Names(g.Waiting, "or")
	default:
		return strconv.Itoa(g.Need) + " of these: " + d.Names(g.Waiting, "and")
	}
}

func reminded(urgent bool) string {
	if urgent {
		return "whoever has not answered is reminded"
	}
	return "whoever has not answered is reminded, in their working hours"
}

// climbed says what a rung does.
func (c Case) climbed(r Rung) string {
	who := selectors(r.To)
	if r.Replace {
		return who + " is asked instead of the others"
	}
	return who + " is asked, too"
}

// followed says what silence does to the execution.
func followed(s Silence) string {
	switch s {
	case SilenceResumes:
		return "the execution goes on"
	case SilenceWarns:
		return "the execution goes on with a warning"
	case SilenceCancels:
		return "the execution is cancelled"
	case SilenceFails, "":
		return "the execution fails"
	}
	panic("approval: unknown silence " + string(s))
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// step is how a sentence names a stage.
func (p Policy) step(stage int) string {
	if len(p.Stages) == 1 {
		return "this request"
	}
	name := "step " + strconv.Itoa(stage+1)
	if id := p.Stages[stage].ID; id != "" {
		name += " (" + id + ")"
	}
	return name
}
