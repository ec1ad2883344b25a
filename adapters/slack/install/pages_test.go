package install

import (
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestInstallKeepsAWorkspace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	p := w.install(s, workspace("T1", "xoxb-very-secret"))
	if p.status != http.StatusOK || !strings.Contains(p.body, "signoff is installed in Team T1.") {
		t.Fatalf("the way back = %d %s", p.status, p.body)
	}
	i := w.find(s, "T1")
	if i.Token != "xoxb-very-secret" || !i.Active() || i.Rotates() || i.Org || i.Team != "T1" || i.By != "U0ADMIN" || i.Problem != "" {
		t.Errorf("install = %+v %q", i, i.Problem)
	}
	events := w.shelf.told()
	if len(events) != 1 || events[0].What != Installed || events[0].Account != "slack:T1:U0ADMIN" || events[0].Data["workspace"] != "T1" {
		t.Errorf("trail = %+v", events)
	}
	for name, text := range map[string]string{"book": w.shelf.dump(), "page": p.body, "log": w.log.String()} {
		if strings.Contains(text, "very-secret") || strings.Contains(text, "client-secret") {
			t.Errorf("the %s holds a secret: %s", name, text)
		}
	}
	if other := w.server(); w.find(other, "T1").Token != "xoxb-very-secret" {
		t.Error("another server does not read it")
	}
}

func TestInstallKeepsAnOrganisation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	if p := w.install(s, organisation("E1")); p.status != http.StatusOK {
		t.Fatalf("the way back = %d %s", p.status, p.body)
	}
	if i := w.find(s, "E1"); !i.Org || i.Enterprise != "E1" || i.Team != "" || i.Token != "xoxb-org" {
		t.Errorf("install = %+v", i)
	}
}

// TestInstallOfAWorkspaceOfAnOrganisation: without is_enterprise_install the key
// is the workspace's.
func TestInstallOfAWorkspaceOfAnOrganisation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	a := workspace("T7", "xoxb-7")
	a["enterprise"] = answer{"id": "E1", "name": "Org"}
	w.install(s, a)
	if i := w.find(s, "T7"); i.Enterprise != "E1" || i.Org {
		t.Errorf("install = %+v", i)
	}
}

func TestLeaveSendsToSlack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := enter(w.server(), w.code())
	for _, part := range []string{slackAuthorize + "?", "client_id=1.2", "scope=chat%3Awrite%2Ccommands", "redirect_uri=https%3A%2F%2Fsignoff.example.com%2Fslack%2Foauth%2Fcallback", "state="} {
		if !strings.Contains(p.where, part) {
			t.Errorf("leads to %s, want %s in it", p.where, part)
		}
	}
	c := p.cookies[0]
	if c.Name != "__Host-signoff-install" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 600 || strings.Contains(p.where, c.Value) {
		t.Errorf("cookie = %+v", c)
	}
	for _, name := range []string{"Cache-Control", "Referrer-Policy", "Content-Security-Policy"} {
		if p.header.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
}

func TestLeaveRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	old := w.code()
	w.pass(CodeLife)
	used := w.code()
	enter(s, used)
	other, err := NewCode([]byte(strings.Repeat("x", KeySize)), w.now())
	if err != nil {
		t.Fatal(err)
	}
	good := w.code()
	changed := []byte(good)
	changed[0] = map[bool]byte{true: 'B', false: 'A'}[changed[0] == 'A']
	for name, code := range map[string]string{
		"none": "", "blank": "  ", "guess": "AAAAAA", "over": old, "used": used, "used_in_small_letters": strings.ToLower(used),
		"other_key": other, "changed": string(changed), "huge": strings.Repeat("A", 300), "cut": good[:len(good)-2], "not_ascii": "é" + good,
	} {
		before := w.shelf.dump()
		if p := enter(s, code); p.status != http.StatusForbidden || p.where != "" || len(p.cookies) > 0 {
			t.Errorf("%s: entering %q = %d %q", name, code, p.status, p.where)
		}
		if w.shelf.dump() != before {
			t.Errorf("%s: entering %q left something in the book", name, code)
		}
	}
}

