package card

import (
	"strconv"
	"strings"

	"signoff/bot/prose"
	"signoff/engine"
)

// inVainShown is how many requests a text lists that wait in vain.
const inVainShown = 10

// WaitsInVain says of a request why it does.
func WaitsInVain(id engine.RequestID, flow, title string, why []string) string {
	return "“" + prose.Cut(prose.OneLine(title), 200) + "” (" + Ref(id) + ", flow " + prose.OneLine(flow) + "): " +
		prose.Cut(prose.OneLine(strings.Join(why, " ")), answerText)
}

// InVain tells those who can mend it what waits in vain, from a line for each.
func InVain(lines []string) string {
	out := []string{"⚠ " + counted(len(lines), "thing waits", "things wait") + " in vain:"}
	shown := min(len(lines), inVainShown)
	for _, l := range lines[:shown] {
		out = append(out, "• "+l)
	}
	if more := len(lines) - shown; more > 0 {
		out = append(out, "and "+strconv.Itoa(more)+" more.")
	}
	return strings.Join(append(out, "All requests of them: signoff stuck"), "\n")
}
