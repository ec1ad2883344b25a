package people

import (
	"context"
	"maps"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/store"
)

// longestAway is how far ahead an absence may end.
const longestAway = 366 * 24 * time.Hour

// SetAway says that a person is away, and who answers for them meanwhile. It
// takes the place of what they said before. An absence that begins in the past,
// or without a beginning, begins now.
func (r *Register) SetAway(ctx context.Context, by engine.Principal, a approval.Absence, c Cause) error {
	if err := r.somebody(by); err != nil {
		return err
	}
	r.absences.Lock()
	defer r.absences.Unlock()
	if err := r.LearnNow(ctx); err != nil {
		return err
	}
	if now := r.keeper.Now(); a.From.Before(now) {
		a.From = now
	}
	if a.StandIn != "" {
		id, known := r.people.Called(string(a.StandIn))
		if !known {
			return refuse(engine.BadInput, "signoff does not know %.80q. Name somebody else to stand in for you.", a.StandIn)
		}
		a.StandIn = id
	}
	if err := r.checkAway(by.Person, a); err != nil {
		return err
	}
	data := map[string]any{"from": stampOf(a.From)}
	for name, text := range map[string]string{"until": stampOf(a.Until), "standIn": string(a.StandIn)} {
		if text != "" {
			data[name] = text
		}
	}
	e := entryOf(map[string]string{
		"person": string(by.Person), "from": stampOf(a.From), "until": stampOf(a.Until), "standIn": string(a.StandIn),
	}, a.Until)
	return r.remember(ctx, change{key: awayKey(by.Person), entry: e, cause: c}, audit.Record{Event: audit.PersonAway, Actor: by.Actor(), Data: data})
}

// ClearAway says that a person is back, whatever their status says until it
// changes. Who was not away is refused.
func (r *Register) ClearAway(ctx context.Context, by engine.Principal, c Cause) error {
	if err := r.somebody(by); err != nil {
		return err
	}
	r.absences.Lock()
	defer r.absences.Unlock()
	if err := r.LearnNow(ctx); err != nil {
		return err
	}
	known := r.people.known()
	_, away := known.away[by.Person]
	_, says := r.people.says(known, by.Person, r.keeper.Now())
	if !away && !says {
		return refuse(engine.NotFound, "You are not away.")
	}
	ch := change{key: awayKey(by.Person), cause: c}
	if says {
		s := known.said[by.Person]
		s.back = true
		ch.also = map[string]*store.Entry{saidKey(by.Person): s.entry(by.Person)}
	}
	return r.remember(ctx, ch, audit.Record{Event: audit.PersonBack, Actor: by.Actor()})
}

// Absences returns who is away now or will be.
func (r *Register) Absences(ctx context.Context) (map[approval.PersonID]approval.Absence, error) {
	if err := r.Learn(ctx); err != nil {
		return nil, err
	}
	now := r.keeper.Now()
	all := maps.Clone(r.people.Directory().Absent)
	maps.DeleteFunc(all, func(_ approval.PersonID, a approval.Absence) bool {
		return store.Entry{Expires: a.Until}.Expired(now)
	})
	return all, nil
}

func (r *Register) checkAway(who approval.PersonID, a approval.Absence) error {
	switch now := r.keeper.Now(); {
	case !a.Until.IsZero() && !a.Until.After(a.From):
		return refuse(engine.BadInput, "The absence ends before it begins. Name a later end.")
	case a.From.Sub(now) > longestAway, !a.Until.IsZero() && a.Until.Sub(now) > longestAway:
		return refuse(engine.BadInput, "An absence begins and ends within a year. Name an earlier moment, or no end.")
	}
	if a.StandIn == "" {
		return nil
	}
	standIn := r.people.people[a.StandIn]
	switch {
	case a.StandIn == who:
		return refuse(engine.BadInput, "You cannot stand in for yourself. Name somebody else.")
	case standIn.Inactive:
		return refuse(engine.BadInput, "%s is switched off in signoff's directory. Name somebody else to stand in for you.", standIn.Name)
	}
	return r.checkCircle(who, a)
}

// checkCircle refuses an absence in which people stand in for each other, at
// the same time, in a circle.
func (r *Register) checkCircle(who approval.PersonID, a approval.Absence) error {
	if last := r.closes(who, a, map[approval.PersonID]bool{}); last != "" {
		return refuse(engine.BadInput, "%s is away then, too, and you would stand in for each other in a circle. Name somebody else.", r.people.people[last].Name)
	}
	return nil
}

// closes finds for whom the first in a chain of stand-ins would stand in; empty if
// for nobody. Somebody may have said that they are away, and their status, too.
func (r *Register) closes(who approval.PersonID, during approval.Absence, seen map[approval.PersonID]bool) approval.PersonID {
	at, known := during.StandIn, r.people.known()
	if at == "" || seen[at] {
		return ""
	}
	seen[at] = true
	set := known.away[at]
	says, _ := r.people.says(known, at, r.keeper.Now())
	for _, next := range []approval.Absence{set, says} {
		if next.StandIn == "" || !meet(during, next) {
			continue
		}
		if next.StandIn == who {
			return at
		}
		both := overlap(during, next)
		both.StandIn = next.StandIn
		if last := r.closes(who, both, seen); last != "" {
			return last
		}
	}
	return ""
}

// meet reports whether two absences have a moment in common.
func meet(a, b approval.Absence) bool {
	return (a.Until.IsZero() || b.From.Before(a.Until)) && (b.Until.IsZero() || a.From.Before(b.Until))
}

// overlap is the time that two absences have in common.
func overlap(a, b approval.Absence) approval.Absence {
	if b.From.After(a.From) {
		a.From = b.From
	}
	if a.Until.IsZero() || !b.Until.IsZero() && b.Until.Before(a.Until) {
		a.Until = b.Until
	}
	return a
}
