package slack_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/slack/slacktest"
)

// picker is a form that asks what to start, and then what that needs.
func picker(call adapters.SheetCall) (adapters.Reply, error) {
	s := adapters.Sheet{Subject: adapters.NewRequest, Title: "New request", Submit: "Ask", Fields: []adapters.Field{{
		ID: "flow", Kind: adapters.SelectField, Label: "What", Required: true, Live: true,
		Options: []adapters.Option{{Value: "vacation", Label: "Vacation"}, {Value: "deploy", Label: "Deploy"}},
	}}}
	if flow, _ := call.Values["flow"].(string); flow != "" {
		s.Subject = "start:" + flow
		s.Fields[0].Initial = flow
		s.Fields = append(s.Fields, adapters.Field{ID: flow + "_why", Kind: adapters.LongField, Label: "Why", Initial: call.Quote + call.About})
	}
	return adapters.Reply{Kind: adapters.Asked, Sheet: &s}, nil
}

// started opens the form of the global shortcut for Dana.
func (b *bench) started(t *testing.T) slacktest.View {
	t.Helper()
	if r, err := b.fake.UseShortcut(t.Context(), "UDANA", "signoff.new"); err != nil || r.Outcome != slacktest.Acknowledged {
		t.Fatalf("UseShortcut = %+v, %v", r, err)
	}
	return b.top(t)
}

// top is Dana's upper window.
func (b *bench) top(t *testing.T) slacktest.View {
	t.Helper()
	open := b.fake.Modals("UDANA")
	if len(open) == 0 {
		t.Fatal("no window is open")
	}
	return open[len(open)-1]
}

// fields are the block ids of a view's inputs.
func fieldsOf(v slacktest.View) []string {
	var ids []string
	for _, in := range v.Inputs() {
		ids = append(ids, in.Block)
	}
	return ids
}

// shows waits until Dana's upper window shows a text.
func (b *bench) shows(t *testing.T, text string) slacktest.View {
	t.Helper()
	var v slacktest.View
	err := b.fake.WaitFor(soon(t), func(st *slacktest.State) bool {
		open := st.Modals("UDANA")
		if len(open) == 0 {
			return false
		}
		v = open[len(open)-1]
		return strings.Contains(strings.Join(v.Lines(), "\n"), text)
	})
	if err != nil {
		t.Fatalf("the window does not show %q but\n%s", text, strings.Join(v.Lines(), "\n"))
	}
	return v
}

// TestLiveFieldRedrawsTheForm: choosing what to start brings its questions, and
// what was typed stays.
func TestLiveFieldRedrawsTheForm(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		b := newBench(t, &desk{counter: counter{sheet: picker}})
		v := b.started(t)
		if diff := cmp.Diff([]string{"f:flow"}, fieldsOf(v)); diff != "" {
			t.Fatalf("fields (-want +got)\n%s", diff)
		}
		choose := slacktest.Gesture{User: "UDANA", View: v.ID, Action: "f:flow/value", Value: "vacation"}
		if r, err := b.fake.Act(t.Context(), choose); err != nil || r.Outcome != slacktest.Acknowledged {
			t.Fatalf("Act = %+v, %v", r, err)
		}
		v = b.shows(t, "Why")
		if diff := cmp.Diff([]string{"f:flow", "f:vacation_why"}, fieldsOf(v)); diff != "" {
			t.Errorf("fields (-want +got)\n%s", diff)
		}
	})
}

// TestLiveFieldTwice: Slack may have changed the window meanwhile; the drawing for
// what was chosen last is the one that stays.
func TestLiveFieldTwice(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		b := newBench(t, &desk{counter: counter{sheet: picker}})
		v := b.started(t)
		b.fake.FailNext("views.update", "hash_conflict")
		for _, flow := range []string{"vacation", "deploy"} {
			if _, err := b.fake.Act(t.Context(), slacktest.Gesture{User: "UDANA", View: v.ID, Action: "f:flow/value", Value: flow}); err != nil {
				t.Fatal(err)
			}
		}
		err := b.fake.WaitFor(soon(t), func(st *slacktest.State) bool {
			open := st.Modals("UDANA")
			return len(open) == 1 && cmp.Equal([]string{"f:flow", "f:deploy_why"}, fieldsOf(open[0]))
		})
		if err != nil {
			t.Errorf("the window has the fields %v, want those of what was chosen last", fieldsOf(b.top(t)))
		}
	})
}

