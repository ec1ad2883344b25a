package main

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
	"signoff/engine/audit"
)

func TestEchoTellsWhatItGot(t *testing.T) {
	t.Parallel()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	for k, v := range map[string]string{"employee": "Alex", "status": "APPROVED"} {
		if err := m.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		kind, body, text, answer string
		status                   int
	}{
		"multipart": {m.FormDataContentType(), form.String(), "employee=Alex status=APPROVED", `"received":{"employee":"Alex","status":"APPROVED"}`, 200},
		"form":      {"application/x-www-form-urlencoded", "a=1&a=2&b=%20", "a=1, 2 b= ", `"received":{"a":"1, 2","b":" "}`, 200},
		"json":      {"application/json", `{"a":[1]}`, `{"a":[1]}`, `"received":{"a":[1]}`, 200},
		"text":      {"text/plain", "hello", "hello", `"received":"hello"`, 200},
		"markup":    {"text/plain", "<b>&", "<b>&", `"received":"<b>&"`, 200},
		"no type":   {"", "", "", `"received":""`, 200},
		"too large": {"text/plain", strings.Repeat("x", maxEcho+1), "", "", 400},
		"broken":    {"multipart/form-data; boundary=x", "nothing", "", "", 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told []string
			e := &echo{now: time.Now, tell: func(c call) { told = append(told, c.text()) }}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/approvals?x=1", strings.NewReader(tt.body))
			r.Header.Set("Content-Type", tt.kind)
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.answer) {
				t.Errorf("echo = %d %s, want %d %s", w.Code, w.Body, tt.status, tt.answer)
			}
			if tt.status == 200 && (len(told) != 1 || told[0] != tt.text || e.all()[0].Path != "/approvals?x=1") {
				t.Errorf("told %q of %v, want %q", told, e.all(), tt.text)
			}
		})
	}
}

func TestEchoForgetsTheOldest(t *testing.T) {
	t.Parallel()
	e := &echo{now: time.Now, tell: func(call) {}}
	for range maxCalls + 7 {
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	}
	if got := len(e.all()); got != maxCalls {
		t.Errorf("%d calls are kept, want %d", got, maxCalls)
	}
}

func TestOnlyLocalHostsAreServed(t *testing.T) {
	t.Parallel()
	l, err := listenDev(t.Context(), devFlags{listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	h := onlyHosts(localHosts(l), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }))
	for host, want := range map[string]int{
		"127.0.0.1:" + port: 200, "localhost:" + port: 200, "[::1]:" + port: 200,
		"evil.example:" + port: 421, "127.0.0.1": 421, "127.0.0.1:1": 421, "": 421,
		"127.0.0.1.evil.example:" + port: 421, "localhost:" + port + ".evil.example": 421,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("Host %q = %d, want %d", host, w.Code, want)
		}
	}
}

func TestDevListensOnThisMachineOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0", "127.0.0.1", "[::]:0", ""} {
		if l, err := listenDev(t.Context(), devFlags{listen: address, anyway: true}); err == nil {
			_ = l.Close()
			t.Errorf("dev listens on %q", address)
		}
	}
}

