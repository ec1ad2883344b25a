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
// may answer them; false if the whole chain can be met.
func findShortage(stages []Stage, asked [][]PersonID) (shortage, bool) {
	s := seating{asked: asked, seat: map[PersonID]int{}}
	for i, stage := range stages {
		for range stage.Need.seats(len(asked[i])) {
			tried := map[int]bool{}
			if s.fill(i, tried) {
				continue
			}
			return s.blocked(stages, tried), true
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
func (s *seating) blocked(stages []Stage, tried map[int]bool) shortage {
	var short shortage
	all := map[PersonID]bool{}
	for i, asked := range s.asked {
		if !tried[i] {
			continue
		}
		short.stages = append(short.stages, i)
		short.seats += stages[i].Need.seats(len(asked))
		for _, id := range asked {
			all[id] = true
		}
	}
	short.people = sorted(all)
	return short
}
