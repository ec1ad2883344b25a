package install

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// shelf is a book in memory, shared by the servers of a test.
type shelf struct {
	now func() time.Time

	mu      sync.Mutex
	entries map[string]Entry // guarded by mu
	done    map[string]bool  // guarded by mu
	events  []Event          // guarded by mu
	broken  error            // guarded by mu; what the next write meets
	writes  int              // guarded by mu
}

func (b *shelf) Read(context.Context) (map[string]Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := map[string]Entry{}
	for key, e := range b.entries {
		if e.Expires.IsZero() || e.Expires.After(b.now()) {
			all[key] = Entry{Fields: maps.Clone(e.Fields), Expires: e.Expires}
		}
	}
	return all, nil
}

func (b *shelf) Write(_ context.Context, w Write) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.writes++
	if err := b.broken; err != nil {
		b.broken = nil
		return err
	}
	if b.done[w.Once] {
		return ErrTaken
	}
	b.done[w.Once] = true
	for key, e := range w.Set {
		if e == nil {
			delete(b.entries, key)
		} else {
			b.entries[key] = *e
		}
	}
	if w.Event != nil {
		b.events = append(b.events, *w.Event)
	}
	return nil
}

func (b *shelf) told() []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Event(nil), b.events...)
}

// dump is everything that is kept, as a thief would see it.
func (b *shelf) dump() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	raw, err := json.Marshal([]any{b.entries, b.events, b.done})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// far is Slack's end of it: one app, with codes that its page gave out.
type far struct {
	mu      sync.Mutex
	codes   map[string]answer // guarded by mu
	refresh map[string]answer // guarded by mu; each works once
	calls   int               // guarded by mu
	auth    string            // guarded by mu
	drop    bool              // guarded by mu; do it and do not say so
	status  int               // guarded by mu; 0 is 200
}

type answer map[string]any

func (f *far) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	f.auth = r.Header.Get("Authorization")
	_ = r.ParseForm()
	if f.status != 0 {
		w.WriteHeader(f.status)
		return
	}
	reply, found := f.codes[r.PostForm.Get("code")]
	delete(f.codes, r.PostForm.Get("code"))
	if r.PostForm.Get("grant_type") == "refresh_token" {
		reply, found = f.refresh[r.PostForm.Get("refresh_token")]
		delete(f.refresh, r.PostForm.Get("refresh_token"))
		if found {
			if token, ok := reply["refresh_token"].(string); ok {
				f.refresh[token] = renewed(token)
			}
		} else {
			reply = answer{"ok": false, "error": "invalid_refresh_token"}
		}
	} else if !found {
		reply = answer{"ok": false, "error": "invalid_code"}
	}
	if f.drop {
		f.drop = false
		panic(http.ErrAbortHandler)
	}
	if err := json.NewEncoder(w).Encode(reply); err != nil {
		panic(err)
	}
}

func (f *far) called() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// renewed is what Slack answers to a refresh token.
func renewed(old string) answer {
	return answer{
		"ok": true, "access_token": "xoxe.xoxb-after-" + old, "refresh_token": old + "+", "expires_in": 43200,
		"token_type": "bot", "scope": "chat:write,commands",
	}
}

func workspace(team, token string) answer {
	return answer{
		"ok": true, "access_token": token, "token_type": "bot", "scope": "chat:write,commands", "bot_user_id": "U0BOT",
		"team": answer{"id": team, "name": "Team " + team}, "enterprise": nil, "is_enterprise_install": false,
		"authed_user": answer{"id": "U0ADMIN"},
	}
}

func rotating() answer {
	a := workspace("T1", "xoxe.xoxb-first")
	a["refresh_token"], a["expires_in"] = "xoxe-1", 43200
	return a
}

func organisation(id string) answer {
	a := workspace("", "xoxb-org")
	a["team"], a["enterprise"], a["is_enterprise_install"] = nil, answer{"id": id, "name": "Org " + id}, true
	return a
}

// world is an app, a Slack and a book, with a clock that a test moves.
type world struct {
	t     *testing.T
	shelf *shelf
	far   *far
	slack *httptest.Server
	log   *strings.Builder

	mu sync.Mutex
	at time.Time // guarded by mu
}

var testKey = []byte("0123456789abcdef0123456789abcdef")

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), log: &strings.Builder{}}
	w.shelf = &shelf{now: w.now, entries: map[string]Entry{}, done: map[string]bool{}}
	w.far = &far{codes: map[string]answer{}, refresh: map[string]answer{}}
	w.slack = httptest.NewServer(w.far)
	t.Cleanup(w.slack.Close)
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func (w *world) config() Config {
	return Config{
		ClientID: "1.2", ClientSecret: "client-secret", Key: testKey, BaseURL: "https://signoff.example.com",
		Scopes: []string{"chat:write", "commands"}, Book: w.shelf, APIURL: w.slack.URL + "/", Now: w.now,
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}
}

// server is one of the servers that share the book.
func (w *world) server() *Installs {
	w.t.Helper()
	s, err := New(w.config())
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) code() string {
	w.t.Helper()
	code, err := NewCode(testKey, w.now())
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}

// view is what a browser got.
type view struct {
	status  int
	body    string
	where   string
	cookies []*http.Cookie
	header  http.Header
}

func visit(s *Installs, r *http.Request) view {
	rec := httptest.NewRecorder()
	s.Handler().ServeHTTP(rec, r)
	return view{rec.Code, rec.Body.String(), rec.Header().Get("Location"), rec.Result().Cookies(), rec.Header()}
}

func enter(s *Installs, code string) view {
	r := httptest.NewRequest(http.MethodPost, "https://signoff.example.com"+InstallPath, strings.NewReader(url.Values{"code": {code}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return visit(s, r)
}

// left enters a good code and returns the state and the cookie.
func (w *world) left(s *Installs) (state string, cookie *http.Cookie) {
	w.t.Helper()
	p := enter(s, w.code())
	u, err := url.Parse(p.where)
	if p.status != http.StatusSeeOther || err != nil || len(p.cookies) != 1 {
		w.t.Fatalf("entering a code = %d %q %s", p.status, p.where, p.body)
	}
	return u.Query().Get("state"), p.cookies[0]
}

func comeBack(s *Installs, query string, cookie *http.Cookie) view {
	r := httptest.NewRequest(http.MethodGet, "https://signoff.example.com"+CallbackPath+"?"+query, nil)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site") // Slack's page led here
	return visit(s, r)
}

// install goes the whole way.
func (w *world) install(s *Installs, a answer) view {
	w.t.Helper()
	w.far.mu.Lock()
	w.far.codes["code"] = a
	if token, ok := a["refresh_token"].(string); ok {
		w.far.refresh[token] = renewed(token)
	}
	w.far.mu.Unlock()
	state, cookie := w.left(s)
	return comeBack(s, "code=code&state="+state, cookie)
}

func (w *world) find(s *Installs, key string) Install {
	w.t.Helper()
	s.Forget()
	i, found, err := s.Find(w.t.Context(), key)
	if err != nil || !found {
		w.t.Fatalf("Find(%s) = %v, %v", key, found, err)
	}
	return i
}
