package slack_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack/slacktest"
)

// listed is a desk whose lists have one request, and which shows the card.
func listed(card adapters.Card) *desk {
	d := showing(card)
	d.command = func(c adapters.Command) (adapters.Reply, error) {
		if strings.HasPrefix(c.Text, "explain ") {
			return adapters.Reply{Kind: adapters.Said, Text: "Kim is asked because of finance."}, nil
		}
		return adapters.Reply{Kind: adapters.Said, Text: "Waiting:", Items: []adapters.Item{{Request: card.Request, Version: card.Version, Title: card.Title}}}, nil
	}
	return d
}

// reviewed is Dana, who lists what waits and opens it.
func (b *bench) reviewed(t *testing.T) slacktest.View {
	t.Helper()
	b.typed(t, "pending", 3)
	said := b.fake.Ephemerals("UDANA")[0]
	r, err := b.fake.Press(t.Context(), "UDANA", said.Channel, said.TS, "see:review")
	if err != nil || r.Outcome != slacktest.Acknowledged {
		t.Fatalf("Press = %+v, %v", r, err)
	}
	return b.top(t)
}

// TestReviewFromAList: a list decides nothing; it opens the request as it is now,
// and whoever reads it there decides there. The list is no copy of the request.
func TestReviewFromAList(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		card := adaptertest.Pending()
		d := listed(card)
		var looked adapters.Look
		d.look = func(l adapters.Look) (adapters.Answer, error) {
			looked = l
			return adapters.Answer{Kind: adapters.Shown, Card: &card}, nil
		}
		closed := adaptertest.Closed()
		d.click = func(adapters.Click) (adapters.Answer, error) {
			return adapters.Answer{Kind: adapters.Recorded, Text: "Approved.", Card: &closed}, nil
		}
		b := newBench(t, d)
		for _, button := range buttonsIn(t, b.typed(t, "pending", 3)) {
			if button != "[Review]" {
				t.Errorf("the list has the button %s", button)
			}
		}
		v := b.reviewed(t)
		if want := (adapters.Look{Actor: b.someone("UDANA").Account, Request: card.Request}); !cmp.Equal(want, looked) {
			t.Errorf("look = %+v, want no copy and no action", looked)
		}
		if all := strings.Join(v.Lines(), "\n"); !strings.Contains(all, card.Title) || !strings.Contains(all, "[Approve") {
			t.Fatalf("shown:\n%s", all)
		}
		if r, err := b.fake.Act(t.Context(), slacktest.Gesture{User: "UDANA", View: v.ID, Action: "act:approve"}); err != nil || r.Outcome != slacktest.Acknowledged {
			t.Fatalf("Act = %+v, %v", r, err)
		}
		after := strings.Join(b.shows(t, "Approved.").Lines(), "\n")
		if strings.Contains(after, "[Approve") || !strings.Contains(after, closed.Title) {
			t.Errorf("after the decision:\n%s", after)
		}
		clicks := d.seen()
		if len(clicks) != 1 || clicks[0].Copy != (adapters.MessageRef{}) || clicks[0].Version != card.Version || clicks[0].Action != "approve" {
			t.Errorf("clicks = %+v", clicks)
		}
	})
}

func buttonsIn(t *testing.T, lines []string) []string {
	t.Helper()
	var all []string
	for _, l := range lines {
		if strings.HasPrefix(l, "[") {
			all = append(all, l)
		}
	}
	if len(all) == 0 {
		t.Fatalf("no button in %q", lines)
	}
	return all
}

// TestReviewThenAForm: an answer that needs more opens on top, and below it the
// request then stands as it is.
func TestReviewThenAForm(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := listed(adaptertest.Pending())
		closed := adaptertest.Closed()
		d.click = func(adapters.Click) (adapters.Answer, error) {
			return adapters.Answer{Kind: adapters.Recorded, Text: "Rejected.", Card: &closed}, nil
		}
		b := newBench(t, d)
		v := b.reviewed(t)
		if _, err := b.fake.Act(t.Context(), slacktest.Gesture{User: "UDANA", View: v.ID, Action: "form:reject"}); err != nil {
			t.Fatal(err)
		}
		if n := len(b.fake.Modals("UDANA")); n != 2 {
			t.Fatalf("%d windows, want the form on the request", n)
		}
		if r, err := b.fake.Submit(t.Context(), "UDANA", b.top(t).ID, slacktest.Values{"f:reason": "too much"}); err != nil || r.Outcome != slacktest.Closed {
			t.Fatalf("Submit = %+v, %v", r, err)
		}
		if below := b.shows(t, "Rejected."); below.ID != v.ID || strings.Contains(strings.Join(below.Lines(), "\n"), "[Reject") {
			t.Errorf("below:\n%s", strings.Join(below.Lines(), "\n"))
		}
	})
}

