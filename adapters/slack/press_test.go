package slack_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

const (
	noForm  = "The form did not open in time. Press the button again."
	changed = "This has changed since the button was shown. Look at the message again."
)

// blank shows nothing.
func blank(adapters.Look) (adapters.Answer, error) {
	return adapters.Answer{Kind: adapters.Shown}, nil
}

// showing is a handler whose Look shows the card.
func showing(card adapters.Card) *desk {
	return &desk{look: func(adapters.Look) (adapters.Answer, error) {
		return adapters.Answer{Kind: adapters.Shown, Card: &card}, nil
	}}
}

// reject is Dana, who opens the form.
func (b *bench) reject(t *testing.T, ref adapters.MessageRef) slacktest.Result {
	t.Helper()
	result, err := b.fake.Press(t.Context(), "UDANA", ref.Place, ref.Message, "form:reject")
	if err != nil {
		t.Fatalf("Press: %v", err)
	}
	return result
}

// TestFormDoesNotOpen: whatever goes wrong with the form, Slack is answered in
// its three seconds and the person learns what to do.
func TestFormDoesNotOpen(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		huge := adaptertest.Pending()
		huge.Actions[1].Asks = nil
		for i := range 120 {
			id := "f" + strings.Repeat("x", i+1)
			huge.Form = append(huge.Form, adapters.Field{ID: id, Label: id, Kind: adapters.TextField})
			huge.Actions[1].Asks = append(huge.Actions[1].Asks, id)
		}
		for name, c := range map[string]struct {
			desk  *desk
			spoil func(*slacktest.Server)
			want  string
		}{
			"slow":            {showing(adaptertest.Pending()), func(s *slacktest.Server) { s.Delay("views.open", 30*time.Second) }, noForm},
			"expired_trigger": {showing(adaptertest.Pending()), func(s *slacktest.Server) { s.FailNext("views.open", "expired_trigger_id") }, noForm},
			"broken":          {showing(adaptertest.Pending()), func(s *slacktest.Server) { s.DropAfter("views.open") }, noForm},
			"limited":         {showing(adaptertest.Pending()), func(s *slacktest.Server) { s.RateLimit("views.open", 1, time.Minute) }, noForm},
			"too_big":         {showing(huge), nil, "This form does not fit into Slack. Open the page to answer."},
			"closed":          {showing(adaptertest.Closed()), nil, changed},
			"no_card":         {&desk{look: blank}, nil, changed},
			"look_fails":      {&desk{look: func(adapters.Look) (adapters.Answer, error) { return adapters.Answer{}, errors.New("disk full") }}, nil, noForm},
			"refused":         {&desk{}, nil, "nothing to see"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, c.desk)
				ref := b.open(t)
				if c.spoil != nil {
					c.spoil(b.fake)
				}
				if r := b.reject(t, ref); r.Outcome != slacktest.Acknowledged {
					t.Errorf("the press came to %+v", r)
				}
				if diff := cmp.Diff([]string{c.want}, b.hear(soon(t), "UDANA", 1)); diff != "" {
					t.Errorf("told (-want +got)\n%s", diff)
				}
				if n := len(c.desk.seen()); n != 0 {
					t.Errorf("opening a form made %d clicks", n)
				}
			})
		}
	})
}

// TestAnswerDoesNotWaitForSlack: a press is acknowledged although nothing that
// is sent to Slack comes back.
func TestAnswerDoesNotWaitForSlack(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := &desk{click: func(adapters.Click) (adapters.Answer, error) {
			return adapters.Answer{Kind: adapters.Refused, Text: "no"}, nil
		}}
		b := newBench(t, d, func(c *slack.Config) { c.HTTPClient = nil })
		ref := b.open(t)
		b.approve(t, "UDANA", ref) // Dana is known now
		b.hear(soon(t), "UDANA", 1)
		for _, method := range []string{"chat.postMessage", "chat.update", "chat.postEphemeral", "users.info", "auth.test"} {
			b.fake.Delay(method, 30*time.Second)
		}
		began := time.Now()
		if r := b.approve(t, "UDANA", ref); r.Outcome != slacktest.Acknowledged {
			t.Errorf("the press came to %+v", r)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the answer took %s", took)
		}
	})
}

