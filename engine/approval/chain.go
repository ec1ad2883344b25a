package approval

// seating gives seats to people so that nobody has two. It is a matching of
// stages with people: a seat goes to somebody free, or to somebody whose own
// stage can find another.
type seating struct {
	asked [][]PersonID
	seat  map[PersonID]int // the stage in which a person sits
}

// shortage is a set of stages that needs more seats filled than there are people.
type shortage struct {
	stages []int
	seats  int
	people []PersonID
}

// findShortage reports which stages together need more different people than
// may answer them; false if the whole chain can be met. seats is how many
// people each stage needs, asked who may answer it.
func findShortage(seats []int, asked [][]PersonID) (shortage, bool) {
	s := seating{asked: asked, seat: map[PersonID]int{}}
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

// fill gives one more seat of a stage to somebody. It visits each stage once.
func (s *seating) fill(stage int, tried map[int]bool) bool {
	tried[stage] = true
	for _, id := range s.asked[stage] {
		if _, taken := s.seat[id]; !taken {
			s.seat[id] = stage
			return true
		}
	}
	for _, id := range s.asked[stage] {
		other := s.seat[id]
		if !tried[other] && s.fill(other, tried) {
			s.seat[id] = stage
			return true
		}
	}
	return false
}

// blocked describes the stages that were tried in vain: everybody whom they ask
// already sits in one of them.
func (s *seating) blocked(seats []int, tried map[int]bool) shortage {
	var short shortage
	all := map[PersonID]bool{}
	for i, asked := range s.asked {
		if !tried[i] {
			continue
		}
		short.stages = append(short.stages, i)
		short.seats += seats[i]
		for _, id := range asked {
			all[id] = true
		}
	}
	short.people = sorted(all)
	return short
}

// strands reports whether a later stage could no longer be met once who has
// answered this one, although it could before.
func (c chain) strands(who PersonID) bool {
	seats, asked := c.rest()
	if _, found := findShortage(seats, asked); found {
		return false // lost already; who answers makes no difference
	}
	for i := range asked {
		asked[i] = without(asked[i], who)
	}
	seats[0] = max(seats[0]-1, 0)
	_, found := findShortage(seats, asked)
	return found
}

// chain is a policy on its way: what is asked now, and what was answered.
type chain struct {
	policy    Policy
	people    *Directory
	requester PersonID
	stage     int
	votes     []Vote
}

// rest returns how many seats are still empty in this stage and in those that
// follow, and who could still take one.
func (c chain) rest() (seats []int, asked [][]PersonID) {
	for i := c.stage; i < len(c.policy.Stages); i++ {
		may := eligible(c.policy, c.people, c.requester, i)
		left := free(may, c.votes)
		n := c.policy.Stages[i].Need.seats(len(may))
		if i == c.stage {
			n -= len(people(c.votes, i))
		}
		seats = append(seats, max(n, 0))
		asked = append(asked, left)
	}
	return seats, asked
}

// people are those who have a vote in a stage.
func people(votes []Vote, stage int) map[PersonID]bool {
	out := map[PersonID]bool{}
	for _, v := range votes {
		if v.Stage == stage {
			out[v.Person] = true
		}
	}
	return out
}
