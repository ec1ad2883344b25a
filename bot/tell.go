package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// tellPatience is how often telling a person is tried: for about a day, or as
// long as it is news.
const tellPatience = 300

// tellPerson tells one person something about a request, where they are asked.
// Whom nothing reaches is reported to those who can mend it.
func (b *Bot) tellPerson(ctx context.Context, claim store.Claim, w engine.Tell) error {
	x, err := b.Store.Execution(ctx, claim.Effect.Execution)
	if err != nil {
		return fmt.Errorf("load what to tell: %w", err)
	}
	run, ok := x.Run(w.Run)
	if !ok || run.Request == nil {
		return b.settle(ctx, claim)
	}
	a, err := b.asked(ctx, x, run)
	if err != nil {
		return err
	}
	v := b.view(a)
	text, still := card.News(v, w)
	if !still {
		return b.settle(ctx, claim) // it is no news any more
	}
	if wait := restingFor(v, w, b.Store.Now()); wait > 0 {
		return b.again(ctx, claim, wait) // it could not be told while they worked
	}
	told, failed := b.say(ctx, a.request(), w.Person, text)
	if told == "" && claim.Attempt < tellPatience && !hopeless(failed) {
		b.Log.WarnContext(ctx, "telling a person failed, will retry", "execution", x.ID, "attempt", claim.Attempt, "err", errors.Join(failed...))
		return b.postpone(ctx, claim, longestPause(failed))
	}
	record := audit.Record{
		At: b.Store.Now(), Event: audit.NoticeSent,
		Namespace: x.Flow.Namespace, Flow: x.Flow.ID, Revision: x.Flow.Revision,
		Execution: string(x.ID), Task: run.Task, TaskRun: string(run.ID), Actor: audit.Actor{Via: "engine"},
		Data: map[string]any{"person": string(w.Person), "what": string(w.What), "text": text},
	}
	if told != "" {
		record.Data["surface"] = told
	} else {
		problem := errors.Join(failed...)
		record.Event, record.Data["problem"] = audit.NoticeFailed, fmt.Sprint(problem)
		b.Log.ErrorContext(ctx, "a person could not be told about a request", "execution", x.ID, "actor", w.Person, "err", problem)
		b.alert(ctx, card.Untold(v, w.Person, text))
	}
	return b.commit(ctx, store.Commit{Settle: []store.Claim{claim}, Records: []audit.Record{record}})
}

// restingFor is how long a reminder has to wait for the working hours of whoever
// it is for; zero for what does not wait.
func restingFor(v card.View, w engine.Tell, now time.Time) time.Duration {
	r := v.Run.Request
	if !waitsForWork(w.What) || r.Stage >= len(r.Policy.Stages) || r.Policy.Stages[r.Stage].Urgent {
		return 0
	}
	return approval.NextWorking(v.People.People[w.Person].Hours, now).Sub(now)
}

// waitsForWork reports whether news is said in working hours only.
func waitsForWork(n engine.News) bool {
	switch n { //nolint:exhaustive // all else is news at any hour
	case engine.NewsReminder, engine.NewsNudge, engine.NewsToChange, engine.NewsUnchanged:
		return true
	}
	return false
}

// say sends a text to a person on the first surface that takes it, and returns
// its name; or, where none does, why not.
func (b *Bot) say(ctx context.Context, r *engine.Request, who approval.PersonID, text string) (told string, failed []error) {
	for _, surface := range b.surfacesOf(r, who) {
		p := b.People.Person(who, surface)
		err := b.Adapters[surface].Tell(ctx, adapters.Destination{Person: &p}, text)
		if err == nil {
			return surface, nil
		}
		failed = append(failed, fmt.Errorf("%s: %w", surface, err))
	}
	return "", failed
}

// surfacesOf are the surfaces on which a person may be told about a request:
// first where they are asked themselves, then where it is shown, then the rest.
func (b *Bot) surfacesOf(r *engine.Request, who approval.PersonID) []string {
	var out []string
	add := func(surface string) {
		if _, ok := b.Adapters[surface]; ok && !slices.Contains(out, surface) {
			out = append(out, surface)
		}
	}
	for _, c := range r.Copies {
		if c.Person == who && c.Problem == "" {
			add(c.Surface)
		}
	}
	for _, c := range r.Copies {
		add(c.Surface)
	}
	for _, surface := range slices.Sorted(maps.Keys(b.Adapters)) {
		add(surface)
	}
	return out
}

// hopeless reports whether no surface will take it however often it is tried.
func hopeless(failed []error) bool {
	return !slices.ContainsFunc(failed, func(err error) bool {
		failure, ok := errors.AsType[*adapters.DeliveryError](err)
		return !ok || failure.Kind != adapters.Unreachable && failure.Kind != adapters.Malformed
	})
}

// longestPause is how long the surfaces ask to be left alone.
func longestPause(failed []error) time.Duration {
	var most time.Duration
	for _, err := range failed {
		if failure, ok := errors.AsType[*adapters.DeliveryError](err); ok {
			most = max(most, failure.RetryAfter)
		}
	}
	return most
}

// alert tells the places that are named for alerts, and reports whether it
// reached one; it does not fail.
func (b *Bot) alert(ctx context.Context, text string) (told bool) {
	for _, d := range b.Alerts {
		adapter, ok := b.Adapters[d.Surface]
		if !ok || d.To == flow.Approvers {
			continue
		}
		if err := adapter.Tell(ctx, adapters.Destination{Channel: d.To}, text); err != nil {
			b.Log.ErrorContext(ctx, "an alert could not be delivered", "adapter", d.Surface, "err", err)
			continue
		}
		told = true
	}
	return told
}