// TestLeaveTakesACodeAsTyped: dashes, case and blanks do not count.
func TestLeaveTakesACodeAsTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	typed := " " + strings.ToLower(strings.ReplaceAll(w.code(), "-", " ")) + " "
	if p := enter(w.server(), typed); p.status != http.StatusSeeOther {
		t.Errorf("entering %q = %d", typed, p.status)
	}
}

// TestLeaveTakesACodeOnce, on however many servers it is entered at once.
func TestLeaveTakesACodeOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.code()
	var mu sync.Mutex
	var wg sync.WaitGroup
	through := 0
	for range 8 {
		s := w.server()
		wg.Go(func() {
			if enter(s, code).status == http.StatusSeeOther {
				mu.Lock()
				defer mu.Unlock()
				through++
			}
		})
	}
	wg.Wait()
	if through != 1 {
		t.Errorf("%d went through with one code", through)
	}
}

// TestPagesReadOnly: to look at a page, or to fetch it in advance, changes
// nothing and spends nothing.
func TestPagesReadOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	state, cookie := w.left(s)
	before := w.shelf.dump()
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
		visit(s, httptest.NewRequest(method, InstallPath+"?code="+w.code(), nil))
	}
	head := httptest.NewRequest(http.MethodHead, CallbackPath+"?code=code&state="+state, nil)
	head.AddCookie(cookie)
	if p := visit(s, head); p.status != http.StatusMethodNotAllowed {
		t.Errorf("HEAD of the way back = %d", p.status)
	}
	if w.shelf.dump() != before {
		t.Error("a look has changed the book")
	}
}

func TestBackRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		query  func(state string) string
		cookie func(*http.Cookie) *http.Cookie
		wait   time.Duration
		want   string
	}{
		"no_state":         {func(string) string { return "code=code" }, nil, 0, textNoState},
		"other_state":      {func(string) string { return "code=code&state=x" }, nil, 0, textBadState},
		"no_cookie":        {nil, func(*http.Cookie) *http.Cookie { return nil }, 0, textBadState},
		"other_browser":    {nil, func(c *http.Cookie) *http.Cookie { d := *c; d.Value = "x"; return &d }, 0, textBadState},
		"empty_cookie":     {nil, func(c *http.Cookie) *http.Cookie { d := *c; d.Value = ""; return &d }, 0, textBadState},
		"too_late":         {nil, nil, stateLife, textBadState},
		"declined":         {func(s string) string { return "error=access_denied&state=" + s }, nil, 0, textDeclined},
		"no_code":          {func(s string) string { return "state=" + s }, nil, 0, textBadState},
		"huge_code":        {func(s string) string { return "code=" + strings.Repeat("x", 600) + "&state=" + s }, nil, 0, textBadState},
		"code_that_is_not": {func(s string) string { return "code=made-up&state=" + s }, nil, 0, "invalid_code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := w.server()
			w.far.codes["code"] = workspace("T1", "xoxb-1")
			state, cookie := w.left(s)
			query := "code=code&state=" + state
			if c.query != nil {
				query = c.query(state)
			}
			if c.cookie != nil {
				cookie = c.cookie(cookie)
			}
			w.pass(c.wait)
			p := comeBack(s, query, cookie)
			if !strings.Contains(p.body, html.EscapeString(c.want)) || strings.Contains(p.body, "made-up") {
				t.Errorf("the way back = %d %s, want %q", p.status, p.body, c.want)
			}
			if all, err := s.All(t.Context()); err != nil || len(all) != 0 {
				t.Errorf("installed %v, %v", all, err)
			}
		})
	}
}

func TestBackTakesAStateOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	w.far.codes["code"], w.far.codes["more"] = workspace("T1", "xoxb-1"), workspace("T2", "xoxb-2")
	state, cookie := w.left(s)
	if p := comeBack(s, "code=code&state="+state, cookie); p.status != http.StatusOK {
		t.Fatalf("the way back = %d %s", p.status, p.body)
	}
	if p := comeBack(w.server(), "code=more&state="+state, cookie); p.status != http.StatusForbidden {
		t.Errorf("the same way back again = %d", p.status)
	}
	if w.far.called() != 1 {
		t.Errorf("Slack was asked %d times", w.far.called())
	}
}

