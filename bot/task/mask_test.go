package task_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"signoff/bot/task"
	"signoff/engine/flow"
)

// encodings are the ways in which a far side may send a secret back.
func encodings(s string) map[string]string {
	b := []byte(s)
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	var ascii strings.Builder
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(string(quoted), "/", `\/`))) {
		if u < 0x80 {
			ascii.WriteByte(byte(u))
		} else {
			fmt.Fprintf(&ascii, `\u%04x`, u)
		}
	}
	return map[string]string{
		"raw":            s,
		"json":           string(quoted),
		"json_slashes":   strings.ReplaceAll(string(quoted), "/", `\/`),
		"json_ascii":     ascii.String(),
		"query":          url.QueryEscape(s),
		"path":           url.PathEscape(s),
		"query_lower":    lower(url.QueryEscape(s)),
		"html":           html.EscapeString(s),
		"shell":          strings.ReplaceAll(s, "'", `'\''`),
		"hex":            hex.EncodeToString(b),
		"hex_upper":      strings.ToUpper(hex.EncodeToString(b)),
		"base64":         base64.StdEncoding.EncodeToString(b),
		"base64_after_1": base64.StdEncoding.EncodeToString(append([]byte("u"), b...)),
		"base64_after_2": base64.StdEncoding.EncodeToString(append([]byte("u:"), b...)),
		"base64_between": base64.StdEncoding.EncodeToString([]byte("user:" + s + "\n")),
		"base64url":      base64.RawURLEncoding.EncodeToString(append([]byte("x"), b...)),
		"base64_query":   url.QueryEscape(base64.StdEncoding.EncodeToString(b)),
		"upper":          strings.ToUpper(s),
		"lower":          strings.ToLower(s),
	}
}

// lower writes escapes as %2f.
func lower(s string) string {
	u, _ := url.QueryUnescape(s)
	var b strings.Builder
	for _, c := range []byte(u) {
		if e := url.QueryEscape(string(rune(c))); c < 0x80 && len(e) == 1 {
			b.WriteString(e)
		} else if c == ' ' {
			b.WriteByte('+')
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return b.String()
}

// traces are the pieces of a secret that must not be found in what is kept. An
// encoding's edges may hold a few bits of its neighbours, so the middle counts.
func traces(secret string) []string {
	var out []string
	for _, form := range encodings(secret) {
		form = strings.Trim(form, `"`)
		if len(form) > 12 {
			form = form[4 : len(form)-4]
		}
		out = append(out, form)
	}
	return out
}

func noTrace(t interface{ Errorf(string, ...any) }, kept, secret string) {
	for _, trace := range traces(secret) {
		if strings.Contains(kept, trace) {
			t.Errorf("%q of the secret is left in %q", trace, kept)
		}
	}
}

const canary = `canary/7f+e2=ä"<&>'9 Zq!`

// echo sends everything that it got back, in every encoding.
func echo(secret string, code int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Echo", url.QueryEscape(secret))
		w.Header().Set("X-"+hex.EncodeToString([]byte(secret)), "name")
		w.WriteHeader(code)
		for name, form := range encodings(secret) {
			_, _ = io.WriteString(w, name+": "+form+"\n")
		}
		_, _ = io.WriteString(w, r.URL.String()+"\n"+r.Header.Get("Authorization")+"\n")
		_, _ = io.Copy(w, r.Body)
	}
}

// The canary goes out in every part of a request and comes back in every
// encoding. Nothing of it stays.
func TestRunMasksSecrets(t *testing.T) {
	t.Parallel()
	for _, code := range []int{200, 500} {
		far := newFar(t, echo(canary, code))
		b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"CANARY": canary} }, far.Server)
		spec := post(t, far.URL+"/p")
		spec.Params = pairs(t, "key", "{{ secret('CANARY') }}")
		spec.Headers = pairs(t, "Authorization", "Bearer {{ secret('CANARY') }}")
		spec.Body = bodyValue(t, map[string]any{"token": "{{ secret('CANARY') }}"})
		got := b.Run(t.Context(), call(spec, nil))
		if sent := far.only(t); !strings.Contains(sent.Query, url.QueryEscape(canary)) {
			t.Errorf("the far side did not get the secret: %q", sent.Query)
		}
		kept, err := json.Marshal([]any{got.Outputs, got.Logs, got.Problem})
		if err != nil {
			t.Fatal(err)
		}
		all := fmt.Sprintf("%s\n%+v\n%s", kept, got, b.log)
		noTrace(t, all, canary)
		if !strings.Contains(all, "******") {
			t.Errorf("nothing was masked in %s", all)
		}
	}
}

