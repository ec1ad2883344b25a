package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/audit"
	"signoff/store"
)

// Execution returns one execution. One that the caller may not see is refused as
// if it were not there.
func (b *Bot) Execution(ctx context.Context, id engine.ExecutionID, by engine.Principal) (engine.Execution, error) {
	return b.reachable(ctx, id, by, access.ViewExecution)
}

// reachable loads an execution with which somebody may do something.
func (b *Bot) reachable(ctx context.Context, id engine.ExecutionID, by engine.Principal, v access.Verb) (engine.Execution, error) {
	x, err := b.Store.Execution(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		b.freshRights(ctx)
		return engine.Execution{}, b.noExecution(by, v)
	case err != nil:
		return engine.Execution{}, fmt.Errorf("load execution %s: %w", id, err)
	case !b.authorize(ctx, by, v, object{namespace: x.Flow.Namespace, mine: begunBy(&x, by)}):
		return engine.Execution{}, b.noExecution(by, v)
	}
	return x, nil
}

// begunBy reports whether a person began an execution.
func begunBy(x *engine.Execution, by engine.Principal) bool {
	return by.Person != "" && x.Requester.Person == by.Person
}

// listPage is how many executions are read at once by somebody who may not see
// all of them.
const listPage = 500

// Executions lists the executions that the query selects and the caller may see.
func (b *Bot) Executions(ctx context.Context, q store.Query, by engine.Principal) ([]engine.Execution, error) {
	sees := b.sight(ctx, by, access.ViewExecution)
	if sees(q.Namespace) { // all of them, or all below a namespace
		return b.Store.Executions(ctx, q)
	}
	var out []engine.Execution
	most := q.Max()
	for q.Limit = listPage; len(out) < most; {
		page, err := b.Store.Executions(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("list executions: %w", err)
		}
		for _, x := range page {
			if sees(x.Flow.Namespace) || begunBy(&x, by) {
				out = append(out, x)
			}
		}
		if len(page) < listPage {
			break
		}
		q.After = page[len(page)-1].ID
	}
	return out[:min(len(out), most)], nil
}

// Flows returns the latest revision of each flow that the caller may see.
func (b *Bot) Flows(ctx context.Context, by engine.Principal) ([]store.Flow, error) {
	all, err := b.Store.Flows(ctx)
	if err != nil {
		return nil, fmt.Errorf("list flows: %w", err)
	}
	sees := b.sight(ctx, by, access.ViewFlow)
	return slices.DeleteFunc(all, func(f store.Flow) bool { return !sees(f.Ref.Namespace) }), nil
}

// Flow returns a revision of a flow, the latest for revision 0.
func (b *Bot) Flow(ctx context.Context, ref engine.FlowRef, by engine.Principal) (store.Flow, error) {
	if !b.authorize(ctx, by, access.ViewFlow, in(ref.Namespace)) {
		return store.Flow{}, noFlowFor(ref, access.ViewFlow)
	}
	return b.existing(ctx, ref)
}

// Revisions lists the revisions of a flow, newest first, also of one that was
// removed.
func (b *Bot) Revisions(ctx context.Context, ref engine.FlowRef, by engine.Principal) ([]store.Flow, error) {
	if !b.authorize(ctx, by, access.ViewFlow, in(ref.Namespace)) {
		return nil, noFlowFor(ref, access.ViewFlow)
	}
	all, err := b.Store.Revisions(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("load the revisions of %s: %w", ref, err)
	}
	if len(all) == 0 {
		return nil, refuse(engine.NotFound, "There is no flow %s.", ref)
	}
	return all, nil
}

// NamespaceInfo is what a namespace holds.
type NamespaceInfo struct {
	Name          string
	Flows, Values int
}

// NamespaceList lists the namespaces that hold something which the caller may
// see.
func (b *Bot) NamespaceList(ctx context.Context, by engine.Principal) ([]NamespaceInfo, error) {
	names, err := b.Store.Namespaces(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the namespaces: %w", err)
	}
	flows, err := b.Flows(ctx, by)
	if err != nil {
		return nil, err
	}
	count := make(map[string]int)
	for _, f := range flows {
		count[f.Ref.Namespace]++
	}
	seesFlows, seesValues := b.sight(ctx, by, access.ViewFlow), b.sight(ctx, by, access.ReadValues)
	var out []NamespaceInfo
	for _, name := range names {
		if !seesFlows(name) && !seesValues(name) {
			continue
		}
		info := NamespaceInfo{Name: name, Flows: count[name]}
		if seesValues(name) {
			values, err := b.Store.KV(ctx, name)
			if err != nil {
				return nil, fmt.Errorf("load the values of %s: %w", name, err)
			}
			info.Values = len(values)
		}
		if info.Flows > 0 || seesValues(name) {
			out = append(out, info)
		}
	}
	slices.SortFunc(out, func(a, b NamespaceInfo) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// Values returns a namespace's own values.
func (b *Bot) Values(ctx context.Context, namespace string, by engine.Principal) (map[string]store.Entry, error) {
	if !b.authorize(ctx, by, access.ReadValues, in(namespace)) {
		return nil, noNamespaceFor(namespace, access.ReadValues)
	}
	entries, err := b.Store.KV(ctx, namespace)
	if err != nil {
		return nil, fmt.Errorf("load the values of %s: %w", namespace, err)
	}
	return entries, nil
}

// Audit returns up to n lines of the trail from sequence number from on, and its
// head at that moment. The trail is one for all namespaces.
func (b *Bot) Audit(ctx context.Context, from uint64, n int, by engine.Principal) ([]audit.Line, audit.Head, error) {
	if !b.authorize(ctx, by, access.ReadAudit, in(access.Everywhere)) {
		return nil, audit.Head{}, notGranted(access.ReadAudit)
	}
	return b.Store.Audit(ctx, from, n)
}

// MayUpload reports whether somebody may keep a file for a flow to use: whoever
// may start one.
func (b *Bot) MayUpload(ctx context.Context, by engine.Principal) error {
	if !b.MayAnywhere(ctx, by, access.StartExecution) {
		return refuse(engine.NotAllowed, "You may not start flows, so there is nothing to keep a file for.")
	}
	return nil
}

// MayRead reports whether somebody may read the files of an owner, as they may
// see the execution that it is. What was uploaded is open to whoever knows its
// address, which cannot be guessed, and may see executions.
func (b *Bot) MayRead(ctx context.Context, owner string, by engine.Principal) bool {
	if strings.HasPrefix(owner, UploadPrefix) {
		return b.MayAnywhere(ctx, by, access.ViewExecution)
	}
	_, err := b.reachable(ctx, engine.ExecutionID(owner), by, access.ViewExecution)
	return err == nil
}
