package approval_test

import (
	"fmt"
	"slices"

	"signoff/engine/approval"
)

// compareMoves tries moves of one seat, to some of the people.
func compareMoves(o *org, c approval.Case, seen *tallied) error {
	from := int(o.before[0]) % o.size
	for to := range o.size {
		if (to+int(o.before[1]))%3 > 0 {
			continue
		}
		for _, kind := range []approval.MoveKind{approval.Delegated, approval.Reassigned} {
			m := approval.Move{Kind: kind, Stage: o.stage, From: person(from), To: person(to), By: person(from), At: today}
			err := c.MayMove(person(from), m)
			if want := o.mayMove(hop{kind: kind, from: from, to: to}); want != (err == nil) {
				return fmt.Errorf("%v\nMayMove(%+v) = %w; allowed: %v", o, m, err, want)
			}
			if err == nil {
				seen.move.Add(1)
			} else {
				seen.noMove.Add(1)
			}
		}
		m := approval.Move{Kind: approval.Reassigned, Stage: o.stage, From: person(from), To: person(to), By: "operator", At: today}
		err := c.MayForce(m)
		if want := o.mayForce(hop{kind: approval.Reassigned, from: from, to: to, byOther: true}); want != (err == nil) {
			return fmt.Errorf("%v\nMayForce(%+v) = %w; allowed: %v", o, m, err, want)
		}
	}
	return nil
}

// mayMove is the oracle's answer to whether somebody may hand a seat on.
func (o *org) mayMove(m hop) bool {
	chairs, used := o.table(o.stage)
	never := o.barred() | o.inactive | o.spent()
	if o.rigid || never.has(m.from) || o.had(m.to, m.from) {
		return false
	}
	var owners crowd
	for _, c := range chairs {
		owners |= c.owners
	}
	onward := false // whether a seat can go one hand further
	for owner := range o.size {
		switch {
		case !owners.has(owner) || o.spent().has(owner) || !o.holds(m.from, owner, used):
		case owner == m.to:
			return false // back to who lent it
		case owner == m.from && used[owner] < max(o.hops, 1):
			onward = true
		case owner != m.from && m.kind == approval.Delegated && o.path(owner, m.from, max(o.hops, 1)-used[owner]-1):
			onward = true
		}
	}
	return onward && o.mayGet(m, chairs)
}

func (o *org) mayForce(m hop) bool {
	chairs, _ := o.table(o.stage)
	sits := len(chairs) == 1 && chairs[0].asked.has(m.from)
	for _, c := range chairs {
		sits = sits || c.owners.has(m.from)
	}
	return sits && m.from != m.to && !o.spent().has(m.from) && o.mayGet(m, chairs)
}

func (o *org) mayGet(m hop, chairs []chair) bool {
	never := o.barred() | o.inactive | o.spent()
	if never.has(m.to) || m.to == m.from || o.acts[m.to] >= 0 {
		return false
	}
	if m.kind == approval.Delegated {
		return !slices.ContainsFunc(o.moves, func(h hop) bool {
			return h.holds(o) && h.from == m.from && h.to == m.to
		})
	}
	for _, c := range chairs {
		if both := c.owners | c.asked; both.has(m.from) && both.has(m.to) {
			return false
		}
	}
	after := *o
	after.moves = append(slices.Clone(o.moves), m)
	return !o.possible(o.votes, false) || after.possible(o.votes, false)
}

// had reports whether who would get a seat had it before: it was taken from
// them, or delegations lead from them to its holder.
func (o *org) had(to, from int) bool {
	if o.gone().has(to) {
		return true
	}
	reach := bit(to)
	for range o.size {
		for _, m := range o.moves {
			if m.holds(o) && reach.has(m.from) {
				reach |= bit(m.to)
			}
		}
	}
	return to != from && reach.has(from)
}

// gone is whose seats were moved away.
func (o *org) gone() crowd {
	var out crowd
	for n, m := range o.moves {
		at := *o
		at.moves, at.raw = o.moves[:n], true
		chairs, _ := at.table(o.stage)
		var sat crowd
		for _, c := range chairs {
			sat |= c.owners
			if m.replace && m.kind == approval.Escalated || len(chairs) == 1 {
				sat |= c.asked
			}
		}
		switch m.kind {
		case approval.Reassigned:
			if sat.has(m.from) {
				out = out&^bit(m.to) | bit(m.from)
			}
		case approval.Escalated:
			to := o.named(m.who) &^ o.barred()
			if to == 0 && (o.unsure < 0 || m.who&(1<<o.unsure) == 0) {
				continue
			}
			if m.replace {
				out |= sat
			}
			out &^= to
		case approval.Delegated:
		}
	}
	return out
}
