package api_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/engine"
	"signoff/engine/flow"
)

// form is a resume as Kestra's clients send it.
func form(t *testing.T, url string, values map[string]string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range values {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := request(t, http.MethodPost, url, danaToken, body.String())
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// H4 of Kestra's holes: a resume names the gate that it answers.
func TestKestraH4ResumeNamesItsGate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path   string
		values map[string]string
		status int
		says   string
	}{
		"no gate":           {"resume", map[string]string{"approved": "true"}, 409, "Open: x1.1."},
		"by request":        {"resume?request=x1.1", map[string]string{"approved": "true", "reason": "ok"}, 200, `"id":"x1"`},
		"by task run":       {"resume?taskRunId=1", map[string]string{"approved": "true", "reason": "ok"}, 200, `"id":"x1"`},
		"another gate":      {"resume?taskRunId=2", map[string]string{"approved": "true"}, 404, "not_found"},
		"another execution": {"resume?request=x2.1", map[string]string{"approved": "true"}, 404, "another execution"},
		"neither yes nor no": {
			"resume?request=x1.1", map[string]string{"approved": "maybe"}, 422, "must be true or false",
		},
		"without the verdict": {"resume?request=x1.1", nil, 422, "must be true or false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			status, body := send(t, form(t, serve(t, p, false)+"/api/v1/main/executions/x1/"+c.path, c.values))
			if status != c.status || !strings.Contains(body, c.says) {
				t.Errorf("%d %s, want %d with %q", status, body, c.status, c.says)
			}
			if (len(p.clicks) == 1) != (status == http.StatusOK) {
				t.Errorf("%d clicks", len(p.clicks))
			}
			if len(p.clicks) == 1 {
				got := p.clicks[0]
				if got.Action != "approve" || got.Request != "x1.1" || got.Values["reason"] != "ok" || got.Values["approved"] != nil {
					t.Errorf("the click is %+v", got)
				}
			}
		})
	}
}

func TestKestraResumeSaysNo(t *testing.T) {
	t.Parallel()
	p := newProduct()
	send(t, form(t, serve(t, p, false)+"/api/v1/executions/x1/resume?request=x1.1", map[string]string{"approved": "false"}))
	if len(p.clicks) != 1 || p.clicks[0].Action != "reject" {
		t.Errorf("the clicks are %+v", p.clicks)
	}
}

func TestKestraResumeOfWhatAsksNothing(t *testing.T) {
	t.Parallel()
	p := newProduct()
	p.execution.Runs[0].Request.Outcome = engine.Approved
	base := serve(t, p, false)
	if status, body := send(t, form(t, base+"/api/v1/main/executions/x1/resume", nil)); status != http.StatusConflict || !strings.Contains(body, "asks for nothing") {
		t.Errorf("%d %s", status, body)
	}
	p.execution.Held = true
	status, body := send(t, request(t, http.MethodPost, base+"/api/v1/main/executions/x1/resume", danaToken, ""))
	if o, _ := p.flows.asked[1].(api.Order); status != http.StatusOK || o.Verb != api.VerbRelease {
		t.Errorf("a held one: %d %s, asked %v", status, body, p.flows.asked)
	}
}

func TestKestraValidate(t *testing.T) {
	t.Parallel()
	p := newProduct()
	p.execution.Runs[0].Request.Form = []flow.Field{{ID: "approved", Type: flow.Bool}, {ID: "reason", Type: flow.String}}
	p.answer = adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"reason": "is required"}}
	status, body := send(t, form(t, serve(t, p, false)+"/api/v1/executions/x1/resume/validate?request=x1.1", map[string]string{"approved": "true"}))
	if status != http.StatusOK || strings.Count(body, `"errors":[]`) != 1 || !strings.Contains(body, `"errors":[{"message":"is required"}]`) || len(p.clicks) > 0 {
		t.Errorf("%d %s", status, body)
	}
}

func TestKestraRefusesForms(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, false) + "/api/v1/executions/x1/resume?request=x1.1"
	for name, c := range map[string]struct {
		media, body string
		status      int
	}{
		"json":        {"application/json", `{"approved":true}`, 415},
		"no boundary": {"multipart/form-data", "x", 400},
		"cut":         {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", 400},
		"a file":      {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n", 400},
		"too large":   {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + strings.Repeat("x", 2<<20) + "\r\n--b--\r\n", 413},
	} {
		r := request(t, http.MethodPost, base, danaToken, c.body)
		r.Header.Set("Content-Type", c.media)
		if status, body := send(t, r); status != c.status || len(p.clicks) > 0 {
			t.Errorf("%s: %d %.200s, want %d", name, status, body, c.status)
		}
	}
}

func TestKestraVerbs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, path, body string
		want               api.Order
	}{
		"kill":      {"DELETE", "kill?isOnKillCascade=true", "", api.Order{Verb: "kill"}},
		"pause":     {"POST", "pause", "", api.Order{Verb: "hold"}},
		"restart":   {"POST", "restart", "", api.Order{Verb: "restart"}},
		"force-run": {"POST", "force-run", "", api.Order{Verb: "force-run"}},
		"state":     {"POST", "state", `{"taskRunId":"2","state":"SUCCESS"}`, api.Order{Verb: "state", TaskRun: "2", State: engine.Success}},
		"labels":    {"POST", "labels", `[{"key":"a","value":"b"}]`, api.Order{Verb: "labels", Labels: map[string]string{"a": "b"}}},
	} {
		p := newProduct()
		status, body := send(t, request(t, c.method, serve(t, p, false)+"/api/v1/main/executions/x1/"+c.path, danaToken, c.body))
		if status != http.StatusOK {
			t.Errorf("%s: %d %s", name, status, body)
			continue
		}
		c.want.By = adapters.Account{Surface: "api", Tenant: "dana's token", ID: "dana@example.com", Name: "dana's token"}
		if diff := cmp.Diff(c.want, p.flows.asked[1]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	p := newProduct()
	base := serve(t, p, false) + "/api/v1/main/executions/x1/replay"
	if status, body := send(t, form(t, base+"-with-inputs?taskRunId=2&latestRevision=true", map[string]string{"n": "4"})); status != http.StatusCreated {
		t.Errorf("replay: %d %s", status, body)
	}
	if ask, _ := p.flows.asked[0].(api.ReplayRequest); ask.TaskRun != "2" || !ask.Latest || ask.Inputs["n"] != "4" {
		t.Errorf("replay asked %+v", ask)
	}
	if status, _ := send(t, request(t, http.MethodPost, base+"?revision=x", danaToken, "")); status != http.StatusBadRequest {
		t.Errorf("a revision that is no number: %d", status)
	}
}
