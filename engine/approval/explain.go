package approval

import (
	"errors"
	"maps"
	"slices"
	"time"
)

// Explanation says of one request who can decide it now, who cannot, what is
// still missing and what happens when nobody answers. Its texts are for people;
// the lists are sorted by person, and events by time.
type Explanation struct {
	// Closed says why nobody can answer, whoever they are; empty while somebody
	// might. The lists are then empty.
	Closed string `json:"closed,omitempty"`
	// Step names the stage that is asked, "Step 2 (finance)"; empty where there is
	// one.
	Step   string   `json:"step,omitempty"`
	Can    []Able   `json:"can,omitempty"`
	Cannot []Unable `json:"cannot,omitempty"`
	// Unseen is how many more people are named than were looked at: one by one
	// it would take too long. Ask for one of them with as.
	Unseen  int    `json:"unseen,omitempty"`
	Missing []Lack `json:"missing,omitempty"`
	// Stuck: too few people are left who can answer.
	Stuck bool    `json:"stuck,omitempty"`
	Next  []Event `json:"next,omitempty"`
	// You answers "can I?" for the person who was named; nil if nobody was.
	You *Self `json:"you,omitempty"`
}

// Able is somebody who can answer now.
type Able struct {
	Person PersonID `json:"person"`
	Name   string   `json:"name"`
	// For is whose seat the answer fills; empty for their own.
	For PersonID `json:"for,omitempty"`
	// Why is a few words: "group:finance", "for Lee, who is away".
	Why string `json:"why"`
}

// Unable is somebody who might be expected to answer and cannot.
type Unable struct {
	Person PersonID    `json:"person"`
	Name   string      `json:"name"`
	Kind   RefusalKind `json:"kind"`
	// Why is a few words: "made the request".
	Why string `json:"why"`
}

// Lack is what one party still needs.
type Lack struct {
	Party string `json:"party"`
	// Need is how many more people, of those who wait to be asked or were.
	Need    int        `json:"need"`
	Waiting []PersonID `json:"waiting,omitempty"`
	// Text names them: "Dana or Kim"; empty if they are nobody.
	Text string `json:"text"`
}

// EventKind says what happens while nobody answers.
type EventKind string

// The kinds of event.
const (
	Reminded   EventKind = "reminder"
	Climbed    EventKind = "escalation"
	StageEnds  EventKind = "stage_ends"
	RequestEnd EventKind = "request_ends"
)

// Event is what happens at a moment if nobody answers until then.
type Event struct {
	At   time.Time `json:"at"`
	Kind EventKind `json:"kind"`
	Text string    `json:"text"`
}

// Self is the answer to one person's "can I?".
type Self struct {
	Person PersonID `json:"person"`
	Can    bool     `json:"can"`
	For    PersonID `json:"for,omitempty"`
	// Kind is why not; empty if they can, or if nobody can.
	Kind RefusalKind `json:"kind,omitempty"`
	// Text is a sentence to that person; a refusal's own words if they cannot.
	Text string `json:"text"`
}

// Explain explains a request as it stands; as is who asks "can I?", or empty.
// It says exactly what [Case.May], [Case.Tally] and [Case.Missing] say.
func (c Case) Explain(as PersonID) Explanation {
	if c.Stage < 0 || c.Stage >= len(c.Policy.Stages) {
		return Explanation{}.Shut("This step does not exist. Nobody can answer it.", as)
	}
	var e Explanation
	step := capital(c.Policy.step(c.Stage))
	if len(c.Policy.Stages) > 1 {
		e.Step = step
	}
	switch c.Tally() {
	case Passed:
		return e.Shut(step+" has every answer it needs.", as)
	case Refused:
		return e.Shut(step+" was rejected.", as)
	case Waiting:
	}
	expected := c.expected()
	seen := min(len(expected), maxExplained)
	e.Unseen = len(expected) - seen
	e.Can, e.Cannot = c.who(expected[:seen])
	e.Missing = c.lacks()
	e.Stuck = c.Stuck()
	e.Next = c.next()
	if as != "" {
		e.You = c.self(as)
	}
	return e
}