// TestBackDoubtsSlack: an answer that names no workspace, or gives no bot's
// token, installs nothing.
func TestBackDoubtsSlack(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(answer){
		"no_team":         func(a answer) { delete(a, "team") },
		"odd_team":        func(a answer) { a["team"] = answer{"id": "../T1"} },
		"org_without_id":  func(a answer) { a["is_enterprise_install"] = true },
		"user_token":      func(a answer) { a["token_type"] = "user" },
		"no_token":        func(a answer) { delete(a, "access_token") },
		"ok_is_no_bool":   func(a answer) { a["ok"] = "yes" },
		"refused_no_word": func(a answer) { a["ok"] = false },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := w.server()
			a := workspace("T1", "xoxb-1")
			spoil(a)
			p := w.install(s, a)
			if p.status < 500 || strings.Contains(p.body, "xoxb") {
				t.Errorf("the way back = %d %s", p.status, p.body)
			}
			if all, err := s.All(t.Context()); err != nil || len(all) != 0 {
				t.Errorf("installed %v, %v", all, err)
			}
		})
	}
}

func TestBackSaysWhatWasNotGranted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	a := workspace("T1", "xoxb-1")
	a["scope"] = "chat:write"
	if p := w.install(s, a); !strings.Contains(p.body, "lacks the permissions commands") {
		t.Errorf("the way back = %s", p.body)
	}
}

func TestBackSurvivesABrokenStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	w.shelf.broken = errors.New("the disk is full of xoxb")
	if p := enter(s, w.code()); p.status != http.StatusInternalServerError || strings.Contains(p.body, "disk") {
		t.Errorf("entering a code = %d %s", p.status, p.body)
	}
}

// TestInstallAgain takes the place of the one before, and brings back a workspace
// that had removed the app.
func TestInstallAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	w.install(s, workspace("T1", "xoxb-1"))
	w.pass(time.Minute)
	w.install(s, workspace("T1", "xoxb-2"))
	if i := w.find(s, "T1"); i.Token != "xoxb-2" {
		t.Errorf("install = %+v", i)
	}
	w.pass(time.Minute)
	if err := s.Remove(t.Context(), "T1", w.now(), "app_uninstalled"); err != nil {
		t.Fatal(err)
	}
	if i := w.find(s, "T1"); i.Active() || i.Token != "" || i.Removed.IsZero() || i.Why != "app_uninstalled" {
		t.Errorf("after removal: %+v", i)
	}
	w.pass(time.Minute)
	w.install(s, workspace("T1", "xoxb-3"))
	if i := w.find(s, "T1"); !i.Active() || i.Token != "xoxb-3" {
		t.Errorf("installed again: %+v", i)
	}
	var what []string
	for _, e := range w.shelf.told() {
		what = append(what, e.What)
	}
	if got := strings.Join(what, " "); got != "installed installed removed installed" {
		t.Errorf("trail = %s", got)
	}
}

// TestRemoveIgnores what is old, repeated or about somebody else.
func TestRemoveIgnores(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	before := w.now()
	w.pass(time.Minute)
	w.install(s, workspace("T1", "xoxb-1"))
	for name, remove := range map[string]func() error{
		"old_news": func() error { return s.Remove(t.Context(), "T1", before, "app_uninstalled") },
		"stranger": func() error { return s.Remove(t.Context(), "T9", w.now(), "app_uninstalled") },
	} {
		if err := remove(); err != nil || !w.find(s, "T1").Active() {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 3 {
		if err := s.Remove(t.Context(), "T1", w.now(), "tokens_revoked"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(w.shelf.told()); n != 2 {
		t.Errorf("%d lines in the trail, want installed and removed", n)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Config){
		"no_client": func(c *Config) { c.ClientID = "" }, "no_secret": func(c *Config) { c.ClientSecret = "" },
		"no_address": func(c *Config) { c.BaseURL = "" }, "slash": func(c *Config) { c.BaseURL += "/" },
		"no_book": func(c *Config) { c.Book = nil }, "short_key": func(c *Config) { c.Key = c.Key[:31] },
	} {
		cfg := newWorld(t).config()
		spoil(&cfg)
		if _, err := New(cfg); err == nil || strings.Contains(err.Error(), "client-secret") {
			t.Errorf("%s: New = %v", name, err)
		}
	}
}
