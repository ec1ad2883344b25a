package api_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/api"
	"signoff/engine"
)

// hooks remembers the calls and answers with what the test says.
type hooks struct {
	calls  []api.HookCall
	answer api.HookAnswer
	err    error
}

func (h *hooks) Webhook(_ context.Context, c api.HookCall) (api.HookAnswer, error) {
	h.calls = append(h.calls, c)
	return h.answer, h.err
}

func started() api.HookAnswer {
	return api.HookAnswer{
		Execution: engine.Execution{
			ID: "x1", Flow: engine.FlowRef{Namespace: "hr", ID: "f", Revision: 2}, State: engine.Success, Outputs: map[string]any{"n": int64(1)},
		},
		URL: "https://signoff.example/executions/x1",
	}
}

// call calls an address and returns the status and the body.
func call(t *testing.T, h *hooks, get bool, r *http.Request) (status int, body string, header http.Header) {
	t.Helper()
	handler, err := api.NewHooks(api.HooksConfig{Hooks: h, AllowGet: get, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	raw, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(raw), w.Header()
}

func hookRequest(method, path, media, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	return r
}

func TestHookAddresses(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]*api.HookCall{
		"/hooks/hr.ops/f/k":                                  {Namespace: "hr.ops", Flow: "f", Key: "k"},
		"/hooks/hr.ops/f/k/a/b?x=1&x=2":                      {Namespace: "hr.ops", Flow: "f", Key: "k", Path: "a/b", Parameters: map[string][]string{"x": {"1", "2"}}},
		"/api/v1/executions/webhook/hr/f/k":                  {Namespace: "hr", Flow: "f", Key: "k"},
		"/api/v1/executions/webhook/hr/f/k%2Fwith%20a/slash": {Namespace: "hr", Flow: "f", Key: "k/with a", Path: "slash"},
		"/api/v1/main/executions/webhook/hr/f/k/b":           {Namespace: "hr", Flow: "f", Key: "k", Path: "b"},
		"/hooks/hr/f":    nil,
		"/hooks/hr/f/":   nil,
		"/hooks/":        nil,
		"/hooks//f/k":    nil,
		"/api/v1/others": nil,
	} {
		h := &hooks{answer: started()}
		status, body, _ := call(t, h, false, hookRequest(http.MethodPost, path, "", ""))
		if want == nil {
			if status < http.StatusMultipleChoices || len(h.calls) != 0 {
				t.Errorf("%s: %d %s, %d calls", path, status, body, len(h.calls))
			}
			continue
		}
		want.Method = http.MethodPost
		if want.Parameters == nil {
			want.Parameters = map[string][]string{}
		}
		want.Headers = map[string][]string{}
		if diff := cmp.Diff([]api.HookCall{*want}, h.calls); diff != "" || status != http.StatusOK {
			t.Errorf("%s: %d (-want +got):\n%s", path, status, diff)
		}
	}
}

// No GET starts anything unless the operator says so: links are looked at by
// machines.
func TestHookMethods(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method string
		get    bool
		want   int
	}{
		{http.MethodPost, false, 200},
		{http.MethodPut, false, 200},
		{http.MethodGet, false, 405},
		{http.MethodHead, false, 405},
		{http.MethodDelete, false, 405},
		{http.MethodOptions, false, 405},
		{http.MethodGet, true, 200},
		{http.MethodHead, true, 405},
		{http.MethodPatch, true, 405},
	} {
		h := &hooks{answer: started()}
		status, _, header := call(t, h, c.get, hookRequest(c.method, "/hooks/hr/f/k", "", ""))
		if status != c.want || (len(h.calls) == 1) != (c.want == 200) || (header.Get("Allow") != "") != (c.want == 405) {
			t.Errorf("%s, GET allowed %t: %d, %d calls, want %d", c.method, c.get, status, len(h.calls), c.want)
		}
	}
}

func TestHookBodies(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	for name, c := range map[string]struct {
		media, body string
		status      int
		want        any
	}{
		"none":                  {"", "", 200, nil},
		"JSON":                  {"application/json; charset=utf-8", `{"n":1,"f":1.5,"big":123456789012345678,"l":[null,true]}`, 200, map[string]any{"n": int64(1), "f": 1.5, "big": int64(123456789012345678), "l": []any{nil, true}}},
		"a JSON dialect":        {"application/cloudevents+json", `{"a":"b"}`, 200, map[string]any{"a": "b"}},
		"JSON that nobody says": {"", `{"a":"b"}`, 200, map[string]any{"a": "b"}},
		"a scalar":              {"application/json", `"s"`, 200, "s"},
		"text":                  {"text/plain", `{"a":"b"}`, 200, `{"a":"b"}`},
		"what curl -d sends":    {"application/x-www-form-urlencoded", `{"a":"b"}`, 200, map[string]any{"a": "b"}},
		"a form in brackets":    {"application/x-www-form-urlencoded", `[a]=b`, 200, "[a]=b"},
		"a form":                {"application/x-www-form-urlencoded", `a=b`, 200, "a=b"},
		"no text":               {"text/plain", "a\xffb", 200, "a\uFFFDb"},
		"something":             {"", "hello", 200, "hello"},
		"broken JSON":           {"application/json", `{"a":`, 400, nil},
		"two values":            {"application/json", `{} {}`, 400, nil},
		"deep JSON":             {"application/json", deep, 400, nil},
		"the largest":           {"text/plain", strings.Repeat("x", 1<<20), 200, strings.Repeat("x", 1<<20)},
		"too large":             {"text/plain", strings.Repeat("x", 1<<20+1), 413, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &hooks{answer: started()}
			status, body, _ := call(t, h, false, hookRequest(http.MethodPost, "/hooks/hr/f/k", c.media, c.body))
			if status != c.status {
				t.Fatalf("%d %.200s, want %d", status, body, c.status)
			}
			if status != 200 {
				if len(h.calls) != 0 {
					t.Error("it was handed on")
				}
				return
			}
			if diff := cmp.Diff(c.want, h.calls[0].Body); diff != "" {
				t.Errorf("body (-want +got):\n%.500s", diff)
			}
		})
	}
}

