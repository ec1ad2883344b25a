package slacktest_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/slack/slacktest"
)

func TestEventIsWrapped(t *testing.T) {
	t.Parallel()
	clk := newClock()
	s, _ := start(t, slacktest.Options{Now: clk.Now})
	l := listen(t, s, nil)
	d, err := s.Emit(t.Context(), "", map[string]any{"type": "user_change", "user": map[string]any{"id": "UDANA"}})
	if err != nil || !d.Accepted || d.Attempts != 1 || d.Status != http.StatusOK {
		t.Fatalf("Emit() = %+v, %v", d, err)
	}
	h := l.last()
	if h.path != "/events" || h.header.Get("X-Slack-Retry-Num") != "" {
		t.Errorf("%s %v", h.path, h.header)
	}
	p := h.json
	if p["type"] != "event_callback" || p["team_id"] != "T0SIGNOFF" || p["event_id"] != d.EventID || at(p, "event", "type") != "user_change" ||
		p["event_time"] != float64(clk.Now().Unix()) || at(p, "event", "event_ts") == nil {
		t.Errorf("body = %v", p)
	}
	auths, _ := p["authorizations"].([]any)
	if len(auths) != 1 || at(auths[0], "team_id") != "T0SIGNOFF" || at(auths[0], "user_id") != "U0SIGNOFF" || at(auths[0], "is_bot") != true {
		t.Errorf("authorizations = %v", auths)
	}
}

// TestEventIsSentAgain: until it is accepted, at the intervals of Slack, with
// the number and the reason, and no more than four times in all.
func TestEventIsSentAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer func(w http.ResponseWriter, n int)
		want   slacktest.Delivery
		at     []time.Duration
		reason string
	}{
		"accepted_at_once": {func(http.ResponseWriter, int) {}, slacktest.Delivery{Attempts: 1, Accepted: true, Status: 200}, []time.Duration{0}, ""},
		"accepted_in_the_end": {func(w http.ResponseWriter, n int) {
			if n < 3 {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}, slacktest.Delivery{Attempts: 3, Accepted: true, Status: 200}, []time.Duration{0, 0, time.Minute}, "http_error"},
		"never": {
			func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusServiceUnavailable) },
			slacktest.Delivery{Attempts: 4, Status: 503},
			[]time.Duration{0, 0, time.Minute, 6 * time.Minute},
			"http_error",
		},
		"slow": {func(_ http.ResponseWriter, n int) {
			if n == 1 {
				time.Sleep(4 * time.Second)
			}
		}, slacktest.Delivery{Attempts: 2, Accepted: true, Status: 200}, []time.Duration{0, 4 * time.Second}, "http_timeout"},
		"redirected": {
			func(w http.ResponseWriter, n int) {
				if n == 1 {
					w.Header().Set("Location", "/elsewhere")
					w.WriteHeader(http.StatusFound)
				}
			},
			slacktest.Delivery{Attempts: 2, Accepted: true, Status: 200},
			[]time.Duration{0, 0},
			"too_many_redirects",
		},
		"refused": {func(w http.ResponseWriter, _ int) {
			w.Header().Set("X-Slack-No-Retry", "1")
			w.WriteHeader(http.StatusNotFound)
		}, slacktest.Delivery{Attempts: 1, Refused: true, Status: 404}, []time.Duration{0}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := slacktest.New(office(slacktest.Options{}))
				began, n := time.Now(), 0
				var when []time.Duration
				l := listen(t, s, nil)
				l.answer = func(w http.ResponseWriter, _ heard) {
					n++
					when = append(when, time.Since(began))
					tt.answer(w, n)
				}
				d, err := s.Emit(t.Context(), "", map[string]any{"type": "user_change"})
				id := d.EventID
				d.EventID = ""
				if err != nil || d != tt.want {
					t.Errorf("Emit() = %+v, %v, want %+v", d, err, tt.want)
				}
				if diff := cmp.Diff(tt.at, when); diff != "" {
					t.Errorf("sent at (-want +got)\n%s", diff)
				}
				for i, h := range l.all() {
					num, reason := "", ""
					if i > 0 {
						num, reason = string(rune('0'+i)), tt.reason
					}
					if h.header.Get("X-Slack-Retry-Num") != num || h.header.Get("X-Slack-Retry-Reason") != reason || h.json["event_id"] != id {
						t.Errorf("attempt %d: %v %v, want number %q, reason %q and the same id", i+1, h.header, h.json, num, reason)
					}
				}
			})
		})
	}
}

