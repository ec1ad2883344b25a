package command

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Grammar reads commands on one surface.
type Grammar struct {
	// Name is what stands in front of a command where it is typed: "/signoff", or
	// nothing.
	Name string
}

// Reserved is the name of signoff's own command. No flow can have it.
const Reserved = "/signoff"

// verb is a word that begins a command.
type verb struct {
	name  string
	also  []string
	usage string // what follows it
	doc   string
	parse func(g Grammar, v verb, rest string) (Command, error)
}

// verbs are all that can be typed, in the order of the help.
func verbs() []verb {
	return []verb{
		{"start", []string{"new", "request"}, "FLOW [key=value …]", "open the form of a flow; without a flow, choose one", Grammar.start},
		{"run", nil, "FLOW key=value …", `start a flow at once; put quotes around spaces, repeat a key for a list`, Grammar.start},
		{"pending", []string{"inbox", "todo", "list"}, "", "what waits for you", Grammar.pending},
		{"mine", []string{"my"}, "", "what you asked for", Grammar.plain},
		{"status", []string{"show"}, "ID", "how a request stands", Grammar.about},
		{"approve", []string{"accept", "yes"}, "ID [reason]", "approve a request", Grammar.about},
		{"reject", []string{"deny", "decline", "no"}, "ID [reason]", "reject a request", Grammar.about},
		{"explain", []string{"why", "who"}, "ID [@person]", "who can answer a request, and whether that person can", Grammar.explain},
		{"delegate", []string{"forward"}, "ID @person [until WHEN] [reason]", "let somebody else answer for you", Grammar.delegate},
		{"cancel", []string{"withdraw"}, "ID [reason]", "take back a request of yours", Grammar.about},
		{"away", []string{"ooo"}, "[from WHEN] [until WHEN] [to @person]", "you are away, and who answers for you; alone it opens a form", Grammar.away},
		{"back", nil, "", "you are back", Grammar.plain},
		{"help", []string{"?", "commands"}, "", "this list", Grammar.plain},
	}
}

func (v verb) called(name string) bool { return v.name == name || slices.Contains(v.also, name) }

// Parse reads a command. An empty text asks for help. The error is a [*FaultError].
func (g Grammar) Parse(text string) (Command, error) {
	if utf8.RuneCountInString(text) > MaxText {
		return nil, tooLong()
	}
	first, rest := word(clean(text))
	name := strings.ToLower(first)
	if g.Name == "" { // where no slash is needed, it does no harm
		name = strings.TrimPrefix(name, "/")
	}
	if name == "" {
		return Help{}, nil
	}
	all := verbs()
	if i := slices.IndexFunc(all, func(v verb) bool { return v.called(name) }); i >= 0 {
		return all[i].parse(g, all[i], rest)
	}
	var names []string
	for _, v := range all {
		names = append(names, v.name)
	}
	hint := ""
	if near := Nearest(name, names, 1); len(near) > 0 {
		hint = " Did you mean “" + g.Type(near[0]) + "”?"
	}
	return nil, &FaultError{Text: "There is no command “" + short(first) + "”." + hint + " Type “" + g.Type("help") + "” to see them all."}
}

// Type is a command as it is to be typed here.
func (g Grammar) Type(command string) string {
	if g.Name == "" {
		return command
	}
	return g.Name + " " + command
}

// Usage is how a verb is used, and what for.
type Usage struct{ Type, Doc string }

// Usages are all verbs, in the order of the help.
func (g Grammar) Usages() []Usage {
	var out []Usage
	for _, v := range verbs() {
		out = append(out, Usage{Type: strings.TrimSpace(g.Type(v.name) + " " + v.usage), Doc: v.doc})
	}
	return out
}

// wrong says how the verb is used.
func (g Grammar) wrong(v verb, why string) error {
	return &FaultError{Text: why + " Type “" + strings.TrimSpace(g.Type(v.name)+" "+v.usage) + "”."}
}