// TestReviewRefused: whoever may not see a request, or not decide it, is told so
// in the window, and learns nothing else.
func TestReviewRefused(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := listed(adaptertest.Pending())
		shown := d.look
		d.click = func(adapters.Click) (adapters.Answer, error) {
			return adapters.Answer{Kind: adapters.Refused, Text: "You asked for this yourself."}, nil
		}
		b := newBench(t, d)
		v := b.reviewed(t)
		if _, err := b.fake.Act(t.Context(), slacktest.Gesture{User: "UDANA", View: v.ID, Action: "act:approve"}); err != nil {
			t.Fatal(err)
		}
		b.shows(t, "You asked for this yourself.")
		d.look = func(adapters.Look) (adapters.Answer, error) {
			return adapters.Answer{Kind: adapters.Refused, Text: "There is no such request any more."}, nil
		}
		_ = shown
		said := b.fake.Ephemerals("UDANA")[0]
		if _, err := b.fake.Press(t.Context(), "UDANA", said.Channel, said.TS, "see:review"); err != nil {
			t.Fatal(err)
		}
		if told := b.hear(soon(t), "UDANA", 4); told[len(told)-1] != "There is no such request any more." {
			t.Errorf("told %q", told)
		}
	})
}

// TestDetails: the whole of a request, and why these people are asked.
func TestDetails(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		b := newBench(t, listed(adaptertest.Pending()))
		api := slackapi.New(b.fake.BotToken(), slackapi.OptionAPIURL(b.fake.APIURL()))
		label := slackapi.NewTextBlockObject("plain_text", "Details", false, false)
		buttons := slackapi.NewActionBlock("a", slackapi.NewButtonBlockElement("see:details", "1|01JD.2|1", label))
		_, ts, err := api.PostMessageContext(t.Context(), "C0REQ", slackapi.MsgOptionText("t", false), slackapi.MsgOptionBlocks(buttons))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.fake.Press(t.Context(), "UDANA", "C0REQ", ts, "see:details"); err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(b.shows(t, "because of finance").Lines(), "\n"); !strings.Contains(all, adaptertest.Pending().Title) {
			t.Errorf("shown:\n%s", all)
		}
	})
}

// TestStaleFormKeepsWhatWasTyped: a form of yesterday's request decides nothing,
// becomes the form of today's, and has lost no word.
func TestStaleFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		card := adaptertest.Pending()
		d := showing(card)
		newer := card
		newer.Version++
		newer.Title = "Approval needed: something else"
		d.click = func(c adapters.Click) (adapters.Answer, error) {
			if c.Version != newer.Version {
				return adapters.Answer{Kind: adapters.Refused, Code: "stale", Text: "This has changed. Please look again.", Card: &newer}, nil
			}
			return adapters.Answer{Kind: adapters.Recorded}, nil
		}
		b := newBench(t, d)
		b.reject(t, b.open(t))
		r, err := b.fake.Submit(t.Context(), "UDANA", b.top(t).ID, slacktest.Values{"f:reason": "much too dear"})
		if err != nil || r.Outcome != slacktest.Updated {
			t.Fatalf("Submit = %+v, %v", r, err)
		}
		all := strings.Join(r.View.Lines(), "\n")
		if !strings.Contains(all, "Please look again.") || !strings.Contains(all, newer.Title) {
			t.Errorf("shown:\n%s", all)
		}
		if in := r.View.Inputs(); len(in) != 1 || in[0].Value != "much too dear" {
			t.Errorf("inputs = %+v", in)
		}
		if r, err := b.fake.Submit(t.Context(), "UDANA", r.View.ID, slacktest.Values{"f:reason": "still too dear"}); err != nil || r.Outcome != slacktest.Closed {
			t.Errorf("Submit again = %+v, %v", r, err)
		}
	})
}

