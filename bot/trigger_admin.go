package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// TriggerInfo is a trigger of the latest revision of a flow, for people.
type TriggerInfo struct {
	Flow engine.FlowRef
	ID   string
	// Kind is Schedule, Webhook, Flow, or the name of a type that is not run here.
	Kind        string
	Description string
	// Says is what the trigger waits for: a cron expression with its zone, or
	// nothing.
	Says string
	// Next is when a schedule is due; zero if it is not.
	Next time.Time
	// Upcoming are the times after Next, as many as were asked for.
	Upcoming      []time.Time
	Last          time.Time
	LastExecution engine.ExecutionID
	// Locked: its last execution has not ended, and it starts no other.
	Locked bool
	// Disabled: somebody, or its own stopAfter, switched it off. Off: the flow's
	// text says so.
	Disabled, Off bool
	Problem       string
}

// TriggerList lists the triggers of those flows in a namespace and those below it
// that the caller may see, each schedule with so many of the times that follow.
func (b *Bot) TriggerList(ctx context.Context, namespace string, upcoming int, by engine.Principal) ([]TriggerInfo, error) {
	sees := b.sight(ctx, by, access.ViewFlow)
	states, err := b.states(ctx)
	if err != nil {
		return nil, err
	}
	all, err := b.triggers(ctx)
	if err != nil {
		return nil, err
	}
	var out []TriggerInfo
	for _, t := range all {
		if !sees(t.flow.Namespace) || !(store.Query{Namespace: namespace}).Selects(store.Head{Flow: t.flow}) {
			continue
		}
		info, err := b.triggerInfo(ctx, t, states[t.triggerRef], upcoming)
		if err != nil {
			return nil, err
		}
		out = append(out, info)
	}
	return out, nil
}

func (b *Bot) triggerInfo(ctx context.Context, t *armed, s store.TriggerState, upcoming int) (TriggerInfo, error) {
	info := TriggerInfo{
		Flow: t.flow, ID: t.id, Description: t.spec.Description, Next: s.Next, Last: s.Last, LastExecution: s.LastExecution,
		Disabled: s.Disabled, Off: t.off,
	}
	info.Flow.Revision = t.rev.number
	if t.problem != nil {
		info.Problem = t.problem.Error()
	}
	switch spec := t.spec.Spec.(type) {
	case *flow.Schedule:
		info.Kind, info.Says = "Schedule", spec.Cron+" in "+t.zoneName()
		for at := s.Next; !at.IsZero() && len(info.Upcoming) < upcoming; {
			if at = t.nextDue(at); !at.IsZero() {
				info.Upcoming = append(info.Upcoming, at)
			}
		}
		x, ok, err := b.lastRun(ctx, s)
		if err != nil {
			return info, err
		}
		info.Locked = ok && !x.State.Final() && !t.spec.AllowConcurrent
	case *flow.Webhook:
		info.Kind = "Webhook"
	case *flow.SlashCommand:
		info.Kind, info.Says = "SlashCommand", spec.Command
	case *flow.FlowTrigger:
		info.Kind = "Flow"
	case *flow.ForeignTrigger:
		info.Kind, info.Problem = spec.Name, "signoff does not run triggers of this type"
	}
	return info, nil
}

func (t *armed) zoneName() string {
	if t.zone == nil {
		return t.schedule.Timezone
	}
	return t.zone.String()
}

// SwitchTrigger switches a trigger on or off, whatever revisions of its flow
// follow. What a schedule misses while it is off is not made up.
func (b *Bot) SwitchTrigger(ctx context.Context, ref engine.FlowRef, id string, on bool, by engine.Principal) error {
	if !b.authorize(ctx, by, access.ControlTrigger, in(ref.Namespace)) {
		return noTriggerFor(ref, id)
	}
	event := audit.TriggerDisabled
	if on {
		event = audit.TriggerEnabled
	}
	return b.editTrigger(ctx, ref, id, func(t *armed, s *store.TriggerState) *audit.Record {
		if s.Disabled != on {
			return nil
		}
		s.Disabled, s.Next = !on, time.Time{}
		if on {
			s.LastExecution = "" // how it ended was the reason to stop, maybe
		}
		line := t.line(b.Store.Now(), event, nil)
		line.Actor = by.Actor()
		return &line
	})
}

// UnlockTrigger lets a schedule start executions although its last one has not
// ended.
func (b *Bot) UnlockTrigger(ctx context.Context, ref engine.FlowRef, id string, by engine.Principal) error {
	if !b.authorize(ctx, by, access.ControlTrigger, in(ref.Namespace)) {
		return noTriggerFor(ref, id)
	}
	return b.editTrigger(ctx, ref, id, func(t *armed, s *store.TriggerState) *audit.Record {
		if s.LastExecution == "" {
			return nil
		}
		line := t.line(b.Store.Now(), audit.TriggerEnabled, map[string]any{"why": "unlocked, although execution " + string(s.LastExecution) + " has not ended"})
		line.Actor = by.Actor()
		s.LastExecution = ""
		return &line
	})
}

// editTrigger changes what is remembered of a trigger; nothing if edit says so.
func (b *Bot) editTrigger(ctx context.Context, ref engine.FlowRef, id string, edit func(*armed, *store.TriggerState) *audit.Record) error {
	ref.Revision = 0
	for range maxTries {
		states, err := b.states(ctx)
		if err != nil {
			return err
		}
		t, ok, err := b.trigger(ctx, triggerRef{ref, id})
		if err != nil {
			return err
		}
		if !ok {
			return refuse(engine.NotFound, "There is no trigger %s of %s.", id, ref)
		}
		s, ok := states[t.triggerRef]
		if !ok {
			s = store.TriggerState{Flow: ref, ID: id}
		}
		line := edit(t, &s)
		if line == nil {
			return nil
		}
		_, err = b.keep(ctx, s, *line)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		b.wind()
		return err
	}
	return fmt.Errorf("change trigger %s of %s: %w", id, ref, store.ErrConflict)
}
