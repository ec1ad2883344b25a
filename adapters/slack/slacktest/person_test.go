package slacktest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

// TestPressIsSigned lets slack-go, not us, judge the request.
func TestPressIsSigned(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	ts := post(t, c, "CVAC")
	verified := make(chan error, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		v, err := goslack.NewSecretsVerifier(r.Header, s.SigningSecret())
		if err == nil {
			_, err = io.Copy(&v, r.Body)
		}
		verified <- errors.Join(err, v.Ensure())
	}))
	t.Cleanup(srv.Close)
	s.SetInteractivity(srv.URL, nil)
	res, err := s.Press(t.Context(), "dana", "CVAC", ts, "act:approve")
	if err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Press() = %+v, %v", res, err)
	}
	if err := <-verified; err != nil {
		t.Errorf("slack-go on the signature: %v", err)
	}
}

func TestPressPayload(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	ts := post(t, c, "CVAC")
	if _, err := s.Press(t.Context(), "dana", "vacation-approvals", ts, "act:approve"); err != nil {
		t.Fatal(err)
	}
	got := a.last()
	for _, key := range []string{"trigger_id", "response_url", "token"} {
		if v, _ := got[key].(string); v == "" {
			t.Errorf("payload has no %s", key)
		}
		delete(got, key)
	}
	message, _ := got["message"].(map[string]any)
	if blocks, _ := message["blocks"].([]any); len(blocks) != 5 || message["ts"] != ts || message["app_id"] != "A0SIGNOFF" {
		t.Errorf("message = %v, want the one that was pressed", message)
	}
	delete(got, "message")
	actions, _ := got["actions"].([]any)
	if len(actions) != 1 {
		t.Fatalf("actions = %v, want one", actions)
	}
	if action, ok := actions[0].(map[string]any); ok {
		delete(action, "action_ts")
	}
	type o = map[string]any
	want := o{
		"type": "block_actions", "api_app_id": "A0SIGNOFF", "enterprise": nil, "is_enterprise_install": false,
		"user":      o{"id": "UDANA", "username": "dana", "name": "dana", "team_id": "T0SIGNOFF"},
		"team":      o{"id": "T0SIGNOFF", "domain": "signoff"},
		"channel":   o{"id": "CVAC", "name": "vacation-approvals"},
		"container": o{"type": "message", "message_ts": ts, "channel_id": "CVAC", "is_ephemeral": false},
		"state":     o{"values": o{}},
		"actions": []any{o{
			"type": "button", "action_id": "act:approve", "block_id": "a", "style": "primary",
			"value": "1|r|1", "text": o{"type": "plain_text", "text": "Approve"},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
}

func TestPressDecodesInSlackGo(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	id := opened(t, s, c, a, modal("ask"))
	if _, err := s.Submit(t.Context(), "dana", id, slacktest.Values{"f:reason": "why"}); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(a.last())
	if err != nil {
		t.Fatal(err)
	}
	var got goslack.InteractionCallback
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if got.Type != goslack.InteractionTypeViewSubmission || got.View.State.Values["f:reason"]["v"].Value != "why" ||
		got.View.ID != id || got.View.CallbackID != "cb" || got.View.PrivateMetadata != "m" || got.View.Hash == "" {
		t.Errorf("slack-go reads %+v", got)
	}
}

func TestOrganisationInstallHasNoTeam(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{EnterpriseID: "E1"})
	a := install(t, s)
	pressed(t, s, c, a)
	got := a.last()
	if e, _ := got["enterprise"].(map[string]any); got["team"] != nil || e["id"] != "E1" || got["is_enterprise_install"] != true {
		t.Errorf("payload = %v, want team null and the enterprise", got)
	}
}

func TestPressNeedsSomethingToPress(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	install(t, s)
	ts := post(t, c, "CVAC")
	dm := post(t, c, "UDANA")
	for name, tt := range map[string]struct {
		user, channel, ts, action string
		want                      error
	}{
		"nobody":       {"eve", "CVAC", ts, "act:approve", slacktest.ErrNoUser},
		"no_message":   {"dana", "CVAC", "1.1", "act:approve", slacktest.ErrNoMessage},
		"others_dm":    {"alex", s.ChannelID("dana"), dm, "act:approve", slacktest.ErrNoMessage},
		"not_a_member": {"guest", "CVAC", ts, "act:approve", slacktest.ErrNoMessage},
		"no_button":    {"dana", "CVAC", ts, "act:explode", slacktest.ErrNoElement},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := s.Press(t.Context(), tt.user, tt.channel, tt.ts, tt.action); !errors.Is(err, tt.want) {
				t.Errorf("Press() = %v, want %v", err, tt.want)
			}
		})
	}
	if _, _, _, err := c.UpdateMessageContext(t.Context(), "CVAC", ts, goslack.MsgOptionText("decided", false)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Press(t.Context(), "dana", "CVAC", ts, "act:approve"); !errors.Is(err, slacktest.ErrNoElement) {
		t.Errorf("a button that is gone: %v, want ErrNoElement", err)
	}
}

// TestPressFromStaleScreen: a screen that has not redrawn still sends the old
// button, with the old value.
func TestPressFromStaleScreen(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	ts := post(t, c, "CVAC")
	if _, _, _, err := c.UpdateMessageContext(t.Context(), "CVAC", ts, goslack.MsgOptionText("decided", false)); err != nil {
		t.Fatal(err)
	}
	g := slacktest.Gesture{User: "dana", Channel: "CVAC", TS: ts, Action: "act:approve"}
	if _, err := s.Act(t.Context(), g); !errors.Is(err, slacktest.ErrNoElement) {
		t.Errorf("Act() on the new screen = %v, want ErrNoElement", err)
	}
	g.Behind = 1
	if res, err := s.Act(t.Context(), g); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Act() on the old screen = %+v, %v", res, err)
	}
	if m, _ := a.last()["message"].(map[string]any); m["text"] != "decided" || m["blocks"] != nil {
		t.Errorf("message = %v, want it as it is now", m)
	}
}

