package slack_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// TestRunDrains: what is in line when the adapter stops is still said, a flood
// is bounded, and nothing blocks without Run.
func TestRunDrains(t *testing.T) {
	t.Parallel()
	d := &desk{click: func(adapters.Click) (adapters.Answer, error) {
		return adapters.Answer{Kind: adapters.Refused, Text: "no"}, nil
	}}
	fake := slacktest.New(slacktest.Options{Users: people, Channels: rooms})
	fake.Start(t)
	a, err := slack.New(slack.Config{Token: fake.BotToken(), SigningSecrets: []string{fake.SigningSecret()}, APIURL: fake.APIURL(), Tenant: fake.TeamID(), Unpaced: true})
	if err != nil {
		t.Fatal(err)
	}
	h := a.Handler(d)
	body := form(press)
	for range 300 {
		r := &request{method: "POST", target: slack.InteractionsPath, body: body, header: fake.Sign(time.Now(), []byte(body))}
		if w := r.send(h); w.Code != 200 {
			t.Fatalf("answer = %d", w.Code)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Run(ctx); err != nil {
		t.Fatalf("Run: %v", err)
	}
	if n := len(fake.Ephemerals("UDANA")); n != 256 {
		t.Errorf("%d texts were said, want the 256 that there was room for", n)
	}
	if err := a.Run(ctx); err == nil {
		t.Error("Run ran twice")
	}
}

// TestSlowHandler: a handler that cannot tell in time is cut off in time, and
// the person is not told that anything was recorded.
func TestSlowHandler(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		h := &stalled{}
		b := newBench(t, h)
		ref := b.open(t)
		if r := b.approve(t, "UDANA", ref); r.Outcome != slacktest.Acknowledged {
			t.Errorf("the press came to %+v", r)
		}
		told := b.hear(soon(t), "UDANA", 2)
		if len(told) != 2 || !strings.Contains(told[0], "takes longer") || !strings.Contains(told[1], "not certain") {
			t.Errorf("told %q", told)
		}
	})
}

// stalled is a handler whose store does not answer.
type stalled struct{ desk }

func (*stalled) Click(ctx context.Context, _ adapters.Click) (adapters.Answer, error) {
	<-ctx.Done()
	return adapters.Answer{}, ctx.Err()
}

// TestHangUp: a verified click is finished even if Slack hangs up meanwhile.
func TestHangUp(t *testing.T) {
	t.Parallel()
	d := &patient{entered: make(chan struct{}), left: make(chan struct{})}
	b := newBench(t, d)
	ref := b.open(t)
	ctx, hangUp := context.WithCancel(t.Context())
	go func() {
		<-d.entered
		hangUp()
		close(d.left)
	}()
	_, _ = b.fake.Press(ctx, "UDANA", ref.Place, ref.Message, "act:approve")
	<-d.left
	b.ingress.Close() // waits for the handler
	if d.err != nil {
		t.Errorf("the click was cut off: %v", d.err)
	}
}

// patient is a handler that looks at its context after the caller is gone.
type patient struct {
	desk
	entered, left chan struct{}
	err           error
}

func (p *patient) Click(ctx context.Context, _ adapters.Click) (adapters.Answer, error) {
	close(p.entered)
	<-p.left
	timer := time.NewTimer(50 * time.Millisecond) // for the server to notice
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	p.err = ctx.Err()
	return adapters.Answer{Kind: adapters.Recorded}, nil
}
