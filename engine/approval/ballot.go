package approval

import "slices"

// ballots are the votes of a stage that count: each human is in one of them,
// whether it is their vote or their seat. The first counts.
func (l *look) ballots(stage int) []Vote {
	var out []Vote
	used := map[PersonID]bool{}
	for _, v := range l.Votes {
		if v.Stage == stage && !used[v.Person] && !used[v.owner()] {
			out = append(out, v)
			used[v.Person], used[v.owner()] = true, true
		}
	}
	return out
}

// owner is whose seat the vote fills.
func (v Vote) owner() PersonID {
	if v.For != "" {
		return v.For
	}
	return v.Person
}

// uses reports whether a vote uses up a person: they gave it, or it fills their
// seat.
func (v Vote) uses(id PersonID) bool { return v.Person == id || v.For == id && id != "" }

// spent reports whether a person is used up by one of the votes.
func spent(votes []Vote, id PersonID) bool {
	return slices.ContainsFunc(votes, func(v Vote) bool { return v.uses(id) })
}

// usedUp are all whom the votes use up.
func usedUp(votes []Vote) people {
	ids := make([]PersonID, 0, 2*len(votes))
	for _, v := range votes {
		ids = append(ids, v.Person, v.owner())
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// here are the votes of one stage, whether they count or not.
func (c Case) here(stage int) []Vote {
	return slices.DeleteFunc(slices.Clone(c.Votes), func(v Vote) bool { return v.Stage != stage })
}

// taken are the votes that keep a person from answering a stage: those of the
// stage, and of all stages where one person fills one seat.
func (c Case) taken(stage int) []Vote {
	if c.Policy.Repeat {
		return c.here(stage)
	}
	return c.Votes
}

// counts reports whether a vote may count for a group of the board's stage. It
// is what was found when the vote was let in, if that was written down.
func (b *board) counts(v Vote, i int) bool {
	switch s := &b.slots[i]; {
	case len(b.slots) == 1:
		return true
	case len(v.Parties) > 0:
		return slices.Contains(v.Parties, i)
	default:
		return s.owners.has(v.owner()) || s.climbed.has(v.owner())
	}
}

// seats is how many people a group needs.
func (s *slot) seats() int {
	if s.party.Need.All {
		return max(len(s.asked), 1)
	}
	return max(s.party.Need.Count, 1)
}

// fits reports whether the seat of an owner is one that the group waits for.
// One that needs all of those asked is not filled by who joined since, but by
// who was asked besides them.
func (s *slot) fits(owner PersonID) bool {
	return !s.party.Need.All || s.asked.has(owner) || s.climbed.has(owner)
}

// filled returns whose seats are filled in a group by the votes.
func (b *board) filled(i int, votes []Vote) []PersonID {
	var out []PersonID
	for _, v := range votes {
		if v.Approve && b.counts(v, i) && b.slots[i].fits(v.owner()) {
			out = append(out, v.owner())
		}
	}
	return out
}

// rest is how many people the groups of some stages need, and who is or could
// be one of them.
type rest struct {
	seats []int
	asked [][]PersonID
	place []place
}

// place is a group of a stage.
type place struct{ stage, party int }

// add puts a stage to the rest: the seats filled by votes, and the free owners
// who could fill others.
func (r *rest) add(b *board, votes []Vote, free func(PersonID) bool) {
	for i := range b.slots {
		s := &b.slots[i]
		may := b.filled(i, votes)
		for _, id := range s.owners {
			if s.fits(id) && free(id) {
				may = append(may, id)
			}
		}
		r.seats = append(r.seats, s.seats())
		r.asked = append(r.asked, may)
		r.place = append(r.place, place{b.stage, i})
	}
}

// prospect is a look at how a case can still end.
type prospect struct {
	*look
	now   *board
	later []*board
}

// prospect sets out the stage that is asked and, where one person fills one
// seat, those that follow.
func (l *look) prospect(now *board) *prospect {
	p := &prospect{look: l, now: now}
	if !l.Policy.Repeat {
		for i := now.stage + 1; i < len(l.Policy.Stages); i++ {
			p.later = append(p.later, l.board(i))
		}
	}
	return p
}

// possible reports whether every group can still be met with these votes in the
// stage that is asked.
func (p *prospect) possible(here []Vote) bool {
	if len(p.later) == 0 && len(p.now.slots) == 1 {
		return p.simple(here)
	}
	var r rest
	free := p.free(here)
	r.add(p.now, here, free)
	for _, b := range p.later {
		r.add(b, nil, free)
	}
	_, short := findShortage(r.seats, r.asked)
	return !short
}

// Stuck reports whether the request cannot be approved any more by those who may
// answer now: too few are left, for the stage that is asked or for those that
// follow. What a list that could not be read would change is not known, so
// meanwhile those who were asked count.
func (c Case) Stuck() bool {
	if !c.inRange() {
		return false
	}
	l := c.look()
	p := l.prospect(l.board(c.Stage))
	p.hope()
	return !p.possible(l.ballots(c.Stage))
}

// simple is possible for one group alone: nothing is to be shared out.
func (p *prospect) simple(here []Vote) bool {
	s := &p.now.slots[0]
	n := len(p.now.filled(0, here))
	free := p.free(here)
	for _, id := range s.owners {
		if s.fits(id) && free(id) {
			n++
		}
	}
	return n >= s.seats()
}

// free tells who is not used up, by these votes of the stage that is asked and
// those of the others.
func (p *prospect) free(here []Vote) func(PersonID) bool {
	votes := here
	if !p.Policy.Repeat {
		votes = slices.Clone(here)
		for _, v := range p.Votes {
			if v.Stage != p.now.stage {
				votes = append(votes, v)
			}
		}
	}
	used := usedUp(votes)
	return func(id PersonID) bool { return !used.has(id) }
}