func TestRunMasksProblems(t *testing.T) {
	t.Parallel()
	inputs := map[string]any{"quote": `"`}
	uris := map[string]string{
		"unknown_host":   "http://{{ secret('CANARY') }}.example/",
		"not_an_address": "{{ secret('CANARY') }}",
		"scheme":         "gopher://{{ secret('CANARY') }}/",
		"port":           "http://host.example:{{ secret('CANARY') }}/",
		"user":           "http://{{ secret('CANARY') }}@host.example/",
		"refused":        "http://10.0.0.1/{{ secret('CANARY') }}",
		"path":           "http://nobody.example/{{ secret('CANARY') }}?k={{ secret('CANARY') }}",
	}
	const secret = "Canary-7f3e-deadbeef-2299"
	for name, uri := range uris {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(c *task.Config) {
				c.Secrets, c.Egress.Resolver = secrets{"CANARY": secret}, nobody{}
			})
			got := b.Run(t.Context(), call(get(t, uri), inputs))
			fails(t, got)
			noTrace(t, fmt.Sprintf("%+v\n%s", got, b.log), secret)
		})
	}
}

// A webhook's address is a secret: its path is, wherever it comes back alone.
func TestRunMasksPiecesOfSecrets(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, secret, echoed string }{
		{"path_of_address", "https://hooks.slack.example/services/T0AAA/B0BBB/xyzzy12345678", "no page /services/T0AAA/B0BBB/xyzzy12345678"},
		{"token_in_path", "https://hooks.slack.example/services/T0AAA/B0BBB/xyzzy12345678", "unknown token xyzzy12345678"},
		{"query_of_address", "https://x.example/?sig=abcdefghijkl", "bad sig=abcdefghijkl"},
		{"password_in_address", "postgres://u:pass1@db.example/x", "bad password pass1"},
		{"line_of_key", "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n", "at hkiG9w0BAQEFAASC"},
		{"newline_at_end", "trailing-1234\n", "got trailing-1234."},
		{"half_of_a_pair", "dana:hunter22", "bad password hunter22"},
		{"word_of_header", "Bearer abcdefghijkl", "token abcdefghijkl expired"},
		{"text_in_json", `{"private_key": "abcdefgh", "n": [{"x": "ijklmnop"}]}`, "abcdefgh ijklmnop"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			far := newFar(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, tt.echoed) })
			b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"S": tt.secret} }, far.Server)
			spec := post(t, far.URL)
			spec.Body = bodyValue(t, "{{ secret('S') }}")
			spec.ContentType = template(t, "text/plain")
			got := b.Run(t.Context(), call(spec, nil))
			succeeds(t, got)
			if s, _ := got.Outputs["body"].(string); s == tt.echoed || !strings.Contains(s, "******") {
				t.Errorf("body = %q, want the piece masked", s)
			}
		})
	}
}

