package web_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/web"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// product holds one execution and a log around it.
type product struct {
	execution engine.Execution
	lines     []audit.Line
	reads     int
	many      int // how many executions there are; 0 is one
	err       error
	text      string // what somebody is called
}

func (p *product) Execution(_ context.Context, id engine.ExecutionID) (engine.Execution, error) {
	if id != p.execution.ID {
		return engine.Execution{}, &engine.RejectionError{Code: engine.NotFound, Text: "There is no such execution."}
	}
	return p.execution, p.err
}

func (p *product) Recent(_ context.Context, n int) ([]engine.Execution, error) {
	return slices.Repeat([]engine.Execution{p.execution}, min(n, max(p.many, 1))), p.err
}

func (p *product) Inputs(context.Context, engine.FlowRef) ([]string, error) {
	return []string{"start_date", "end_date", "absent"}, p.err
}

func (p *product) Explain(_ context.Context, id engine.RequestID) (approval.Explanation, error) {
	return approval.Explanation{
		Can:    []approval.Able{{Person: "dana", Name: p.text, Why: string(id)}},
		Cannot: []approval.Unable{{Person: "alex", Name: "Alex", Why: "made the request"}},
	}, p.err
}

func (p *product) Audit(_ context.Context, from uint64, n int) ([]audit.Line, audit.Head, error) {
	p.reads++
	var head audit.Head
	if len(p.lines) > 0 {
		head = p.lines[len(p.lines)-1].Head()
	}
	first := min(int(from)-1, len(p.lines))
	return p.lines[first:min(first+n, len(p.lines))], head, nil
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// newProduct is an execution whose every text is s.
func newProduct(t *testing.T, s string) *product {
	t.Helper()
	by := engine.Principal{Person: "dana@example.com", Name: s, Account: s, Via: "slack"}
	p := &product{text: s, execution: engine.Execution{
		ID: "x1", Flow: engine.FlowRef{Namespace: "hr.operations", ID: "vacation", Revision: 3},
		State: engine.Failed, Started: noon, Ended: noon.Add(90 * time.Second), Problem: s, Requester: by,
		Inputs: map[string]any{s: s, "n": int64(3)}, Labels: map[string]string{s: s},
		Runs: []engine.TaskRun{
			{ID: "1", Task: "ask", State: engine.Success, Started: noon, Request: &engine.Request{
				Version: 2, Title: s, Description: s, Facts: []engine.Fact{{Label: s, Value: s}},
				Links: []engine.Link{{Text: s, URL: "https://example.com/"}}, Asked: [][]approval.PersonID{{"dana@example.com"}},
				Outcome: engine.Approved, Closed: noon, Digest: strings.Repeat("ab", 32),
				Responses: []engine.Response{{By: by, At: noon, Verdict: engine.Approve, Values: map[string]any{s: s}, For: approval.PersonID(s), Override: s}},
				Moves:     moves(s), Comments: []engine.Remark{{By: by, At: noon, Kind: engine.Question, Text: s}},
				Rounds:  []engine.Round{{Digest: "cd", Ended: noon, Why: s, Responses: []engine.Response{{By: by, At: noon, Verdict: engine.Reject}}}},
				Dropped: []string{s}, Auto: s,
				Copies: []engine.Copy{{Surface: "slack", Place: s, Shown: 1, Problem: s}},
			}},
			{
				ID: "2", Task: "call", State: engine.Failed, Started: noon, Ended: noon.Add(time.Second), Problem: s,
				Outputs: map[string]any{"code": int64(200), "body": s, "uri": s, "headers": map[string]any{s: []any{s}}},
				Logs:    []engine.LogLine{{At: noon, Level: "INFO", Text: s}},
			},
			{ID: "3", Task: "more", State: engine.Paused, Started: noon, Request: &engine.Request{Version: 1, Title: s}},
		},
	}}
	p.write(t, "x1", 3, noon, s)
	return p
}

// write appends n lines of an execution, a second apart.
func (p *product) write(t *testing.T, id string, n int, from time.Time, s string) {
	t.Helper()
	var head audit.Head
	if len(p.lines) > 0 {
		head = p.lines[len(p.lines)-1].Head()
	}
	for i := range n {
		raw, err := audit.Canonical(audit.Record{
			At: from.Add(time.Duration(i) * time.Second), Event: audit.TaskEnded, Execution: id, Task: "ask",
			Actor: audit.Actor{Name: s}, Data: map[string]any{"text": s, "asked": []any{s}},
		})
		if err != nil {
			t.Fatal(err)
		}
		l := audit.Append(head, raw)
		p.lines, head = append(p.lines, l), l.Head()
	}
}

func handler(t *testing.T, p *product, password string) http.Handler {
	t.Helper()
	h, err := web.New(web.Config{Service: p, Password: password, Text: tree, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// tree is a text of every kind of block and look.
func tree(s string) adapters.Text {
	p := adapters.Text{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: s, Break: true}}}}
	return append(p,
		adapters.Block{Kind: adapters.Heading, Spans: []adapters.Span{{Text: s, Bold: true, Italic: true}, {Text: s, Code: true}}},
		adapters.Block{Kind: adapters.Bullets, Items: []adapters.Text{p, p}}, adapters.Block{Kind: adapters.Numbers, Items: []adapters.Text{p}},
		adapters.Block{Kind: adapters.Quote, Items: []adapters.Text{p}}, adapters.Block{Kind: adapters.CodeBlock, Code: s},
		adapters.Block{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: s, URL: "https://example.com/"}, {Text: s, URL: "javascript:alert(1)"}}})
}

