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
	// Version returns the stored version of an execution; 0 if there is none.
	Version(id engine.ExecutionID) (engine.Version, error)
	// Latest returns the latest revision of a flow; nil if there is none.
	Latest(ref engine.FlowRef) (*store.Flow, error)
}

// Verdict is what a plan comes to in the transaction: those of its claims that
// still hold their piece, and the revision to save, nil if there is none.
type Verdict struct {
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
	if err := p.checkVersion(v); err != nil {
		return verdict, err
	}
	flow, err := p.revise(v, now)
	switch {
	case err != nil:
		return verdict, err
	case !p.notBefore.IsZero() && now.Before(p.notBefore):
		return verdict, store.ErrTooEarly
	case !p.notAfter.IsZero() && now.After(p.notAfter):
		return verdict, store.ErrTooLate
	}
	verdict.Flow = flow
	return verdict, nil
}

func (p *Plan) checkVersion(v View) error {
	if p.ID == "" {
		return nil
	}
	version, err := v.Version(p.ID)
	if err == nil && p.Version != version+1 {
		return store.ErrConflict
	}
	return err
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
		if latest.Digest == next.Digest {
			return nil, nil //nolint:nilnil // nothing to save is no failure
		}
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

// Owe changes what is owed, as Check judged, and returns the executions whose work
// changed.
func (p *Plan) Owe(verdict Verdict, c *due.Change) []engine.ExecutionID {
	touched := make([]engine.ExecutionID, 0, 1)
	if p.ID != "" {
		touched = append(touched, p.ID)
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
		c.Remove(p.ID, key)
	}
	for _, e := range p.effects {
		c.Put(e)
	}
	slices.Sort(touched)
	return slices.Compact(touched)
}
