package task_test

import (
	"context"
	"strings"
	"testing"

	"signoff/bot/task"
	"signoff/engine/expr"
)

func TestRunKeepsAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, uri, v string
		want         string // what the far side read, or
		problem      string
	}{
		{"plain", "http://ADDR/u/{{ inputs.v }}", "dana", "/u/dana?", ""},
		{"blank", "http://ADDR/u/{{ inputs.v }}", "dana scully", "/u/dana scully?", ""},
		{"mail", "http://ADDR/u/{{ inputs.v }}/x", "dana@example.com", "/u/dana@example.com/x?", ""},
		{"slash_is_allowed", "http://ADDR/repos/{{ inputs.v }}/pulls", "owner/name", "/repos/owner/name/pulls?", ""},
		{"time", "http://ADDR/at/{{ inputs.v }}", "2026-11-22T10:00:00+01:00", "/at/2026-11-22T10:00:00+01:00?", ""},
		{"umlaut", "http://ADDR/u/{{ inputs.v }}", "Jürgen", "/u/Jürgen?", ""},
		{"query_value", "http://ADDR/s?q={{ inputs.v }}&n=1", "a b", "/s?q=a%20b&n=1", ""},
		{"encoded_already", "http://ADDR/s?q={{ inputs.v }}", "a%26b", "/s?q=a%26b", ""},
		{"whole_address", "{{ inputs.v }}", "http://ADDR/a/b?c=d", "/a/b?c=d", ""},
		{"beginning", "{{ inputs.v }}/a", "http://ADDR", "/a?", ""},
		{"host_and_port", "http://{{ inputs.v }}/a", "ADDR", "/a?", ""},

		{"query_begun", "http://ADDR/u/{{ inputs.v }}", "dana?admin=1", "", "changed the structure of the address"},
		{"fragment_begun", "http://ADDR/u/{{ inputs.v }}/delete", "dana#", "", "changed the structure of the address"},
		{"parameter_added", "http://ADDR/s?q={{ inputs.v }}", "a&admin=1", "", "changed the structure of the address"},
		{"climbed", "http://ADDR/u/{{ inputs.v }}", "../admin", "", "holds .."},
		{"climbed_encoded", "http://ADDR/u/{{ inputs.v }}", "%2e%2e%2fadmin", "", "holds .."},
		{"percent", "http://ADDR/u/{{ inputs.v }}", "100%", "", "cannot be read; put values through `urlencode`"},
		{"line_break", "http://ADDR/u/{{ inputs.v }}", "a\r\nHost: x", "", "line break"},
		{"backslash", "http://ADDR/u/{{ inputs.v }}", `a\b`, "", "backslash"},
		{"host_moved", "http://{{ inputs.v }}.hr.example/", "ADDR/x", "", "changed the host of the address"},
		{"host_moved_query", "http://{{ inputs.v }}.hr.example/", "ADDR?", "", "changed the host of the address"},
		{"host_moved_fragment", "http://{{ inputs.v }}.hr.example/", "ADDR#", "", "changed the host of the address"},
		{"spared_for_json", "http://ADDR/{{ fromJson(inputs.j).n }}/{{ inputs.v }}", "a?admin=1", "", "changed the structure"},
		{"spared_for_date", "http://ADDR/{{ inputs.date | date('yyyy') }}/{{ inputs.v }}", "a?admin=1", "", "changed the structure"},
		{"date", "http://ADDR/{{ inputs.date | date('yyyy') }}/{{ inputs.v }}", "a", "/2026/a?", ""},
		{"user", "http://hr.example{{ inputs.v }}/", "@ADDR", "", "holds a user name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			far := newFar(t, nil)
			here := strings.NewReplacer("ADDR", far.Listener.Addr().String())
			b := newBench(t, func(c *task.Config) { c.Egress.Resolver = home{} }, far.Server)
			got := b.Run(t.Context(), call(get(t, here.Replace(tt.uri)), map[string]any{
				"v": here.Replace(tt.v), "j": `{"n": 5}`, "date": "2026-11-22T10:00:00+01:00",
			}))
			if tt.problem != "" {
				fails(t, got, "uri: ", tt.problem)
				far.none(t)
				return
			}
			succeeds(t, got)
			if s := far.only(t); s.Path+"?"+s.Query != tt.want {
				t.Errorf("the far side read %s?%s, want %s", s.Path, s.Query, tt.want)
			}
		})
	}
}

