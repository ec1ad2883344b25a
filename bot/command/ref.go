package command

import (
	"regexp"
	"strings"
	"unicode"
)

// ID names a request or an execution, as it was typed and tidied up.
type ID struct {
	// Ref is set for the short name of a request, in its own spelling: REQ-7K3F2.
	Ref string
	// Text is everything else: the id of a request or an execution.
	Text string
}

// String is the id as the person would recognise it.
func (id ID) String() string {
	if id.Ref != "" {
		return id.Ref
	}
	return id.Text
}

// readID tidies up what somebody typed or pasted: backticks and quotes around it,
// a full stop behind it, an address that leads to it, the case, the dash that a
// phone made longer, and letters that look like digits.
func readID(text string) ID {
	text = strings.TrimFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if _, path, ok := strings.Cut(text, "/executions/"); ok {
		text = path
		if i := strings.IndexAny(text, "/?#"); i >= 0 {
			text = text[:i]
		}
	}
	if m := regexp.MustCompile(`(?i)^REQ[-_\x{2010}-\x{2015}\x{2212}]?([0-9A-Z]{5})$`).FindStringSubmatch(text); m != nil {
		return ID{Ref: "REQ-" + strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(m[1]))}
	}
	return ID{Text: strings.ToLower(text)}
}
