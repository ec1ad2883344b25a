package plan

import (
	"slices"
	"time"

	"signoff/engine"
	"signoff/store"
	"signoff/store/internal/due"
)

// View is what a store knows while it commits.
type View interface {
	// Seen reports whether a commit with this Once was made.
	Seen(once string) bool
	// Head returns the head of a stored execution; the zero head if there is none.
	Head(id engine.ExecutionID) (store.Head, error)
	// Slots counts the executions of a flow that hold a slot.
	Slots(ref engine.FlowRef) int
	// Latest returns the latest revision of a flow, which may say that it is
	// deleted; nil if there is none.
	Latest(ref engine.FlowRef) (*store.Flow, error)
	// Trigger and Value return the record that stands under a key; nil if none
	// does.
	Trigger(key string) []byte
	Value(key string) []byte
}

// Verdict is what a plan comes to in the transaction: the head of the execution
// that it changes, as it was; the revision to save, nil if there is none; and
// those of its claims that still hold their piece.
type Verdict struct {
	Was      store.Head
	Flow     *store.Flow
	settle   []store.Claim
	postpone []store.Postponed
}

// Check refuses a commit that must not be made at now. It changes nothing.
func (p *Plan) Check(v View, c *due.Change, now time.Time) (Verdict, error) {
	var verdict Verdict
	if p.Once != "" && v.Seen(p.Once) {
		return verdict, store.ErrSeen
	}
	if err := p.checkClaims(&verdict, c, now); err != nil {
		return verdict, err
	}
	if err := p.checkVersions(&verdict, v, now); err != nil {
		return verdict, err
	}
	switch {
	case p.full(v, verdict.Was):
		return verdict, store.ErrFull
	case !p.notBefore.IsZero() && now.Before(p.notBefore):
		return verdict, store.ErrTooEarly
	case !p.notAfter.IsZero() && now.After(p.notAfter):
		return verdict, store.ErrTooLate
	}
	return verdict, nil
}

func (p *Plan) checkVersions(verdict *Verdict, v View, now time.Time) (err error) {
	if p.Head.ID != "" {
		if verdict.Was, err = v.Head(p.Head.ID); err != nil {
			return err
		}
		if p.Head.Version != verdict.Was.Version+1 {
			return store.ErrConflict
		}
	}
	if verdict.Flow, err = p.revise(v, now); err != nil {
		return err
	}
	if err := p.checkTriggers(v); err != nil {
		return err
	}
	return p.checkValues(v, now)
}

// full reports whether the execution takes a slot that is not free.
func (p *Plan) full(v View, was store.Head) bool {
	return p.slots != 0 && p.Head.Slot && !was.Slot && v.Slots(p.Head.Flow) >= p.slots
}

func (p *Plan) checkTriggers(v View) error {
	for _, t := range p.Triggers {
		var have uint64
		if rec := v.Trigger(t.Key); rec != nil {
			state, err := store.UnsealTrigger(t.Key, rec)
			if err != nil {
				return err
			}
			have = state.Version
		}
		if t.Version != have+1 {
			return store.ErrConflict
		}
	}
	return nil
}

func (p *Plan) checkValues(v View, now time.Time) error {
	if !p.newValues {
		return nil
	}
	for _, value := range p.Values {
		rec := v.Value(value.Key)
		if rec == nil {
			continue
		}
		e, err := store.UnsealEntry(value.Key, rec)
		if err != nil {
			return err
		}
		if !e.Expired(now) {
			return store.ErrConflict
		}
	}
	return nil
}

func (p *Plan) checkClaims(verdict *Verdict, c *due.Change, now time.Time) error {
	for _, claim := range p.settle {
		holds, err := c.Check(claim, now)
		if err != nil {
			return err
		}
		if holds {
			verdict.settle = append(verdict.settle, claim)
		}
	}
	for _, back := range p.postpone {
		holds, err := c.Check(back.Claim, now)
		if err != nil {
			return err
		}
		if holds {
			verdict.postpone = append(verdict.postpone, back)
		}
	}
	return nil
}

// revise returns the flow as the revision that follows the latest; nil if its
// source is the latest already.
func (p *Plan) revise(v View, now time.Time) (*store.Flow, error) {
	if p.flow == nil {
		return nil, nil //nolint:nilnil // nothing to save is no failure
	}
	latest, err := v.Latest(p.flow.Ref)
	if err != nil {
		return nil, err
	}
	next := *p.flow
	number := 1
	if latest != nil {
		number = latest.Ref.Revision + 1
	}
	if same(latest, &next) {
		return nil, nil //nolint:nilnil // nothing to save is no failure
	}
	if next.Ref.Revision != 0 && next.Ref.Revision != number {
		return nil, store.ErrConflict
	}
	next.Ref.Revision = number
	if next.Saved.IsZero() {
		next.Saved = now
	}
	return &next, nil
}

// same reports whether a revision would change nothing.
func same(latest, next *store.Flow) bool {
	if latest == nil {
		return next.Deleted
	}
	if latest.Deleted || next.Deleted {
		return latest.Deleted == next.Deleted
	}
	return latest.Digest == next.Digest && latest.Disabled == next.Disabled
}

// Owe changes what is owed, as Check judged, and returns the executions whose work
// changed.
func (p *Plan) Owe(verdict Verdict, c *due.Change) []engine.ExecutionID {
	touched := make([]engine.ExecutionID, 0, 1)
	if p.Head.ID != "" {
		touched = append(touched, p.Head.ID)
	}
	for _, claim := range verdict.settle {
		c.Remove(claim.Effect.Execution, claim.Effect.Key)
		touched = append(touched, claim.Effect.Execution)
	}
	for _, back := range verdict.postpone {
		c.Postpone(back)
		touched = append(touched, back.Claim.Effect.Execution)
	}
	for _, key := range p.drop {
		c.Remove(p.Head.ID, key)
	}
	for _, e := range p.effects {
		c.Put(e)
	}
	slices.Sort(touched)
	return slices.Compact(touched)
}