// What speaks of the connection, or lets somebody in, is no business of a flow.
func TestHookHeadersLeaveOutWhatIsSecret(t *testing.T) {
	t.Parallel()
	h := &hooks{answer: started()}
	r := hookRequest(http.MethodPost, "/hooks/hr/f/k", "application/json", "{}")
	for name, v := range map[string]string{
		"Authorization": "Bearer canary", "Cookie": "s=canary", "Proxy-Authorization": "canary", "Connection": "close, X-Hop", "X-Hop": "canary",
		"Te": "canary", "Upgrade": "canary", "X-GitHub-Event": "push", "X-GitHub-Delivery": "d-1",
	} {
		r.Header.Set(name, v)
	}
	r.Header.Add("X-Twice", "a")
	r.Header.Add("X-Twice", "b")
	call(t, h, false, r)
	want := map[string][]string{
		"content-type": {"application/json"}, "x-github-event": {"push"}, "x-github-delivery": {"d-1"}, "x-twice": {"a", "b"},
	}
	if diff := cmp.Diff(want, h.calls[0].Headers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if h.calls[0].Delivery != "d-1" {
		t.Errorf("delivery %q", h.calls[0].Delivery)
	}
}

func TestHookAnswers(t *testing.T) {
	t.Parallel()
	with := func(edit func(*api.HookAnswer)) api.HookAnswer {
		a := started()
		edit(&a)
		return a
	}
	const view = `{"id":"x1","namespace":"hr","flowId":"f","flowRevision":2,"state":{"current":"STATE"},"outputs":{"n":1},"url":"https://signoff.example/executions/x1"}`
	for name, c := range map[string]struct {
		h      hooks
		status int
		body   string
	}{
		"started":                {hooks{answer: started()}, 200, strings.Replace(view, "STATE", "SUCCESS", 1)},
		"with a status":          {hooks{answer: with(func(a *api.HookAnswer) { a.Status = 202 })}, 202, strings.Replace(view, "STATE", "SUCCESS", 1)},
		"outputs":                {hooks{answer: with(func(a *api.HookAnswer) { a.Outputs = true })}, 200, `{"n":1}`},
		"outputs, none":          {hooks{answer: with(func(a *api.HookAnswer) { a.Outputs, a.Execution.Outputs = true, nil })}, 200, `{}`},
		"outputs of a failure":   {hooks{answer: with(func(a *api.HookAnswer) { a.Outputs, a.Execution.State = true, engine.Failed })}, 500, strings.Replace(view, "STATE", "FAILED", 1)},
		"outputs not yet":        {hooks{answer: with(func(a *api.HookAnswer) { a.Outputs, a.Execution.State = true, engine.Paused })}, 202, strings.Replace(view, "STATE", "PAUSED", 1)},
		"a condition said no":    {hooks{}, 204, ""},
		"seen before":            {hooks{answer: api.HookAnswer{Seen: true}}, 200, `{"duplicate":true}`},
		"not there":              {hooks{err: &engine.RejectionError{Code: engine.NotFound, Text: "There is no such webhook."}}, 404, `{"error":{"code":"not_found","text":"There is no such webhook."}}`},
		"too many":               {hooks{err: &api.Error{Status: 429, Code: "too_many", Text: "Try again."}}, 429, `{"error":{"code":"too_many","text":"Try again."}}`},
		"something went wrong":   {hooks{err: io.ErrUnexpectedEOF}, 500, "Look for"},
		"and says nothing of it": {hooks{err: io.ErrUnexpectedEOF}, 500, "Something went wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body, header := call(t, &c.h, false, hookRequest(http.MethodPost, "/hooks/hr/f/k", "", ""))
			if status != c.status || !strings.Contains(body, c.body) || strings.Contains(body, "EOF") || c.body == "" && body != "" {
				t.Errorf("%d %s, want %d %s", status, body, c.status, c.body)
			}
			if body != "" && header.Get("Cache-Control") != "no-store" {
				t.Error("it may be kept by a cache")
			}
		})
	}
}

// FuzzHookBody holds that no body is more than a body.
func FuzzHookBody(f *testing.F) {
	f.Add("application/json", `{"a":[1,2,{"b":null}]}`)
	f.Add("text/plain", "\xff")
	f.Add("", `[[[[[[`)
	f.Add("a/b;", `1e999`)
	f.Fuzz(func(t *testing.T, media, body string) {
		h := &hooks{answer: started()}
		status, answer, _ := call(t, h, false, hookRequest(http.MethodPost, "/hooks/hr/f/k", media, body))
		if status == http.StatusInternalServerError {
			t.Fatalf("%d %s", status, answer)
		}
	})
}
