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
	if s.Kind == Group {
		return "this group"
	}
	return "this person"
}

// stepName begins a sentence about a stage.
func stepName(p Policy, stage int) string {
	if len(p.Stages) == 1 {
		return "This request"
	}
	if id := p.Stages[stage].ID; id != "" {
		return fmt.Sprintf("Step %d (%s)", stage+1, id)
	}
	return fmt.Sprintf("Step %d", stage+1)
}

// tooFew explains a stage that cannot be met.
func tooFew(p Policy, d *Directory, requester PersonID, stage int) string {
	may := eligible(p, d, requester, stage)
	named := d.Resolve(p.Stages[stage].Who)
	if len(may) > 0 {
		return fmt.Sprintf("%s needs %d people, but only %s can answer it.%s", stepName(p, stage),
			p.Stages[stage].Need.seats(len(may)), d.Names(may, "and"), whoCannot(p, d, requester, named))
	}
	text := "Nobody can answer this request"
	if len(p.Stages) > 1 {
		text = "Nobody can answer " + strings.ToLower(stepName(p, stage)[:1]) + stepName(p, stage)[1:]
	}
	switch {
	case len(named) == 0:
		return text + ": " + selectors(p.Stages[stage].Who) + " names no active person that signoff knows."
	case len(named) == 1 && named[0] == requester && !p.AllowRequester:
		return text + ": the only approver is " + d.name(requester) + ", who made the request. Name somebody else in the flow, or write `exclude: []` to let requesters answer."
	default:
		return text + "." + whoCannot(p, d, requester, named)
	}
}

// whoCannot says which of the named people are left out, and why.
func whoCannot(p Policy, d *Directory, requester PersonID, named []PersonID) string {
	text := ""
	if !p.AllowRequester && slices.Contains(named, requester) {
		text += " " + d.name(requester) + " made the request and may not answer it."
	}
	barred := d.Resolve(p.Exclude)
	out := slices.DeleteFunc(slices.Clone(named), func(id PersonID) bool {
		return !slices.Contains(barred, id) || id == requester && !p.AllowRequester
	})
	if len(out) > 0 {
		text += " The flow excludes " + d.Names(out, "and") + "."
	}
	return text
}

// fewerPeopleThanSeats explains a chain that different people cannot fill.
func fewerPeopleThanSeats(d *Directory, short shortage) string {
	steps := make([]string, len(short.stages))
	for i, stage := range short.stages {
		steps[i] = strconv.Itoa(stage + 1)
	}
	return fmt.Sprintf("Steps %s together need %d different people, but only %s can answer them. Name more people in the flow, or write `distinct: false`.",
		list(steps, "and"), short.seats, d.Names(short.people, "and"))
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
