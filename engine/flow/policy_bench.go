package flow

import (
	"slices"

	"signoff/engine/approval"
)

// maxSeats bounds the seats for which people are looked for; a chain with more
// is left to the directory.
const maxSeats = 100

// bench is whom a stage asks, as far as the source says it: the names that could
// fill each of its seats.
type bench struct {
	at    Pos
	seats [][]string
	// known: everybody is named, and nothing wrong was found.
	known bool
	// sure: the stage is always asked, and nobody is added to it later.
	sure bool
}

// add takes in a party: each vote that it needs is a seat.
func (b *bench) add(names []string, need approval.Need) {
	seats := max(1, need.Count)
	if need.All {
		seats = len(names)
	}
	for range min(seats, maxSeats+1) {
		b.seats = append(b.seats, names)
	}
}

// names are all who are asked, each once.
func (b *bench) names() []string {
	var all []string
	for _, names := range b.seats {
		all = append(all, names...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// seated reports whether different people can fill all seats, or whether there
// are too many to tell.
func (b *bench) seated() bool {
	var row seating
	return len(b.seats) > maxSeats || row.fill(b.seats)
}

// checkChain finds the first stage for which no people are left, where one
// person answers once in all stages.
func (p *parser) checkChain(benches []bench) {
	var row seating
	for _, b := range benches {
		if !b.known || !b.sure {
			continue
		}
		if len(row.seats)+len(b.seats) > maxSeats {
			return
		}
		if !row.fill(b.seats) {
			p.errorf(b.at, ruleQuorumRange,
				`nobody is left for this stage: one person answers once in all stages. Name more people, or write "distinct: false"`)
			return
		}
	}
}

// seating gives each seat to somebody who has no other: to who is free, or to
// who can be spared elsewhere.
type seating struct {
	seats [][]string     // who could take each seat
	taken map[string]int // which seat a name has
}

func (s *seating) fill(seats [][]string) bool {
	if s.taken == nil {
		s.taken = map[string]int{}
	}
	for _, names := range seats {
		s.seats = append(s.seats, names)
		if !s.place(len(s.seats)-1, map[int]bool{}) {
			return false
		}
	}
	return true
}

// place gives a seat to somebody. It tries each seat once.
func (s *seating) place(seat int, tried map[int]bool) bool {
	tried[seat] = true
	for _, name := range s.seats[seat] {
		if _, sits := s.taken[name]; !sits {
			s.taken[name] = seat
			return true
		}
	}
	for _, name := range s.seats[seat] {
		if other := s.taken[name]; !tried[other] && s.place(other, tried) {
			s.taken[name] = seat
			return true
		}
	}
	return false
}
