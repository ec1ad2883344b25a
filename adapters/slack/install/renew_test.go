package install

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// due installs a workspace whose token is due to be renewed.
func due(t *testing.T) (*world, *Installs) {
	t.Helper()
	w := newWorld(t)
	s := w.server()
	w.install(s, rotating())
	w.pass(12 * time.Hour * 4 / 5)
	return w, s
}

func TestRenewNotBeforeItIsDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	w.install(s, rotating())
	w.pass(12*time.Hour*4/5 - time.Second)
	calls := w.far.called()
	s.look(t.Context())
	if w.far.called() != calls {
		t.Error("it was renewed before 80 % of its life")
	}
	w.pass(time.Second)
	s.Forget()
	s.look(t.Context())
	if i := w.find(s, "T1"); w.far.called() != calls+1 || i.Token != "xoxe.xoxb-after-xoxe-1" || i.Refresh != "xoxe-1+" {
		t.Errorf("after it was due: %d calls, %+v", w.far.called()-calls, i)
	}
}

// TestRenewGoesOn for a month without a person.
func TestRenewGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	w.install(s, rotating())
	for hour := range 30 * 24 {
		w.pass(time.Hour)
		s.Forget()
		s.look(t.Context())
		if i := w.find(s, "T1"); !i.Active() || !i.Expires.After(w.now()) || i.Problem != "" {
			t.Fatalf("hour %d: %+v, problem %q", hour, i, i.Problem)
		}
	}
	if s.cfg.Log == nil || strings.Contains(w.shelf.dump()+w.log.String(), "xoxe") {
		t.Error("a token stands in the book, the trail or the log")
	}
}

// TestRenewByOneServer, however many try.
func TestRenewByOneServer(t *testing.T) {
	t.Parallel()
	w, _ := due(t)
	calls := w.far.called()
	var wg sync.WaitGroup
	for range 8 {
		s := w.server()
		wg.Go(func() {
			if err := s.Renew(t.Context(), "T1"); err != nil {
				t.Errorf("Renew = %v", err)
			}
		})
	}
	wg.Wait()
	if i := w.find(w.server(), "T1"); w.far.called() != calls+1 || i.Token != "xoxe.xoxb-after-xoxe-1" || i.Problem != "" {
		t.Errorf("%d calls, %+v, problem %q", w.far.called()-calls, i, i.Problem)
	}
}

// TestRenewSurvivesACrash between Slack's answer and ours: the old token works
// on, and a person is told until when.
func TestRenewSurvivesACrash(t *testing.T) {
	t.Parallel()
	w, s := due(t)
	if _, err := s.begin(t.Context(), "T1"); err != nil { // took the turn, asked Slack, and died
		t.Fatal(err)
	}
	w.far.mu.Lock()
	delete(w.far.refresh, "xoxe-1")
	w.far.mu.Unlock()
	other := w.server()
	if err := other.Renew(t.Context(), "T1"); err != nil {
		t.Fatalf("Renew while another has the turn = %v", err)
	}
	if i := w.find(other, "T1"); i.Problem != "" || i.Token != "xoxe.xoxb-first" {
		t.Fatalf("during the turn: %+v", i)
	}
	w.pass(turn)
	if err := other.Renew(t.Context(), "T1"); err == nil {
		t.Error("Renew = nil, want Slack's refusal")
	}
	i := w.find(other, "T1")
	if !strings.Contains(i.Problem, "install the app there again before 2026-11-23 21:00 UTC") || !i.Active() || i.Token != "xoxe.xoxb-first" {
		t.Errorf("after the crash: %+v, problem %q", i, i.Problem)
	}
	calls := w.far.called()
	for range 10 {
		w.pass(time.Minute)
		if err := other.Renew(t.Context(), "T1"); err != nil {
			t.Fatalf("Renew after a refusal = %v", err)
		}
	}
	if w.far.called() != calls {
		t.Errorf("Slack was asked %d more times within ten minutes of its refusal", w.far.called()-calls)
	}
	w.install(other, rotating())
	if i := w.find(other, "T1"); i.Problem != "" || !i.Active() {
		t.Errorf("installed again: %+v, problem %q", i, i.Problem)
	}
}

// TestRenewTriesAgain what Slack did not do.
func TestRenewTriesAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable} {
		w, s := due(t)
		w.far.mu.Lock()
		w.far.status = status
		w.far.mu.Unlock()
		if err := s.Renew(t.Context(), "T1"); err == nil {
			t.Errorf("%d: Renew = nil", status)
		}
		w.far.mu.Lock()
		w.far.status = 0
		w.far.mu.Unlock()
		w.pass(turn)
		if err := s.Renew(t.Context(), "T1"); err != nil {
			t.Errorf("%d: Renew = %v", status, err)
		}
		if i := w.find(s, "T1"); i.Token != "xoxe.xoxb-after-xoxe-1" || i.Problem != "" {
			t.Errorf("%d: %+v, problem %q", status, i, i.Problem)
		}
	}
}

