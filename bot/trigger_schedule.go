package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/engine/trigger/match"
	"signoff/store"
)

const (
	// perLook is how many due runs of one schedule are done before the others
	// are looked at.
	perLook = 20
	// maxMissed is how many missed runs are made up at the most.
	maxMissed = 1000
	// onTime is how late a run may be that does not count as missed.
	onTime = time.Minute
	// maxSearch bounds the search for a time at which the conditions hold.
	maxSearch = 20_000
)

// The keys of what a schedule remembers in its state's Data.
const (
	memoryCron  = "cron"  // what Next was reckoned from
	memoryFired = "fired" // when it last started something, by the store's clock
	memoryHeld  = "held"  // it was told that runs are left out for now
)

// tend looks after one schedule: it makes out when it is due next, and starts
// what is due. It returns when to look again; zero is never.
func (b *Bot) tend(ctx context.Context, t *armed, s store.TriggerState) (time.Time, error) {
	if s.ID == "" {
		s = store.TriggerState{Flow: t.flow, ID: t.id}
	}
	s, err := b.reckon(ctx, t, s)
	if err != nil {
		return time.Time{}, err
	}
	for range perLook {
		if s.Next.IsZero() || b.Store.Now().Before(s.Next) {
			return s.Next, nil
		}
		var wait time.Time
		if s, wait, err = b.due(ctx, t, s); err != nil || !wait.IsZero() {
			return wait, err
		}
	}
	return b.Store.Now(), nil
}

// reckon makes out anew when the schedule is due, if it is new, was changed, or
// was switched on or off. What it would have missed in between was not missed.
func (b *Bot) reckon(ctx context.Context, t *armed, s store.TriggerState) (store.TriggerState, error) {
	off := t.off || s.Disabled || t.problem != nil
	says := fmt.Sprintf("%s|%t|%s", t.schedule.Cron, t.schedule.Seconds, t.schedule.Timezone)
	if s.Data[memoryCron] == says && off == s.Next.IsZero() {
		return s, nil
	}
	var next time.Time
	if !off {
		from := b.Store.Now()
		if s.Data[memoryCron] != says && !t.rev.saved.IsZero() {
			from = t.rev.saved // we may have died before this was first reckoned
		}
		next = t.nextDue(from)
	}
	if s.Data[memoryCron] == says && next.Equal(s.Next) {
		return s, nil // it never comes
	}
	s = remember(s, memoryCron, says)
	s.Next = next
	return b.keep(ctx, s)
}

// keep stores what is remembered of a trigger, with lines for the trail.
func (b *Bot) keep(ctx context.Context, s store.TriggerState, lines ...audit.Record) (store.TriggerState, error) {
	s.Version++
	return s, b.commit(ctx, store.Commit{Triggers: []store.TriggerState{s}, Records: lines})
}

// remember returns the state with something in its memory; nil forgets it.
func remember(s store.TriggerState, key string, v any) store.TriggerState {
	s.Data = maps.Clone(s.Data)
	if s.Data == nil {
		s.Data = make(map[string]any)
	}
	if s.Data[key] = v; v == nil {
		delete(s.Data, key)
	}
	return s
}

// nextDue is the first time after the given one at which the schedule is due
// and its conditions hold, as far as they ask for the time alone; zero if there
// is none to be seen.
func (t *armed) nextDue(after time.Time) time.Time {
	for range maxSearch {
		next, ok := t.cron.Next(after, t.zone)
		if !ok {
			return time.Time{}
		}
		if t.fits(next) {
			return next.UTC()
		}
		after = next
	}
	return time.Time{}
}

// fits reports whether the conditions that ask for the time hold. One that
// cannot be judged is left to the moment itself, which says so.
func (t *armed) fits(at time.Time) bool {
	if !match.TimeOnly(t.schedule.Conditions) {
		return true
	}
	ok, err := match.All(t.schedule.Conditions, match.Subject{At: at})
	return ok || err != nil
}

// due deals with a run that is due: it is left out, waited with, or started.
// A time says when to look again.
func (b *Bot) due(ctx context.Context, t *armed, s store.TriggerState) (store.TriggerState, time.Time, error) {
	now := b.Store.Now()
	if s, done, err := b.afterLast(ctx, t, s); done || err != nil {
		return s, time.Time{}, err
	}
	if wait, err := b.mustWait(ctx, t, s); err != nil || !wait.IsZero() {
		return s, wait, err
	}
	if from, why := b.leaveOut(t, s.Next, now); why != "" {
		line := t.line(now, audit.TriggerSkipped, map[string]any{"why": why, "from": stamp(s.Next), "until": stamp(from)})
		s.Next = from
		s, err := b.keep(ctx, s, line)
		return s, time.Time{}, err
	}
	return b.run(ctx, t, s)
}

// lastRun is the execution that the trigger started last, if it is still there.
func (b *Bot) lastRun(ctx context.Context, s store.TriggerState) (engine.Execution, bool, error) {
	if s.LastExecution == "" {
		return engine.Execution{}, false, nil
	}
	x, err := b.Store.Execution(ctx, s.LastExecution)
	if errors.Is(err, store.ErrNotFound) {
		return x, false, nil
	}
	return x, err == nil, err
}