// TestEventsOfAPersonsLife: what an administrator changes reaches the app.
func TestEventsOfAPersonsLife(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{UserGroups: []slacktest.UserGroup{{ID: "SHR", Members: []string{"UDANA", "UALEX"}}}})
	l := listen(t, s, nil)
	if _, err := s.ChangeUser(t.Context(), slacktest.User{ID: "UDANA", Name: "dana", Deleted: true}); err != nil {
		t.Fatal(err)
	}
	e := at(l.last().json, "event")
	if at(e, "type") != "user_change" || at(e, "user", "id") != "UDANA" || at(e, "user", "deleted") != true {
		t.Errorf("event = %v", e)
	}
	if _, err := s.ChangeUserGroup(t.Context(), slacktest.UserGroup{ID: "SHR", Members: []string{"UALEX", "UGUEST"}}); err != nil {
		t.Fatal(err)
	}
	e = at(l.last().json, "event")
	if at(e, "type") != "subteam_members_changed" || at(e, "subteam_id") != "SHR" ||
		!cmp.Equal(at(e, "added_users"), any([]any{"UGUEST"})) || !cmp.Equal(at(e, "removed_users"), any([]any{"UDANA"})) {
		t.Errorf("event = %v", e)
	}
	members, err := c.GetUserGroupMembersContext(t.Context(), "SHR")
	if err != nil || !slices.Equal(members, []string{"UALEX", "UGUEST"}) {
		t.Errorf("usergroups.users.list = %v, %v", members, err)
	}
	if _, err := s.ChangeUserGroup(t.Context(), slacktest.UserGroup{ID: "SHR", Disabled: true, Members: []string{"UALEX", "UGUEST"}}); err != nil {
		t.Fatal(err)
	}
	if e := at(l.last().json, "event"); at(e, "type") != "subteam_updated" || at(e, "subteam", "date_delete") == 0.0 {
		t.Errorf("event = %v", e)
	}
}

func TestOnlySubscribedEventsAreSent(t *testing.T) {
	t.Parallel()
	opt := slacktest.Options{}
	opt.Events = []string{"app_home_opened"}
	s, _ := start(t, opt)
	l := listen(t, s, nil)
	d, err := s.Emit(t.Context(), "", map[string]any{"type": "user_change"})
	if err != nil || d != (slacktest.Delivery{EventID: d.EventID}) || len(l.all()) != 0 {
		t.Errorf("Emit() = %+v, %v, want it not sent", d, err)
	}
	if d, err := s.OpenHome(t.Context(), "dana"); err != nil || !d.Accepted {
		t.Errorf("OpenHome() = %+v, %v", d, err)
	}
}

func TestUninstall(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	l := listen(t, s, nil)
	if err := s.Uninstall(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	var kinds []any
	for _, h := range l.all() {
		kinds = append(kinds, at(h.json, "event", "type"))
	}
	if diff := cmp.Diff([]any{"tokens_revoked", "app_uninstalled"}, kinds); diff != "" {
		t.Errorf("events (-want +got)\n%s", diff)
	}
	if _, err := c.AuthTestContext(t.Context()); word(err) != "account_inactive" {
		t.Errorf("auth.test afterwards: %v", err)
	}
	if err := s.Uninstall(t.Context(), ""); !errors.Is(err, slacktest.ErrNotInstalled) {
		t.Errorf("again: %v", err)
	}
	if _, err := s.OpenHome(t.Context(), "dana"); !errors.Is(err, slacktest.ErrNotInstalled) {
		t.Errorf("Home of an app that is not there: %v", err)
	}
}

func TestRevokedTokens(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	l := listen(t, s, nil)
	if d, err := s.RevokeTokens(t.Context(), ""); err != nil || !d.Accepted {
		t.Fatalf("RevokeTokens() = %+v, %v", d, err)
	}
	bots, _ := at(l.last().json, "event", "tokens", "bot").([]any)
	if len(bots) != 1 || bots[0] != "U0SIGNOFF" {
		t.Errorf("event = %v", l.last().json)
	}
	if _, err := c.AuthTestContext(t.Context()); word(err) != "token_revoked" {
		t.Errorf("auth.test afterwards: %v", err)
	}
}

func TestRateLimitedEvents(t *testing.T) {
	t.Parallel()
	clk := newClock()
	s, _ := start(t, slacktest.Options{Now: clk.Now})
	l := listen(t, s, nil)
	clk.advance(42 * time.Second)
	if d, err := s.LimitEvents(t.Context(), ""); err != nil || !d.Accepted {
		t.Fatalf("LimitEvents() = %+v, %v", d, err)
	}
	p := l.last().json
	if p["type"] != "app_rate_limited" || p["event"] != nil || p["team_id"] != "T0SIGNOFF" ||
		p["minute_rate_limited"] != float64(newClock().Now().Unix()) {
		t.Errorf("body = %v", p)
	}
}

func TestVerifyURL(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{})
	l := listen(t, s, nil)
	for name, tt := range map[string]struct {
		answer func(http.ResponseWriter, heard)
		good   bool
	}{
		"silent": {nil, false},
		"plain":  {func(w http.ResponseWriter, h heard) { _, _ = io.WriteString(w, challenge(h)) }, true},
		"json":   {func(w http.ResponseWriter, h heard) { says(`{"challenge":"`+challenge(h)+`"}`)(w, h) }, true},
		"wrong":  {says(`{"challenge":"guess"}`), false},
		"refused": {func(w http.ResponseWriter, h heard) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, challenge(h))
		}, false},
	} {
		l.answer = tt.answer
		if err := s.VerifyURL(t.Context()); (err == nil) != tt.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func challenge(h heard) string {
	text, _ := h.json["challenge"].(string)
	return text
}
