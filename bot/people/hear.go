package people

import (
	"context"
	"slices"
	"time"

	"signoff/engine/approval"
)

const (
	// newsFor is how old a status may be that names nobody to stand in: the surface
	// tells when one changes, and this is for when that is lost.
	newsFor = 10 * time.Minute
	// newsRate is how many of those are read in a minute: half of what Slack lets
	// us ask, so that ten times as many people are known.
	newsRate = 25
	// hearBudget is what a decision waits for statuses, besides [freshBudget].
	hearBudget = 500 * time.Millisecond
)

// hearing is what is known of reading somebody's status. It is guarded by the
// mutex of [People].
type hearing struct {
	at     time.Time // when the last reading began; zero: none holds
	digest string    // what it found; empty: they are not away
	tried  time.Time // when reading last failed; zero if it did not
	turn   int       // counts how often the status is said to have changed
	flight chan struct{}
}

// HearsStatuses reports whether people's statuses are read.
func (p *People) HearsStatuses() bool { return p.statuses != nil }

// Hear makes sure, as far as it can within a moment, that what these people say of
// themselves is known: young enough to decide by where somebody stands in for them,
// and else as the surface told or a few minutes old. It does nothing where no
// status is read.
func (r *Register) Hear(ctx context.Context, who ...approval.PersonID) {
	if r.people.statuses == nil || len(who) == 0 {
		return
	}
	who = slices.Compact(slices.Sorted(slices.Values(who)))
	ctx, cancel := context.WithTimeout(ctx, hearBudget)
	defer cancel()
	said := r.people.known().said
	flights := make([]<-chan struct{}, 0, len(who))
	for _, id := range who {
		flights = append(flights, r.listen(ctx, id, said[id].away.StandIn != ""))
	}
	for _, flight := range flights {
		select {
		case <-flight:
		case <-ctx.Done():
			return
		}
	}
}

// HearFor is [Register.Hear] of everybody for whom a person stands in by a status.
func (r *Register) HearFor(ctx context.Context, who approval.PersonID) {
	var owners []approval.PersonID
	for id, s := range r.people.known().said {
		if s.away.StandIn == who {
			owners = append(owners, id)
		}
	}
	r.Hear(ctx, owners...)
}

// listen returns what is closed when somebody's status is as young as it has to be,
// or could not be read.
func (r *Register) listen(ctx context.Context, id approval.PersonID, decides bool) <-chan struct{} {
	p := r.people
	account, has := p.accountOf(id, p.statuses.Surface)
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.heard[id]
	if h == nil {
		h = &hearing{}
		p.heard[id] = h
	}
	if h.flight != nil {
		return h.flight
	}
	now, age := p.now(), newsFor
	if decides {
		age = dataSoon
	}
	flight := make(chan struct{})
	if !has || p.ended || !h.at.IsZero() && now.Sub(h.at) < age || !h.tried.IsZero() && now.Sub(h.tried) < TryAgain || !decides && !p.spend(now) {
		close(flight)
		return flight
	}
	h.flight = flight
	turn := h.turn
	p.launch(ctx, flight, func(ctx context.Context) {
		var digest string
		err := unbroken(func() (err error) {
			digest, err = r.read(ctx, id, account)
			return err
		})
		p.mu.Lock()
		h.flight = nil
		failed := !h.tried.IsZero()
		switch {
		case err != nil:
			h.tried = p.now()
		case h.turn == turn:
			h.at, h.digest, h.tried = now, digest, time.Time{}
		default:
			h.tried = time.Time{} // it was read before it changed
		}
		p.snapshot = snapshot{}
		p.mu.Unlock()
		if err != nil && !failed {
			p.log.WarnContext(ctx, "the status of a person cannot be read, so nobody stands in by it", "person", id, "err", err)
		}
	})
	return flight
}

// spend takes one of the readings that a minute has. The caller holds mu.
func (p *People) spend(now time.Time) bool {
	if now.Sub(p.minute) >= time.Minute {
		p.minute, p.spent = now, 0
	}
	p.spent++
	return p.spent <= newsRate
}

// Restated says that something of an account has changed: what its owner says of
// themselves is read again before it counts.
func (p *People) Restated(surface, account string) {
	if p.statuses == nil || surface != p.statuses.Surface {
		return
	}
	var ids []approval.PersonID
	for _, h := range p.byAccount[accountID{surface, account}] {
		ids = append(ids, h.person)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.learned.placed {
		if l.Surface == surface && l.Account == account {
			ids = append(ids, l.Person)
		}
	}
	for _, id := range ids {
		if h := p.heard[id]; h != nil {
			h.at, h.tried = time.Time{}, time.Time{}
			h.turn++
		}
	}
	p.snapshot = snapshot{}
}
