package slack_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/adapters/slack"
)

const (
	secret    = "8f742231b10e8888abcd99yyyzzz85a5"
	oldSecret = "e6b19c573432dcc6b075501d51b51bb8"
)

// now is what the adapter takes for the time.
var now = time.Unix(1531420618, 0)

// press is a payload that the adapter would act upon.
const press = `{"type":"block_actions","user":{"id":"UDANA","team_id":"T0SIGNOFF"},` +
	`"container":{"channel_id":"C0REQ","message_ts":"1.000001"},` +
	`"actions":[{"type":"button","action_id":"act:approve","value":"1|01JD.2|1"}]}`

// sign is Slack's signature.
func sign(secret, stamp, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, "v0:"+stamp+":"+body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

func form(payload string) string { return url.Values{"payload": {payload}}.Encode() }

// request is a genuine request, and then what somebody made of it.
type request struct {
	method, target string
	header         http.Header
	body           string
	chunked        bool
}

func genuine(body string) *request {
	stamp := strconv.FormatInt(now.Unix(), 10)
	return &request{
		method: http.MethodPost, target: slack.InteractionsPath, body: body,
		header: http.Header{
			"Content-Type":              {"application/x-www-form-urlencoded"},
			"X-Slack-Request-Timestamp": {stamp},
			"X-Slack-Signature":         {sign(secret, stamp, body)},
		},
	}
}

func (r *request) send(h http.Handler) *httptest.ResponseRecorder {
	var body io.Reader = strings.NewReader(r.body)
	if r.chunked {
		body = io.MultiReader(body)
	}
	req := httptest.NewRequest(r.method, r.target, body)
	req.Header = r.header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// stamped signs the body anew at another time.
func stamped(stamp string) func(*request) {
	return func(r *request) {
		r.header.Set("X-Slack-Request-Timestamp", stamp)
		r.header.Set("X-Slack-Signature", sign(secret, stamp, r.body))
	}
}

// signature replaces it by a change of the genuine one.
func signature(change func(string) string) func(*request) {
	return func(r *request) {
		r.header.Set("X-Slack-Signature", change(r.header.Get("X-Slack-Signature")))
	}
}

func header(name string, values ...string) func(*request) {
	return func(r *request) { r.header[http.CanonicalHeaderKey(name)] = values }
}

// resigned puts another body there, genuinely signed: what only somebody with
// the secret could send, and must still not be acted upon.
func resigned(body string) func(*request) {
	return func(r *request) {
		r.body = body
		stamped(strconv.FormatInt(now.Unix(), 10))(r)
	}
}

func at(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }

// silent is a handler that nothing may reach, and the adapter before it.
func silent(t *testing.T) (*desk, http.Handler) {
	t.Helper()
	d, h, _ := logged(t)
	return d, h
}

// logged is silent, with what the adapter logs.
func logged(t *testing.T) (*desk, http.Handler, *diary) {
	t.Helper()
	d, log := &desk{}, &diary{}
	b := newBench(t, d, func(c *slack.Config) {
		c.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c.SigningSecrets = []string{secret, oldSecret}
		c.Now = func() time.Time { return now }
	})
	return d, b.adapter.Handler(d), log
}

// diary is a log that can be read while it is written.
type diary struct {
	mu sync.Mutex
	b  strings.Builder // guarded by mu
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.b.Write(p)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.b.String()
}

func TestHandlerRefuses(t *testing.T) {
	t.Parallel()
	d, h := silent(t)
	table := forgeries()
	if len(table) < 60 {
		t.Fatalf("the corpus holds %d requests, want at least 60", len(table))
	}
	for name, forgery := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := genuine(form(press))
			forgery.forge(r)
			w := r.send(h)
			if w.Code != forgery.status {
				t.Errorf("status = %d, want %d", w.Code, forgery.status)
			}
			if n := len(d.seen()); n != 0 {
				t.Errorf("the handler was called %d times", n)
			}
			leaks(t, r, w.Body.String()+fmt.Sprint(w.Result().Header))
		})
	}
}

// leaks looks for any eight bytes of the right signature in what somebody could
// read.
func leaks(t *testing.T, r *request, read string) {
	t.Helper()
	right := sign(secret, r.header.Get("X-Slack-Request-Timestamp"), r.body)[3:]
	for i := 0; i+16 <= len(right); i++ {
		if strings.Contains(read, right[i:i+16]) {
			t.Fatalf("a part of the right signature can be read: %s", read)
		}
	}
}

