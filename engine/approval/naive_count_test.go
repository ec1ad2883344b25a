package approval_test

import (
	"slices"

	"signoff/engine/approval"
)

// spent is who is used up, at the stage that is asked.
func (o *org) spent() crowd {
	var out crowd
	for _, v := range o.votes {
		if !o.repeat || v.stage == o.stage {
			out |= bit(v.who) | bit(v.seat)
		}
	}
	return out
}

// lines are the groups to fill, and who is or could be in each.
type lines struct {
	n     int
	seats [8]int
	who   [8]crowd
}

func (l *lines) add(seats int, who crowd) {
	l.seats[l.n], l.who[l.n] = seats, who
	l.n++
}

// lack is how many people are missing at least, by Hall's theorem.
func (l *lines) lack() int {
	worst := 0
	for set := range 1 << l.n {
		n, all := 0, crowd(0)
		for i := range l.n {
			if set&(1<<i) != 0 {
				n += l.seats[i]
				all |= l.who[i]
			}
		}
		worst = max(worst, n-all.len())
	}
	return worst
}

// filled adds the approvals of the stage that is asked to its chairs.
func (o *org) filled(chairs []chair, i int, votes []ballot) crowd {
	var out crowd
	for _, v := range votes {
		if v.stage == o.stage && v.approve && (len(chairs) == 1 || v.parties&(1<<i) != 0) {
			out |= bit(v.seat) & chairs[i].takes()
		}
	}
	return out
}

// missing is how many approvals the stage lacks after these votes.
func (o *org) missing(votes []ballot) int {
	chairs, _ := o.table(o.stage)
	var l lines
	for i, c := range chairs {
		l.add(c.seats(), o.filled(chairs, i, votes))
	}
	return l.lack()
}

// possible reports whether the request can still be approved after these votes.
// With hope, whoever was asked may come where a group cannot be read.
func (o *org) possible(votes []ballot, hope bool) bool {
	var used crowd
	for _, v := range votes {
		if !o.repeat || v.stage == o.stage {
			used |= bit(v.who) | bit(v.seat)
		}
	}
	var l lines
	for stage := o.stage; stage < len(o.stages) && (stage == o.stage || !o.repeat); stage++ {
		chairs, _ := o.table(stage)
		for i, c := range chairs {
			if hope && o.unread(stage) {
				c.owners |= c.asked
			}
			may := c.owners & c.takes() &^ used
			if stage == o.stage {
				may |= o.filled(chairs, i, votes)
			}
			l.add(c.seats(), may)
		}
	}
	return l.lack() == 0
}

// unread reports whether a group of the stage or of its ladder cannot be read.
func (o *org) unread(stage int) bool {
	who := 0
	for _, p := range o.stages[stage].parties {
		who |= p.who
	}
	for _, m := range o.moves {
		if m.kind == approval.Escalated && stage == o.stage {
			who |= m.who
		}
	}
	return o.unsure >= 0 && who&(1<<o.unsure) != 0
}

// vote is the vote that a person would give for a seat; false if they may not.
func (o *org) vote(who, seat int) (ballot, bool) {
	chairs, used := o.table(o.stage)
	v := ballot{stage: o.stage, who: who, seat: seat, approve: true}
	for i, c := range chairs {
		if c.owners.has(seat) {
			v.parties |= 1 << i
		}
	}
	never := o.barred() | o.inactive | o.spent()
	if v.parties == 0 || never.has(who) || never.has(seat) || !o.holds(who, seat, used) {
		return v, false
	}
	return v, !o.possible(o.votes, false) || o.possible(append(slices.Clip(o.votes), v), false)
}

// standing is where the stage stands.
func (o *org) standing() approval.Standing {
	no := 0
	var yes []ballot
	for _, v := range o.votes {
		switch {
		case v.stage == o.stage && !v.approve:
			no++
		default:
			yes = append(yes, v)
		}
	}
	switch {
	case no >= max(o.stages[o.stage].deny, 1):
		return approval.Refused
	case no > 0 && !o.possible(o.votes, true) && o.possible(yes, true):
		return approval.Refused
	case o.missing(o.votes) == 0:
		return approval.Passed
	default:
		return approval.Waiting
	}
}