func get(t *testing.T, h http.Handler, method, path string, header map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var pages = []string{"/executions", "/executions/x1", "/executions/absent", "/executions/-/style.css", "/executions/x1/more", "/"}

func TestEveryPageIsSealed(t *testing.T) {
	t.Parallel()
	for name, password := range map[string]string{"open": "", "locked": "secret"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := handler(t, newProduct(t, "x"), password)
			for _, path := range pages {
				for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS"} {
					got := get(t, h, method, path, nil).Header()
					policy := got.Get("Content-Security-Policy")
					for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
						if !strings.Contains(policy, part) {
							t.Errorf("%s %s: the policy lacks %s", method, path, part)
						}
					}
					if got.Get("Cache-Control") != "no-store" || got.Get("X-Content-Type-Options") != "nosniff" || got.Get("Referrer-Policy") != "no-referrer" {
						t.Errorf("%s %s: headers %v", method, path, got)
					}
				}
			}
		})
	}
}

func TestPasswordGuardsEveryPage(t *testing.T) {
	t.Parallel()
	p := newProduct(t, "x")
	h := handler(t, p, "secret")
	basic := func(s string) map[string]string {
		return map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(s))}
	}
	var first string
	for _, path := range pages {
		for _, header := range []map[string]string{nil, basic("me:wrong"), basic("secret:"), basic("me:secret2"), {"Authorization": "Bearer secret"}} {
			got := get(t, h, "GET", path, header)
			if first == "" {
				first = got.Body.String()
			}
			if got.Code != http.StatusUnauthorized || got.Body.String() != first {
				t.Errorf("GET %s with %v = %d %q, want 401 alike", path, header, got.Code, got.Body)
			}
		}
	}
	if p.reads != 0 {
		t.Error("the log was read for somebody without the password")
	}
	if got := get(t, h, "GET", "/executions", basic("anybody:secret")); got.Code != http.StatusOK {
		t.Errorf("GET with the password = %d", got.Code)
	}
}

func TestOnlyReadingIsServed(t *testing.T) {
	t.Parallel()
	h := handler(t, newProduct(t, "x"), "")
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		for _, path := range pages {
			if got := get(t, h, method, path, nil).Code; got < 400 {
				t.Errorf("%s %s = %d, want a refusal", method, path, got)
			}
		}
	}
}