// afterLast switches the trigger off when its last execution ended in a state
// after which it is to stop, and leaves runs out that came due while it runs.
func (b *Bot) afterLast(ctx context.Context, t *armed, s store.TriggerState) (store.TriggerState, bool, error) {
	x, ok, err := b.lastRun(ctx, s)
	if err != nil || !ok {
		return s, false, err
	}
	now := b.Store.Now()
	switch {
	case t.stopsAfter(x):
		s.Disabled, s.Next = true, time.Time{}
		s, err = b.keep(ctx, s, t.stopLine(now, x))
		return s, true, err
	case x.State.Final() || t.spec.AllowConcurrent || s.Next.Before(firedAt(s)):
		return s, false, nil
	}
	line := t.line(now, audit.TriggerSkipped, map[string]any{
		"why": fmt.Sprintf("execution %s has not ended", x.ID), "from": stamp(s.Next),
	})
	lines := []audit.Record{line}
	if s.Data[memoryHeld] != nil {
		lines = nil // it was told when the first was left out
	}
	s = remember(s, memoryHeld, true)
	s.Next = t.nextDue(now)
	s, err = b.keep(ctx, s, lines...)
	return s, true, err
}

// stopsAfter reports whether the trigger is to stop because its last execution
// ended as it did.
func (t *armed) stopsAfter(last engine.Execution) bool {
	return last.State.Final() && slices.Contains(t.spec.StopAfter, string(last.State))
}

func (t *armed) stopLine(now time.Time, last engine.Execution) audit.Record {
	return t.line(now, audit.TriggerDisabled, map[string]any{
		"why": fmt.Sprintf("execution %s ended as %s, after which the trigger stops", last.ID, last.State),
	})
}

// mustWait: a missed run that is made up waits for the end of the one before it.
func (b *Bot) mustWait(ctx context.Context, t *armed, s store.TriggerState) (time.Time, error) {
	if t.spec.AllowConcurrent || !s.Next.Before(firedAt(s)) {
		return time.Time{}, nil
	}
	x, ok, err := b.lastRun(ctx, s)
	if err != nil || !ok || x.State.Final() {
		return time.Time{}, err
	}
	return b.Store.Now().Add(poll), nil
}

func firedAt(s store.TriggerState) time.Time {
	text, _ := s.Data[memoryFired].(string)
	at, _ := time.Parse(time.RFC3339Nano, text)
	return at
}

// leaveOut says from when on runs are made up, and why those before it are not;
// nothing when the run that is due is not one that was missed too long ago.
func (b *Bot) leaveOut(t *armed, due, now time.Time) (from time.Time, why string) {
	if most := t.schedule.LateMaximum; most > 0 && now.Sub(due) > most {
		return t.nextDue(now.Add(-most - 1)), "it is later than lateMaximumDelay"
	}
	switch b.missed(t.schedule) {
	case flow.MissedAll:
		if from := t.nthLast(due, now, maxMissed); from.After(due) {
			return from, fmt.Sprintf("more than %d runs were missed", maxMissed)
		}
	case flow.MissedLast:
		if last := t.nthLast(due, now, 1); last.After(due) {
			return last, "of missed runs only the last is made up"
		}
	case flow.MissedNone:
		if now.Sub(due) > onTime {
			return t.nextDue(now.Add(-onTime)), "missed runs are not made up"
		}
	}
	return due, ""
}

// nthLast is the nth last time from due on at which the schedule was due before
// now: 1 is the last. It is due if there are fewer.
func (t *armed) nthLast(due, now time.Time, n int) time.Time {
	at, before := due, now.Add(1)
	for range maxSearch {
		previous, ok := t.cron.Previous(before, t.zone)
		if !ok || !previous.After(due) {
			return due
		}
		before = previous
		if !t.fits(previous) {
			continue
		}
		at = previous.UTC()
		if n--; n == 0 {
			return at
		}
	}
	return at
}

// run starts an execution for the run that is due, unless a condition says no
// or too many were started.
func (b *Bot) run(ctx context.Context, t *armed, s store.TriggerState) (store.TriggerState, time.Time, error) {
	date, now := s.Next.In(t.zone), b.Store.Now()
	following := t.nextDue(date)
	root := map[string]any{"date": date.Format(time.RFC3339)}
	if !following.IsZero() {
		root["next"] = following.In(t.zone).Format(time.RFC3339)
	}
	if previous, ok := t.cron.Previous(date, t.zone); ok {
		root["previous"] = previous.Format(time.RFC3339)
	}
	f := firing{
		armed: t, at: date, root: root, conditions: t.schedule.Conditions, by: t.by("schedule"),
		once: "trigger/" + t.String() + "/" + date.UTC().Format(time.RFC3339), data: map[string]any{"date": root["date"]},
	}
	after := s
	f.state = func(id engine.ExecutionID) []store.TriggerState {
		after = s
		after.Version++
		after.Next = following
		if id != "" {
			after.Last, after.LastExecution = s.Next, id
			after = remember(remember(after, memoryFired, stamp(now)), memoryHeld, nil)
		}
		return []store.TriggerState{after}
	}
	_, err := b.fire(ctx, f)
	if wait, ok := errors.AsType[*StormError](err); ok {
		return s, wait.Until, nil
	}
	return after, time.Time{}, err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