// TestLateFormKeepsWhatWasTyped: where nothing can be answered any more, the words
// are there to be copied.
func TestLateFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := showing(adaptertest.Pending())
		closed := adaptertest.Closed()
		d.click = func(adapters.Click) (adapters.Answer, error) {
			return adapters.Answer{Kind: adapters.Refused, Text: "Kim has decided.", Card: &closed}, nil
		}
		b := newBench(t, d)
		b.reject(t, b.open(t))
		r, err := b.fake.Submit(t.Context(), "UDANA", b.top(t).ID, slacktest.Values{"f:reason": "much too dear"})
		if all := strings.Join(r.View.Lines(), "\n"); err != nil || !strings.Contains(all, "Kim has decided.") || !strings.Contains(all, "much too dear") {
			t.Errorf("Submit = %+v, %v:\n%s", r, err, all)
		}
	})
}

// receipt is a card whose answer needs a file.
func receipt() adapters.Card {
	card := adaptertest.Pending()
	card.Form = []adapters.Field{{ID: "receipt", Kind: adapters.FileField, Label: "Receipt", Required: true}}
	card.Actions = []adapters.Action{{ID: "approve", Label: "Approve…", Asks: []string{"receipt"}}}
	return card
}

// TestFileIsHandedIn: Slack is answered at once, the file is fetched with the
// token, and what came of it stands in the window.
func TestFileIsHandedIn(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := showing(receipt())
		read := make(chan string, 1)
		d.click = func(c adapters.Click) (adapters.Answer, error) {
			up, ok := c.Values["receipt"].(adapters.Upload)
			if !ok {
				return adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"receipt": "no file"}}, nil
			}
			if _, err := up.Read(context.Background(), 3); err == nil {
				t.Error("more than the limit was read")
			}
			b, err := up.Read(context.Background(), 100)
			read <- up.Name + " " + string(b)
			return adapters.Answer{Kind: adapters.Recorded}, err
		}
		b := newBench(t, d)
		id := b.fake.Upload("UDANA", slacktest.File{Name: "receipt.pdf", Type: "application/pdf", Content: []byte("%PDF-1.7")})
		ref := b.post(t, receipt())
		if _, err := b.fake.Press(t.Context(), "UDANA", ref.Place, ref.Message, "form:approve"); err != nil {
			t.Fatal(err)
		}
		r, err := b.fake.Submit(t.Context(), "UDANA", b.top(t).ID, slacktest.Values{"f:receipt": []string{id}})
		if err != nil || r.Outcome != slacktest.Updated || !strings.Contains(strings.Join(r.View.Lines(), "\n"), "Reading your file") {
			t.Fatalf("Submit = %+v, %v", r, err)
		}
		b.shows(t, "Your answer is recorded.")
		if got := <-read; got != "receipt.pdf %PDF-1.7" {
			t.Errorf("read %q", got)
		}
	})
}

// TestFileIsSomebodyElses: a person cannot hand in what only the app can read, and
// nobody can once it is gone.
func TestFileIsSomebodyElses(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := showing(receipt())
		b := newBench(t, d)
		theirs := b.fake.Upload("UKIM", slacktest.File{Name: "salaries.pdf", Content: []byte("secret")})
		payload := `{"type":"view_submission","api_app_id":"A0SIGNOFF","trigger_id":"9.9.9","team":{"id":"T0SIGNOFF"},"user":{"id":"UDANA","team_id":"T0SIGNOFF"},` +
			`"view":{"id":"V1","hash":"h","callback_id":"signoff:answer","private_metadata":"{\"r\":\"01JD.2\",\"v\":1,\"a\":\"approve\"}",` +
			`"blocks":[{"type":"input","block_id":"f:receipt"}],"state":{"values":{"f:receipt":{"value":{"type":"file_input","files":[{"id":"` + theirs + `","name":"mine.pdf"}]}}}}}}`
		if answer := b.raw(t, payload); !strings.Contains(answer, "Reading your file") {
			t.Errorf("answer = %s", answer)
		}
		b.idle(t)
		if clicks := d.seen(); len(clicks) != 0 {
			t.Errorf("clicks = %+v", clicks)
		}
	})
}
