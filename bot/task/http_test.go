package task_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/bot/task"
	"signoff/engine/flow"
)

func TestRunOutputsWhatKestraDoes(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h["Date"] = nil
		h["X-Two"] = []string{"a", "b"}
		h.Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id": 7}`)
	})
	b := newBench(t, nil, far.Server)
	got := b.Run(t.Context(), call(post(t, far.URL+"/approvals"), nil))
	succeeds(t, got)
	want := map[string]any{
		"code": int64(201),
		"uri":  far.URL + "/approvals",
		"body": `{"id": 7}`,
		"headers": map[string]any{
			"Content-Length": []any{"9"}, "Content-Type": []any{"application/json"},
			"X-Two": []any{"a", "b"},
		},
	}
	if diff := cmp.Diff(want, got.Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	if want := "INFO POST " + far.URL + ": answered 201 Created in 0s (9 bytes)\n"; logText(got) != want {
		t.Errorf("log = %q, want %q", logText(got), want)
	}
}

func TestRunSendsBody(t *testing.T) {
	t.Parallel()
	inputs := map[string]any{
		"name": `O"Brien & <b>`, "n": int64(5), "f": 2.5, "yes": true, "nothing": nil,
		"m": map[string]any{"a": int64(1), "b": []any{"x", nil}},
	}
	tests := []struct {
		name     string
		body     any
		typ      string
		headers  []any
		wantBody string
		wantType string
	}{
		{"text_as_it_is", "hello {{ inputs.n }}", "text/plain", nil, "hello 5", "text/plain"},
		{"default_type_json", `{"n": 1}`, "", nil, `{"n": 1}`, "application/json"},
		{"whole_map_is_json", "{{ inputs.m }}", "", nil, `{"a":1,"b":["x",null]}`, "application/json"},
		{
			"yaml_map_is_json",
			map[string]any{"who": "{{ inputs.name }}", "n": "{{ inputs.n }}"},
			"", nil,
			`{"n":5,"who":"O\"Brien & <b>"}`, "application/json",
		},
		{"number_is_json", "{{ inputs.f }}", "", nil, "2.5", "application/json"},
		{"null_is_json", "{{ inputs.nothing }}", "", nil, "null", "application/json"},
		{"type_of_header", "x", "", []any{"content-type", "text/csv"}, "x", "text/csv"},
		{"property_before_header", "x", "text/html", []any{"Content-Type", "text/csv"}, "x", "text/html"},
		{
			"map_under_form_type",
			map[string]any{"b": "{{ inputs.yes }}", "a": "{{ inputs.name }}"},
			"application/x-www-form-urlencoded", nil, "a=O%22Brien+%26+%3Cb%3E&b=true", "application/x-www-form-urlencoded",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, nil)
			spec := post(t, far.URL)
			spec.Body, spec.Headers = bodyValue(t, tt.body), pairs(t, tt.headers...)
			if tt.typ != "" {
				spec.ContentType = template(t, tt.typ)
			}
			succeeds(t, newBench(t, nil, far.Server).Run(t.Context(), call(spec, inputs)))
			got := far.only(t)
			if got.Body != tt.wantBody || got.Type != tt.wantType {
				t.Errorf("sent %q as %q, want %q as %q", got.Body, got.Type, tt.wantBody, tt.wantType)
			}
		})
	}
}

// Expressions in values are data: what a person typed is never evaluated.
func TestRunNeverEvaluatesValues(t *testing.T) {
	t.Parallel()
	far := newFar(t, nil)
	inputs := map[string]any{"evil": "{{ secret('TOKEN') }}", "m": map[string]any{"k": "{{ secret('TOKEN') }}"}}
	b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"TOKEN": "canary-1234"} }, far.Server)
	spec := post(t, far.URL)
	spec.ContentType, spec.Body = template(t, "multipart/form-data"), bodyValue(t, "{{ inputs.m }}")
	spec.Headers, spec.Params = pairs(t, "X-A", "{{ inputs.evil }}"), pairs(t, "q", "{{ inputs.evil }}")
	succeeds(t, b.Run(t.Context(), call(spec, inputs)))
	got := far.only(t)
	if all := got.Body + got.Query + got.Header.Get("X-A"); strings.Contains(all, "canary") {
		t.Errorf("a value was evaluated: %s", all)
	}
}