// Short secrets would blacken every text: they are masked where they are all of
// it.
func TestRunMasksShortSecrets(t *testing.T) {
	t.Parallel()
	tests := []struct{ secret, body, want string }{
		{"no", "no", "******"},
		{"no", "nothing to note", "nothing to note"},
		{"abcd", "xxabcdxx", "xx******xx"},
		{"", "", ""},
		{"", "abc", "abc"},
		{"http://127.0.0.1:33243/hook/xyzzy12345678", "POST http://127.0.0.1:8080", "POST http://127.0.0.1:8080"},
	}
	for _, tt := range tests {
		far := newFar(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, tt.body) })
		b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"S": tt.secret} }, far.Server)
		spec := get(t, far.URL)
		spec.Headers = pairs(t, "X-Secret", "{{ secret('S') }}")
		got := b.Run(t.Context(), call(spec, nil))
		succeeds(t, got)
		if got.Outputs["body"] != tt.want {
			t.Errorf("secret %q in %q: body = %q, want %q", tt.secret, tt.body, got.Outputs["body"], tt.want)
		}
	}
}

// A secret that lies across the place where a body is cut leaves no half.
func TestRunMasksBeforeItCuts(t *testing.T) {
	t.Parallel()
	const secret = "canary-0123456789"
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat(secret+",", 100)+strings.Repeat("x", 90)+secret)
	})
	b := newBench(t, func(c *task.Config) { c.Secrets, c.Limits.Kept = secrets{"S": secret}, 788 }, far.Server)
	spec := get(t, far.URL)
	spec.Headers = pairs(t, "X-Secret", "{{ secret('S') }}")
	got := b.Run(t.Context(), call(spec, nil))
	succeeds(t, got)
	noTrace(t, fmt.Sprintf("%+v", got), secret)
	if strings.Contains(fmt.Sprint(got.Outputs["body"]), "cana") {
		t.Errorf("body = %q", got.Outputs["body"])
	}
}

// The same holds for how a failure began, which the log repeats.
func TestRunMasksBeforeItQuotes(t *testing.T) {
	t.Parallel()
	const secret = "canary-0123456789"
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, strings.Repeat("x", 290)+secret)
	})
	b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"S": secret} }, far.Server)
	spec := get(t, far.URL)
	spec.Headers = pairs(t, "X-Secret", "{{ secret('S') }}")
	got := b.Run(t.Context(), call(spec, nil))
	fails(t, got, "400")
	if strings.Contains(logText(got), "cana") {
		t.Errorf("log = %s", logText(got))
	}
}

// One secret may begin like another.
func TestRunMasksTheLongerSecret(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "canary and canary-and-more and canary.")
	})
	b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"A": "canary", "B": "canary-and-more"} }, far.Server)
	spec := get(t, far.URL)
	spec.Headers = pairs(t, "X-A", "{{ secret('A') }}", "X-B", "{{ secret('B') }}")
	got := b.Run(t.Context(), call(spec, nil))
	succeeds(t, got)
	if got.Outputs["body"] != "****** and ****** and ******." {
		t.Errorf("body = %q", got.Outputs["body"])
	}
}

func TestRunMasksAnySecret(t *testing.T) {
	t.Parallel()
	var secret string
	far := newFar(t, func(w http.ResponseWriter, r *http.Request) { echo(secret, 200)(w, r) })
	rapid.Check(t, func(rt *rapid.T) {
		secret = rapid.StringMatching(`[A-Za-z0-9+/=_ <&"'%.ä€😀-]{16,60}`).Draw(rt, "secret")
		b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"S": secret} }, far.Server)
		spec := post(t, far.URL)
		spec.Body = bodyValue(t, map[string]any{"x": "{{ secret('S') }}"})
		got := b.Run(t.Context(), call(spec, nil))
		if got.Problem != "" {
			rt.Fatalf("problem: %s", got.Problem)
		}
		noTrace(rt, fmt.Sprint(got.Outputs["body"]), strings.TrimSpace(secret))
	})
}

func TestRunSurvivesAPanic(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	got := b.Run(t.Context(), call((*flow.HTTPRequest)(nil), nil))
	fails(t, got, "Something went wrong inside signoff")
	if !strings.Contains(b.log.String(), "level=ERROR msg=\"task panicked\"") {
		t.Errorf("the operator's log does not say that a task panicked: %s", b.log)
	}
}
