package approval

// Seat is the seat that a vote fills.
type Seat struct {
	// For is whose seat it is, when it is not the person's own.
	For PersonID
	// Parties are the indices of the groups for which the vote may count; nil
	// where the stage has one.
	Parties []int
}

// hops is how often a seat may be handed on.
func (p Policy) hops() int {
	if p.NoDelegate {
		return 0
	}
	return max(p.Hops, 1)
}

// seatsOf returns whose seats a person may fill, their own first, then those
// that were handed on to them, sorted.
func (b *board) seatsOf(l *look, who PersonID) []PersonID {
	var out []PersonID
	if b.owns(who) {
		out = append(out, who)
	}
	if l.Policy.NoDelegate {
		return out
	}
	var lent people
	for owner, hops := range b.upFrom(l, who) {
		if owner != who && b.owns(owner) && b.used[owner]+hops <= l.Policy.hops() {
			lent = lent.with(owner)
		}
	}
	if len(l.People.Absent) > 0 {
		for _, owner := range b.owners() {
			stands := !l.People.Absent[owner].Unsure && l.People.standIn(owner, l.Now) == who
			if owner != who && stands && !l.barred.actedFor(who, l.People.Absent[owner].From) {
				lent = lent.with(owner)
			}
		}
	}
	return append(out, lent...)
}

// upFrom returns from whom a person got something by delegation, and over how
// many hands at least. A chain ends at who is switched off or excluded: what
// they were given they cannot give on.
func (b *board) upFrom(l *look, who PersonID) map[PersonID]int {
	if len(b.hands) == 0 {
		return nil
	}
	far := map[PersonID]int{who: 0}
	ring := []PersonID{who}
	for n := 1; len(ring) > 0 && n <= l.Policy.hops(); n++ {
		var next []PersonID
		for _, id := range ring {
			for _, h := range b.hands {
				_, seen := far[h.from]
				if h.to == id && !seen && l.sound(h.from) {
					far[h.from] = n
					next = append(next, h.from)
				}
			}
		}
		ring = next
	}
	return far
}

// sound reports whether a person is known, active and not excluded.
func (l *look) sound(id PersonID) bool { return l.People.active(id) && l.barred.why(id) == "" }

// seat is the seat of an owner, as a vote of somebody will fill it.
func (b *board) seat(who, owner PersonID) Seat {
	var s Seat
	if owner != who {
		s.For = owner
	}
	if len(b.slots) > 1 {
		for i := range b.slots {
			if b.slots[i].owners.has(owner) {
				s.Parties = append(s.Parties, i)
			}
		}
	}
	return s
}
