package task_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/bot/task"
	"signoff/engine/flow"
)

// answering is a far side for http().
func answering(t *testing.T) *far {
	t.Helper()
	return newFar(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/json":
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			_, _ = io.WriteString(w, `{"name": "Ada", "n": 3}`)
		case "/quote":
			_, _ = io.WriteString(w, `x", "admin": "yes`)
		case "/bad":
			w.WriteHeader(http.StatusBadGateway)
		case "/big":
			_, _ = io.WriteString(w, strings.Repeat("x", 256<<10+1))
		default:
			_, _ = io.WriteString(w, "plain")
		}
	})
}

func TestHTTPFunction(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		expression, want string
		sent             *seen
	}{
		"json_is_a_value":   {"{{ http(uri=inputs.at ~ '/json').name }}", "Ada", &seen{Method: "GET", Path: "/json"}},
		"text_is_a_text":    {"{{ http(inputs.at ~ '/x') }}", "plain", &seen{Method: "GET", Path: "/x"}},
		"query_is_encoded":  {"{{ http(inputs.at, query={'q': 'a&b=c', 'l': [1, 2]}) }}", "plain", &seen{Method: "GET", Path: "/", Query: "l=1&l=2&q=a%26b%3Dc"}},
		"body_is_json":      {"{{ http(inputs.at, method='post', body={'a': 1}) }}", "plain", &seen{Method: "POST", Path: "/", Type: "application/json", Body: `{"a":1}`, Key: "key-1"}},
		"body_is_a_form":    {"{{ http(inputs.at, 'PUT', body={'a': 'b c'}, contentType='application/x-www-form-urlencoded') }}", "plain", &seen{Method: "PUT", Path: "/", Type: "application/x-www-form-urlencoded", Body: "a=b+c", Key: "key-1"}},
		"asked_twice":       {"{{ http(inputs.at) }}{{ http(inputs.at) }}", "plainplain", &seen{Method: "GET", Path: "/"}},
		"bad_status":        {"{{ http(inputs.at ~ '/bad') }}", "!answered 502", &seen{Method: "GET", Path: "/bad"}},
		"too_large":         {"{{ http(inputs.at ~ '/big') }}", "!larger than 256", &seen{Method: "GET", Path: "/big"}},
		"method":            {"{{ http(inputs.at, method='BREW') }}", "!must be one of", nil},
		"header_break":      {"{{ http(inputs.at, headers={'X': inputs.broken}) }}", "!control character", nil},
		"header_of_our_own": {"{{ http(inputs.at, headers={'Host': 'x'}) }}", "!set by signoff", nil},
		"no_address":        {"{{ http('not one') }}", "!must begin with http", nil},
		"no_text":           {"{{ http(7) }}", "!uri must be a text", nil},
		"no_map":            {"{{ http(inputs.at, query='a') }}", "!query must be a map", nil},
		"options":           {"{{ http(inputs.at, options={'x': 1}) }}", "!takes no options", nil},
		"metadata_address":  {"{{ http('http://169.254.169.254/latest') }}", "!", nil},
		"this_machine":      {"{{ http('http://127.0.0.1:1/') }}", "!", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := answering(t)
			in := call(&flow.Return{Format: value(t, c.expression)}, map[string]any{"at": f.URL, "broken": "a\r\nX: 1"})
			in.IdempotencyKey = "key"
			got := newBench(t, nil, f.Server).Run(t.Context(), in)
			if problem, bad := strings.CutPrefix(c.want, "!"); bad {
				fails(t, got, problem)
			} else if succeeds(t, got); got.Outputs["value"] != c.want {
				t.Errorf("it gives %v, want %s", got.Outputs["value"], c.want)
			}
			if c.sent == nil {
				f.none(t)
				return
			}
			sent := f.only(t)
			if sent.Header.Get("Accept") != "application/json" {
				t.Errorf("it accepts %s", sent.Header.Get("Accept"))
			}
			sent.Header = nil
			if diff := cmp.Diff(*c.sent, sent); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}

// A secret goes out with the call, and into nothing that is kept.
func TestHTTPFunctionMasksSecrets(t *testing.T) {
	t.Parallel()
	f := newFar(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "got "+r.Header.Get("Authorization"))
	})
	b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"TOKEN": "s3cr3t"} }, f.Server)
	got := b.Run(t.Context(), call(&flow.Return{
		Format: value(t, "{{ http(inputs.at, headers={'Authorization': 'Bearer ' ~ secret('TOKEN')}) }}"),
	}, map[string]any{"at": f.URL}))
	if succeeds(t, got); got.Outputs["value"] != "got Bearer ******" || f.only(t).Header.Get("Authorization") != "Bearer s3cr3t" {
		t.Errorf("kept is %v, sent %q", got.Outputs, f.only(t).Header.Get("Authorization"))
	}
}

// A text is compared with its tame self without a second call, and what came back
// does not become structure either.
func TestHTTPFunctionWithinABody(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/x": "", "/quote": "changed the structure"} {
		source, to := answering(t), newFar(t, nil)
		spec := &flow.HTTPRequest{
			URI: template(t, to.URL), Method: template(t, "POST"),
			Body: bodyValue(t, `{"name": "{{ http(inputs.at) }}", "for": "{{ inputs.who }}"}`),
		}
		got := newBench(t, nil, source.Server, to.Server).Run(t.Context(), call(spec, map[string]any{"at": source.URL + path, "who": "rob"}))
		source.only(t)
		if want != "" {
			fails(t, got, want)
			to.none(t)
			continue
		}
		if succeeds(t, got); to.only(t).Body != `{"name": "plain", "for": "rob"}` {
			t.Errorf("sent is %s", to.only(t).Body)
		}
	}
}

func TestHTTPFunctionIsBounded(t *testing.T) {
	t.Parallel()
	f := answering(t)
	got := newBench(t, nil, f.Server).Run(t.Context(), call(&flow.Return{
		Format: value(t, "{% for i in range(1, 30) %}{{ http(inputs.at ~ '/' ~ i) }}{% endfor %}"),
	}, map[string]any{"at": f.URL}))
	fails(t, got, "at most 20 calls")
	if n := len(f.seen); n != 20 {
		t.Errorf("the far side was called %d times, want 20", n)
	}
}

// A sketch calls nobody and says what would be asked.
func TestHTTPFunctionIsSketched(t *testing.T) {
	t.Parallel()
	f := answering(t)
	b := newBench(t, nil, f.Server)
	sent, problem := b.Sketch(t.Context(), call(&flow.Return{Format: value(t, "{{ http(inputs.at ~ '/json', query={'q': 1}).name }}")}, map[string]any{"at": f.URL}))
	f.none(t)
	want := map[string]any{"http": map[string]any{"method": "GET", "url": f.URL + "/json?q=1", "headers": map[string]any{"Accept": "application/json"}}}
	if diff := cmp.Diff(want, sent); diff != "" || problem != "" {
		t.Errorf("Sketch says %q (-want +got):\n%s", problem, diff)
	}
}
