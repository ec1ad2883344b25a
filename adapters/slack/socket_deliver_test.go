package slack_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// TestSocketAckIsLost: Slack delivers again what it does not know to be done. It
// is done once, and the person hears the answer.
func TestSocketAckIsLost(t *testing.T) {
	t.Parallel()
	d := showing(adaptertest.Pending())
	b := patientSocketBench(t, 20*time.Second, d)
	ref := b.open(t)
	b.fake.LoseAcks(1)
	if r := b.approve(t, "UDANA", ref); r.Outcome != slacktest.Acknowledged {
		t.Errorf("the press came to %+v", r)
	}
	if err := b.fake.WaitSockets(soon(t), slack.DefaultSockets); err != nil {
		t.Fatal(err)
	}
	b.fake.LoseAcks(1)
	b.reject(t, ref)
	if n := b.calls("views.open"); n != 1 || len(b.fake.Modals("UDANA")) != 1 {
		t.Errorf("the form was opened %d times", n)
	}
	if err := b.fake.WaitSockets(soon(t), slack.DefaultSockets); err != nil {
		t.Fatal(err)
	}
	d.answers(func(adapters.Click) (adapters.Answer, error) {
		return adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"reason": "Say more."}}, nil
	})
	b.fake.LoseAcks(1)
	r, err := b.fake.Submit(t.Context(), "UDANA", b.fake.Modals("UDANA")[0].ID, slacktest.Values{"f:reason": "no"})
	if err != nil || r.Outcome != slacktest.FieldErrors || r.Errors["f:reason"] != "Say more." {
		t.Errorf("Submit = %+v, %v", r, err)
	}
	if n := len(d.seen()); n != 2 {
		t.Errorf("a press and a form made %d clicks, want 2", n)
	}
}

// TestSocketTwiceAtOnce: two sockets deliver the same at the same moment; it is
// done once and both are answered alike.
func TestSocketTwiceAtOnce(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}, 2), make(chan struct{})
	d := showing(adaptertest.Pending())
	d.answers(func(adapters.Click) (adapters.Answer, error) {
		entered <- struct{}{}
		<-leave
		return adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"reason": "Say more."}}, nil
	})
	b := patientSocketBench(t, 20*time.Second, d)
	b.fake.DeliverTwice(1)
	b.reject(t, b.open(t))
	if n := b.calls("views.open"); n != 1 {
		t.Errorf("the form was opened %d times", n)
	}
	if told := b.hear(t.Context(), "UDANA", 0); len(told) != 0 {
		t.Errorf("Dana was told %q", told)
	}
	b.fake.DeliverTwice(1)
	go func() {
		<-entered
		close(leave)
	}()
	r, err := b.fake.Submit(t.Context(), "UDANA", b.fake.Modals("UDANA")[0].ID, slacktest.Values{"f:reason": "no"})
	if err != nil || r.Outcome != slacktest.FieldErrors {
		t.Errorf("Submit = %+v, %v", r, err)
	}
	if n := len(d.seen()); n != 1 {
		t.Errorf("one form made %d clicks", n)
	}
}

// TestSocketNamesInteractions: two servers that are handed the same interaction
// give it the same name, so that the store can tell; another one has another.
func TestSocketNamesInteractions(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(slacktest.Options{Users: people, Channels: rooms, SocketMode: true})
	fake.Start(t)
	one := func(c *slack.Config) { c.AppToken, c.Sockets = fake.AppToken(), 1 }
	d := &desk{}
	first, second := benchOn(t, fake, d, one), benchOn(t, fake, d, one)
	first.openSockets(t, d)
	second.openSockets(t, d)
	if err := fake.WaitSockets(soon(t), 2); err != nil {
		t.Fatal(err)
	}
	ref := first.open(t)
	fake.DeliverTwice(1)
	first.approve(t, "UDANA", ref)
	first.approve(t, "UDANA", ref)
	clicks := d.seen()
	if len(clicks) != 3 {
		t.Fatalf("two servers made %d clicks of three deliveries", len(clicks))
	}
	if clicks[0].Once != clicks[1].Once || clicks[2].Once == clicks[0].Once {
		t.Errorf("the names are %q, %q and, for another press, %q", clicks[0].Once, clicks[1].Once, clicks[2].Once)
	}
}

