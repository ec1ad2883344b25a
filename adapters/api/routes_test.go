package api_test

import (
	"net/http"
	"strings"
	"testing"

	"signoff/adapters/api"
)

// TestRoutesAskForAToken walks every route there is: without a token, with a
// wrong one and with one in the address, nobody learns that it exists.
func TestRoutesAskForAToken(t *testing.T) {
	t.Parallel()
	base := serve(t, newProduct(), false)
	routes := api.Routes()
	if len(routes) < 40 {
		t.Fatalf("Routes() lists %d routes, want all", len(routes))
	}
	nowhere, want := send(t, request(t, http.MethodGet, base+api.Prefix+"/nowhere", "", ""))
	if nowhere != http.StatusUnauthorized {
		t.Fatalf("a route that is not there answers %d without a token, want 401", nowhere)
	}
	for _, r := range routes {
		method, path, _ := strings.Cut(r.Pattern, " ")
		path = strings.NewReplacer("{", "", "}", "").Replace(path)
		for what, token := range map[string]string{"no token": "", "a wrong token": strings.Repeat("0", 64)} {
			status, body := send(t, request(t, method, base+path, token, ""))
			if status != http.StatusUnauthorized || body != want {
				t.Errorf("%s with %s answers %d %s, want 401 as where there is no route", r.Pattern, what, status, body)
			}
		}
		status, _ := send(t, request(t, method, base+path+"?token="+danaToken, "", ""))
		if status != http.StatusBadRequest {
			t.Errorf("%s with the token in the address answers %d, want 400", r.Pattern, status)
		}
	}
}

// TestRoutesAreOfAClosedSet: no route asks for a verb that does not exist.
func TestRoutesAreOfAClosedSet(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range api.Routes() {
		if seen[r.Pattern] {
			t.Errorf("%s stands twice", r.Pattern)
		}
		seen[r.Pattern] = true
		for _, v := range r.Verbs {
			_ = v.Does() // it panics for an unknown one
		}
	}
}