// TestMessageShortcut: somebody asks about a message, and the form has a link to
// it and its text, also after it was drawn anew.
func TestMessageShortcut(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		b := newBench(t, &desk{counter: counter{sheet: picker}})
		ts, err := b.fake.Say("UKIM", "#requests", "", "Can we <https://example.com|buy> this & that, <@UDANA>?")
		if err != nil {
			t.Fatal(err)
		}
		if r, err := b.fake.UseMessageShortcut(t.Context(), "UDANA", "#requests", ts, "signoff.about"); err != nil || r.Outcome != slacktest.Acknowledged {
			t.Fatalf("UseMessageShortcut = %+v, %v", r, err)
		}
		v := b.top(t)
		if _, err := b.fake.Act(t.Context(), slacktest.Gesture{User: "UDANA", View: v.ID, Action: "f:flow/value", Value: "deploy"}); err != nil {
			t.Fatal(err)
		}
		v = b.shows(t, "Why")
		want := "Can we https://example.com this & that, @UDANA?https://signoff.slack.com/archives/C0REQ/p" + strings.Replace(ts, ".", "", 1)
		if got := v.Inputs()[1].Value; got != want {
			t.Errorf("the form starts with %q, want %q", got, want)
		}
		if n := b.calls("chat.getPermalink"); n != 0 {
			t.Errorf("Slack was asked %d times for a link that can be made", n)
		}
	})
}

func TestSheetSubmitted(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		for name, c := range map[string]struct {
			reply adapters.Reply
			want  slacktest.Outcome
			shown string
		}{
			"done":    {adapters.Reply{Kind: adapters.Done, Text: "REQ-7K3F was sent to Kim."}, slacktest.Updated, "REQ-7K3F was sent to Kim."},
			"quiet":   {adapters.Reply{Kind: adapters.Done}, slacktest.Closed, ""},
			"again":   {adapters.Reply{Kind: adapters.Again}, slacktest.Closed, ""},
			"turned":  {adapters.Reply{Kind: adapters.Turned, Text: "This flow is switched off."}, slacktest.FieldErrors, "This flow is switched off."},
			"wrong":   {adapters.Reply{Kind: adapters.Wrong, Fields: map[string]string{"flow": "must be one of them"}}, slacktest.FieldErrors, "must be one of them"},
			"another": {adapters.Reply{Kind: adapters.Asked, Sheet: &adapters.Sheet{Subject: "two", Title: "Second page", Fields: []adapters.Field{{ID: "x", Kind: adapters.TextField, Label: "More"}}}}, slacktest.Updated, "Second page"},
			"redrawn": {adapters.Reply{Kind: adapters.Wrong, Fields: map[string]string{"flow": "has changed"}, Sheet: &adapters.Sheet{Subject: "two", Title: "New request", Fields: []adapters.Field{{ID: "x", Kind: adapters.TextField, Label: "More"}}}}, slacktest.Updated, "flow: has changed"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var got adapters.SheetCall
				d := &desk{counter: counter{sheet: picker, submit: func(call adapters.SheetCall) (adapters.Reply, error) {
					got = call
					return c.reply, nil
				}}}
				b := newBench(t, d)
				v := b.started(t)
				r, err := b.fake.Submit(t.Context(), "UDANA", v.ID, slacktest.Values{"f:flow": "deploy"})
				if err != nil || r.Outcome != c.want {
					t.Fatalf("Submit = %+v, %v, want %s", r, err, c.want)
				}
				if all := strings.Join(r.View.Lines(), "\n"); !strings.Contains(all, c.shown) {
					t.Errorf("shown:\n%s\nwant %q", all, c.shown)
				}
				if got.Once == "" || got.Evidence == "" || got.Subject != adapters.NewRequest || got.Actor.ID != "UDANA" || got.Values["flow"] != "deploy" {
					t.Errorf("call = %+v", got)
				}
			})
		}
	})
}

// TestSheetSubmittedTwice: two presses on the same form have one name.
func TestSheetSubmittedTwice(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		var mu sync.Mutex
		names := map[string]int{}
		d := &desk{counter: counter{sheet: picker, submit: func(call adapters.SheetCall) (adapters.Reply, error) {
			mu.Lock()
			defer mu.Unlock()
			names[call.Once]++
			return adapters.Reply{Kind: adapters.Wrong, Fields: map[string]string{"flow": "no"}}, nil
		}}}
		b := newBench(t, d)
		v := b.started(t)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				_, _ = b.fake.Submit(t.Context(), "UDANA", v.ID, slacktest.Values{"f:flow": "deploy"})
			})
		}
		all.Wait()
		first := b.started(t)
		_, _ = b.fake.Submit(t.Context(), "UDANA", first.ID, slacktest.Values{"f:flow": "deploy"})
		if len(names) != 2 {
			t.Errorf("three presses on a form and one on another have %d names, want 2", len(names))
		}
	})
}