// A hostile text changes what the page says and nothing of how it is built.
func TestHostileTextsStayTexts(t *testing.T) {
	t.Parallel()
	tags := func(s string) string {
		body := get(t, handler(t, newProduct(t, s), ""), "GET", "/executions/x1", nil).Body.String()
		var b strings.Builder
		for part := range strings.SplitSeq(body, "<") {
			tag, _, _ := strings.Cut(part, ">")
			b.WriteString(strings.ReplaceAll(tag, s, "x") + "\n")
		}
		return b.String()
	}
	want := tags("x")
	for _, s := range []string{
		`<script>window.__pwned=1</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</title><script>`,
		`</style><script>`, `{{.}}`, `javascript:alert(1)`, `<!--`, `]]>`, `&lt;script&gt;`, `<svg/onload=alert(1)>`, "\x00<b>", `<a href="//evil">`,
		"x\u202ey", "\u2066x", "a\x1b[31mb", "x\u200b\u200dy", "\U000e0041x",
	} {
		if got := tags(s); got != want {
			t.Errorf("the text %q changes the page's structure", s)
		}
	}
}

func TestHiddenCharactersAreShown(t *testing.T) {
	t.Parallel()
	body := get(t, handler(t, newProduct(t, "a\u202eb\u200bc\x1bd"), ""), "GET", "/executions/x1", nil).Body.String()
	if strings.ContainsAny(body, "\u202e\u200b\x1b") || !strings.Contains(body, "a·b·c·d") {
		t.Error("hidden characters reach the page")
	}
}

