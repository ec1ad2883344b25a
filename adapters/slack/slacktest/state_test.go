package slacktest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

// TestWorkspaceChanges: what an administrator does is seen by the next call.
func TestWorkspaceChanges(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	ts := post(t, c, "CVAC")
	s.SetUser(slacktest.User{ID: "UDANA", Name: "dana", Deleted: true})
	if u, err := c.GetUserInfoContext(t.Context(), "UDANA"); err != nil || !u.Deleted {
		t.Errorf("users.info = %+v, %v, want deactivated", u, err)
	}
	if n := len(s.Users()); n != 5 {
		t.Errorf("%d users, want the same five", n)
	}
	s.Remove("CVAC", ts)
	if _, _, _, err := c.UpdateMessageContext(t.Context(), "CVAC", ts, goslack.MsgOptionText("x", false)); word(err) != "message_not_found" {
		t.Errorf("update of a removed message: %v, want message_not_found", err)
	}
	s.SetChannel(slacktest.Channel{ID: "CVAC", Name: "vacation-approvals", Archived: true})
	if _, _, err := c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("x", false)); word(err) != "is_archived" {
		t.Errorf("post after archiving: %v, want is_archived", err)
	}
}

func TestBlocksWithoutTextAreWarnedAbout(t *testing.T) {
	t.Parallel()
	s := slacktest.New(office(slacktest.Options{}))
	r := httptest.NewRequest(http.MethodPost, "/api/chat.postMessage", strings.NewReader(`{"channel":"CVAC","blocks":[{"type":"divider"}]}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+s.BotToken())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), `"warning":"missing_text_in_message"`) {
		t.Errorf("answer = %s, want a warning", w.Body)
	}
}

// TestDelay: a slow Slack answers late, and not at all to those who left.
func TestDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := slacktest.New(office(slacktest.Options{}))
		s.Delay("auth.test", 5*time.Second)
		r := httptest.NewRequest(http.MethodPost, "/api/auth.test", nil)
		r.Header.Set("Authorization", "Bearer "+s.BotToken())
		began := time.Now()
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if took := time.Since(began); took != 5*time.Second || !strings.Contains(w.Body.String(), `"ok":true`) {
			t.Errorf("answered after %v: %s, want 5 s and ok", took, w.Body)
		}
	})
}

// TestManyAtOnce: posts, presses and reads at the same time keep every message
// apart and lose none.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	ts := post(t, c, "CVAC")
	const each = 20
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range each {
				if _, _, err := c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("x", false)); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range each {
				if _, err := s.Press(t.Context(), "dana", "CVAC", ts, "act:approve"); err != nil {
					t.Error(err)
				}
				_ = s.Messages("CVAC")
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, m := range s.Messages("CVAC") {
		seen[m.TS] = true
	}
	if len(seen) != 4*each+1 || a.count() != 4*each {
		t.Errorf("%d messages and %d presses, want %d and %d", len(seen), a.count(), 4*each+1, 4*each)
	}
}