// TestHandlerKeepsTheSignature: neither answers nor logs tell what the right
// signature of a wrong request would be.
func TestHandlerKeepsTheSignature(t *testing.T) {
	t.Parallel()
	_, h, log := logged(t)
	var wrong []*request
	for i := range 2000 {
		r := genuine(form(fmt.Sprintf(`{"type":"block_actions","n":%d}`, i)))
		signature(flipLast)(r)
		if w := r.send(h); w.Code != http.StatusUnauthorized {
			t.Fatalf("answer = %d", w.Code)
		}
		wrong = append(wrong, r)
	}
	read := log.String()
	if !strings.Contains(read, "not signed by Slack") {
		t.Error("nothing was logged")
	}
	for _, r := range wrong[:50] {
		leaks(t, r, read)
	}
}

func TestHandlerAccepts(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*request){
		"as_sent":            func(*request) {},
		"chunked":            func(r *request) { r.chunked = true },
		"charset":            header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
		"300_s_ago":          stamped(at(-300 * time.Second)),
		"300_s_ahead":        stamped(at(300 * time.Second)),
		"the_older_secret":   func(r *request) { r.header.Set("X-Slack-Signature", sign(oldSecret, at(0), r.body)) },
		"more_form_fields":   resigned("x=1&" + form(press)),
		"unknown_properties": resigned(form(strings.Replace(press, `{"type"`, `{"message":{"ts":"1.000001","blocks":[{"type":"news","elements":[{"type":"hologram"}]}]},"type"`, 1))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, h := silent(t)
			r := genuine(form(press))
			change(r)
			w := r.send(h)
			if w.Code != http.StatusOK || w.Body.Len() != 0 {
				t.Errorf("answer = %d %q, want an empty 200", w.Code, w.Body)
			}
			if n := len(d.seen()); n != 1 {
				t.Errorf("the handler was called %d times, want once", n)
			}
		})
	}
}

// TestHandlerIgnores: what is signed and not for us is taken without a word, so
// that Slack does not count failures.
func TestHandlerIgnores(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{
		"closed_form":      `{"type":"view_closed","view":{"id":"V1"}}`,
		"shortcut":         `{"type":"shortcut","callback_id":"x"}`,
		"unknown_type":     `{"type":"telepathy","user":"not an object"}`,
		"no_type":          `{}`,
		"null":             `null`,
		"other_button":     strings.Replace(press, "act:approve", "buy:now", 1),
		"other_value":      strings.Replace(press, "1|01JD.2|1", "9|01JD.2|1", 1),
		"value_cut":        strings.Replace(press, "1|01JD.2|1", "1|01JD.2", 1),
		"negative_version": strings.Replace(press, "1|01JD.2|1", "1|01JD.2|-1", 1),
		"no_request":       strings.Replace(press, "1|01JD.2|1", "1||1", 1),
		"no_action":        strings.Replace(press, "act:approve", "act:", 1),
		"no_actions":       `{"type":"block_actions","user":{"id":"UDANA"},"actions":[]}`,
		"null_actions":     `{"type":"block_actions","user":{"id":"UDANA"},"actions":null}`,
		"other_form":       `{"type":"view_submission","user":{"id":"UDANA"},"view":{"callback_id":"other"}}`,
		"no_view":          `{"type":"view_submission","user":{"id":"UDANA"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, h := silent(t)
			w := genuine(form(payload)).send(h)
			if w.Code != http.StatusOK || w.Body.Len() != 0 || len(d.seen()) != 0 {
				t.Errorf("answer = %d %q after %d clicks, want an empty 200 and none", w.Code, w.Body, len(d.seen()))
			}
		})
	}
}

// TestHandlerNamesRepetitions: the same signed request has the same name every
// time, so that the store can tell.
func TestHandlerNamesRepetitions(t *testing.T) {
	t.Parallel()
	d, h := silent(t)
	for range 3 {
		genuine(form(press)).send(h)
	}
	r := genuine(form(press))
	stamped(at(time.Second))(r)
	r.send(h)
	clicks := d.seen()
	if len(clicks) != 4 {
		t.Fatalf("four requests made %d clicks", len(clicks))
	}
	if clicks[0].Once != clicks[1].Once || clicks[0].Once != clicks[2].Once {
		t.Errorf("repetitions have the names %q, %q, %q", clicks[0].Once, clicks[1].Once, clicks[2].Once)
	}
	if clicks[3].Once == clicks[0].Once {
		t.Error("another request has the same name")
	}
	sum := sha256.Sum256([]byte(form(press)))
	if want := hex.EncodeToString(sum[:]); clicks[0].Evidence != want {
		t.Errorf("evidence = %s, want %s", clicks[0].Evidence, want)
	}
}
