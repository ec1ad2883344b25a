package approval

// seating gives seats to people so that nobody has two. It is a matching of
// groups with people: a seat goes to somebody free, or to somebody whose own
// group can find another.
type seating struct {
	asked [][]PersonID
	seat  map[PersonID]int // the group in which a person sits
	// next is, for each group, before whom of those it asks nobody is free: who
	// sits once sits for ever, if elsewhere.
	next []int
}

func newSeating(asked [][]PersonID) *seating {
	return &seating{asked: asked, seat: map[PersonID]int{}, next: make([]int, len(asked))}
}

// shortage is a set of groups that needs more seats filled than there are people.
type shortage struct {
	groups []int
	seats  int
	people people
}

// findShortage reports which groups together need more different people than
// may answer them; false if all of them can be met. seats is how many people
// each group needs, asked who may answer it.
func findShortage(seats []int, asked [][]PersonID) (shortage, bool) {
	s := newSeating(asked)
	for i, n := range seats {
		for range n {
			tried := map[int]bool{}
			if !s.fill(i, tried) {
				return s.blocked(seats, tried), true
			}
		}
	}
	return shortage{}, false
}

// fill gives one more seat of a group to somebody. It visits each group once.
func (s *seating) fill(group int, tried map[int]bool) bool {
	tried[group] = true
	for ; s.next[group] < len(s.asked[group]); s.next[group]++ {
		id := s.asked[group][s.next[group]]
		if _, taken := s.seat[id]; !taken {
			s.seat[id] = group
			return true
		}
	}
	for _, id := range s.asked[group] {
		other := s.seat[id]
		if !tried[other] && s.fill(other, tried) {
			s.seat[id] = group
			return true
		}
	}
	return false
}

// blocked describes the groups that were tried in vain: everybody whom they ask
// already sits in one of them.
func (s *seating) blocked(seats []int, tried map[int]bool) shortage {
	var short shortage
	for i, asked := range s.asked {
		if tried[i] {
			short.groups = append(short.groups, i)
			short.seats += seats[i]
			short.people = short.people.with(asked...)
		}
	}
	return short
}
