package command

import (
	"regexp"
	"strconv"
	"strings"
)

// start reads the two verbs that begin a flow.
func (g Grammar) start(v verb, rest string) (Command, error) {
	name, rest, ok := term(rest)
	if !ok {
		return nil, g.wrong(v, "The quote that begins the flow's name does not end.")
	}
	if name == "" && v.name == "run" {
		return nil, g.wrong(v, "Say which flow.")
	}
	given, err := values(rest)
	if err != nil {
		return nil, err
	}
	if v.name == "run" {
		return Run{Flow: name, Values: given}, nil
	}
	return Start{Flow: name, Values: given}, nil
}

// plain reads the verbs that nothing follows.
func (g Grammar) plain(v verb, rest string) (Command, error) {
	switch {
	case v.name == "help": // "help approve" is answered with all of it
		return Help{}, nil
	case rest != "":
		return nil, g.wrong(v, "Nothing follows “"+v.name+"”.")
	case v.name == "back":
		return Back{}, nil
	}
	return Mine{}, nil
}

func (g Grammar) pending(v verb, rest string) (Command, error) {
	if rest == "" {
		return Pending{Page: 1}, nil
	}
	if n, err := strconv.Atoi(rest); err == nil && n > 0 && n < 1_000_000 {
		return Pending{Page: n}, nil
	}
	return nil, g.wrong(v, "“"+short(rest)+"” is no page.")
}

// about reads the verbs that are about one request, and a reason.
func (g Grammar) about(v verb, rest string) (Command, error) {
	id, reason, err := g.id(v, rest)
	if err != nil {
		return nil, err
	}
	switch v.name {
	case "approve", "reject":
		return Decide{ID: id, Approve: v.name == "approve", Reason: bare(reason)}, nil
	case "cancel":
		return Cancel{ID: id, Reason: bare(reason)}, nil
	}
	if reason != "" {
		return nil, g.wrong(v, "Nothing follows the request.")
	}
	return Status{ID: id}, nil
}

// id reads the request that something is about.
func (g Grammar) id(v verb, rest string) (ID, string, error) {
	first, rest := word(rest)
	id := readID(first)
	if id == (ID{}) {
		return ID{}, "", g.wrong(v, "Say which request: its short name, such as REQ-7K3F2, stands on its card.")
	}
	return id, rest, nil
}

// bare takes the quotes off a reason that stands in quotes as a whole.
func bare(reason string) string {
	if _, quoted := closers(reason); !quoted {
		return reason
	}
	if inner, rest, ok := unquote(reason); ok && rest == "" {
		return strings.TrimSpace(inner)
	}
	return reason
}

func (g Grammar) explain(v verb, rest string) (Command, error) {
	id, rest, err := g.id(v, rest)
	if err != nil {
		return nil, err
	}
	who, rest, err := g.person(v, rest)
	if err != nil {
		return nil, err
	}
	if rest != "" {
		return nil, g.wrong(v, "One person follows the request, and nothing more.")
	}
	return Explain{ID: id, As: who}, nil
}

func (g Grammar) delegate(v verb, rest string) (Command, error) {
	id, rest, err := g.id(v, rest)
	if err != nil {
		return nil, err
	}
	if first, after := word(rest); strings.EqualFold(first, "to") {
		rest = after
	}
	d := Delegate{ID: id}
	if d.To, rest, err = g.person(v, rest); err != nil {
		return nil, err
	}
	if d.To == (Person{}) {
		return nil, g.wrong(v, "Say who answers for you.")
	}
	if first, after := word(rest); strings.EqualFold(first, "until") {
		if d.Until, rest = moment(after); d.Until == "" {
			return nil, g.wrong(v, "Say until when: a day such as 2026-11-25, or 3d for three days.")
		}
	}
	d.Reason = bare(rest)
	return d, nil
}

func (g Grammar) away(v verb, rest string) (Command, error) {
	var a Away
	for rest != "" {
		first, after := word(rest)
		var err error
		switch name := strings.ToLower(first); name {
		case "from", "until":
			into := &a.From
			if name == "until" {
				into = &a.Until
			}
			if *into != "" {
				return nil, g.wrong(v, "“"+name+"” stands there twice.")
			}
			if *into, rest = moment(after); *into == "" {
				return nil, g.wrong(v, "Say "+name+" when: a day such as 2026-11-25, or 3d for three days.")
			}
		case "to":
			if a.To != (Person{}) {
				return nil, g.wrong(v, "One person can answer for you.")
			}
			if a.To, rest, err = g.person(v, after); err != nil {
				return nil, err
			}
			if a.To == (Person{}) {
				return nil, g.wrong(v, "Say who answers for you.")
			}
		default:
			return nil, g.wrong(v, "“"+short(first)+"” is not understood.")
		}
	}
	return a, nil
}

// person reads who is meant: a mention, a mail address, or a name, which stands in
// quotes if it has spaces. There may be nobody.
func (g Grammar) person(v verb, text string) (Person, string, error) {
	bareName, mention := strings.CutPrefix(text, "@")
	name, rest, ok := term(bareName)
	if !ok {
		return Person{}, "", g.wrong(v, "The quote that begins a name does not end.")
	}
	after, mentioned := strings.CutPrefix(name, "@") // "@dana" in quotes
	p := Person{Text: strings.TrimRight(after, ",;:"), Mention: mention || mentioned}
	if p.Mention && p.Text == "" {
		return Person{}, "", g.wrong(v, "Nobody follows the @.")
	}
	return p, rest, nil
}

// moment reads one: a day, a day and a time, or a duration.
func moment(text string) (moment, rest string) {
	first, rest := word(text)
	if m := regexp.MustCompile(`^([0-9]{1,3})([hdwHDW])$`).FindStringSubmatch(first); m != nil {
		if unit := strings.ToUpper(m[2]); unit != "H" {
			return "P" + m[1] + unit, rest
		}
		return "PT" + m[1] + "H", rest
	}
	if next, after := word(rest); regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`).MatchString(first) &&
		regexp.MustCompile(`^[0-9]{1,2}:[0-9]{2}$`).MatchString(next) {
		if len(next) == len("9:00") {
			next = "0" + next
		}
		return first + "T" + next, after
	}
	return first, rest
}
