package slack_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// TestEventsInvalidate: who was deactivated a moment ago answers nothing any more,
// although they were known a moment before.
func TestEventsInvalidate(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := &desk{}
		b := newBench(t, d)
		ref := b.open(t)
		b.approve(t, "UKIM", ref)
		kim := b.fake.User("UKIM")
		kim.Deleted = true
		got, err := b.fake.ChangeUser(t.Context(), kim)
		if err != nil || !got.Accepted || got.Attempts != 1 {
			t.Fatalf("ChangeUser = %+v, %v", got, err)
		}
		b.approve(t, "UKIM", ref)
		clicks := d.seen()
		if len(clicks) != 2 || clicks[0].Actor.Deactivated || !clicks[1].Actor.Deactivated {
			t.Errorf("clicks = %+v", clicks)
		}
	})
}

func TestGroupEvent(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		var mu sync.Mutex
		var groups []string
		b := newBench(t, &desk{}, func(c *slack.Config) {
			c.Regroup = func(group string) { mu.Lock(); defer mu.Unlock(); groups = append(groups, group) }
		})
		b.fake.SetUserGroup(slacktest.UserGroup{ID: "S0FIN", Handle: "finance", Members: []string{"UDANA"}})
		if _, err := b.fake.ChangeUserGroup(t.Context(), slacktest.UserGroup{ID: "S0FIN", Handle: "finance", Members: []string{"UKIM"}}); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		if len(groups) == 0 || groups[0] != "S0FIN" {
			t.Errorf("groups = %v", groups)
		}
	})
}

// TestEventsAreTaken: what means nothing to us is taken, so that Slack counts no
// failure and goes on telling.
func TestEventsAreTaken(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		b := newBench(t, &desk{})
		for name, event := range map[string]map[string]any{
			"unknown":       {"type": "telepathy", "user": 7},
			"no_type":       {},
			"message":       {"type": "message", "text": "hi", "channel": "C0REQ"},
			"no_user":       {"type": "user_change", "user": map[string]any{}},
			"nobody":        {"type": "user_change", "user": map[string]any{"id": "UNOBODY"}},
			"no_bots":       {"type": "tokens_revoked", "tokens": map[string]any{"oauth": []string{"UDANA"}}},
			"group_of_mars": {"type": "subteam_members_changed", "subteam_id": "S0MARS"},
		} {
			if got, err := b.fake.Emit(t.Context(), "", event); err != nil || !got.Accepted || got.Attempts != 1 {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		if got, err := b.fake.LimitEvents(t.Context(), ""); err != nil || !got.Accepted {
			t.Errorf("app_rate_limited: %+v, %v", got, err)
		}
		if err := b.fake.VerifyURL(t.Context()); err != nil && b.fake.Sockets() == 0 {
			t.Errorf("url_verification: %v", err)
		}
	})
}

// TestEventTwice: an event that is told again has no second effect, and one that
// failed is tried again.
func TestEventTwice(t *testing.T) {
	t.Parallel()
	d := &desk{}
	b := newBench(t, d)
	event := `{"type":"event_callback","api_app_id":"A0SIGNOFF","team_id":"T0SIGNOFF","event_id":"Ev1","event_time":1,"event":{"type":"user_change","user":{"id":"UKIM"}}}`
	ref := b.open(t)
	known := func() int { b.approve(t, "UKIM", ref); return b.calls("users.info") }
	first := known()
	told := func() {
		if w := b.send(slack.EventsPath, "application/json", event); w.Code != 200 || w.Body.Len() != 0 {
			t.Errorf("answer = %d %q", w.Code, w.Body)
		}
	}
	told()
	second := known()
	if second != first+1 {
		t.Errorf("after the event Slack was asked %d times, want once", second-first)
	}
	told()
	if third := known(); third != second {
		t.Errorf("the event told again made %d calls", third-second)
	}
}

// TestTwoServersOneStore: what came over HTTP to one server and again to another
// has one name, by which the store knows it.
func TestTwoServersOneStore(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	names := map[string]int{}
	d := &desk{counter: counter{command: func(c adapters.Command) (adapters.Reply, error) {
		mu.Lock()
		defer mu.Unlock()
		names[c.Once]++
		return adapters.Reply{Kind: adapters.Done}, nil
	}}}
	fake := slacktest.New(slacktest.Options{Users: people, Channels: rooms})
	fake.Start(t)
	one, two := benchOn(t, fake, d), benchOn(t, fake, d)
	body := "command=%2Fsignoff&text=approve+X&user_id=UDANA&team_id=T0SIGNOFF&channel_id=C0REQ&trigger_id=1.2.3"
	header := fake.Sign(time.Now(), []byte(body))
	for _, b := range []*bench{one, two, one} {
		r := &request{method: "POST", target: slack.CommandsPath, header: header, body: body}
		if w := r.send(b.ingress.Config.Handler); w.Code != 200 {
			t.Errorf("answer = %d", w.Code)
		}
	}
	if len(names) != 1 {
		t.Errorf("one signed command has %d names", len(names))
	}
}

// TestCertificateCheck: Slack looks at the certificate with a signed request that
// asks for nothing.
func TestCertificateCheck(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{counter: counter{command: func(adapters.Command) (adapters.Reply, error) {
		t.Error("a command was done")
		return adapters.Reply{}, nil
	}}})
	if status, err := b.fake.CheckSSL(t.Context()); err != nil || status != 200 {
		t.Errorf("CheckSSL = %d, %v", status, err)
	}
}

// TestStopEndsWhatWasBegun: when the adapter stops, what people had asked for is
// finished first, and nothing runs on.
func TestStopEndsWhatWasBegun(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	d := &desk{counter: counter{command: func(adapters.Command) (adapters.Reply, error) {
		close(entered)
		<-release
		return adapters.Reply{Kind: adapters.Done, Text: "Recorded."}, nil
	}}}
	b := newBench(t, d)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _ = b.fake.Command(context.WithoutCancel(t.Context()), "UDANA", "#requests", "/signoff", "approve X")
	}()
	<-entered
	stopped := make(chan struct{})
	go func() { b.stop(); close(stopped) }()
	select {
	case <-stopped:
		t.Fatal("the adapter stopped in the middle of a command")
	case <-time.After(100 * time.Millisecond):
	}
	close(release)
	<-answered
	<-stopped
	if diff := cmp.Diff([]string{"Recorded."}, b.hear(soon(t), "UDANA", 1)); diff != "" {
		t.Errorf("told (-want +got)\n%s", diff)
	}
}
