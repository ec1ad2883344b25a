package task_test

import (
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/bot/task"
	"signoff/engine/flow"
)

// parsed is what a server's own parsers make of a request.
type parsed struct {
	Path   string
	Query  url.Values
	Form   map[string][]string
	Header string
}

// parser is a far side that parses what it gets.
type parser struct {
	*far
	got parsed
}

func newParser(t *testing.T) *parser {
	p := &parser{}
	p.far = newFar(t, func(_ http.ResponseWriter, r *http.Request) {
		p.got = parsed{Path: r.URL.Path, Query: r.URL.Query(), Header: r.Header.Get("X-Value")}
		p.got.Form, _ = parseForm(r)
	})
	return p
}

func parseForm(r *http.Request) (map[string][]string, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		err := r.ParseForm()
		return r.PostForm, err
	}
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	form, err := multipart.NewReader(r.Body, params["boundary"]).ReadForm(1 << 20)
	if err != nil {
		return nil, err
	}
	return form.Value, nil
}

// hostile draws what people and attackers type.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{
			"", " ", "&admin=true", "=", "a=b&c=d", "%26", "%", "+", "\r\n", "\r\n\r\n--", "--", "----x--\r\n",
			"\r\nContent-Disposition: form-data; name=\"admin\"\r\n\r\ntrue", "\"", "\\", "';--", "\x00", "é", "😀", "\u202e",
			"{{ secret('X') }}", "{% raw %}", "</script>", "a;b", "?x=y", "#f", "../..", strings.Repeat("A", 5000),
		}),
		rapid.StringN(0, 40, 200),
	)
}

// Whatever the values hold, the server reads as many fields as the flow wrote,
// with the values that were given.
func TestRunKeepsStructure(t *testing.T) {
	t.Parallel()
	p := newParser(t)
	b := newBench(t, nil, p.Server)
	names := rapid.OneOf(rapid.SampledFrom([]string{"employee", "a b", "x[]", "ä", "a&b=c", "q\"uote", "%41"}), rapid.StringMatching(`[a-z]{1,8}`))
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]string{"multipart/form-data", "application/x-www-form-urlencoded", "application/json"}).Draw(rt, "type")
		one, two, query := hostile().Draw(rt, "one"), hostile().Draw(rt, "two"), hostile().Draw(rt, "query")
		first := names.Draw(rt, "name")
		inputs := map[string]any{"one": one, "two": two, "query": query}
		spec := post(t, p.URL+"/path?fixed=1")
		spec.ContentType = template(t, kind)
		spec.FormData = pairs(t, first, "{{ inputs.one }}", "second-field", "{{ inputs.two }}")
		spec.Params = pairs(t, first, "{{ inputs.query }}")
		if got := b.Run(t.Context(), call(spec, inputs)); got.Problem != "" {
			rt.Fatalf("problem: %s", got.Problem)
		}
		want := parsed{
			Path:  "/path",
			Query: url.Values{"fixed": {"1"}, first: {query}},
			Form:  map[string][]string{first: {one}, "second-field": {two}},
		}
		if diff := cmp.Diff(want, p.got); diff != "" {
			rt.Fatalf("the server read (-want +got):\n%s", diff)
		}
	})
}

// A header value either arrives as given, blanks at its ends aside, or nothing
// is sent.
func TestRunKeepsHeaders(t *testing.T) {
	t.Parallel()
	p := newParser(t)
	b := newBench(t, nil, p.Server)
	rapid.Check(t, func(rt *rapid.T) {
		v := hostile().Draw(rt, "value")
		p.got = parsed{Header: "nothing came"}
		spec := get(t, p.URL)
		spec.Headers = pairs(t, "X-Value", "{{ inputs.v }}")
		got := b.Run(t.Context(), call(spec, map[string]any{"v": v}))
		bad := strings.ContainsFunc(v, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f })
		switch {
		case bad && (got.Problem == "" || p.got.Header != "nothing came"):
			rt.Fatalf("value %q was sent", v)
		case !bad && got.Problem != "":
			rt.Fatalf("value %q: %s", v, got.Problem)
		case !bad && p.got.Header != strings.TrimSpace(v):
			rt.Fatalf("value %q arrived as %q", v, p.got.Header)
		}
	})
}

// The flow of the front page: form fields with what a manager typed.
func TestRunSendsMultipart(t *testing.T) {
	t.Parallel()
	p := newParser(t)
	spec := &flow.HTTPRequest{
		URI:         template(t, "{{ kv('HR_API_ENDPOINT') }}/approvals"),
		Method:      template(t, "POST"),
		ContentType: template(t, "multipart/form-data"),
		FormData:    pairs(t, "employee", "{{ inputs.employee }}", "days", "{{ inputs.days }}", "notes", "{{ inputs.notes }}"),
	}
	inputs := map[string]any{
		"employee": `Alex "Al" O'Neil`, "days": int64(3), "notes": "line\r\n--boundary--\r\n", "kv:HR_API_ENDPOINT": p.URL,
	}
	succeeds(t, newBench(t, func(*task.Config) {}, p.Server).Run(t.Context(), call(spec, inputs)))
	want := parsed{
		Path: "/approvals", Query: url.Values{},
		Form: map[string][]string{"employee": {`Alex "Al" O'Neil`}, "days": {"3"}, "notes": {"line\r\n--boundary--\r\n"}},
	}
	if diff := cmp.Diff(want, p.got); diff != "" {
		t.Errorf("the server read (-want +got):\n%s", diff)
	}
}
