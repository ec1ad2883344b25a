package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/engine"
	"signoff/engine/flow"
)

// library remembers what it was asked, in words.
type library struct {
	asked   []any
	defines engine.FlowRef // what every source defines; hr/f if absent
	faults  []flow.Fault
}

func (p *product) ask(what ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flows.asked = append(p.flows.asked, what...)
}

func (p *product) Apply(_ context.Context, r api.ApplyRequest) (api.ApplyAnswer, error) {
	p.ask(r)
	if p.flows.faults != nil {
		return api.ApplyAnswer{}, api.Faulty(p.flows.faults)
	}
	ref := p.flows.defines
	if ref.ID == "" {
		ref = engine.FlowRef{Namespace: "hr", ID: "f"}
	}
	return api.ApplyAnswer{DryRun: r.DryRun, Changes: []api.FlowChange{{Namespace: ref.Namespace, ID: ref.ID, Revision: 1, Change: "created"}}}, p.err
}

func (p *product) Source(_ context.Context, ref engine.FlowRef, by adapters.Account) (api.FlowRevision, error) {
	p.ask(ref, by)
	return api.FlowRevision{Namespace: ref.Namespace, ID: ref.ID, Revision: 3, Source: "id: f"}, p.err
}

func (p *product) Revisions(_ context.Context, ref engine.FlowRef, by adapters.Account) ([]api.FlowRevision, error) {
	p.ask(ref, by)
	return []api.FlowRevision{{Revision: 2}, {Revision: 1}}, p.err
}

func (p *product) Rollback(_ context.Context, ref engine.FlowRef, by adapters.Account) (api.FlowRevision, error) {
	p.ask(ref, by)
	return api.FlowRevision{Revision: 4}, p.err
}

func (p *product) SwitchFlow(_ context.Context, ref engine.FlowRef, on bool, by adapters.Account) (api.FlowRevision, error) {
	p.ask(ref, on, by)
	return api.FlowRevision{Revision: 5, Disabled: !on}, p.err
}

func (p *product) RemoveFlow(_ context.Context, ref engine.FlowRef, by adapters.Account) error {
	p.ask(ref, by)
	return p.err
}

func (p *product) Namespaces(_ context.Context, by adapters.Account) ([]api.NamespaceInfo, error) {
	p.ask(by)
	return []api.NamespaceInfo{{Name: "hr", Flows: 2, Values: 1}}, p.err
}

func (p *product) Values(_ context.Context, ns string, by adapters.Account) (map[string]api.Value, error) {
	p.ask(ns, by)
	return map[string]api.Value{"k": {Type: "NUMBER", Value: int64(1)}}, p.err
}

func (p *product) SetValue(_ context.Context, r api.SetValueRequest) (api.Value, error) {
	p.ask(r)
	return api.Value{Type: "NUMBER", Value: r.Value}, p.err
}

func (p *product) DeleteValue(_ context.Context, ns, key string, by adapters.Account) error {
	p.ask(ns, key, by)
	return p.err
}

