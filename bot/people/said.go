package people

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/store"
)

// read reads somebody's status, keeps what it says if that is new, and returns its
// digest; empty if they are not away by it. An account that may not answer says
// nothing, and neither does one that is not theirs.
func (r *Register) read(ctx context.Context, id approval.PersonID, account adapters.Account) (string, error) {
	p := r.people
	who, status, err := p.statuses.Source.Status(ctx, account)
	if err != nil {
		return "", fmt.Errorf("read the status of %s: %w", id, err)
	}
	var a approval.Absence
	away := false
	if owner, _, no := p.whose(who); no == "" && owner == id {
		a, away = p.saysAway(id, status, r.keeper.Now())
	}
	if old, kept := p.known().said[id]; kept == away && old.away.Digest == a.Digest {
		return a.Digest, nil
	}
	by, _ := p.principal(id, who) // who has an account is active
	return a.Digest, r.keep(ctx, by, id, a)
}

// keep keeps what a status says, by the rules of an absence that somebody sets, or
// forgets it if that is nothing.
func (r *Register) keep(ctx context.Context, by engine.Principal, id approval.PersonID, a approval.Absence) error {
	r.absences.Lock()
	defer r.absences.Unlock()
	if err := r.LearnNow(ctx); err != nil {
		return err
	}
	old, kept := r.people.known().said[id]
	if kept == (a.Digest != "") && old.away.Digest == a.Digest {
		return nil // another server was faster
	}
	now := r.keeper.Now()
	source := strings.ToLower(r.people.statuses.Name)
	counted := kept && !old.back && !old.over(now)
	if a.Digest == "" {
		line := audit.Record{}
		if counted {
			line = audit.Record{Event: audit.PersonBack, Actor: by.Actor(), Data: map[string]any{"source": source}}
		}
		return r.remember(ctx, change{key: saidKey(id)}, line)
	}
	if counted && old.away.StandIn == a.StandIn { // other words, the same absence
		a.From = old.away.From
	}
	if a.StandIn != "" && r.checkCircle(id, a) != nil {
		a.StandIn, a.Note = "", "names somebody for whom they stand in, in a circle"
	}
	data := map[string]any{"from": stampOf(a.From), "source": source, "digest": a.Digest}
	for name, text := range map[string]string{"until": stampOf(a.Until), "standIn": string(a.StandIn), "note": a.Note} {
		if text != "" {
			data[name] = text
		}
	}
	return r.remember(ctx, change{key: saidKey(id), entry: saying{away: a}.entry(id)},
		audit.Record{Event: audit.PersonAway, Actor: by.Actor(), Data: data})
}

func (s saying) entry(id approval.PersonID) *store.Entry {
	fields := map[string]string{
		"person": string(id), "from": stampOf(s.away.From), "until": stampOf(s.away.Until), "standIn": string(s.away.StandIn),
		"digest": s.away.Digest, "note": s.away.Note,
	}
	if s.back {
		fields["back"] = "yes"
	}
	return entryOf(fields, s.away.Until)
}

func readSaying(fields map[string]any) saying {
	return saying{
		away: approval.Absence{
			From: timeOf(fields, "from"), Until: timeOf(fields, "until"), StandIn: approval.PersonID(textOf(fields, "standIn")),
			Digest: textOf(fields, "digest"), Note: textOf(fields, "note"),
		},
		back: textOf(fields, "back") != "",
	}
}

// says is what somebody's status says, if it counts. The caller need not hold mu:
// what was learned does not change.
func (p *People) says(known learned, id approval.PersonID, now time.Time) (approval.Absence, bool) {
	s, kept := known.said[id]
	if p.statuses == nil || !kept || s.back || s.over(now) {
		return approval.Absence{}, false
	}
	s.away.Source = p.statuses.Name
	return s.away, true
}

// absent is who is away, by their own word or else by their status, and until when
// that holds; zero is until something is learned. The caller holds mu.
func (p *People) absent(now time.Time) (map[approval.PersonID]approval.Absence, time.Time) {
	if p.statuses == nil || len(p.learned.said) == 0 {
		return p.learned.away, time.Time{}
	}
	all := maps.Clone(p.learned.away)
	var until time.Time
	sooner := func(at time.Time) {
		if at.After(now) && (until.IsZero() || at.Before(until)) {
			until = at
		}
	}
	for id := range p.learned.said {
		a, counts := p.says(p.learned, id, now)
		if !counts {
			continue
		}
		if own, set := p.learned.away[id]; set && (own.Until.IsZero() || now.Before(own.Until)) {
			sooner(own.From)
			sooner(own.Until)
			if own.Covers(now) {
				continue
			}
			if a.Until.IsZero() || own.From.Before(a.Until) {
				a.Until = own.From
			}
		}
		if h := p.heard[id]; a.StandIn != "" {
			a.Unsure = h == nil || h.at.IsZero() || now.Sub(h.at) >= dataFor || h.digest != a.Digest
			if !a.Unsure {
				sooner(h.at.Add(dataFor))
			}
		}
		sooner(a.Until)
		all[id] = a
	}
	return all, until
}
