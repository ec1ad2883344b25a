package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// SaveFlow checks a source and saves it as a new revision unless it equals the
// latest one. It returns everything wrong with it; nothing is saved when
// Faults.Stop. A flow that is switched off stays so.
func (b *Bot) SaveFlow(ctx context.Context, file string, source []byte, by engine.Principal) (engine.FlowRef, flow.Faults, error) {
	f, faults := b.Loader().Parse(file, source)
	if faults.Stop() {
		return engine.FlowRef{}, faults, nil
	}
	ref := engine.FlowRef{Namespace: f.Namespace, ID: f.ID}
	if !b.authorize(ctx, by, access.EditFlow, in(ref.Namespace)) {
		return engine.FlowRef{}, faults, noFlowFor(ref, access.EditFlow)
	}
	taken, err := b.commandsTaken(ctx, []parsedFile{{file, f}}, nil)
	if err != nil || len(taken) > 0 {
		return engine.FlowRef{}, append(faults, taken...), err
	}
	saved, err := b.revise(ctx, ref, by, func(next *store.Flow) {
		next.Source, next.Deleted = source, false
	})
	return saved.Ref, faults, err
}

// RemoveFlow deletes a flow. What runs goes on with the revision it began with.
func (b *Bot) RemoveFlow(ctx context.Context, ref engine.FlowRef, by engine.Principal) error {
	ref.Revision = 0
	if _, err := b.editable(ctx, ref, by); err != nil {
		return err
	}
	_, err := b.revise(ctx, ref, by, func(next *store.Flow) { next.Source, next.Deleted, next.Disabled = nil, true, false })
	return err
}

// SwitchFlow switches a flow on or off: one that is off is kept and not started.
// What runs goes on.
func (b *Bot) SwitchFlow(ctx context.Context, ref engine.FlowRef, on bool, by engine.Principal) (store.Flow, error) {
	ref.Revision = 0
	if _, err := b.editable(ctx, ref, by); err != nil {
		return store.Flow{}, err
	}
	return b.revise(ctx, ref, by, func(next *store.Flow) { next.Disabled = !on })
}

// Rollback saves the source of an old revision as a new one. A revision that
// this version of signoff does not take any more is refused.
func (b *Bot) Rollback(ctx context.Context, ref engine.FlowRef, by engine.Principal) (store.Flow, error) {
	old, err := b.editable(ctx, ref, by)
	if err != nil {
		return store.Flow{}, err
	}
	if old.Deleted {
		return store.Flow{}, refuse(engine.BadInput, "Revision %d of %s is its deletion; name one with a source.", ref.Revision, ref)
	}
	if _, faults := b.Loader().Parse(ref.String(), old.Source); faults.Stop() {
		return store.Flow{}, refuse(engine.BadInput, "Revision %d is not taken any more: %s", ref.Revision, faults[0])
	}
	return b.revise(ctx, ref, by, func(next *store.Flow) { next.Source, next.Deleted = old.Source, false })
}

func refuse(code engine.Code, format string, args ...any) error {
	return &engine.RejectionError{Code: code, Text: fmt.Sprintf(format, args...)}
}

// editable loads a revision of a flow that somebody may change.
func (b *Bot) editable(ctx context.Context, ref engine.FlowRef, by engine.Principal) (store.Flow, error) {
	if !b.authorize(ctx, by, access.EditFlow, in(ref.Namespace)) {
		return store.Flow{}, noFlowFor(ref, access.EditFlow)
	}
	return b.existing(ctx, ref)
}

// existing loads a revision, or refuses in words.
func (b *Bot) existing(ctx context.Context, ref engine.FlowRef) (store.Flow, error) {
	f, err := b.Store.Flow(ctx, ref)
	switch {
	case errors.Is(err, store.ErrNotFound) && ref.Revision != 0:
		return f, refuse(engine.NotFound, "There is no revision %d of %s.", ref.Revision, ref)
	case errors.Is(err, store.ErrNotFound):
		return f, refuse(engine.NotFound, "There is no flow %s.", ref)
	case err != nil:
		return f, fmt.Errorf("load flow %s: %w", ref, err)
	}
	return f, nil
}

// savesTried is how often a save is tried when others save the same flow, too.
const savesTried = 5

// revise saves what edit makes of the latest revision as the next one, unless
// that changes nothing.
func (b *Bot) revise(ctx context.Context, ref engine.FlowRef, by engine.Principal, edit func(*store.Flow)) (store.Flow, error) {
	for range savesTried {
		latest, err := b.newest(ctx, ref)
		if err != nil {
			return latest, fmt.Errorf("save flow %s: %w", ref, err)
		}
		next := latest
		edit(&next)
		next.Digest = digest(next.Source)
		if latest.Ref.Revision > 0 && next.Digest == latest.Digest && next.Deleted == latest.Deleted && next.Disabled == latest.Disabled {
			return latest, nil
		}
		next.Ref.Revision, next.Saved, next.By = latest.Ref.Revision+1, b.Store.Now(), called(by)
		if next.Digest != latest.Digest { // who switches a flow off has not written it
			next.Author = by.Person
		}
		err = b.commitFlow(ctx, next, by)
		if err == nil {
			return next, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return next, fmt.Errorf("save flow %s: %w", ref, err)
		}
	}
	return store.Flow{}, fmt.Errorf("save flow %s: %w", ref, store.ErrConflict)
}

func (b *Bot) commitFlow(ctx context.Context, next store.Flow, by engine.Principal) error {
	record := audit.Record{
		At: next.Saved, Event: audit.FlowSaved, Namespace: next.Ref.Namespace, Flow: next.Ref.ID,
		Revision: next.Ref.Revision, Actor: by.Actor(), Data: map[string]any{"digest": next.Digest},
	}
	switch {
	case next.Deleted:
		record.Event, record.Data = audit.FlowRemoved, nil
	case next.Disabled:
		record.Data["disabled"] = true
	}
	err := b.Store.Commit(ctx, store.Commit{Flow: &next, Records: []audit.Record{record}})
	if err == nil {
		b.armory.changed()
		b.wind()
		b.Observe([]audit.Record{record})
	}
	return err
}

// newest returns the latest revision, also one that deletes the flow; a flow
// that never was has revision 0.
func (b *Bot) newest(ctx context.Context, ref engine.FlowRef) (store.Flow, error) {
	ref.Revision = 0
	f, err := b.Store.Flow(ctx, ref)
	if !errors.Is(err, store.ErrNotFound) {
		return f, err
	}
	all, err := b.Store.Revisions(ctx, ref)
	if err != nil || len(all) == 0 {
		return store.Flow{Ref: ref}, err
	}
	return all[0], nil
}

func digest(source []byte) string {
	sum := sha256.Sum256(source)
	return hex.EncodeToString(sum[:])
}

// called is what a revision says of who saved it.
func called(by engine.Principal) string {
	for _, name := range []string{by.Name, string(by.Person), by.Account} {
		if name != "" {
			return name
		}
	}
	return by.Via
}
