package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"signoff/adapters/api"
)

func TestExplanation(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, false)
	client, err := api.NewClient(base, danaToken)
	if err != nil {
		t.Fatal(err)
	}
	e, err := client.Explain(t.Context(), "x1.1", "alex@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if e.You == nil || e.You.Person != "alex@example.com" || len(e.Can) != 1 || e.Can[0].Name != "Dana" {
		t.Errorf("Explain() = %+v", e)
	}
	if !slices.Contains(e.Text, "This is your own request.") || !slices.Contains(e.Text, "Dana can decide (user:dana@example.com).") {
		t.Errorf("Explain() says %q", e.Text)
	}
	if p.readers[len(p.readers)-1].ID != "dana@example.com" {
		t.Errorf("it was asked by %+v, want the holder of the token", p.readers)
	}
	status, body := send(t, request(t, http.MethodGet, base+"/api/v1/requests/x9.1/explanation", danaToken, ""))
	if status != http.StatusNotFound || !strings.Contains(body, "no such request") {
		t.Errorf("an unknown request answers %d %s, want 404", status, body)
	}
}