func TestDevTakesAnyPortUnlessOneWasChosen(t *testing.T) {
	t.Parallel()
	taken, err := listenDev(t.Context(), devFlags{listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	address := taken.Addr().String()
	if l, err := listenDev(t.Context(), devFlags{listen: address}); err == nil {
		_ = l.Close()
		t.Error("a taken port that was chosen was replaced")
	}
	l, err := listenDev(t.Context(), devFlags{listen: address, anyway: true})
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
}

// Every event has its sentence, or is left out on purpose.
func TestFollowerTellsEachStep(t *testing.T) {
	t.Parallel()
	people := &approval.Directory{People: map[approval.PersonID]approval.Person{
		"dana@example.com": {Name: "Dana"}, "kim@example.com": {Name: "Kim"},
	}}
	f := newFollower(io.Discard, false, people)
	dana := audit.Actor{Person: "dana@example.com", Name: "Dana", Via: "slack"}
	for want, r := range map[string]audit.Record{
		"Dana started hr/vacation: execution x1":                      {Event: audit.ExecutionStarted, Namespace: "hr", Flow: "vacation", Execution: "x1", Actor: dana},
		"  task ask asks Dana or Kim or sam":                          {Event: audit.RequestOpened, Task: "ask", Data: map[string]any{"asked": []any{"dana@example.com", "kim@example.com", "sam"}}},
		"  task ask asks nobody":                                      {Event: audit.RequestOpened, Task: "ask"},
		`  Dana rejects via slack, note: "no", reason: "too late"`:    {Event: audit.ResponseRecorded, Actor: dana, Data: map[string]any{"verdict": "reject", "values": map[string]any{"reason": "too late", "note": "no", "ok": false, "empty": ""}}},
		"  refused: slack:T1:U9 via slack: signoff does not know you": {Event: audit.ResponseRefused, Actor: audit.Actor{Account: "slack:T1:U9", Via: "slack"}, Data: map[string]any{"text": "signoff does not know you"}},
		"  request of ask: expired":                                   {Event: audit.RequestExpired, Task: "ask"},
		"  posted to #ops":                                            {Event: audit.CopyPosted, Data: map[string]any{"place": "#ops", "surface": "slack"}},
		"  updated in Kim's direct messages":                          {Event: audit.CopyUpdated, Data: map[string]any{"person": "kim@example.com"}},
		"  not delivered to slack: channel_not_found":                 {Event: audit.CopyFailed, Data: map[string]any{"surface": "slack", "problem": "channel_not_found"}},
		"  task call: FAILED: no answer":                              {Event: audit.TaskEnded, Task: "call", Data: map[string]any{"state": "FAILED", "problem": "call: no answer"}},
		"  told: #ops was not reached":                                {Event: audit.NoticeSent, Data: map[string]any{"text": "#ops was not reached"}},
		"  could be told to nobody: #ops was not reached":             {Event: audit.NoticeFailed, Data: map[string]any{"text": "#ops was not reached"}},
		"Dana held execution x1":                                      {Event: audit.ExecutionHeld, Execution: "x1", Actor: dana},
		"execution x1 ended: SUCCESS":                                 {Event: audit.ExecutionEnded, Execution: "x1", Data: map[string]any{"state": "SUCCESS"}},
		"flow hr/vacation loaded as revision 2":                       {Event: audit.FlowSaved, Namespace: "hr", Flow: "vacation", Revision: 2},
		"":                                                            {Event: audit.TaskStarted},
	} {
		if got := f.tell(r); got != want {
			t.Errorf("tell(%s) = %q, want %q", r.Event, got, want)
		}
	}
}

func TestFollowerLosesLinesAndBlocksNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	f := newFollower(&out, false, &approval.Directory{})
	for range cap(f.lines) + 5 {
		f.observe([]audit.Record{{Event: audit.ExecutionEnded, Execution: "x\x1b[2J"}})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "\n"); got != cap(f.lines)+1 || !strings.HasPrefix(out.String(), "(5 lines lost") {
		t.Errorf("%d lines, beginning %.40q", got, out.String())
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("a text controls the terminal")
	}
}

func TestDevWorldIsConsistent(t *testing.T) {
	t.Parallel()
	known, err := configuredPeople(devPeople(), map[string][]string{"slack": {devTeam}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, u := range devUsers() {
		p := known.Person(approval.PersonID(u.Email), "slack")
		if p.Account != u.ID {
			t.Errorf("%s has the account %q in the directory, %q in the chat", u.Name, p.Account, u.ID)
		}
		names = append(names, p.Name)
	}
	if diff := cmp.Diff([]string{"Dana", "Alex", "Kim", "Sam"}, names); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
}