func TestOpenRequestSaysWhoCanDecide(t *testing.T) {
	t.Parallel()
	body := get(t, handler(t, newProduct(t, "Dana"), ""), "GET", "/executions/x1", nil).Body.String()
	_, who, found := strings.Cut(body, "Who can decide")
	for _, want := range []string{"<bdi>Dana can decide (x1.3).</bdi>", "<bdi>Alex cannot decide (made the request).</bdi>"} {
		if !strings.Contains(who, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if strings.Count(body, "Who can decide") != 1 || !found {
		t.Error("of two requests, one of which is open, not one says who can decide")
	}
}

func TestListSaysThatItIsCut(t *testing.T) {
	t.Parallel()
	for many, cut := range map[int]bool{1: false, 100: false, 101: true, 5000: true} {
		p := newProduct(t, "x")
		p.many = many
		body := get(t, handler(t, p, ""), "GET", "/executions", nil).Body.String()
		if rows := strings.Count(body, "<tr><td>"); rows != min(many, 100) || strings.Contains(body, "The newest 100.") != cut {
			t.Errorf("of %d executions %d are listed, said to be cut: %t", many, rows, !cut)
		}
	}
}

func TestDescriptionIsDrawn(t *testing.T) {
	t.Parallel()
	body := get(t, handler(t, newProduct(t, "x"), ""), "GET", "/executions/x1", nil).Body.String()
	for _, want := range []string{
		`<p><bdi>x</bdi><br></p>`, `<p><strong><strong><em><bdi>x</bdi></em></strong><code>x</code></strong></p>`,
		`<ul><li><p><bdi>x</bdi><br></p>`, `<ol><li>`, `<blockquote><p>`, `<pre>x</pre>`,
		`<a href="https://example.com/" rel="noreferrer noopener"><bdi>x</bdi></a>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
	if strings.Contains(body, "javascript:") {
		t.Error("an address that is not of the web became a link")
	}
}

func TestInputsStandInTheFlowsOrder(t *testing.T) {
	t.Parallel()
	p := newProduct(t, "x")
	p.execution.Inputs = map[string]any{"end_date": "2026-12-31", "start_date": "2026-12-21", "a_label": "old"}
	body := get(t, handler(t, p, ""), "GET", "/executions/x1", nil).Body.String()
	_, inputs, _ := strings.Cut(body, `id="inputs"`)
	first, second, rest := strings.Index(inputs, "start_date"), strings.Index(inputs, "end_date"), strings.Index(inputs, "a_label")
	if first < 0 || first > second || second > rest {
		t.Errorf("start_date, end_date and what the flow does not name are at %d, %d and %d", first, second, rest)
	}
}

func TestProblemNamesItsTaskOnce(t *testing.T) {
	t.Parallel()
	p := newProduct(t, "x")
	p.execution.Runs[1].Problem = "call: no answer"
	body := get(t, handler(t, p, ""), "GET", "/executions/x1", nil).Body.String()
	if !strings.Contains(body, "<bdi>no answer</bdi>") || strings.Contains(body, "call: no answer") {
		t.Error("under the task's name its problem names it again")
	}
}

func TestAbsentAndBroken(t *testing.T) {
	t.Parallel()
	p := newProduct(t, "x")
	h := handler(t, p, "")
	if got := get(t, h, "GET", "/executions/absent", nil); got.Code != http.StatusNotFound || !strings.Contains(got.Body.String(), "There is no such execution.") {
		t.Errorf("absent = %d %s", got.Code, got.Body)
	}
	p.err = errors.New("read /var/lib/signoff/signoff.db: input/output error")
	for _, path := range []string{"/executions", "/executions/x1"} {
		if got := get(t, h, "GET", path, nil); got.Code != http.StatusInternalServerError || strings.Contains(got.Body.String(), "/var/lib") {
			t.Errorf("%s when broken = %d %s", path, got.Code, got.Body)
		}
	}
}

func TestTrailVerifiesItsStretch(t *testing.T) {
	t.Parallel()
	// Other executions before and after, far away in time.
	p := newProduct(t, "x")
	p.lines = nil
	p.write(t, "other", 2000, noon.Add(-48*time.Hour), "o")
	p.write(t, "x1", 3, noon, "mine")
	p.write(t, "other", 2000, noon.Add(48*time.Hour), "o")
	body := get(t, handler(t, p, ""), "GET", "/executions/x1", nil).Body.String()
	if !strings.Contains(body, "The chain is intact from line 2000 to line") {
		t.Errorf("the stretch is not certified:\n%s", body)
	}
	for seq := range 3 {
		if want := fmt.Sprintf(`<td class="number">%d</td>`, 2001+seq); !strings.Contains(body, want) {
			t.Errorf("line %d is not on the page", 2001+seq)
		}
	}
	if p.reads > 40 {
		t.Errorf("one page read the log %d times", p.reads)
	}
}

func TestTrailShowsTampering(t *testing.T) {
	t.Parallel()
	for name, tamper := range map[string]func([]audit.Line) []audit.Line{
		"changed": func(ls []audit.Line) []audit.Line {
			ls[1].Raw = []byte(strings.Replace(string(ls[1].Raw), "mine", "your", 1))
			return ls
		},
		"removed": func(ls []audit.Line) []audit.Line { return append(ls[:1:1], ls[2:]...) },
		"swapped": func(ls []audit.Line) []audit.Line { ls[0], ls[1] = ls[1], ls[0]; return ls },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct(t, "mine")
			p.lines = tamper(p.lines)
			body := get(t, handler(t, p, ""), "GET", "/executions/x1", nil).Body.String()
			if !strings.Contains(body, "does not verify") || strings.Contains(body, "is intact") {
				t.Error("the page calls a tampered log intact")
			}
		})
	}
}

// A page names the executions that belong to it, and what the flow gave.
func TestPageShowsTheFamily(t *testing.T) {
	t.Parallel()
	p := newProduct(t, "x")
	x := &p.execution
	x.Parent, x.Original, x.Held = &engine.ParentRef{Execution: "up", Run: "2"}, "first", true
	x.Outputs = map[string]any{"said": "approved <b>"}
	x.Runs[0].Child = "down"
	body := get(t, handler(t, p, ""), "GET", "/executions/x1", nil).Body.String()
	for _, want := range []string{
		`href="/executions/up"`, `href="/executions/first"`, `href="/executions/down"`, "until it is released",
		`id="outputs"`, "approved &lt;b&gt;",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
}