// What the operator and the flow's author write may be structure.
func TestRunTrustsVariables(t *testing.T) {
	t.Parallel()
	far := newFar(t, nil)
	inputs := map[string]any{"kv:API": far.URL + "/v1?tenant=a&x=y", "base": far.URL + "/v2?a=b", "query": "c=d&e=f"}
	b := newBench(t, nil, far.Server)
	succeeds(t, b.Run(t.Context(), call(get(t, "{{ kv('API') }}"), inputs)))
	succeeds(t, b.Run(t.Context(), call(get(t, "{{ vars.base }}"), inputs)))
	succeeds(t, b.Run(t.Context(), call(get(t, far.URL+"?{{ vars.query }}"), inputs)))
	for i, want := range []string{"tenant=a&x=y", "a=b", "c=d&e=f"} {
		if far.seen[i].Query != want {
			t.Errorf("query %d = %q, want %q", i, far.seen[i].Query, want)
		}
	}
}

func TestRunKeepsJSONBody(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, typ string
		v               any
		problem         string
	}{
		{"plain", `{"a": "{{ inputs.v }}"}`, "", "x", ""},
		{"number", `{"a": {{ inputs.v }}}`, "", int64(5), ""},
		{"json_passed_on", `{{ inputs.v }} `, "", `{"a": ["b"]}`, ""},
		{"json_put_in", `{"a": {{ inputs.v }}}`, "", `{"b": "c"}`, ""},
		{"not_json_at_all", `hello {{ inputs.v }}`, "", `a "b"`, ""},
		{"other_type", `a="{{ inputs.v }}"`, "text/plain", `"`, ""},
		{"broken", `{"a": "{{ inputs.v }}"}`, "", `a "b"`, "body: a value with a quote"},
		{"reshaped", `{"a": "{{ inputs.v }}"}`, "", `x", "admin": "y`, "body: a value has changed the structure"},
		{"repeated_name", `{"a": "1", "b": "{{ inputs.v }}"}`, "", `x", "a": "2`, "body: a value has changed the structure"},
		{"vendor_type", `{"a": "{{ inputs.v }}"}`, "application/merge-patch+json; charset=utf-8", `x", "b": "y`, "body: a value has changed the structure"},
		{"spared_for_json", `{"a": "{{ fromJson(inputs.j).n }}", "b": "{{ inputs.v }}"}`, "", `x", "admin": "y`, "body: a value has changed the structure"},
		{"inside_json", `{"a": "{{ fromJson(inputs.evil).n }}"}`, "", `x`, "body: a value has changed the structure"},
		{"inside_json_plain", `{"a": "{{ fromJson(inputs.j).n }}"}`, "", `x`, ""},
		{"spared_for_date", `{"a": "{{ inputs.date | date('yyyy') }}", "b": "{{ inputs.v }}"}`, "", `x", "admin": "y`, "body: a value has changed the structure"},
		{"two_together", `{"a": "{{ inputs.slash }}", "b": "{{ inputs.v }}", "c": "{{ fromJson(inputs.j).n }}"}`, "", `, "admin": true, "z": "1`, "body: a value with a quote"},
		{"in_list", `["{{ inputs.v }}"]`, "", `x","y`, "body: a value has changed the structure"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, nil)
			spec := post(t, far.URL)
			spec.Body = bodyValue(t, tt.body)
			if tt.typ != "" {
				spec.ContentType = template(t, tt.typ)
			}
			got := newBench(t, nil, far.Server).Run(t.Context(), call(spec, map[string]any{
				"v": tt.v, "j": `{"n": 5}`, "slash": `x\`, "evil": `{"n": "x\", \"admin\": \"y"}`, "date": "2026-11-22T10:00:00+01:00",
			}))
			if tt.problem != "" {
				fails(t, got, tt.problem, "toJson")
				far.none(t)
				return
			}
			succeeds(t, got)
		})
	}
}

// Two flows run at once, each with its own secrets and its own far side.
func TestRunKeepsCallsApart(t *testing.T) {
	t.Parallel()
	far := newFar(t, nil)
	b := newBench(t, func(c *task.Config) { c.Secrets = perNamespace{} }, far.Server)
	spec := post(t, far.URL)
	spec.Body = bodyValue(t, "{{ secret('S') }}")
	spec.ContentType = template(t, "text/plain")
	done := make(chan task.Result)
	for _, ns := range []string{"alpha", "beta"} {
		for range 20 {
			go func() {
				c := call(spec, nil)
				c.Namespace, c.Env = ns, expr.Env{Roots: map[string]any{"inputs": map[string]any{}}}
				done <- b.Run(t.Context(), c)
			}()
		}
	}
	for range 40 {
		succeeds(t, <-done)
	}
	counts := map[string]int{}
	for _, s := range far.seen {
		counts[s.Body]++
	}
	if counts["secret of alpha"] != 20 || counts["secret of beta"] != 20 {
		t.Errorf("the far side got %v", counts)
	}
}

type perNamespace struct{}

func (perNamespace) Secret(_ context.Context, ns, _ string) (string, error) {
	return "secret of " + ns, nil
}