func TestRunSendsNoTypeWithoutBody(t *testing.T) {
	t.Parallel()
	far := newFar(t, nil)
	succeeds(t, newBench(t, nil, far.Server).Run(t.Context(), call(get(t, far.URL), nil)))
	got := far.only(t)
	if got.Method != http.MethodGet || got.Type != "" || got.Key != "" {
		t.Errorf("sent %s, type %q, key %q; want GET without both", got.Method, got.Type, got.Key)
	}
}

func TestRunSendsIdempotencyKey(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method string
		header []any
		want   string
	}{
		{"POST", nil, "x1/3/1"},
		{"put", nil, "x1/3/1"},
		{"PATCH", nil, "x1/3/1"},
		{"DELETE", nil, "x1/3/1"},
		{"POST", []any{"idempotency-key", "mine"}, "mine"},
		{"GET", nil, ""},
		{"HEAD", nil, ""},
		{"OPTIONS", nil, ""},
	}
	for _, tt := range tests {
		far := newFar(t, nil)
		spec := get(t, far.URL)
		spec.Method, spec.Headers = template(t, tt.method), pairs(t, tt.header...)
		succeeds(t, newBench(t, nil, far.Server).Run(t.Context(), call(spec, nil)))
		if got := far.only(t).Key; got != tt.want {
			t.Errorf("%s %v sent key %q, want %q", tt.method, tt.header, got, tt.want)
		}
	}
}

func TestRunChecksStatus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		code    int
		accept  []int
		allow   bool
		header  string // Retry-After
		problem string
	}{
		{"200", 200, nil, false, "", ""},
		{"204", 204, nil, false, "", ""},
		{"500", 500, nil, false, "", ": answered 500 Internal Server Error"},
		{"404", 404, nil, false, "", ": answered 404 Not Found"},
		{"404_accepted", 404, []int{404}, false, "", ""},
		{"409_not_accepted", 409, []int{404}, false, "", ": answered 409 Conflict"},
		{"500_allowed", 500, nil, true, "", ""},
		{"302", 302, nil, false, "", ": answered 302 Found; redirects are followed only for GET and HEAD without a body"},
		{"304", 304, nil, false, "", ": answered 304 Not Modified; redirects are followed only for GET and HEAD without a body"},
		{"429", 429, nil, false, "17", ": answered 429 Too Many Requests; it asks to wait 17 s"},
		{"503_strange_wait", 503, nil, false, "Sun, 22 Nov 2026 10:00:00 GMT", ": answered 503 Service Unavailable"},
		{"unknown", 599, nil, false, "", ": answered 599"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "/elsewhere")
				w.Header().Set("Retry-After", tt.header)
				w.WriteHeader(tt.code)
			})
			spec := post(t, far.URL)
			spec.Accept, spec.AllowFailed = tt.accept, tt.allow
			got := newBench(t, nil, far.Server).Run(t.Context(), call(spec, nil))
			want := tt.problem
			if want != "" {
				want = "POST " + far.URL + want
			}
			if got.Problem != want {
				t.Errorf("problem = %q, want %q", got.Problem, want)
			}
			if got.Outputs["code"] != int64(tt.code) {
				t.Errorf("code = %v, want %d: outputs stand for failures too", got.Outputs["code"], tt.code)
			}
		})
	}
}

func TestRunLogsHowAFailureBegan(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, "unknown\r\n employee \u001b[31mÖ\x00"+strings.Repeat("ä", 400))
	})
	got := newBench(t, nil, far.Server).Run(t.Context(), call(post(t, far.URL), nil))
	fails(t, got, "422")
	line := got.Logs[len(got.Logs)-1].Text
	if !strings.HasPrefix(line, "the answer began: unknown employee [31mÖ ää") || len(line) > 340 {
		t.Errorf("log line = %q", line)
	}
}

