// Package plan is what every store does with a commit before and while it
// writes: refuse what makes no sense, encode, check in the promised order, and
// work out what is owed afterwards. It stores nothing itself.
package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/internal/due"
)

// Plan is a commit, checked for sense and encoded. It shares nothing with the
// commit that the caller may change later.
type Plan struct {
	Once string
	// ID and Version are those of the execution that changes; ID is empty if
	// none does. Encoded is the execution.
	ID      engine.ExecutionID
	Version engine.Version
	Encoded []byte
	// Records are canonical.
	Records [][]byte
	Values  []Value

	flow                *store.Flow
	settle              []store.Claim
	postpone            []store.Postponed
	effects             []engine.Effect
	drop                []engine.EffectKey
	notBefore, notAfter time.Time
}

// Value is a value to be set. A nil record removes it.
type Value struct {
	Key    string
	Record []byte
}

// New makes a plan of a commit. It fails for a commit that no store could keep.
func New(c store.Commit) (*Plan, error) {
	p := &Plan{
		Once:     c.Once,
		settle:   slices.Clone(c.Settle),
		postpone: slices.Clone(c.Postpone),
	}
	records := c.Records
	if t := c.Transition; t != nil {
		if err := p.transition(t); err != nil {
			return nil, err
		}
		records = slices.Concat(t.Records, c.Records)
	}
	for _, r := range records {
		raw, err := audit.Canonical(r)
		if err != nil {
			return nil, err
		}
		p.Records = append(p.Records, raw)
	}
	if err := p.source(c.Flow); err != nil {
		return nil, err
	}
	return p, p.values(c.KV)
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
	for _, e := range t.Effects {
		if e.Execution != x.ID {
			return fmt.Errorf("execution %s cannot owe %q for execution %s", x.ID, e.Key, e.Execution)
		}
	}
	// What is owed is encoded only when it is written, beside other pieces; a
	// piece that cannot be must be refused here.
	owed := make([]store.Owed, len(t.Effects))
	for i, e := range t.Effects {
		owed[i].Effect = e
	}
	if _, err := store.SealExecution(x.ID, owed, nil); err != nil {
		return err
	}
	p.ID, p.Version, p.Encoded = x.ID, x.Version, encoded
	p.effects, p.drop = slices.Clone(t.Effects), slices.Clone(t.Drop)
	p.notBefore, p.notAfter = t.NotBefore, t.NotAfter
	return nil
}

func (p *Plan) source(f *store.Flow) error {
	if f == nil {
		return nil
	}
	if f.Ref.Namespace == "" || f.Ref.ID == "" || !isName(f.Ref.Namespace) || !isName(f.Ref.ID) {
		return fmt.Errorf("%.80q is not the name of a flow", f.Ref)
	}
	sum := sha256.Sum256(f.Source)
	p.flow = &store.Flow{Ref: f.Ref, Source: bytes.Clone(f.Source), Digest: hex.EncodeToString(sum[:]), Saved: f.Saved.Round(0).UTC()}
	return nil
}

func (p *Plan) values(v *store.Values) error {
	if v == nil {
		return nil
	}
	if !isName(v.Namespace) {
		return fmt.Errorf("%.40q is not the name of a namespace", v.Namespace)
	}
	for _, name := range slices.Sorted(maps.Keys(v.Set)) {
		if !isName(name) {
			return fmt.Errorf("%.40q is not the name of a value", name)
		}
		value := Value{Key: ValueKey(v.Namespace, name)}
		if v.Set[name] != nil {
			rec, err := store.SealValue(value.Key, v.Set[name])
			if err != nil {
				return err
			}
			value.Record = rec
		}
		p.Values = append(p.Values, value)
	}
	return nil
}

// maxName bounds what becomes part of a key; a key of bbolt has 32 KiB at most.
const maxName = 1024

// isName reports whether s can be part of a key; NUL separates the parts.
func isName(s string) bool { return len(s) <= maxName && !strings.Contains(s, "\x00") }

// ValueKey is the key of a namespace's value.
func ValueKey(namespace, name string) string { return namespace + "\x00" + name }

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool {
	return p.Once == "" && p.ID == "" && len(p.Records) == 0 && p.flow == nil &&
		len(p.Values) == 0 && len(p.settle) == 0 && len(p.postpone) == 0
}

// Fleeting reports whether the plan only gives work back, which need not
// survive a restart.
func (p *Plan) Fleeting() bool {
	return len(p.postpone) > 0 && p.Once == "" && p.ID == "" && len(p.Records) == 0 && p.flow == nil &&
		len(p.Values) == 0 && len(p.settle) == 0
}

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
