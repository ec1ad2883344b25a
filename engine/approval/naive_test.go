package approval_test

import (
	"fmt"
	"math/bits"
	"time"

	"signoff/engine/approval"
)

// org is an organisation, a policy and a history, in the words of an oracle that
// shares nothing with the rules: people are bits, and what is possible is
// counted by Hall's theorem, over all subsets of groups.
type org struct {
	size      int
	inactive  crowd
	before    [3]crowd // the groups when people were asked
	groups    [3]crowd // and now
	unsure    int      // the group that cannot be read now; -1 is none
	manager   [8]int   // -1 is nobody
	standIn   [8]int   // of who is away; -1 is nobody
	away      [8]int   // for so many hours
	stages    []step
	stage     int
	requester int // -1 is a service
	author    int
	first     crowd // who asked for it first
	again     crowd // who restarted it
	allow     bool
	noAuthor  bool
	exclude   crowd
	repeat    bool
	rigid     bool // nobody hands on
	hops      int
	moves     []hop
	votes     []ballot
	raw       bool   // seats are looked at whoever may fill them
	out       crowd  // who is barred; found by seal
	acts      [8]int // for how many hours people act for who is barred; -1 is not at all
}

// step is a stage: one group of people, or several parties.
type step struct {
	parties []side
	deny    int
}

// side is a party: groups by bit, and the requester's manager as the fourth.
type side struct {
	who  int
	need int // -1 is all
}

// hop is a move of the stage that is asked.
type hop struct {
	kind     approval.MoveKind
	from, to int
	who      int // as in side
	replace  bool
	byOther  bool
	expired  bool
	ago      int // hours
}

// ballot is a vote that was let in.
type ballot struct {
	stage, who, seat int
	approve          bool
	parties          int // bits; those for which it may count
}

var today = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func bit(i int) crowd {
	if i < 0 {
		return 0
	}
	return 1 << i
}

func (c crowd) len() int { return bits.OnesCount16(uint16(c)) }

// named is who is named and active now.
func (o *org) named(who int) crowd { return o.namedIn(o.groups, who, o.unsure) }

func (o *org) namedIn(groups [3]crowd, who, unsure int) crowd {
	var out crowd
	for g := range 3 {
		if who&(1<<g) != 0 && g != unsure {
			out |= groups[g]
		}
	}
	if who&8 != 0 && o.requester >= 0 {
		out |= bit(o.manager[o.requester])
	}
	return out &^ o.inactive
}

// barred is who may never answer.
func (o *org) barred() crowd { return o.out }

// seal finds who is barred, and who acts for them: whoever stands in for them,
// and so on. Nothing of that may change after.
func (o *org) seal() {
	o.out = o.exclude
	if !o.allow {
		o.out |= bit(o.requester) | o.first | o.again
	}
	if o.noAuthor {
		o.out |= bit(o.author)
	}
	for i := range o.acts {
		o.acts[i] = -1
	}
	for range o.size {
		for i := range o.size {
			in := o.standIn[i]
			if in < 0 || o.out.has(in) || in == i {
				continue
			}
			switch {
			case o.out.has(i):
				o.acts[in] = max(o.acts[in], o.away[i])
			case o.acts[i] >= 0:
				o.acts[in] = max(o.acts[in], min(o.acts[i], o.away[i]))
			}
		}
	}
}

// void reports whether what somebody was given so many hours ago is nothing,
// because they acted for who is barred already.
func (o *org) void(who, ago int) bool { return o.acts[who] >= ago }

// asked is who was asked at each stage, by the world as it was then.
func (o *org) asked() [][]approval.PersonID {
	out := make([][]approval.PersonID, len(o.stages))
	for i := range o.stages {
		out[i] = o.askedAt(i).people()
	}
	return out
}

func (o *org) askedAt(stage int) crowd {
	var all crowd
	for _, p := range o.stages[stage].parties {
		all |= o.namedIn(o.before, p.who, -1)
	}
	return all &^ o.barred()
}

// chair is a party of a stage after all moves.
type chair struct {
	need                   int // -1 is all
	owners, asked, climbed crowd
}

// seats is how many people the party needs.
func (c chair) seats() int {
	if c.need < 0 {
		return max(c.asked.len(), 1)
	}
	return max(c.need, 1)
}

// takes is whose seats the party waits for.
func (c chair) takes() crowd {
	if c.need < 0 {
		return c.asked | c.climbed
	}
	return 1<<8 - 1
}

// table is a stage after all moves: its chairs, and how often each seat was
// handed on by reassigning.
func (o *org) table(stage int) (chairs []chair, used [8]int) {
	var union crowd
	for _, p := range o.stages[stage].parties {
		union |= o.named(p.who)
	}
	asked := o.askedAt(stage)
	chairs = make([]chair, 0, 2)
	for _, p := range o.stages[stage].parties {
		c := chair{need: p.need, owners: o.named(p.who)}
		c.asked = asked & (c.owners | ^union)
		if len(o.stages[stage].parties) == 1 {
			c.asked = asked
		}
		chairs = append(chairs, c)
	}
	if stage == o.stage {
		for _, m := range o.moves {
			o.do(m, chairs, &used)
		}
	}
	for i := range chairs {
		if !o.raw {
			chairs[i].owners &^= o.barred()
		}
	}
	return chairs, used
}

func (o *org) do(m hop, chairs []chair, used *[8]int) {
	switch m.kind {
	case approval.Escalated:
		to := o.named(m.who) &^ o.barred()
		if to == 0 && (o.unsure < 0 || m.who&(1<<o.unsure) == 0) {
			return
		}
		for i := range chairs {
			if m.replace {
				chairs[i] = chair{chairs[i].need, to, to, 0}
				continue
			}
			chairs[i].owners |= to
			chairs[i].climbed |= to
		}
	case approval.Reassigned:
		had, moved := false, false
		for _, c := range chairs {
			had = had || c.owners.has(m.to)
		}
		for i := range chairs {
			c := &chairs[i]
			if !c.owners.has(m.from) && (len(chairs) > 1 || !c.asked.has(m.from)) {
				continue
			}
			moved = true
			swap(&c.asked, m)
			swap(&c.climbed, m)
			c.owners &^= bit(m.from)
			if !o.void(m.to, m.ago) {
				c.owners |= bit(m.to) &^ o.inactive
			}
		}
		if moved && !had {
			used[m.to] = used[m.from]
			if !m.byOther {
				used[m.to]++
			}
		}
	case approval.Delegated:
	}
}

func swap(c *crowd, m hop) {
	if c.has(m.from) {
		*c = *c&^bit(m.from) | bit(m.to)
	}
}

// holds reports whether a person answers for an owner: by a path of delegations
// over people who may answer, or as their stand-in.
func (o *org) holds(who, owner int, used [8]int) bool {
	if o.rigid || who == owner {
		return who == owner
	}
	return o.standIn[owner] == who && !o.void(who, o.away[owner]) || o.path(owner, who, max(o.hops, 1)-used[owner])
}

func (o *org) path(from, to, hops int) bool {
	if hops <= 0 || (o.barred() | o.inactive).has(from) {
		return false
	}
	for _, m := range o.moves {
		if m.holds(o) && m.from == from && (m.to == to || o.path(m.to, to, hops-1)) {
			return true
		}
	}
	return false
}

// holds reports whether a hop is a delegation that holds.
func (m hop) holds(o *org) bool {
	return m.kind == approval.Delegated && !m.expired && !o.void(m.to, m.ago)
}

func (o *org) String() string { return fmt.Sprintf("%+v", *o) }