// TestRenewSaysALostAnswer: Slack did it, and nobody heard.
func TestRenewSaysALostAnswer(t *testing.T) {
	t.Parallel()
	w, s := due(t)
	w.far.mu.Lock()
	w.far.drop = true
	w.far.mu.Unlock()
	if err := s.Renew(t.Context(), "T1"); !errors.Is(err, errUnheard) {
		t.Errorf("Renew = %v, want %v", err, errUnheard)
	}
	w.pass(turn)
	_ = s.Renew(t.Context(), "T1")
	if i := w.find(s, "T1"); !strings.Contains(i.Problem, "invalid_refresh_token") || !i.Active() {
		t.Errorf("%+v, problem %q", i, i.Problem)
	}
}

// TestRenewGivesWay to an install or a removal that came meanwhile.
func TestRenewGivesWay(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(*world, *Installs){
		"installed": func(w *world, s *Installs) { w.install(s, workspace("T1", "xoxb-fresh")) },
		"removed":   func(w *world, s *Installs) { _ = s.Remove(w.t.Context(), "T1", w.now(), "app_uninstalled") },
	} {
		w, s := due(t)
		i, err := s.begin(t.Context(), "T1")
		if err != nil {
			t.Fatal(err)
		}
		meanwhile(w, s)
		if err := s.finish(t.Context(), i, granted{AccessToken: "xoxb-late", RefreshToken: "xoxe-late", ExpiresIn: 1}); err != nil {
			t.Errorf("%s: finish = %v", name, err)
		}
		if i := w.find(s, "T1"); i.Token == "xoxb-late" {
			t.Errorf("%s: a late answer won: %+v", name, i)
		}
	}
}

func TestRunStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &shelf{now: time.Now, entries: map[string]Entry{}, done: map[string]bool{}}
		s, err := New(Config{ClientID: "1", ClientSecret: "2", Key: testKey, BaseURL: "https://x.example", Book: b})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(10 * time.Minute)
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run = %v", err)
		}
	})
}

func TestSealedIsBound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server()
	w.install(s, workspace("T1", "xoxb-one"))
	w.install(s, workspace("T2", "xoxb-two"))
	e := w.shelf.entries
	one, two := e[installPrefix+"T1"].Fields, e[installPrefix+"T2"].Fields
	one["sealed"], two["sealed"] = two["sealed"], one["sealed"]
	if i := w.find(s, "T1"); i.Active() || !strings.Contains(i.Problem, "changed") {
		t.Errorf("another workspace's token was taken: %+v %q", i, i.Problem)
	}
	cfg := w.config()
	cfg.Key = []byte(strings.Repeat("k", KeySize))
	other, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if i := w.find(other, "T2"); i.Active() || !strings.Contains(i.Problem, "another secret_key") {
		t.Errorf("under another key: %+v %q", i, i.Problem)
	}
	for _, sealed := range []string{"", ".", "x", "a.b", strings.Split(one["sealed"], ".")[0] + ".AAAA"} {
		if _, err := s.seal.open("T1", sealed); err == nil {
			t.Errorf("open(%q) = nil", sealed)
		}
	}
}

func TestInstallPrintsNoSecret(t *testing.T) {
	t.Parallel()
	i := Install{Key: "T1", Token: "xoxb-very-secret", Refresh: "xoxe-very-secret"}
	cfg := Config{ClientSecret: "very-secret", Key: []byte("very-secret")}
	text := fmt.Sprintf("%v %+v %#v %s %v %+v %#v %v %v", i, i, i, i, cfg, cfg, cfg, i.LogValue(), cfg.LogValue())
	if strings.Contains(text, "very-secret") {
		t.Errorf("printed %s", text)
	}
	if raw, err := json.Marshal([]any{i, &i}); err != nil || !strings.Contains(string(raw), "T1") || strings.Contains(string(raw), "very-secret") {
		t.Errorf("as JSON: %s, %v", raw, err)
	}
}

// FuzzCode: nothing is a code that does not end with the proof of what stands
// before it. Each process of the fuzzer makes another code to begin with.
func FuzzCode(f *testing.F) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	good, err := NewCode(testKey, now)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(strings.ToLower(good[1:]))
	f.Add("AAAA-BBBB")
	f.Fuzz(func(t *testing.T, code string) {
		if _, ok := readCode(testKey, code, now); !ok {
			return
		}
		raw, err := letters.DecodeString(strings.NewReplacer("-", "", " ", "").Replace(strings.ToUpper(strings.TrimSpace(code))))
		if err != nil || len(raw) != codeTime+codeNonce+codeProof {
			t.Fatalf("readCode(%q) took what is none", code)
		}
		mac := hmac.New(sha256.New, derive(testKey, "codes"))
		mac.Write(raw[:codeTime+codeNonce])
		if !strings.HasPrefix(string(mac.Sum(nil)), string(raw[codeTime+codeNonce:])) {
			t.Fatalf("readCode(%q) took another's proof", code)
		}
	})
}
