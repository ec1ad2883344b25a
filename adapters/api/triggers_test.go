package api_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/engine"
)

func (p *product) Triggers(_ context.Context, namespace string, upcoming int, by adapters.Account) ([]api.Trigger, error) {
	p.ask(namespace, upcoming, by)
	return []api.Trigger{{
		Namespace: "hr", Flow: "f", Revision: 2, ID: "tick", Type: "Schedule", Says: "0 9 * * * in UTC", Status: "on",
		Next: []time.Time{time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)},
	}}, p.err
}

func (p *product) SwitchTrigger(_ context.Context, ref engine.FlowRef, id string, on bool, by adapters.Account) error {
	p.ask(ref, id, on, by)
	return p.err
}

func (p *product) UnlockTrigger(_ context.Context, ref engine.FlowRef, id string, by adapters.Account) error {
	p.ask(ref, id, by)
	return p.err
}

func TestTriggers(t *testing.T) {
	t.Parallel()
	ref, dana := engine.FlowRef{Namespace: "hr.ops", ID: "f"}, adapters.Account{Surface: "api", Tenant: "dana's token", ID: "dana@example.com", Name: "dana's token"}
	for name, c := range map[string]struct {
		call func(context.Context, *api.Client) error
		want []any
	}{
		"list": {func(ctx context.Context, c *api.Client) error {
			all, err := c.Triggers(ctx, "hr", 3)
			if len(all) != 1 || all[0].ID != "tick" || len(all[0].Next) != 1 {
				t.Errorf("Triggers = %+v", all)
			}
			return err
		}, []any{"hr", 3, dana}},
		"enable": {func(ctx context.Context, c *api.Client) error {
			return c.SwitchTrigger(ctx, "hr.ops", "f", "tick", true)
		}, []any{ref, "tick", true, dana}},
		"disable": {func(ctx context.Context, c *api.Client) error {
			return c.SwitchTrigger(ctx, "hr.ops", "f", "tick", false)
		}, []any{ref, "tick", false, dana}},
		"unlock": {func(ctx context.Context, c *api.Client) error { return c.UnlockTrigger(ctx, "hr.ops", "f", "tick") }, []any{ref, "tick", dana}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			client, err := api.NewClient(serve(t, p, false), danaToken)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.call(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, p.flows.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTriggersRefuseAWrongNumber(t *testing.T) {
	t.Parallel()
	base := serve(t, newProduct(), false)
	for _, n := range []string{"0", "101", "x", "-1"} {
		if status, _ := send(t, request(t, http.MethodGet, base+"/api/v1/triggers?next="+n, danaToken, "")); status != http.StatusBadRequest {
			t.Errorf("next=%s: %d", n, status)
		}
	}
}
