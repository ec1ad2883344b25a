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

// ClearAway says that a person is back. Who was not away is refused.
func (r *Register) ClearAway(ctx context.Context, by engine.Principal, c Cause) error {
	if err := r.somebody(by); err != nil {
		return err
	}
	r.absences.Lock()
	defer r.absences.Unlock()
	if err := r.LearnNow(ctx); err != nil {
		return err
	}
	if _, away := r.people.known().away[by.Person]; !away {
		return refuse(engine.NotFound, "You are not away.")
	}
	return r.remember(ctx, change{key: awayKey(by.Person), cause: c}, audit.Record{Event: audit.PersonBack, Actor: by.Actor()})
}

// Absences returns who is away now or will be.
func (r *Register) Absences(ctx context.Context) (map[approval.PersonID]approval.Absence, error) {
	if err := r.Learn(ctx); err != nil {
		return nil, err
	}
	now := r.keeper.Now()
	all := maps.Clone(r.people.known().away)
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
	known := r.people.known().away
	during := a
	for at, seen := a.StandIn, map[approval.PersonID]bool{}; at != "" && !seen[at]; {
		seen[at] = true
		next, away := known[at]
		if during, away = overlap(during, next), away && meet(during, next); !away || next.StandIn == "" {
			return nil
		}
		if next.StandIn == who {
			return refuse(engine.BadInput, "%s is away then, too, and you would stand in for each other in a circle. Name somebody else.", r.people.people[at].Name)
		}
		at = next.StandIn
	}
	return nil
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
