package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"signoff/engine"
	"signoff/engine/flow"
	"signoff/engine/trigger"
	"signoff/engine/trigger/match"
	"signoff/engine/zone"
	"signoff/store"
)

// Triggers is what the configuration says of triggers.
type Triggers struct {
	// Missed is the policy of schedules that name none; empty is MissedAll.
	Missed flow.Missed
	// PerMinute is how many executions the triggers of one namespace may start
	// within a minute; 0 is 120. What is above waits.
	PerMinute int
}

// triggerRef names a trigger, whatever the revision of its flow.
type triggerRef struct {
	flow engine.FlowRef // without revision
	id   string
}

func (r triggerRef) String() string { return r.flow.String() + "/" + r.id }

func refOf(s store.TriggerState) triggerRef {
	s.Flow.Revision = 0
	return triggerRef{s.Flow, s.ID}
}

// armed is a trigger of the latest revision of its flow, made ready.
type armed struct {
	triggerRef

	rev  revision
	spec *flow.Trigger
	// off: the flow or the trigger says that it starts nothing.
	off bool

	// For a schedule. A problem says why it can never come due.
	schedule *flow.Schedule
	cron     trigger.Cron
	zone     *time.Location
	problem  error
}

// armory is the triggers of all flows as they were read last. It is a cache: a
// restart, or another process, reads the same from the store.
type armory struct {
	mu   sync.Mutex
	read time.Time // guarded by mu; zero: to be read
	all  []*armed  // guarded by mu; in the order of the flows
	// parsed is what each revision holds, so that nothing is read twice.
	parsed map[engine.FlowRef]shelf // guarded by mu
	// unread are flows that could not be read; what is remembered of their
	// triggers is kept.
	unread map[engine.FlowRef]bool // guarded by mu
}

// shelf is one revision as it was read.
type shelf struct {
	rev      revision
	triggers []*armed
}

// latestAll returns the latest revisions of all flows that can be read, as the
// triggers' cache holds them: by namespace and id.
func (b *Bot) latestAll(ctx context.Context) ([]revision, error) {
	if _, err := b.triggers(ctx); err != nil {
		return nil, err
	}
	a := &b.armory
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]revision, 0, len(a.parsed))
	for _, one := range a.parsed {
		out = append(out, one.rev)
	}
	slices.SortFunc(out, func(x, y revision) int {
		return cmp.Or(cmp.Compare(x.flow.Namespace, y.flow.Namespace), cmp.Compare(x.flow.ID, y.flow.ID))
	})
	return out, nil
}

// rearm is how long what was read of the flows is used. A flow that was saved by
// this process is read at once, one saved by another within this time.
const rearm = 10 * time.Second

// changed says that a flow was saved.
func (a *armory) changed() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.read = time.Time{}
}

// triggers returns the triggers of the latest revisions.
func (b *Bot) triggers(ctx context.Context) ([]*armed, error) {
	a := &b.armory
	a.mu.Lock()
	defer a.mu.Unlock()
	now := b.Store.Now()
	if !a.read.IsZero() && now.Sub(a.read) < rearm {
		return a.all, nil
	}
	saved, err := b.Store.Flows(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the flows' triggers: %w", err)
	}
	before, told := a.parsed, a.unread
	a.all, a.unread, a.parsed = nil, nil, make(map[engine.FlowRef]shelf, len(saved))
	for _, s := range saved {
		one, ok := before[s.Ref]
		if !ok {
			if one, err = b.arm(ctx, s.Ref); err != nil {
				if ref := a.forgo(s.Ref); !told[ref] {
					b.Log.WarnContext(ctx, "a flow's triggers cannot be read", "flow", s.Ref.String(), "err", err)
				}
				continue
			}
		}
		a.parsed[s.Ref] = one
		a.all = append(a.all, one.triggers...)
	}
	a.read = now
	return a.all, nil
}

// forgo notes a flow that could not be read; mu is held.
func (a *armory) forgo(ref engine.FlowRef) engine.FlowRef {
	if a.unread == nil {
		a.unread = make(map[engine.FlowRef]bool)
	}
	ref.Revision = 0
	a.unread[ref] = true
	return ref
}

// keeps reports whether what is remembered of the trigger must be kept although
// no flow that was read has it.
func (a *armory) keeps(ref triggerRef) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.unread[ref.flow]
}

// arm makes the triggers of a revision ready.
func (b *Bot) arm(ctx context.Context, ref engine.FlowRef) (shelf, error) {
	rev, err := b.revision(ctx, ref)
	if err != nil {
		return shelf{}, err
	}
	if why := rev.flow.Blocked(); why != "" { // said once, when the revision is first met
		b.Log.WarnContext(ctx, "a flow cannot be started", "flow", ref.String(), "revision", ref.Revision, "problem", why)
	}
	one := shelf{rev: rev}
	for _, spec := range rev.flow.Triggers {
		one.triggers = append(one.triggers, arm(rev, spec, ref))
	}
	return one, nil
}

func arm(rev revision, spec *flow.Trigger, ref engine.FlowRef) *armed {
	ref.Revision = 0
	t := &armed{triggerRef: triggerRef{ref, spec.ID}, rev: rev, spec: spec, off: spec.Disabled || rev.off || rev.flow.Disabled}
	if s, ok := spec.Spec.(*flow.Schedule); ok {
		t.schedule = s
		var cronErr, zoneErr error
		t.cron, cronErr = trigger.ParseCron(s.Cron, s.Seconds)
		t.zone, zoneErr = zone.Load(s.Timezone)
		t.problem = errors.Join(cronErr, zoneErr)
	}
	return t
}

// find returns one trigger of the latest revision of a flow.
func (b *Bot) trigger(ctx context.Context, ref triggerRef) (*armed, bool, error) {
	all, err := b.triggers(ctx)
	if err != nil {
		return nil, false, err
	}
	i := slices.IndexFunc(all, func(t *armed) bool { return t.triggerRef == ref })
	if i < 0 {
		return nil, false, nil
	}
	return all[i], true, nil
}

// watched reports whether a flow is started when executions of this one change
// their state.
func (b *Bot) watched(ctx context.Context, ref engine.FlowRef) (bool, error) {
	all, err := b.triggers(ctx)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(all, func(t *armed) bool { return t.listensTo(ref) }), nil
}

// listensTo reports whether executions of the flow can move the trigger. A flow
// never listens to itself, which would not end.
func (t *armed) listensTo(ref engine.FlowRef) bool {
	spec, ok := t.spec.Spec.(*flow.FlowTrigger)
	ref.Revision = 0
	return ok && !t.off && t.flow != ref && match.Listens(spec, ref.Namespace, ref.ID)
}

// states returns what is remembered of the triggers.
func (b *Bot) states(ctx context.Context) (map[triggerRef]store.TriggerState, error) {
	all, err := b.Store.Triggers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the state of the triggers: %w", err)
	}
	out := make(map[triggerRef]store.TriggerState, len(all))
	for _, s := range all {
		out[refOf(s)] = s
	}
	return out, nil
}

// missed is the policy of the schedule for runs that were missed.
func (b *Bot) missed(s *flow.Schedule) flow.Missed {
	return cmp.Or(s.Missed, b.Triggers.Missed, flow.MissedAll)
}
