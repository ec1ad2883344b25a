package main

import (
	"context"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/bot"
	"signoff/engine"
	"signoff/store"
)

// principal is the person behind an account, or the service that it names.
func (s service) principal(by adapters.Account) (engine.Principal, error) {
	if by.ID == "" {
		return bot.Service(by.Name, by.Surface), nil
	}
	return s.people.Identify(by)
}

// Apply saves flows where they differ.
func (s service) Apply(ctx context.Context, r api.ApplyRequest) (api.ApplyAnswer, error) {
	by, err := s.principal(r.By)
	if err != nil {
		return api.ApplyAnswer{}, err
	}
	files := make([]bot.FlowFile, 0, len(r.Files))
	for _, f := range r.Files {
		files = append(files, bot.FlowFile{Name: f.Name, Source: []byte(f.Source)})
	}
	done, err := s.Bot.Apply(ctx, bot.ApplyRequest{Files: files, Prune: r.Prune, DryRun: r.DryRun, By: by})
	if err != nil {
		return api.ApplyAnswer{}, err
	}
	if done.Faults.Stop() {
		return api.ApplyAnswer{}, api.Faulty(done.Faults)
	}
	answer := api.ApplyAnswer{DryRun: r.DryRun, Changes: []api.FlowChange{}, Warnings: done.Faults}
	for _, c := range done.Changes {
		answer.Changes = append(answer.Changes, api.FlowChange{
			Namespace: c.Ref.Namespace, ID: c.Ref.ID, Revision: c.Ref.Revision, File: c.File,
			Change: string(c.Kind), Added: c.Added, Removed: c.Removed,
		})
	}
	return answer, nil
}

func viewRevision(f store.Flow) api.FlowRevision {
	return api.FlowRevision{
		Namespace: f.Ref.Namespace, ID: f.Ref.ID, Revision: f.Ref.Revision, Source: string(f.Source),
		Digest: f.Digest, Saved: f.Saved, By: f.By, Deleted: f.Deleted, Disabled: f.Disabled,
	}
}

// Source returns a revision of a flow.
func (s service) Source(ctx context.Context, ref engine.FlowRef, by adapters.Account) (api.FlowRevision, error) {
	who, err := s.principal(by)
	if err != nil {
		return api.FlowRevision{}, err
	}
	f, err := s.Flow(ctx, ref, who)
	if err != nil {
		return api.FlowRevision{}, err
	}
	view := viewRevision(f)
	if f.Deleted {
		return view, nil
	}
	if parsed, faults := s.Loader().Parse(ref.String(), f.Source); faults.Stop() {
		view.CannotStart = "This version of signoff does not take it any more: " + faults[0].String() // kept from an earlier one
	} else {
		view.CannotStart = parsed.Blocked()
	}
	return view, nil
}

// Revisions lists the revisions of a flow, also of one that was removed.
func (s service) Revisions(ctx context.Context, ref engine.FlowRef, by adapters.Account) ([]api.FlowRevision, error) {
	who, err := s.principal(by)
	if err != nil {
		return nil, err
	}
	all, err := s.Bot.Revisions(ctx, ref, who)
	if err != nil {
		return nil, err
	}
	out := make([]api.FlowRevision, 0, len(all))
	for _, f := range all {
		out = append(out, viewRevision(f))
	}
	return out, nil
}

// Rollback saves the source of an old revision as a new one.
func (s service) Rollback(ctx context.Context, ref engine.FlowRef, by adapters.Account) (api.FlowRevision, error) {
	who, err := s.principal(by)
	if err != nil {
		return api.FlowRevision{}, err
	}
	f, err := s.Bot.Rollback(ctx, ref, who)
	return viewRevision(f), err
}

// SwitchFlow switches a flow on or off.
func (s service) SwitchFlow(ctx context.Context, ref engine.FlowRef, on bool, by adapters.Account) (api.FlowRevision, error) {
	who, err := s.principal(by)
	if err != nil {
		return api.FlowRevision{}, err
	}
	f, err := s.Bot.SwitchFlow(ctx, ref, on, who)
	return viewRevision(f), err
}

// RemoveFlow removes a flow.
func (s service) RemoveFlow(ctx context.Context, ref engine.FlowRef, by adapters.Account) error {
	who, err := s.principal(by)
	if err != nil {
		return err
	}
	return s.Bot.RemoveFlow(ctx, ref, who)
}

// Namespaces lists the namespaces that hold something which the caller may see.
func (s service) Namespaces(ctx context.Context, by adapters.Account) ([]api.NamespaceInfo, error) {
	who, err := s.principal(by)
	if err != nil {
		return nil, err
	}
	all, err := s.NamespaceList(ctx, who)
	if err != nil {
		return nil, err
	}
	infos := make([]api.NamespaceInfo, 0, len(all))
	for _, n := range all {
		infos = append(infos, api.NamespaceInfo{Name: n.Name, Flows: n.Flows, Values: n.Values})
	}
	return infos, nil
}

// Values returns a namespace's own values.
func (s service) Values(ctx context.Context, namespace string, by adapters.Account) (map[string]api.Value, error) {
	who, err := s.principal(by)
	if err != nil {
		return nil, err
	}
	entries, err := s.Bot.Values(ctx, namespace, who)
	if err != nil {
		return nil, err
	}
	values := make(map[string]api.Value, len(entries))
	for key, e := range entries {
		values[key] = viewValue(e)
	}
	return values, nil
}

func viewValue(e store.Entry) api.Value {
	return api.Value{Type: e.Type, Value: e.Value, Description: e.Description, Expires: e.Expires, Updated: e.Updated}
}

// SetValue sets a key of a namespace.
func (s service) SetValue(ctx context.Context, r api.SetValueRequest) (api.Value, error) {
	who, err := s.principal(r.By)
	if err != nil {
		return api.Value{}, err
	}
	e, err := bot.NewValue(r.Type, r.Value)
	if err != nil {
		return api.Value{}, err
	}
	e.Description = r.Description
	now := s.store.Now()
	if r.TTL != "" {
		ttl, ok := bot.ParseTTL(r.TTL)
		if !ok {
			return api.Value{}, &engine.RejectionError{Code: engine.BadInput, Text: "The ttl is no span of time, such as PT90M or P1D."}
		}
		e.Expires = now.Add(ttl)
	}
	if err := s.Bot.SetValue(ctx, r.Namespace, r.Key, e, who); err != nil {
		return api.Value{}, err
	}
	e.Updated = now
	return viewValue(e), nil
}

// DeleteValue removes a key of a namespace.
func (s service) DeleteValue(ctx context.Context, namespace, key string, by adapters.Account) error {
	who, err := s.principal(by)
	if err != nil {
		return err
	}
	return s.Bot.DeleteValue(ctx, namespace, key, who)
}
