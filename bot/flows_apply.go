package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/flow"
	"signoff/store"
)

// FlowFile is a flow as somebody wrote it.
type FlowFile struct {
	Name   string // in faults
	Source []byte
}

// ApplyRequest asks that flows be as files say.
type ApplyRequest struct {
	Files []FlowFile
	// Prune removes the flows that no file defines, in the namespaces of those
	// that files define.
	Prune bool
	// DryRun changes nothing and tells what would change.
	DryRun bool
	By     engine.Principal
}

// Applied is what came of it: Changes in the order of namespace and id, none of
// them if a fault stopped it.
type Applied struct {
	Changes []FlowChange
	Faults  flow.Faults
}

// ChangeKind is what happened to a flow.
type ChangeKind string

// What may happen to a flow.
const (
	FlowCreated   ChangeKind = "created"
	FlowChanged   ChangeKind = "changed"
	FlowUnchanged ChangeKind = "unchanged"
	FlowDropped   ChangeKind = "removed"
)

// FlowChange is what happened to one flow.
type FlowChange struct {
	Ref  engine.FlowRef // with the new revision, unless it was a dry run
	File string         // empty for one that was removed
	Kind ChangeKind
	// Added and Removed count the lines that differ.
	Added, Removed int

	source []byte
	flow   *flow.Flow // nil for one that was removed
}

// Apply saves the flows of files as new revisions where they differ from the
// latest. All are checked before the first is saved; a fault stops all. When it
// fails half-way, applying it again does the rest.
func (b *Bot) Apply(ctx context.Context, r ApplyRequest) (Applied, error) {
	changes, faults := parseAll(b.Loader(), r.Files)
	if faults.Stop() {
		return Applied{Faults: faults}, nil
	}
	mayEdit := b.sight(ctx, r.By, access.EditFlow)
	for _, c := range changes {
		if !mayEdit(c.Ref.Namespace) {
			return Applied{}, noFlowFor(c.Ref, access.EditFlow)
		}
	}
	have, err := b.Store.Flows(ctx)
	if err != nil {
		return Applied{}, fmt.Errorf("apply flows: %w", err)
	}
	compare(changes, have)
	if r.Prune {
		changes = append(changes, missing(changes, have)...)
	}
	taken, err := b.commandsOfFiles(ctx, changes)
	if err != nil || len(taken) > 0 {
		return Applied{Faults: append(faults, taken...)}, err
	}
	slices.SortFunc(changes, func(a, b FlowChange) int {
		return cmp.Or(cmp.Compare(a.Ref.Namespace, b.Ref.Namespace), cmp.Compare(a.Ref.ID, b.Ref.ID))
	})
	for i := range changes {
		if r.DryRun {
			break
		}
		if err := b.applyOne(ctx, &changes[i], r.By); err != nil {
			return Applied{Changes: changes[:i], Faults: faults}, err
		}
	}
	return Applied{Changes: changes, Faults: faults}, nil
}

// parseAll checks every file, and that no two define the same flow.
func parseAll(loader flow.Loader, files []FlowFile) ([]FlowChange, flow.Faults) {
	var changes []FlowChange
	var faults flow.Faults
	first := make(map[engine.FlowRef]string)
	for _, file := range files {
		f, wrong := loader.Parse(file.Name, file.Source)
		faults = append(faults, wrong...)
		if f == nil {
			continue
		}
		ref := engine.FlowRef{Namespace: f.Namespace, ID: f.ID}
		if other, twice := first[ref]; twice {
			faults = append(faults, flow.Fault{
				File: file.Name, Line: 1, Col: 1, Severity: flow.Error, Rule: "flow-duplicate",
				Message: fmt.Sprintf("the flow %s is defined in %s, too", ref, other),
			})
			continue
		}
		first[ref] = file.Name
		changes = append(changes, FlowChange{Ref: ref, File: file.Name, Kind: FlowCreated, source: file.Source, flow: f})
	}
	return changes, faults
}

// compare tells what the files change of what there is.
func compare(changes []FlowChange, have []store.Flow) {
	latest := make(map[engine.FlowRef]store.Flow, len(have))
	for _, f := range have {
		latest[engine.FlowRef{Namespace: f.Ref.Namespace, ID: f.Ref.ID}] = f
	}
	for i := range changes {
		c := &changes[i]
		old, there := latest[c.Ref]
		switch {
		case there && old.Digest == digest(c.source):
			c.Kind = FlowUnchanged
		case there:
			c.Kind = FlowChanged
		}
		c.Ref.Revision = old.Ref.Revision
		c.Added, c.Removed = DiffStat(Diff(old.Source, c.source))
	}
}

// missing lists the flows that no file defines, in the files' namespaces.
func missing(changes []FlowChange, have []store.Flow) []FlowChange {
	namespaces, defined := make(map[string]bool), make(map[engine.FlowRef]bool)
	for _, c := range changes {
		namespaces[c.Ref.Namespace] = true
		defined[engine.FlowRef{Namespace: c.Ref.Namespace, ID: c.Ref.ID}] = true
	}
	var gone []FlowChange
	for _, f := range have {
		ref := engine.FlowRef{Namespace: f.Ref.Namespace, ID: f.Ref.ID}
		if namespaces[ref.Namespace] && !defined[ref] {
			_, removed := DiffStat(Diff(f.Source, nil))
			gone = append(gone, FlowChange{Ref: f.Ref, Kind: FlowDropped, Removed: removed})
		}
	}
	return gone
}

func (b *Bot) applyOne(ctx context.Context, c *FlowChange, by engine.Principal) error {
	switch c.Kind {
	case FlowUnchanged:
		return nil
	case FlowDropped:
		err := b.RemoveFlow(ctx, c.Ref, by)
		if rejected, ok := errors.AsType[*engine.RejectionError](err); ok && rejected.Code == engine.NotFound {
			return nil // somebody else was faster
		}
		return err
	case FlowCreated, FlowChanged:
		saved, err := b.revise(ctx, engine.FlowRef{Namespace: c.Ref.Namespace, ID: c.Ref.ID}, by, func(next *store.Flow) {
			next.Source, next.Deleted = c.source, false
		})
		c.Ref = saved.Ref
		return err
	}
	panic("bot: unknown change " + string(c.Kind))
}