func TestLibraryIsAskedWhatTheClientAsks(t *testing.T) {
	t.Parallel()
	dana := adapters.Account{Surface: "api", Tenant: "dana's token", ID: "dana@example.com", Name: "dana's token"}
	hr := engine.FlowRef{Namespace: "hr.ops", ID: "f"}
	for name, c := range map[string]struct {
		call func(ctx context.Context, c *api.Client) error
		want []any
	}{
		"apply": {func(ctx context.Context, c *api.Client) error {
			a, err := c.Apply(ctx, api.ApplyBody{Files: []api.FlowFile{{Name: "n", Source: "s"}}, Prune: true, DryRun: true})
			if !a.DryRun || len(a.Changes) != 1 {
				t.Errorf("Apply = %+v", a)
			}
			return err
		}, []any{api.ApplyRequest{Files: []api.FlowFile{{Name: "n", Source: "s"}}, Prune: true, DryRun: true, By: dana}}},
		"the latest source": {func(ctx context.Context, c *api.Client) error {
			_, err := c.Source(ctx, "hr.ops", "f", 0)
			return err
		}, []any{hr, dana}},
		"a revision": {func(ctx context.Context, c *api.Client) error {
			_, err := c.Source(ctx, "hr.ops", "f", 7)
			return err
		}, []any{engine.FlowRef{Namespace: "hr.ops", ID: "f", Revision: 7}, dana}},
		"revisions": {func(ctx context.Context, c *api.Client) error {
			all, err := c.Revisions(ctx, "hr.ops", "f")
			if len(all) != 2 {
				t.Errorf("Revisions = %v", all)
			}
			return err
		}, []any{hr, dana}},
		"rollback": {func(ctx context.Context, c *api.Client) error {
			_, err := c.Rollback(ctx, "hr.ops", "f", 2)
			return err
		}, []any{engine.FlowRef{Namespace: "hr.ops", ID: "f", Revision: 2}, dana}},
		"on": {func(ctx context.Context, c *api.Client) error {
			_, err := c.SwitchFlow(ctx, "hr.ops", "f", true)
			return err
		}, []any{hr, true, dana}},
		"off": {func(ctx context.Context, c *api.Client) error {
			_, err := c.SwitchFlow(ctx, "hr.ops", "f", false)
			return err
		}, []any{hr, false, dana}},
		"remove": {func(ctx context.Context, c *api.Client) error { return c.RemoveFlow(ctx, "hr.ops", "f") }, []any{hr, dana}},
		"namespaces": {func(ctx context.Context, c *api.Client) error {
			all, err := c.Namespaces(ctx)
			if diff := cmp.Diff([]api.NamespaceInfo{{Name: "hr", Flows: 2, Values: 1}}, all); diff != "" {
				t.Errorf("Namespaces (-want +got):\n%s", diff)
			}
			return err
		}, []any{dana}},
		"values": {func(ctx context.Context, c *api.Client) error {
			all, err := c.Values(ctx, "hr.ops")
			if all["k"].Type != "NUMBER" {
				t.Errorf("Values = %v", all)
			}
			return err
		}, []any{"hr.ops", dana}},
		"set": {func(ctx context.Context, c *api.Client) error {
			_, err := c.SetValue(ctx, "hr.ops", "a/b?c", api.ValueBody{Value: 5, Type: "NUMBER", TTL: "PT1H", Description: "d"})
			return err
		}, []any{api.SetValueRequest{Namespace: "hr.ops", Key: "a/b?c", Value: int64(5), Type: "NUMBER", TTL: "PT1H", Description: "d", By: dana}}},
		"delete": {func(ctx context.Context, c *api.Client) error { return c.DeleteValue(ctx, "hr.ops", "k") }, []any{"hr.ops", "k", dana}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			if err := c.call(t.Context(), client(t, serve(t, p, false), danaToken)); err != nil {
				t.Fatalf("%s = %v", name, err)
			}
			if diff := cmp.Diff(c.want, p.flows.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFaultsComeBackWhole(t *testing.T) {
	t.Parallel()
	p := newProduct()
	p.flows.faults = []flow.Fault{{File: "f.yaml", Line: 3, Col: 7, Severity: flow.Error, Rule: "unknown-key", Message: "no"}}
	_, err := client(t, serve(t, p, false), danaToken).Apply(t.Context(), api.ApplyBody{Files: []api.FlowFile{{Name: "f.yaml"}}})
	e, ok := errors.AsType[*api.Error](err)
	if !ok || e.Code != "faults" || e.Status != http.StatusUnprocessableEntity {
		t.Fatalf("Apply = %v, want its faults", err)
	}
	if diff := cmp.Diff(p.flows.faults, e.Faults); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestLibraryRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	p := newProduct()
	p.flows.defines = engine.FlowRef{Namespace: "it", ID: "other"}
	base := serve(t, p, false)
	for _, c := range []struct{ method, path, body, says string }{
		{"POST", "/flows/apply", `{"files":[]}`, "at least one file"},
		{"POST", "/flows/apply", `{"files":[{"path":"x"}]}`, "no field"},
		{"PUT", "/flows/hr/f", `{"source":"id: other"}`, "defines it/other, not hr/f"},
		{"GET", "/flows/hr/f?revision=0", "", "from 1 on"},
		{"GET", "/flows/hr/f?revision=x", "", "from 1 on"},
		{"POST", "/flows/hr/f/rollback", `{}`, "from 1 on"},
		{"PUT", "/namespaces/hr/kv/k", `{"val":1}`, "no field"},
	} {
		status, body := send(t, request(t, c.method, base+api.Prefix+c.path, danaToken, c.body))
		if status != http.StatusBadRequest || !strings.Contains(body, c.says) {
			t.Errorf("%s %s = %d %s, want 400 saying %q", c.method, c.path, status, body, c.says)
		}
	}
	for _, asked := range p.flows.asked {
		if r, ok := asked.(api.ApplyRequest); !ok || !r.DryRun {
			t.Errorf("the library was asked %+v", asked)
		}
	}
	large := `{"files":[{"name":"x","source":"` + strings.Repeat("x", 17<<20) + `"}]}`
	if status, _ := send(t, request(t, "POST", base+api.Prefix+"/flows/apply", danaToken, large)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("17 MiB of flows = %d, want 413", status)
	}
}
