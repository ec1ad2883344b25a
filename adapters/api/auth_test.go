package api_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"signoff/adapters/api"
)

// routes is every route, so that a new one must be guarded, too.
var routes = []struct{ method, path, body string }{
	{"POST", "/api/v1/executions", `{"namespace":"hr.operations","flow":"vacation_approval"}`},
	{"GET", "/api/v1/executions", ""},
	{"GET", "/api/v1/executions/x1", ""},
	{"GET", "/api/v1/executions/absent", ""},
	{"GET", "/api/v1/executions/over/follow", ""},
	{"POST", "/api/v1/executions/x1/kill", ""},
	{"POST", "/api/v1/executions/x1/cancel", `{"reason":"x"}`},
	{"POST", "/api/v1/executions/x1/restart", ""},
	{"POST", "/api/v1/executions/x1/hold", ""},
	{"POST", "/api/v1/executions/x1/release", ""},
	{"POST", "/api/v1/executions/x1/force-run", ""},
	{"POST", "/api/v1/executions/x1/labels", `{"labels":{"a":"b"}}`},
	{"POST", "/api/v1/executions/x1/state", `{"taskRun":"1","state":"SUCCESS"}`},
	{"POST", "/api/v1/executions/x1/replay", ""},
	{"POST", "/api/v1/executions/kill/by-ids", `{"ids":["x1"]}`},
	{"POST", "/api/v1/executions/kill/by-query", `{"query":{"flow":"f"}}`},
	{"POST", "/api/v1/requests/x1.1/decision", `{"verdict":"approve"}`},
	{"GET", "/api/v1/requests/x1.1/explanation", ""},
	{"POST", "/api/v1/requests/x1.1/delegate", `{"to":"kim"}`},
	{"POST", "/api/v1/requests/x1.1/reassign", `{"to":"kim"}`},
	{"POST", "/api/v1/requests/x1.1/changes", `{"text":"x"}`},
	{"POST", "/api/v1/requests/x1.1/resubmit", `{"inputs":{}}`},
	{"POST", "/api/v1/requests/x1.1/comment", `{"text":"x"}`},
	{"POST", "/api/v1/requests/x1.1/withdraw", ""},
	{"POST", "/api/v1/requests/x1.1/override", `{"reason":"x"}`},
	{"GET", "/api/v1/stuck", ""},
	{"GET", "/api/v1/away", ""},
	{"PUT", "/api/v1/away", `{}`},
	{"DELETE", "/api/v1/away", ""},
	{"GET", "/api/v1/rights", ""},
	{"GET", "/api/v1/people", ""},
	{"PUT", "/api/v1/people/kim/link", `{"surface":"slack","tenant":"T1","account":"U1"}`},
	{"DELETE", "/api/v1/people/kim/link", ""},
	{"POST", "/api/v1/requests/decide/by-ids", `{"ids":["x1.1"],"verdict":"approve"}`},
	{"POST", "/api/v1/requests/decide/by-query", `{"query":{"flow":"f"},"verdict":"approve"}`},
	{"GET", "/api/v1/audit", ""},
	{"GET", "/api/v1/flows", ""},
	{"POST", "/api/v1/flows/apply", `{"files":[{"name":"f.yaml","source":"id: f"}]}`},
	{"GET", "/api/v1/flows/hr/f", ""},
	{"PUT", "/api/v1/flows/hr/f", `{"source":"id: f"}`},
	{"DELETE", "/api/v1/flows/hr/f", ""},
	{"GET", "/api/v1/flows/hr/f/revisions", ""},
	{"POST", "/api/v1/flows/hr/f/rollback", `{"revision":1}`},
	{"POST", "/api/v1/flows/hr/f/enable", ""},
	{"POST", "/api/v1/flows/hr/f/disable", ""},
	{"GET", "/api/v1/triggers", ""},
	{"POST", "/api/v1/flows/hr/f/triggers/t/enable", ""},
	{"POST", "/api/v1/flows/hr/f/triggers/t/disable", ""},
	{"POST", "/api/v1/flows/hr/f/triggers/t/unlock", ""},
	{"GET", "/api/v1/namespaces", ""},
	{"GET", "/api/v1/namespaces/hr/kv", ""},
	{"PUT", "/api/v1/namespaces/hr/kv/k", `{"value":1}`},
	{"DELETE", "/api/v1/namespaces/hr/kv/k", ""},
	{"GET", "/api/v1/nothing", ""},
	{"DELETE", "/api/v1/executions", ""},
}