func TestRunRefusesRequest(t *testing.T) {
	t.Parallel()
	inputs := map[string]any{"crlf": "a\r\nEvil: 1", "lf": "token\n", "nul": "a\x00b", "del": "a\x7f", "long": strings.Repeat("x", 5000), "wide": strings.Repeat("&", 3000)}
	tests := []struct {
		name   string
		change func(*testing.T, *flow.HTTPRequest)
		want   string
	}{
		{"method_unknown", func(t *testing.T, s *flow.HTTPRequest) { s.Method = template(t, "BREW") }, "method must be one of"},
		{"method_connect", func(t *testing.T, s *flow.HTTPRequest) { s.Method = template(t, "CONNECT") }, "method must be one of"},
		{"method_with_break", func(t *testing.T, s *flow.HTTPRequest) { s.Method = template(t, "GET / HTTP/1.1\r\nX:") }, "method must be one of"},
		{"header_crlf", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "X-A", "{{ inputs.crlf }}") }, "header X-A holds a line break"},
		{"header_lf_at_end", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "X-A", "Bearer {{ inputs.lf }}") }, "`| trim`"},
		{"header_nul", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "X-A", "{{ inputs.nul }}") }, "control character"},
		{"header_del", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "X-A", "{{ inputs.del }}") }, "control character"},
		{"header_name", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "X A", "1") }, "not the name of a header"},
		{"header_name_colon", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "X-A:", "1") }, "not the name of a header"},
		{"header_name_umlaut", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "Größe", "1") }, "not the name of a header"},
		{"header_name_empty", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "", "1") }, "not the name of a header"},
		{"header_host", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "host", "10.0.0.1") }, "Host is set by signoff"},
		{"header_length", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "Content-Length", "0") }, "set by signoff"},
		{"header_transfer", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "transfer-ENCODING", "chunked") }, "set by signoff"},
		{"header_proxy", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "Proxy-Authorization", "x") }, "set by signoff"},
		{"content_type", func(t *testing.T, s *flow.HTTPRequest) { s.ContentType = template(t, "a b/c\r\nX: 1") }, "content type"},
		{"file", func(t *testing.T, s *flow.HTTPRequest) {
			s.FormData = pairs(t, "f", map[string]any{"name": "a.txt", "content": "kestra:///x"})
		}, "formData: f: it names a file that Kestra keeps"},
		{"undefined", func(t *testing.T, s *flow.HTTPRequest) { s.Body = bodyValue(t, "{{ inputs.none }}") }, "body: `inputs.none` is not defined"},
		{"undefined_header", func(t *testing.T, s *flow.HTTPRequest) { s.Headers = pairs(t, "X-A", "{{ inputs.none }}") }, "headers: X-A: `inputs.none` is not defined"},
		{"undefined_uri", func(t *testing.T, s *flow.HTTPRequest) { s.URI = template(t, "{{ inputs.none }}") }, "uri: `inputs.none` is not defined"},
		{"no_uri", func(_ *testing.T, s *flow.HTTPRequest) { s.URI = nil }, "uri: the address is missing"},
		{"too_long_query", func(t *testing.T, s *flow.HTTPRequest) {
			s.Params = pairs(t, "a", "{{ inputs.wide }}")
		}, "uri: the query of the address is longer than 8.0 KiB"},
		{"too_long_uri", func(t *testing.T, s *flow.HTTPRequest) {
			s.URI = template(t, "http://a.example/"+strings.Repeat("x", 9000))
		}, "uri: the address is longer than 8.0 KiB"},
		{"too_large_text", func(t *testing.T, s *flow.HTTPRequest) { s.Body = bodyValue(t, "{{ inputs.long }}") }, "the request is larger than 4.0 KiB"},
		{"too_large_json", func(t *testing.T, s *flow.HTTPRequest) { s.Body = bodyValue(t, []any{"{{ inputs.long }}"}) }, "the request is larger than 4.0 KiB"},
		{"too_large_form", func(t *testing.T, s *flow.HTTPRequest) { s.FormData = pairs(t, "f", "{{ inputs.long }}") }, "the request is larger than 4.0 KiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, nil)
			spec := post(t, far.URL)
			tt.change(t, spec)
			b := newBench(t, func(c *task.Config) { c.Limits.Request = 4096 }, far.Server)
			fails(t, b.Run(t.Context(), call(spec, inputs)), tt.want)
			far.none(t)
		})
	}
}

