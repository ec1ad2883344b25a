package approval

import (
	"maps"
	"slices"
	"strconv"
)

// power is how directly somebody may approve a stage.
type power int

const (
	powerless power = iota
	later           // when the ladder reaches them
	asked           // from the beginning
)

// anybody is the requester where it makes no difference who it is.
const anybody = PersonID("")

// powers is what people may do at one stage: by person, then by whose request
// it is. Without a relative selector the only requester is [anybody].
type powers struct {
	of       map[PersonID]map[PersonID]power
	askers   []PersonID // everybody who could ask
	relative bool
	own      bool // requesters may answer their own requests
}

// key is what a stage is called in a comparison.
func (p Policy) key(stage int) string {
	if id := p.Stages[stage].ID; id != "" {
		return id
	}
	return strconv.Itoa(stage + 1)
}

// powers looks at a stage of a gate; nothing if the gate has no such stage.
func (g *Gate) powers(key string) *powers {
	out := &powers{of: map[PersonID]map[PersonID]power{}}
	if g == nil {
		return out
	}
	out.askers, out.own = g.People.everybody(), g.Policy.AllowRequester
	for i := range g.Policy.Stages {
		if g.Policy.key(i) == key {
			g.stagePowers(i, out)
		}
	}
	return out
}

func (g *Gate) stagePowers(stage int, out *powers) {
	c := Case{Policy: g.Policy, People: g.People, Stage: stage}
	ladder := c.ladder()
	out.relative = slices.ContainsFunc(slices.Concat(c.stageSelectors(), ladder), Selector.relative)
	requesters := []PersonID{anybody}
	if out.relative {
		requesters = out.askers
	}
	for _, r := range requesters {
		c.Requester = r
		for _, id := range c.mayEver(ladder) {
			out.raise(id, r, later)
		}
		for _, id := range c.mayEver(c.stageSelectors()) {
			out.raise(id, r, asked)
		}
	}
}

// mayEver are those whom the selectors name and whom nothing bars.
func (c Case) mayEver(sels []Selector) []PersonID {
	barred := c.exclusions()
	return people(c.People.Seats(sels, c.Requester)).where(func(id PersonID) bool { return barred.why(id) == "" })
}

// ladder are all whom the stage's ladder asks.
func (c Case) ladder() []Selector {
	var out []Selector
	for _, r := range c.Policy.Stages[c.Stage].Escalate {
		out = append(out, r.To...)
	}
	return out
}

func (p *powers) raise(who, requester PersonID, to power) {
	if p.of[who] == nil {
		p.of[who] = map[PersonID]power{}
	}
	p.of[who][requester] = max(p.of[who][requester], to)
}

// at is what somebody may do with a request of a person.
func (p *powers) at(who, requester PersonID) power {
	if p.relative {
		return p.of[who][requester]
	}
	if who == requester && !p.own {
		return powerless
	}
	return p.of[who][anybody]
}

// powerful is everybody who may approve in one version or the other.
func powerful(old, now *powers) []PersonID {
	return people(slices.Collect(maps.Keys(old.of))).with(slices.Collect(maps.Keys(now.of))...)
}

// shift is a change of power and how it reads.
type shift struct {
	PowerChange

	from, to power
}

// shifts compares what one person may do, and puts requesters together for whom
// it changes alike.
func shifts(who PersonID, old, now *powers) []shift {
	requesters := []PersonID{anybody}
	if old.relative || now.relative {
		requesters = requestersOf(old, now)
	}
	var out []shift
	for _, r := range requesters {
		from, to := old.at(who, r), now.at(who, r)
		if from == to {
			continue
		}
		i := slices.IndexFunc(out, func(s shift) bool { return s.from == from && s.to == to })
		if i < 0 {
			i = len(out)
			out = append(out, shift{PowerChange: PowerChange{Gained: to > from}, from: from, to: to})
		}
		if r != anybody {
			out[i].Of = append(out[i].Of, r)
		}
	}
	for i := range out {
		if len(people(out[i].Of).with(who)) == len(people(requesters).with(who)) {
			out[i].Of = nil // everybody else's
		}
	}
	return out
}

func requestersOf(old, now *powers) []PersonID {
	return people(old.askers).with(now.askers...)
}

// sentence says what changed.
func (s shift) sentence(names func([]PersonID) string) string {
	what := "step " + s.Stage + " of " + s.Flow + ", task " + s.Task
	if len(s.Of) > 0 {
		what += ", for requests of " + names(s.Of)
	}
	switch {
	case s.from == powerless && s.to == asked:
		return s.Name + " can now approve " + what + "."
	case s.from == powerless:
		return s.Name + " can now approve " + what + ", when it is escalated."
	case s.to == powerless:
		return s.Name + " can no longer approve " + what + "."
	case s.to == asked:
		return s.Name + " can now approve " + what + ", at once and not only when it is escalated."
	}
	return s.Name + " can now approve " + what + " only when it is escalated."
}

// everybody is all active people of a directory, sorted.
func (d *Directory) everybody() []PersonID {
	if d == nil {
		return nil
	}
	return people(nil).with(slices.Collect(maps.Keys(d.People))...).where(d.active)
}

// nameIn is what a person is called in the first version that knows them.
func nameIn(id PersonID, gates ...*Gate) string {
	for _, g := range gates {
		if g == nil {
			continue
		}
		if p, ok := g.People.find(id); ok && p.Name != "" {
			return p.Name
		}
	}
	return string(id)
}

// nameOf lists people by the names of either version.
func nameOf(gates ...*Gate) func([]PersonID) string {
	return func(people []PersonID) string {
		names := make([]string, len(people))
		for i, id := range people {
			names[i] = nameIn(id, gates...)
		}
		return list(names, "and")
	}
}