// TestCutCardIsReviewed: a message that does not show everything has no button
// that decides at once; the form shows more, and the decision is of that.
func TestCutCardIsReviewed(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		card := adaptertest.Pending()
		end := "and delete the backups."
		card.Body = adapters.Text{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: strings.Repeat("harmless ", 300) + end}}}}
		d := showing(card)
		b := newBench(t, d)
		ref, err := b.adapter.Post(t.Context(), requests, card)
		if err != nil {
			t.Fatalf("Post: %v", err)
		}
		m, _ := b.fake.Message(ref.Place, ref.Message)
		if all := strings.Join(m.Lines(), "\n"); strings.Contains(all, end) || !strings.Contains(all, "cut here") {
			t.Errorf("the message shows\n%s", all)
		}
		if _, found := m.Button("act:approve"); found {
			t.Error("half of the text can be approved at once")
		}
		if _, err := b.fake.Press(t.Context(), "UDANA", ref.Place, ref.Message, "form:approve"); err != nil {
			t.Fatalf("Press: %v", err)
		}
		open := b.fake.Modals("UDANA")
		if len(open) != 1 || !strings.Contains(strings.Join(open[0].Lines(), "\n"), end) {
			t.Fatalf("the form does not show the end: %+v", open)
		}
		if r, err := b.fake.Submit(t.Context(), "UDANA", open[0].ID, nil); err != nil || r.Outcome != slacktest.Closed {
			t.Errorf("Submit = %+v, %v", r, err)
		}
		if clicks := d.seen(); len(clicks) != 1 || clicks[0].Action != "approve" {
			t.Errorf("clicks = %+v", clicks)
		}
	})
}

// TestInvalidElsewhere: a fault of a field that the form does not show is said
// all the same, at the first field.
func TestInvalidElsewhere(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		for name, c := range map[string]struct {
			answer adapters.Answer
			want   map[string]string
		}{
			"hidden_field": {
				adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"cover": "Kim is away."}},
				map[string]string{"f:reason": "cover: Kim is away."},
			},
			"both": {
				adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"reason": "Too short.", "cover": "Kim is away."}},
				map[string]string{"f:reason": "Too short.\ncover: Kim is away."},
			},
			"no_field": {
				adapters.Answer{Kind: adapters.Invalid, Text: "The two dates do not fit."},
				map[string]string{"f:reason": "The two dates do not fit."},
			},
			"nothing_said": {
				adapters.Answer{Kind: adapters.Invalid},
				map[string]string{"f:reason": changed},
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := showing(adaptertest.Pending())
				d.click = func(adapters.Click) (adapters.Answer, error) { return c.answer, nil }
				b := newBench(t, d)
				b.reject(t, b.open(t))
				r, err := b.fake.Submit(t.Context(), "UDANA", b.fake.Modals("UDANA")[0].ID, slacktest.Values{"f:reason": "no"})
				if err != nil || r.Outcome != slacktest.FieldErrors {
					t.Fatalf("Submit = %+v, %v", r, err)
				}
				if diff := cmp.Diff(c.want, r.Errors); diff != "" {
					t.Errorf("errors (-want +got)\n%s", diff)
				}
			})
		}
	})
}

// TestSubmitKeepsTheForm: what was typed is not lost to a fault of ours.
func TestSubmitKeepsTheForm(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		for name, spoil := range map[string]func(*desk, *slacktest.Server){
			"handler_fails": func(d *desk, _ *slacktest.Server) {
				d.click = func(adapters.Click) (adapters.Answer, error) { return adapters.Answer{}, errors.New("disk db-7 full") }
			},
			"unverified": func(_ *desk, s *slacktest.Server) {
				s.SetUser(slacktest.User{ID: "UKIM", Name: "kim", Real: "Kim"})
				s.DropAfter("users.info")
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var skip time.Duration
				var mu sync.Mutex
				d := showing(adaptertest.Pending())
				b := newBench(t, d, func(c *slack.Config) {
					c.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return time.Now().Add(skip) }
				})
				b.reject(t, b.open(t))
				mu.Lock()
				skip = 2 * time.Minute // Dana must be verified anew
				mu.Unlock()
				spoil(d, b.fake)
				r, err := b.fake.Submit(t.Context(), "UDANA", b.fake.Modals("UDANA")[0].ID, slacktest.Values{"f:reason": "a long text"})
				if err != nil || r.Outcome != slacktest.FieldErrors || len(r.Errors) != 1 {
					t.Fatalf("Submit = %+v, %v, want the form to stay", r, err)
				}
				if text := r.Errors["f:reason"]; text == "" || strings.Contains(text, "db-7") {
					t.Errorf("told %q", text)
				}
			})
		}
	})
}

// TestWhisperFallsBack: without a good response_url the Web API is used.
func TestWhisperFallsBack(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := &desk{click: func(adapters.Click) (adapters.Answer, error) {
			return adapters.Answer{Kind: adapters.Refused, Text: "Only Kim can <!channel> answer."}, nil
		}}
		b := newBench(t, d)
		ref := b.open(t)
		api := b.fake.URL()
		b.fake.SetURL("https://hooks.slack.com.evil.example") // what response_url will say
		b.approve(t, "UDANA", ref)
		b.fake.SetURL(api)
		if diff := cmp.Diff([]string{"Only Kim can <!channel> answer."}, b.hear(soon(t), "UDANA", 1)); diff != "" {
			t.Errorf("told (-want +got)\n%s", diff)
		}
		if n := b.calls("chat.postEphemeral"); n != 1 {
			t.Errorf("chat.postEphemeral was called %d times, want once", n)
		}
	})
}