func TestAppMayNotRedirect(t *testing.T) {
	t.Parallel()
	s := slacktest.New(office(slacktest.Options{}))
	s.Start(t)
	followed := false
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		followed = followed || r.URL.Path == "/elsewhere"
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	t.Cleanup(srv.Close)
	s.SetInteractivity(srv.URL, nil)
	ts := post(t, goslack.New(s.BotToken(), goslack.OptionAPIURL(s.APIURL())), "CVAC")
	if res, err := s.Press(t.Context(), "dana", "CVAC", ts, "act:approve"); err != nil || res.Status != http.StatusFound || followed {
		t.Errorf("Press() = %+v, %v, followed %v, want a failure", res, err, followed)
	}
}

func TestWaitForTellsWhatThereIs(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	if _, _, err := c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("what was said", false)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.WaitFor(ctx, func(*slacktest.State) bool { return false })
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "what was said") {
		t.Errorf("WaitFor() = %v, want the reason and the messages", err)
	}
}

func TestSlowAppIsReported(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{AckWithin: 20 * time.Millisecond})
	a := install(t, s)
	a.answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ts := post(t, c, "CVAC")
	res, err := s.Press(t.Context(), "dana", "CVAC", ts, "act:approve")
	if err != nil || res.Outcome != slacktest.Failed || res.Status != 0 {
		t.Fatalf("Press() = %+v, %v, want failed without a status", res, err)
	}
	n := s.Notices("dana")
	if len(n) != 1 || n[0].Text != res.Text || len(s.Notices("alex")) != 0 {
		t.Errorf("Notices(dana) = %v, want the text for her alone", n)
	}
}

func TestFailingAppIsReported(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	a.answers(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusUnauthorized) })
	ts := post(t, c, "CVAC")
	res, err := s.Press(t.Context(), "dana", "CVAC", ts, "act:approve")
	if err != nil || res.Status != http.StatusUnauthorized || res.Outcome != slacktest.Failed {
		t.Errorf("Press() = %+v, %v, want failed with 401", res, err)
	}
	s.SetInteractivity("", nil)
	if res, err = s.Press(t.Context(), "dana", "CVAC", ts, "act:approve"); err != nil || res.Outcome != slacktest.Failed {
		t.Errorf("Press() without an app = %+v, %v, want failed", res, err)
	}
}

func TestWaitForSeesWhatHappens(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	go func() {
		for range 3 {
			_, _, _ = c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("x", false))
		}
	}()
	err := s.WaitFor(t.Context(), func(st *slacktest.State) bool { return len(st.Messages("CVAC")) == 3 })
	if err != nil {
		t.Error(err)
	}
}