// TestSocketDropsInTheMiddle: the connection breaks while a form is being
// submitted. The click is finished, and the person hears of it on another
// socket.
func TestSocketDropsInTheMiddle(t *testing.T) {
	t.Parallel()
	d := showing(adaptertest.Pending())
	b := patientSocketBench(t, 20*time.Second, d)
	d.answers(func(adapters.Click) (adapters.Answer, error) {
		b.fake.CutSockets()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := b.fake.WaitSockets(ctx, slack.DefaultSockets); err != nil {
			t.Error(err)
		}
		return adapters.Answer{Kind: adapters.Recorded}, nil
	})
	b.reject(t, b.open(t))
	r, err := b.fake.Submit(t.Context(), "UDANA", b.fake.Modals("UDANA")[0].ID, slacktest.Values{"f:reason": "no"})
	if err != nil || r.Outcome != slacktest.Closed || len(d.seen()) != 1 {
		t.Errorf("Submit = %+v, %v after %d clicks", r, err, len(d.seen()))
	}
}

// TestSocketAnswerFits: however much is wrong with a form, the answer is one
// that Slack takes.
func TestSocketAnswerFits(t *testing.T) {
	t.Parallel()
	card := adaptertest.Pending()
	card.Form, card.Actions[1].Asks, card.Actions[1].Require = nil, nil, nil
	wrong := map[string]string{}
	for i := range 60 {
		id := "field" + strings.Repeat("x", i)
		card.Form = append(card.Form, adapters.Field{ID: id, Label: id, Kind: adapters.TextField})
		card.Actions[1].Asks = append(card.Actions[1].Asks, id)
		wrong[id] = strings.Repeat("<&😀>", 120)
	}
	d := showing(card)
	d.answers(func(adapters.Click) (adapters.Answer, error) {
		return adapters.Answer{Kind: adapters.Invalid, Fields: wrong}, nil
	})
	b := newSocketBench(t, d)
	b.reject(t, b.open(t))
	r, err := b.fake.Submit(t.Context(), "UDANA", b.fake.Modals("UDANA")[0].ID, nil)
	if err != nil || r.Outcome != slacktest.FieldErrors || len(r.Errors) < 10 || r.Errors["f:field"] == "" {
		t.Errorf("Submit = %s with %d errors, %v", r.Outcome, len(r.Errors), err)
	}
	d.answers(func(adapters.Click) (adapters.Answer, error) {
		return adapters.Answer{Kind: adapters.Refused, Text: strings.Repeat("<&😀>", 10_000)}, nil
	})
	r, err = b.fake.Submit(t.Context(), "UDANA", b.fake.Modals("UDANA")[0].ID, nil)
	if err != nil || r.Outcome != slacktest.Updated {
		t.Errorf("Submit = %s, %v", r.Outcome, err)
	}
}

// TestSocketsAtOnce: many people press while sockets come and go; every press
// that Slack calls acknowledged is one click, and none is two.
func TestSocketsAtOnce(t *testing.T) {
	t.Parallel()
	d := &desk{}
	b := patientSocketBench(t, 20*time.Second, d, func(c *slack.Config) { c.Sockets = 3 })
	ref := b.open(t)
	var crowd sync.WaitGroup
	var mu sync.Mutex
	acknowledged := 0
	for i := range 8 {
		crowd.Go(func() {
			for n := range 25 {
				if i == 0 && n%8 == 4 {
					b.fake.RefreshSockets("refresh_requested")
				}
				r, err := b.fake.Press(t.Context(), []string{"UDANA", "UKIM"}[i%2], ref.Place, ref.Message, "act:approve")
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				if r.Outcome == slacktest.Acknowledged {
					acknowledged++
				}
				mu.Unlock()
			}
		})
	}
	crowd.Wait()
	names := map[string]bool{}
	for _, c := range d.seen() {
		names[c.Once] = true
	}
	if acknowledged != 200 || len(d.seen()) != 200 || len(names) != 200 {
		t.Errorf("of 200 presses %d were acknowledged; they made %d clicks with %d names", acknowledged, len(d.seen()), len(names))
	}
}