// Shut is an explanation of what nobody can answer, whoever they are, and why.
func (e Explanation) Shut(why string, as PersonID) Explanation {
	e = Explanation{Step: e.Step, Closed: why}
	if as != "" {
		e.You = &Self{Person: as, Text: why}
	}
	return e
}

// self answers "can I?".
func (c Case) self(as PersonID) *Self {
	seat, err := c.May(as)
	if no, refused := errors.AsType[*RefusalError](err); refused {
		return &Self{Person: as, Kind: no.Kind, Text: no.Text}
	}
	able := c.able(as, seat)
	return &Self{Person: as, Can: true, For: seat.For, Text: "You can decide (" + able.Why + ")."}
}

// maxExplained is how many people an explanation looks at one by one.
const maxExplained = 300

// who asks for each of some people whether they can.
func (c Case) who(expected []PersonID) (can []Able, cannot []Unable) {
	for _, id := range expected {
		seat, err := c.May(id)
		if no, refused := errors.AsType[*RefusalError](err); refused {
			cannot = append(cannot, Unable{Person: id, Name: c.People.name(id), Kind: no.Kind, Why: c.whyNot(id, no.Kind)})
			continue
		}
		can = append(can, c.able(id, seat))
	}
	return can, cannot
}

// expected are the people of whom one might think that they can answer: those
// who are named anywhere, who were asked, who stand in, and who made it.
func (c Case) expected() []PersonID {
	set := map[PersonID]bool{}
	add := func(people ...PersonID) {
		for _, id := range people {
			set[id] = true
		}
	}
	for _, stage := range c.Policy.Stages {
		for _, party := range stage.Parties() {
			for _, s := range party.Who {
				add(c.named(s)...)
			}
		}
	}
	if c.Stage < len(c.Asked) {
		add(c.Asked[c.Stage]...)
	}
	for _, m := range c.Moves {
		add(m.From, m.To)
		for _, s := range m.Who {
			add(c.named(s)...)
		}
	}
	for _, v := range c.Votes {
		add(v.Person, v.For)
	}
	add(c.Requester, c.Author)
	add(c.Origin...)
	add(c.Restarted...)
	for away := range maps.Clone(set) {
		add(c.People.standIn(away, c.Now))
	}
	delete(set, "")
	return slices.Sorted(maps.Keys(set))
}

// named is everybody whom a selector names here, known or not.
func (c Case) named(s Selector) []PersonID { return c.People.named(s, c.Requester) }

// lacks says what each party misses.
func (c Case) lacks() []Lack {
	gaps := c.Missing()
	out := make([]Lack, len(gaps))
	for i, g := range gaps {
		out[i] = Lack{Party: g.Party.ID, Need: g.Need, Waiting: g.Waiting, Text: c.People.Lacking(g)}
	}
	return out
}

// next is what happens if nobody answers, in order.
func (c Case) next() []Event {
	stage, t := c.Policy.Stages[c.Stage], c.Times
	var out []Event
	add := func(at time.Time, kind EventKind, text string) {
		if at.After(c.Now) {
			out = append(out, Event{at, kind, text})
		}
	}
	if !t.Began.IsZero() {
		for _, after := range stage.Remind {
			add(t.Began.Add(after), Reminded, reminded(stage.Urgent))
		}
		for _, r := range stage.Escalate {
			add(t.Began.Add(r.After), Climbed, c.climbed(r))
		}
	}
	if !t.StageDue.IsZero() {
		add(t.StageDue, StageEnds, "the time for "+c.Policy.step(c.Stage)+" is over: "+followed(t.Silence))
	}
	if !t.Deadline.IsZero() {
		add(t.Deadline, RequestEnd, "the request expires: "+followed(t.Silence))
	}
	slices.SortStableFunc(out, func(a, b Event) int { return a.At.Compare(b.At) })
	return untilEnd(out)
}

// untilEnd cuts off what comes after the first end.
func untilEnd(events []Event) []Event {
	for i, e := range events {
		if e.Kind == StageEnds || e.Kind == RequestEnd {
			return events[:i+1]
		}
	}
	return events
}