// TestSlowForm: a form that takes longer than Slack waits is answered in time, and
// what came of it stands in its place.
func TestSlowForm(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		for name, c := range map[string]struct {
			reply adapters.Reply
			shown []string
		}{
			"done":  {adapters.Reply{Kind: adapters.Done, Text: "REQ-7K3F was sent."}, []string{"REQ-7K3F was sent."}},
			"quiet": {adapters.Reply{Kind: adapters.Done}, []string{"Your answer is recorded."}},
			"wrong": {adapters.Reply{Kind: adapters.Wrong, Fields: map[string]string{"flow": "must be another"}}, []string{"must be another", "What"}},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := &desk{counter: counter{sheet: picker, submit: func(adapters.SheetCall) (adapters.Reply, error) {
					time.Sleep(2700 * time.Millisecond) // longer than Slack is made to wait
					return c.reply, nil
				}}}
				b := newBench(t, d)
				v := b.started(t)
				r, err := b.fake.Submit(t.Context(), "UDANA", v.ID, slacktest.Values{"f:flow": "deploy"})
				if err != nil || r.Outcome != slacktest.Updated || !strings.Contains(strings.Join(r.View.Lines(), "\n"), "takes longer") {
					t.Fatalf("Submit = %+v, %v", r, err)
				}
				for _, text := range c.shown {
					b.shows(t, text)
				}
			})
		}
	})
}

// TestSlowFormToOpen: a form that takes a while to be drawn comes in the place of
// a window that says so, within the life of the trigger.
func TestSlowFormToOpen(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		release := make(chan struct{})
		d := &desk{counter: counter{sheet: func(call adapters.SheetCall) (adapters.Reply, error) {
			<-release
			return picker(call)
		}}}
		b := newBench(t, d)
		v := b.started(t)
		if all := strings.Join(v.Lines(), "\n"); !strings.Contains(all, "takes a moment") {
			t.Errorf("shown first:\n%s", all)
		}
		close(release)
		if got := fieldsOf(b.shows(t, "What")); len(got) != 1 {
			t.Errorf("fields = %v", got)
		}
	})
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		var got adapters.ChoicesCall
		many := []adapters.Option{{Value: "a", Label: "Alpha"}, {Value: strings.Repeat("x", 80), Label: "too long for Slack"}}
		for range 200 {
			many = append(many, adapters.Option{Value: "v", Label: "Value"})
		}
		d := &desk{counter: counter{
			sheet: func(adapters.SheetCall) (adapters.Reply, error) {
				return adapters.Reply{Kind: adapters.Asked, Sheet: &adapters.Sheet{Subject: "s", Title: "T", Fields: []adapters.Field{
					{ID: "city", Kind: adapters.SelectField, Label: "City", Search: true, Options: many[:1]},
				}}}, nil
			},
			choices: func(call adapters.ChoicesCall) ([]adapters.Option, error) { got = call; return many, nil },
		}}
		b := newBench(t, d)
		v := b.started(t)
		s, err := b.fake.Suggest(t.Context(), slacktest.Gesture{User: "UDANA", View: v.ID, Action: "f:city/value", Value: "al"})
		if err != nil || s.Failed != "" || len(s.Options) != 100 || s.Options[0].Value != "a" || s.Options[1].Value != "v" {
			t.Fatalf("Suggest = %d options, %q, %v", len(s.Options), s.Failed, err)
		}
		if got.Subject != "s" || got.Field != "city" || got.Query != "al" || got.Actor.ID != "UDANA" {
			t.Errorf("call = %+v", got)
		}
	})
}

// TestLargeWindow: what Slack would drop on a socket comes after a small window.
func TestLargeWindow(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		large := adapters.Sheet{Subject: "two", Title: "Second page", Fields: []adapters.Field{{ID: "last", Kind: adapters.TextField, Label: "The last question"}}}
		for i := range 20 {
			large.Intro = append(large.Intro, adapters.Block{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: strings.Repeat("word ", 100), Bold: i%2 == 0}}})
		}
		for i := range 40 {
			id := strings.Repeat("q", i+1)
			large.Fields = append(large.Fields, adapters.Field{ID: id, Kind: adapters.TextField, Label: id, Hint: strings.Repeat("hint ", 50)})
		}
		d := &desk{counter: counter{sheet: picker, submit: func(adapters.SheetCall) (adapters.Reply, error) {
			return adapters.Reply{Kind: adapters.Asked, Sheet: &large}, nil
		}}}
		b := newBench(t, d)
		v := b.started(t)
		if r, err := b.fake.Submit(t.Context(), "UDANA", v.ID, slacktest.Values{"f:flow": "deploy"}); err != nil || r.Outcome != slacktest.Updated {
			t.Fatalf("Submit = %+v, %v", r, err)
		}
		if n := len(b.shows(t, "The last question").Inputs()); n != 41 {
			t.Errorf("%d questions, want 41", n)
		}
	})
}
