package bot

import (
	"fmt"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/bot/command"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/flow"
)

// What the desk says, besides the refusals of the rules.

// grammar is how commands are typed where this one was.
func grammar(c adapters.Command) command.Grammar {
	if strings.HasPrefix(c.Name, "/") {
		return command.Grammar{Name: command.Reserved}
	}
	return command.Grammar{}
}

func waitingText(in adapters.Inbox, g command.Grammar) string {
	switch {
	case in.Refused != "":
		return in.Refused
	case in.Total == 0:
		return "Nothing waits for you. Type “" + g.Type("start") + "” to begin a request."
	}
	text := fmt.Sprintf("%d requests wait for you.", in.Total)
	if in.Total == 1 {
		text = "One request waits for you."
	}
	if in.Pages > 1 {
		text += fmt.Sprintf(" This is page %d of %d", in.Page+1, in.Pages)
		if in.Page+1 < in.Pages {
			text += fmt.Sprintf("; type “%s” for the next", g.Type(fmt.Sprintf("pending %d", in.Page+2)))
		}
		text += "."
	}
	return text + " The most urgent is first."
}

func mineText(n int, g command.Grammar) string {
	switch n {
	case 0:
		return "You asked for nothing lately. Type “" + g.Type("start") + "” to begin a request."
	case 1:
		return "You asked for this."
	}
	return fmt.Sprintf("You asked for these %d, open ones first.", n)
}

// startedText says what came of a start, and who is asked now.
func startedText(x engine.Execution, open []asked) string {
	what := prose.OneLine(x.Flow.ID)
	switch {
	case len(open) == 1:
		return fmt.Sprintf("Started %s. %s asks for “%s”.", what, refName(open[0]), prose.Cut(subjectOf(open[0]), 200))
	case len(open) > 1:
		return fmt.Sprintf("Started %s. It asks for %d answers.", what, len(open))
	case x.State == engine.Failed:
		return fmt.Sprintf("Started %s, and it failed at once: %s", what, prose.Cut(prose.OneLine(x.Problem), 500))
	case x.State == engine.Queued:
		return "Started " + what + ". It waits for its turn."
	case x.State.Final():
		return "Started " + what + ". It is done already."
	}
	return "Started " + what + "."
}

// faultsText names each field and what is wrong with it.
func faultsText(faults []flow.FieldError) string {
	var lines []string
	for i, f := range faults {
		if i == maxFaults {
			lines = append(lines, fmt.Sprintf("And %d more.", len(faults)-i))
			break
		}
		lines = append(lines, prose.Cut(prose.OneLine(f.Field), 80)+" "+prose.Cut(prose.OneLine(f.Text), 300)+".")
	}
	return strings.Join(lines, "\n")
}

// maxFaults is how many faults are listed.
const maxFaults = 10

func dayText(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 UTC") }

// paragraph is one line of rich text.
func paragraph(text string) adapters.Block {
	return adapters.Block{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: text}}}
}

// bullets is a list of lines.
func bullets(lines []adapters.Text) adapters.Block {
	return adapters.Block{Kind: adapters.Bullets, Items: lines}
}
