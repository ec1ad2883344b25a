package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/engine"
	"signoff/engine/flow"
)

func (p *product) Do(_ context.Context, id engine.ExecutionID, o api.Order) (engine.Execution, error) {
	p.ask(id, o)
	if id == "absent" {
		return engine.Execution{}, &engine.RejectionError{Code: engine.NotFound, Text: "There is no such execution."}
	}
	x := p.execution
	x.ID, x.State = id, engine.Killed
	return x, p.err
}

func (p *product) Replay(_ context.Context, r api.ReplayRequest) (engine.Execution, error) {
	p.ask(r)
	x := p.execution
	if x.ID = "new"; r.DryRun {
		x.ID = ""
	}
	return x, p.err
}

// TryClick answers as Click does and remembers nothing.
func (p *product) TryClick(context.Context, adapters.Click) (adapters.Answer, error) {
	p.ask("try")
	return p.answer, p.err
}

func TestVerbs(t *testing.T) {
	t.Parallel()
	dana := adapters.Account{Surface: "api", Tenant: "dana's token", ID: "dana@example.com", Name: "dana's token"}
	for verb, c := range map[string]struct {
		body string
		want api.Order
	}{
		"kill":      {"", api.Order{Verb: "kill"}},
		"cancel":    {`{"reason":"wrong one"}`, api.Order{Verb: "cancel", Reason: "wrong one"}},
		"restart":   {`{}`, api.Order{Verb: "restart"}},
		"hold":      {`{"dryRun":true}`, api.Order{Verb: "hold", DryRun: true}},
		"release":   {"", api.Order{Verb: "release"}},
		"force-run": {"", api.Order{Verb: "force-run"}},
		"labels":    {`{"labels":{"a":"b","c":""}}`, api.Order{Verb: "labels", Labels: map[string]string{"a": "b", "c": ""}}},
		"state":     {`{"taskRun":"2","state":"success"}`, api.Order{Verb: "state", TaskRun: "2", State: engine.Success}},
	} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			status, body := send(t, request(t, http.MethodPost, serve(t, p, false)+"/api/v1/executions/x1/"+verb, danaToken, c.body))
			if status != http.StatusOK || !strings.Contains(body, `"state":"KILLED"`) {
				t.Errorf("%d %s", status, body)
			}
			c.want.By = dana
			if diff := cmp.Diff([]any{engine.ExecutionID("x1"), c.want}, p.flows.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestVerbsRefuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path, body string
		err        error
		status     int
		code       string
	}{
		"nobody there":         {"absent/kill", "", nil, 404, "not_found"},
		"not in this state":    {"x1/restart", "", &engine.RejectionError{Code: engine.NotAllowed, Text: "no"}, 409, "not_allowed"},
		"over":                 {"x1/kill", "", &engine.RejectionError{Code: engine.Ended, Text: "no"}, 409, "ended"},
		"labels for a kill":    {"x1/kill", `{"labels":{"a":"b"}}`, nil, 400, "bad_request"},
		"a state for a cancel": {"x1/cancel", `{"state":"SUCCESS"}`, nil, 400, "bad_request"},
		"a reason for a kill":  {"x1/kill", `{"reason":"x"}`, nil, 400, "bad_request"},
		"an unknown field":     {"x1/kill", `{"force":true}`, nil, 400, "bad_request"},
		"as somebody else":     {"x1/kill", `{"as":"kim"}`, nil, 403, "not_allowed"},
		"two revisions":        {"x1/replay", `{"revision":1,"latest":true}`, nil, 400, "bad_request"},
		"less than a revision": {"x1/replay", `{"revision":-1}`, nil, 400, "bad_request"},
		"inputs that do not fit": {"x1/replay", `{"inputs":{"n":1}}`, &engine.RejectionError{
			Code: engine.BadInput, Text: "no", Fields: []flow.FieldError{{Field: "n", Text: "must be a text"}},
		}, 422, "bad_input"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			p.err = c.err
			status, body := send(t, request(t, http.MethodPost, serve(t, p, false)+"/api/v1/executions/"+c.path, danaToken, c.body))
			if status != c.status || !strings.Contains(body, `"code":"`+c.code+`"`) {
				t.Errorf("%d %s, want %d %s", status, body, c.status, c.code)
			}
		})
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, false)
	r := request(t, http.MethodPost, base+"/api/v1/executions/x1/replay", danaToken, `{"taskRun":"2","latest":true,"inputs":{"n":4}}`)
	r.Header.Set("Idempotency-Key", "k")
	status, body := send(t, r)
	if status != http.StatusCreated || !strings.Contains(body, `"id":"new"`) {
		t.Errorf("%d %s", status, body)
	}
	ask, _ := p.flows.asked[0].(api.ReplayRequest)
	if ask.Of != "x1" || ask.TaskRun != "2" || !ask.Latest || ask.Inputs["n"] != int64(4) || ask.Once == "" || ask.By.ID != "dana@example.com" {
		t.Errorf("asked %+v", ask)
	}
	if status, _ := send(t, request(t, http.MethodPost, base+"/api/v1/executions/x1/replay", danaToken, `{"dryRun":true}`)); status != http.StatusOK {
		t.Errorf("a dry run: %d", status)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, false)
	path := "/api/v1/executions?namespace=hr&flow=f&state=queued&state=PAUSED&label=a:b:c&startedAfter=2026-11-22T09:00:00Z" +
		"&endedBefore=2026-11-23T09:00:00Z&requester=dana&parent=x&original=y&text=z&after=q&oldest=true&limit=7"
	if status, body := send(t, request(t, http.MethodGet, base+path, danaToken, "")); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	f := p.filters[0]
	if f.Labels["a"] != "b:c" || len(f.States) != 2 || f.States[0] != engine.Queued || f.StartedAfter.IsZero() || f.EndedBefore.IsZero() ||
		f.Requester != "dana" || f.Parent != "x" || f.Original != "y" || f.Text != "z" || f.After != "q" || !f.Oldest || f.Limit != 7 {
		t.Errorf("the filter is %+v", f)
	}
	// The client writes what the server reads.
	client, err := api.NewClient(base, danaToken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Executions(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, p.filters[1]); diff != "" {
		t.Errorf("through the client (-want +got):\n%s", diff)
	}
	for _, bad := range []string{"stat=PAUSED", "state=LATE", "label=a", "label=:b", "startedAfter=today", "oldest=maybe", "limit=0", "limit=x", "limit=100001"} {
		if status, body := send(t, request(t, http.MethodGet, base+"/api/v1/executions?"+bad, danaToken, "")); status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", bad, status, body)
		}
	}
}
