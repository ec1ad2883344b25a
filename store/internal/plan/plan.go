// Package plan is what every store does with a commit before and while it
// writes: refuse what makes no sense, encode, check in the promised order, and
// work out what is owed afterwards. It stores nothing itself.
package plan

import (
	"fmt"
	"slices"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// Plan is a commit, checked for sense and encoded. It shares nothing with the
// commit that the caller may change later.
type Plan struct {
	Once string
	// Head is that of the execution that changes, as it will be; its ID is empty
	// if none does. Encoded is the execution.
	Head    store.Head
	Encoded []byte
	// Records are canonical.
	Records  [][]byte
	Values   []Value
	Triggers []Trigger

	flow                *store.Flow
	newValues           bool
	slots               int
	settle              []store.Claim
	postpone            []store.Postponed
	effects             []engine.Effect
	drop                []engine.EffectKey
	notBefore, notAfter time.Time
}

// New makes a plan of a commit. It fails for a commit that no store could keep.
// The store's clock says now.
func New(c store.Commit, now time.Time) (*Plan, error) {
	p := &Plan{
		Once:     c.Once,
		settle:   slices.Clone(c.Settle),
		postpone: slices.Clone(c.Postpone),
	}
	if t := c.Transition; t != nil {
		if err := p.transition(t); err != nil {
			return nil, err
		}
		if err := p.records(t.Records); err != nil {
			return nil, err
		}
	}
	if err := p.records(c.Records); err != nil {
		return nil, err
	}
	if err := p.source(c.Flow); err != nil {
		return nil, err
	}
	if err := p.triggers(c.Triggers); err != nil {
		return nil, err
	}
	return p, p.values(c.KV, now)
}

func (p *Plan) records(records []audit.Record) error {
	p.Records = slices.Grow(p.Records, len(records))
	for i := range records {
		raw, err := audit.Canonical(records[i])
		if err != nil {
			return err
		}
		p.Records = append(p.Records, raw)
	}
	return nil
}

func (p *Plan) transition(t *engine.Transition) error {
	x := &t.Next
	if x.ID == "" || len(x.ID) > maxName || x.Version == 0 {
		return fmt.Errorf("%.40q at version %d is no execution that can be stored", x.ID, x.Version)
	}
	encoded, err := store.EncodeExecution(x)
	if err != nil {
		return err
	}
	if err := checkEffects(x.ID, t.Effects); err != nil {
		return err
	}
	p.Head = store.Head{ID: x.ID, Flow: x.Flow, Version: x.Version, State: x.State, Slot: x.Slot}
	p.Encoded, p.slots = encoded, t.Slots
	p.effects, p.drop = slices.Clone(t.Effects), slices.Clone(t.Drop)
	p.notBefore, p.notAfter = t.NotBefore, t.NotAfter
	return nil
}

// checkEffects refuses work that cannot be kept: what is owed is encoded only
// when it is written, beside other pieces.
func checkEffects(id engine.ExecutionID, effects []engine.Effect) error {
	if len(effects) == 0 {
		return nil
	}
	owed := make([]store.Owed, len(effects))
	for i, e := range effects {
		if e.Execution != id {
			return fmt.Errorf("execution %s cannot owe %q for execution %s", id, e.Key, e.Execution)
		}
		owed[i].Effect = e
	}
	_, err := store.SealExecution(id, owed, nil)
	return err
}

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool { return p.light() && len(p.postpone) == 0 }

// Fleeting reports whether the plan only gives work back, which need not
// survive a restart.
func (p *Plan) Fleeting() bool { return p.light() && len(p.postpone) > 0 }

// light reports whether the plan changes nothing but, perhaps, when work is due.
func (p *Plan) light() bool {
	return p.Once == "" && p.Head.ID == "" && len(p.Records) == 0 && p.flow == nil &&
		len(p.Values) == 0 && len(p.Triggers) == 0 && len(p.settle) == 0
}
