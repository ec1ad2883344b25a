package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"signoff/adapters"
	"signoff/adapters/api"
)

func (p *product) DoRequest(_ context.Context, o api.RequestOrder) (adapters.Answer, error) {
	p.ask(o)
	return p.answer, p.err
}

func (p *product) Stuck(_ context.Context, by adapters.Account) ([]api.Stuck, error) {
	p.read(by)
	return []api.Stuck{{Request: "x1.1", Namespace: "hr", Flow: "vacation", Title: "Vacation", Why: []string{"Nobody is left."}}}, p.err
}

func (p *product) SetAway(_ context.Context, a api.AwayRequest) error {
	p.ask(a)
	return p.err
}

func (p *product) ClearAway(_ context.Context, by adapters.Account) error {
	p.ask(by)
	return p.err
}

func (p *product) Absences(_ context.Context, by adapters.Account) ([]api.Absence, error) {
	p.read(by)
	return []api.Absence{{Person: "kim", From: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), StandIn: "dana"}}, p.err
}

func TestRequestVerbs(t *testing.T) {
	t.Parallel()
	dana := adapters.Account{Surface: "api", Tenant: "dana's token", ID: "dana@example.com", Name: "dana's token"}
	for verb, c := range map[string]struct {
		body string
		want api.RequestBody
	}{
		"delegate": {`{"to":"kim","until":"P1D","reason":"away"}`, api.RequestBody{To: "kim", Until: "P1D", Reason: "away"}},
		"reassign": {`{"from":"lee","to":"kim","reason":"left"}`, api.RequestBody{From: "lee", To: "kim", Reason: "left"}},
		"changes":  {`{"text":"less"}`, api.RequestBody{Text: "less"}},
		"resubmit": {`{"inputs":{"amount":12},"text":"done"}`, api.RequestBody{Inputs: map[string]any{"amount": "12"}, Text: "done"}},
		"comment":  {`{"text":"why?"}`, api.RequestBody{Text: "why?"}},
		"withdraw": {"", api.RequestBody{}},
		"override": {`{"reason":"fire","values":{"a":true}}`, api.RequestBody{Reason: "fire", Values: map[string]any{"a": true}}},
	} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			r := request(t, http.MethodPost, serve(t, p, false)+"/api/v1/requests/x1.1/"+verb, danaToken, c.body)
			r.Header.Set("If-Match", `"3"`)
			status, body := send(t, r)
			if status != http.StatusOK || !strings.Contains(body, `"kind":"recorded"`) {
				t.Errorf("%d %s", status, body)
			}
			want := api.RequestOrder{Verb: verb, Request: "x1.1", Version: 3, By: dana, Body: c.want}
			unnamed := cmpopts.IgnoreFields(api.RequestOrder{}, "Once", "Evidence")
			if diff := cmp.Diff([]any{want}, p.flows.asked, unnamed, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRequestVerbsRefuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path, body, token string
		answer            adapters.Answer
		status            int
		says              string
	}{
		"nobody to delegate to":      {path: "delegate", body: `{}`, status: 400, says: "Name in to"},
		"a reassignment for a time":  {path: "reassign", body: `{"to":"kim","until":"P1D"}`, status: 400, says: "Only delegate"},
		"somebody else's delegation": {path: "delegate", body: `{"to":"kim","from":"lee"}`, status: 400, says: "Only reassign"},
		"a reason for a question":    {path: "comment", body: `{"reason":"x"}`, status: 400, says: "a text"},
		"a text for an override":     {path: "override", body: `{"text":"x"}`, status: 400, says: "a reason"},
		"inputs of a comment":        {path: "comment", body: `{"text":"x","inputs":{}}`, status: 400, says: "Only resubmit"},
		"values of a comment":        {path: "comment", body: `{"text":"x","values":{}}`, status: 400, says: "Only override"},
		"an unknown field":           {path: "withdraw", body: `{"force":true}`, status: 400, says: "no field"},
		"as somebody else":           {path: "withdraw", body: `{"as":"kim"}`, status: 403, says: "act as another"},
		"a service":                  {path: "withdraw", token: serviceToken, status: 403, says: "Only a person"},
		"not there":                  {path: "withdraw", answer: adapters.Answer{Kind: adapters.Refused, Code: "not_found", Text: "no"}, status: 404, says: "no"},
		"not allowed":                {path: "withdraw", answer: adapters.Answer{Kind: adapters.Refused, Code: "not_allowed", Text: "no"}, status: 403, says: "no"},
		"no reason":                  {path: "override", answer: adapters.Answer{Kind: adapters.Invalid, Code: "bad_input", Text: "Say why."}, status: 422, says: "Say why."},
		"wrong inputs": {
			path: "resubmit", answer: adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"amount": "must be a number"}}, status: 422, says: "must be a number",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			if c.answer.Kind != "" {
				p.answer = c.answer
			}
			token := c.token
			if token == "" {
				token = danaToken
			}
			status, body := send(t, request(t, http.MethodPost, serve(t, p, false)+"/api/v1/requests/x1.1/"+c.path, token, c.body))
			if status != c.status || !strings.Contains(body, c.says) {
				t.Errorf("%d %s, want %d with %q", status, body, c.status, c.says)
			}
		})
	}
}

// TestRequestOrdersAreNamed: a repetition with the same key is the same order,
// another verb with that key is another one.
func TestRequestOrdersAreNamed(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, false)
	for _, verb := range []string{"comment", "comment", "changes"} {
		r := request(t, http.MethodPost, base+"/api/v1/requests/x1.1/"+verb, danaToken, `{"text":"x"}`)
		r.Header.Set("Idempotency-Key", "k")
		send(t, r)
	}
	var once []string
	for _, o := range p.flows.asked {
		if o, ok := o.(api.RequestOrder); ok {
			once = append(once, o.Once)
		}
	}
	if len(once) != 3 || once[0] != once[1] || once[0] == once[2] {
		t.Errorf("the orders are named %q", once)
	}
}

func TestStuckAndAway(t *testing.T) {
	t.Parallel()
	p := newProduct()
	client, err := api.NewClient(serve(t, p, true), danaToken)
	if err != nil {
		t.Fatal(err)
	}
	stuck, err := client.Stuck(t.Context())
	if err != nil || len(stuck.Requests) != 1 || stuck.Requests[0].Request != "x1.1" {
		t.Errorf("Stuck() = %+v, %v", stuck, err)
	}
	away, err := client.SetAway(t.Context(), api.AwayBody{Until: "P3D", StandIn: "dana", As: "kim"})
	if err != nil || len(away.Away) != 1 || away.Away[0].Person != "kim" {
		t.Errorf("SetAway() = %+v, %v", away, err)
	}
	if _, err := client.ClearAway(t.Context(), "kim"); err != nil {
		t.Errorf("ClearAway() = %v", err)
	}
	if _, err := client.Absences(t.Context()); err != nil {
		t.Errorf("Absences() = %v", err)
	}
	if _, err := client.DoRequest(t.Context(), "x1.1", api.VerbComment, 2, api.RequestBody{Text: "hm"}); err != nil {
		t.Errorf("DoRequest() = %v", err)
	}
	kim := adapters.Account{Surface: "api", Tenant: "dana's token", ID: "kim"}
	want := []any{api.AwayRequest{By: kim, Body: api.AwayBody{Until: "P3D", StandIn: "dana", As: "kim"}}, kim}
	if diff := cmp.Diff(want, p.flows.asked[:2]); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}
