package approval

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// namesShown is how many people a sentence names before it counts the rest.
const namesShown = 5

// Names lists people for a sentence: "Dana", "Dana or Kim", "Dana, Kim or 3
// others". The last two are joined with the given word. Whoever shares a name
// with another in the list is told apart by id.
func (d *Directory) Names(people []PersonID, join string) string {
	return list(d.called(people), join)
}

// called returns what to call each of the people.
func (d *Directory) called(people []PersonID) []string {
	names := make([]string, len(people))
	same := map[string]int{}
	for i, id := range people {
		names[i] = d.name(id)
		same[strings.ToLower(names[i])]++
	}
	for i, id := range people {
		if same[strings.ToLower(names[i])] > 1 {
			names[i] += " (" + string(id) + ")"
		}
	}
	return names
}

func (d *Directory) name(id PersonID) string {
	if p, ok := d.find(id); ok && p.Name != "" {
		return p.Name
	}
	return string(id)
}

func list(words []string, join string) string {
	if more := len(words) - namesShown; more > 1 {
		words = append(slices.Clone(words[:namesShown]), strconv.Itoa(more)+" others")
	}
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " " + join + " " + words[last]
}

// whoCan ends a refusal with those who could answer instead.
func whoCan(d *Directory, people []PersonID) string {
	if len(people) == 0 {
		return "Nobody else can at the moment."
	}
	return d.Names(people, "or") + " can."
}

func notYou(d *Directory, people []PersonID, who PersonID) string {
	you := " You are " + d.name(who) + "."
	if len(people) == 0 {
		return "Nobody can answer this at the moment." + you
	}
	return "Only " + d.Names(people, "or") + " can answer this." + you
}

// thing is the word for what a selector names.
func thing(s Selector) string {
	switch s.Kind {
	case Group:
		return "this group"
	case Role:
		return "this role"
	case OnCall:
		return "this rota"
	case User, ManagerOf:
	}
	return "this person"
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// partName is how a sentence names a group of a stage.
func (l *look) partName(stage, party int) string {
	name := "this request"
	if s := l.Policy.Stages; len(s) > 1 {
		name = fmt.Sprintf("step %d", stage+1)
		if s[stage].ID != "" {
			name += " (" + s[stage].ID + ")"
		}
	}
	if groups := l.Policy.Stages[stage].Groups; len(groups) > 0 {
		name = "group " + groups[party].ID + " of " + name
	}
	return name
}

// unreadable says that a list of people could not be read.
func unreadable(s Selector) string {
	return "signoff could not read who is in " + s.String() + ". Try again in a minute."
}

// tooFew explains a group that cannot be met.
func (l *look) tooFew(b *board, party int) string {
	s, d := &b.slots[party], l.People
	named := d.ResolveFor(s.party.Who, l.Requester)
	if len(s.owners) > 0 {
		return fmt.Sprintf("%s needs %d people, but only %s can answer it.%s", capital(l.partName(b.stage, party)),
			s.seats(), d.Names(s.owners, "and"), l.whoCannot(named))
	}
	text := "Nobody can answer " + l.partName(b.stage, party)
	switch {
	case len(named) == 0:
		return text + ": " + selectors(s.party.Who) + " names no active person that signoff knows."
	case len(named) == 1 && l.barred.why(named[0]) == OwnRequest:
		return text + ": the only approver is " + d.name(named[0]) + ", who " + l.barred.part(named[0]) + ". Name somebody else in the flow, or write `exclude: []` to let requesters answer."
	default:
		return text + "." + l.whoCannot(named)
	}
}

// whoCannot says which of the named people are left out, and why.
func (l *look) whoCannot(named []PersonID) string {
	var text strings.Builder
	var out []PersonID
	for _, id := range named {
		kind, name := l.barred.why(id), l.People.name(id)
		if kind == OwnRequest {
			text.WriteString(" " + name + " " + l.barred.part(id) + " and may not answer it.")
		}
		if kind == Author {
			text.WriteString(" " + name + " wrote the flow and may not answer it.")
		}
		if kind == Excluded {
			out = append(out, id)
		}
	}
	if len(out) > 0 {
		text.WriteString(" The flow excludes " + l.People.Names(out, "and") + ".")
	}
	return text.String()
}

// fewerPeopleThanSeats explains groups that different people cannot fill.
func (l *look) fewerPeopleThanSeats(short shortage, r rest) string {
	var steps, parts []string
	for _, g := range short.groups {
		at := r.place[g]
		if step := strconv.Itoa(at.stage + 1); !slices.Contains(steps, step) {
			steps = append(steps, step)
		}
		parts = append(parts, capital(l.partName(at.stage, at.party)))
	}
	what, way := "Steps "+list(steps, "and"), "Name more people in the flow, or write `distinct: false`."
	if len(steps) == 1 {
		for i := range parts[1:] {
			parts[i+1] = strings.ToLower(parts[i+1][:1]) + parts[i+1][1:]
		}
		what, way = list(parts, "and"), "One answer counts for one group. Name more people in the flow."
	}
	return fmt.Sprintf("%s together need %d different people, but only %s can answer them. %s",
		what, short.seats, l.People.Names(short.people, "and"), way)
}

func selectors(sels []Selector) string {
	words := make([]string, len(sels))
	for i, s := range sels {
		words[i] = s.String()
	}
	if len(words) == 0 {
		return "the flow"
	}
	return list(words, "or")
}