func TestEveryRouteAsksForTheTokenFirst(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, false)
	headers := map[string][]string{
		"none":             nil,
		"wrong":            {"Bearer " + strings.Repeat("0", 64)},
		"prefix":           {"Bearer " + danaToken[:63]},
		"longer":           {"Bearer " + danaToken + "0"},
		"basic":            {"Basic " + danaToken},
		"empty":            {"Bearer "},
		"two":              {"Bearer " + danaToken, "Bearer " + danaToken},
		"with a blank":     {"Bearer  " + danaToken},
		"other upper case": {"Bearer " + strings.ToUpper(danaToken)},
	}
	for name, values := range headers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var first string
			for _, route := range routes {
				r := request(t, route.method, base+route.path, "", route.body)
				if values != nil {
					r.Header["Authorization"] = values
				}
				status, body := send(t, r)
				if status != http.StatusUnauthorized {
					t.Errorf("%s %s = %d, want 401", route.method, route.path, status)
				}
				if first == "" {
					first = body
				}
				if body != first {
					t.Errorf("%s %s answers %s, other routes %s: it tells what exists", route.method, route.path, body, first)
				}
			}
		})
	}
	t.Cleanup(func() {
		if len(p.started)+len(p.clicks)+len(p.looks) != 0 {
			t.Error("the service was asked without a token")
		}
	})
}

func TestTokenInTheAddressIsRefused(t *testing.T) {
	t.Parallel()
	base := serve(t, newProduct(), false)
	for _, name := range []string{"token", "access_token"} {
		status, body := send(t, request(t, "GET", base+"/api/v1/flows?"+name+"="+danaToken, danaToken, ""))
		if status != http.StatusBadRequest || strings.Contains(body, danaToken) {
			t.Errorf("?%s = %d %s, want 400 without the token", name, status, body)
		}
	}
}

// TestTokensExpire: from that moment on one is like any unknown text.
func TestTokensExpire(t *testing.T) {
	t.Parallel()
	end := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		now  time.Time
		want int
	}{
		"before": {end.Add(-time.Nanosecond), http.StatusOK},
		"then":   {end, http.StatusUnauthorized},
		"after":  {end.Add(time.Hour), http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, err := api.New(api.Config{
				Service: newProduct(), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return c.now },
				Tokens: []api.Token{{Name: "old", Secret: serviceToken, Expires: end}, {Name: "dana", Secret: danaToken, Person: "dana"}},
			})
			if err != nil {
				t.Fatal(err)
			}
			base := newServer(t, h)
			status, body := send(t, request(t, "GET", base+"/api/v1/flows", serviceToken, ""))
			if status != c.want {
				t.Errorf("the token answers %d %s, want %d", status, body, c.want)
			}
			_, unknown := send(t, request(t, "GET", base+"/api/v1/flows", strings.Repeat("0", 64), ""))
			if status == http.StatusUnauthorized && body != unknown {
				t.Errorf("an expired token answers %s, an unknown one %s", body, unknown)
			}
			if status, _ := send(t, request(t, "GET", base+"/api/v1/flows", danaToken, "")); status != http.StatusOK {
				t.Errorf("a token that never expires answers %d", status)
			}
		})
	}
}

func TestHealthIsOpen(t *testing.T) {
	t.Parallel()
	status, body := send(t, request(t, "GET", serve(t, newProduct(), false)+"/healthz", "", ""))
	if status != http.StatusOK || body != `{"status":"ok"}`+"\n" {
		t.Errorf("GET /healthz = %d %s", status, body)
	}
}

func TestNewRefusesAnUnsafeConfiguration(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	good := api.Token{Name: "t", Secret: danaToken}
	for name, c := range map[string]api.Config{
		"no token":        {Service: newProduct(), Log: log},
		"short token":     {Service: newProduct(), Log: log, Tokens: []api.Token{{Name: "t", Secret: "short"}}},
		"empty token":     {Service: newProduct(), Log: log, Tokens: []api.Token{good, {Name: "t"}}},
		"one token twice": {Service: newProduct(), Log: log, Tokens: []api.Token{good, {Name: "u", Secret: danaToken}}},
		"no service":      {Log: log, Tokens: []api.Token{good}},
		"no log":          {Service: newProduct(), Tokens: []api.Token{good}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := api.New(c); err == nil || strings.Contains(err.Error(), danaToken) {
				t.Errorf("New = %v, want a refusal without the secret", err)
			}
		})
	}
}
