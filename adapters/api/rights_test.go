package api_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/engine/access"
)

func (p *product) Rights(_ context.Context, q api.RightsQuery, by adapters.Account) (api.RightsList, error) {
	p.ask(q)
	p.read(by)
	return api.RightsList{Rights: []api.RightsInfo{{
		Person: "kim", Name: "Kim", Roles: []api.HeldRole{{Role: "viewer", In: []string{""}}}, Verbs: []access.Verb{access.ViewFlow},
	}}}, p.err
}

func TestRights(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, false)
	got, err := client(t, base, danaToken).Rights(t.Context(), api.RightsQuery{Person: "kim", Namespace: "hr.ops"})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := p.Rights(t.Context(), api.RightsQuery{}, adapters.Account{})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Rights (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{api.RightsQuery{Person: "kim", Namespace: "hr.ops"}, api.RightsQuery{}}, p.flows.asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if p.readers[0].ID != "dana@example.com" {
		t.Errorf("asked by %+v, want Dana", p.readers[0])
	}
	if status, body := send(t, request(t, "GET", base+"/api/v1/rights?who=kim", danaToken, "")); status != http.StatusBadRequest {
		t.Errorf("an unknown parameter is answered %d %s", status, body)
	}
}
