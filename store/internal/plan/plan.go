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
	return p, p.values(c.KV)
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
	p.ID, p.Version, p.Encoded = x.ID, x.Version, encoded
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