func TestRunSendsOwnHostOnly(t *testing.T) {
	t.Parallel()
	far := newFar(t, nil)
	spec := get(t, far.URL)
	spec.Headers = pairs(t, "X-A", " blanks ", "X-A", "again", "user-agent", "mine", "X-N", "{{ inputs.n }}", "X-Nil", "{{ inputs.nil }}")
	succeeds(t, newBench(t, nil, far.Server).Run(t.Context(), call(spec, map[string]any{"n": int64(3), "nil": nil})))
	got := far.only(t).Header
	want := map[string][]string{"X-A": {"blanks", "again"}, "User-Agent": {"mine"}, "X-N": {"3"}, "X-Nil": {""}}
	for name, values := range want {
		if diff := cmp.Diff(values, got[name]); diff != "" {
			t.Errorf("header %s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRunPrefersFormData(t *testing.T) {
	t.Parallel()
	far := newFar(t, nil)
	spec := post(t, far.URL)
	spec.Body, spec.FormData = bodyValue(t, "x"), pairs(t, "a", "1", "b", []any{"x", "y"}, "c", "{{ inputs.nil }}")
	got := newBench(t, nil, far.Server).Run(t.Context(), call(spec, map[string]any{"nil": nil}))
	succeeds(t, got)
	if s := far.only(t); s.Body != "a=1&b=%5B%22x%22%2C%22y%22%5D&c=" || s.Type != "application/x-www-form-urlencoded" {
		t.Errorf("sent %q as %q", s.Body, s.Type)
	}
	if !strings.Contains(logText(got), "body beside it is ignored") {
		t.Errorf("log %q does not say that the body is ignored", logText(got))
	}
}

func TestRunAddsParams(t *testing.T) {
	t.Parallel()
	tests := []struct{ uri, want string }{
		{"/p", "q=a%26b%3Dc+d&n=1"},
		{"/p?x=1", "x=1&q=a%26b%3Dc+d&n=1"},
		{"/p?x=1#frag", "x=1&q=a%26b%3Dc+d&n=1"},
	}
	for _, tt := range tests {
		far := newFar(t, nil)
		spec := get(t, far.URL+tt.uri)
		spec.Params = pairs(t, "q", "{{ inputs.q }}", "n", int64(1))
		out := newBench(t, nil, far.Server).Run(t.Context(), call(spec, map[string]any{"q": "a&b=c d"}))
		succeeds(t, out)
		if out.Outputs["uri"] != far.URL+"/p?"+tt.want {
			t.Errorf("%s: output uri = %v, want what was called", tt.uri, out.Outputs["uri"])
		}
		if got := far.only(t); got.Query != tt.want || got.Path != "/p" {
			t.Errorf("%s: query %q, want %q", tt.uri, got.Query, tt.want)
		}
	}
}

func TestRunKeepsOutputsPlain(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["X-Latin"] = []string{"caf\xe9"}
		_, _ = w.Write([]byte("ok \xff\xfe end"))
	})
	got := newBench(t, nil, far.Server).Run(t.Context(), call(get(t, far.URL), nil))
	succeeds(t, got)
	if got.Outputs["body"] != "ok \uFFFD end" {
		t.Errorf("body = %q, want valid UTF-8", got.Outputs["body"])
	}
	b, err := json.Marshal(got.Outputs)
	if err != nil {
		t.Fatalf("outputs are not JSON: %v", err)
	}
	var back map[string]any
	if err := json.Unmarshal(b, &back); err != nil || !strings.Contains(string(b), "caf\uFFFD") {
		t.Errorf("outputs do not survive JSON: %s", b)
	}
}

func TestRunRefusesOtherTasks(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	c := call(&flow.Sleep{}, nil)
	c.Task.Type = flow.TypeSleep
	fails(t, b.Run(t.Context(), c), "a task of type Sleep makes no call")
	fails(t, b.Run(t.Context(), task.Call{}), "no task")
}
