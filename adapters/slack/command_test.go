package slack_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/slack/slacktest"
)

// typed has Dana type a command and returns what only she sees then.
func (b *bench) typed(t *testing.T, text string, n int) []string {
	t.Helper()
	r, err := b.fake.Command(t.Context(), "UDANA", "#requests", "/signoff", text)
	if err != nil || r.Outcome != slacktest.Acknowledged {
		t.Fatalf("Command(%q) = %+v, %v", text, r, err)
	}
	return b.hear(soon(t), "UDANA", n)
}

func TestCommandReachesTheDesk(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		var got adapters.Command
		d := &desk{counter: counter{command: func(c adapters.Command) (adapters.Reply, error) {
			got = c
			return adapters.Reply{Kind: adapters.Said, Text: "Two things wait for <you> & *Kim*."}, nil
		}}}
		b := newBench(t, d)
		told := b.typed(t, "delegate REQ-1 @kim until <friday> #requests", 1)
		if diff := cmp.Diff([]string{"Two things wait for <you> & *Kim*."}, told); diff != "" {
			t.Errorf("told (-want +got)\n%s", diff)
		}
		if len(got.Once) != 64 || len(got.Evidence) != 64 {
			t.Errorf("Once %q, Evidence %q, want two digests", got.Once, got.Evidence)
		}
		got.Once, got.Evidence = "", ""
		want := adapters.Command{
			Actor: b.someone("UDANA").Account, Name: "/signoff", Text: "delegate REQ-1 @UKIM until <friday> C0REQ",
			People: map[string]adapters.Account{"UKIM": b.someone("UKIM").Account}, Place: "C0REQ",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("command (-want +got)\n%s", diff)
		}
	})
}

// TestCommandBySomebodyElse: what Slack says against an account comes with the
// command, and with whoever is mentioned.
func TestCommandBySomebodyElse(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		var mu sync.Mutex
		var got []adapters.Command
		d := &desk{counter: counter{command: func(c adapters.Command) (adapters.Reply, error) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, c)
			return adapters.Reply{Kind: adapters.Turned, Text: "no"}, nil
		}}}
		b := newBench(t, d)
		for _, user := range []string{"UGUEST", "UFAR"} {
			if _, err := b.fake.Command(t.Context(), user, "#requests", "/signoff", "delegate X @else @gone"); err != nil {
				t.Fatal(err)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if len(got) != 2 || !got[0].Actor.Guest || got[0].Actor.Foreign || !got[1].Actor.Foreign {
			t.Fatalf("commands = %+v", got)
		}
		if p := got[0].People; !p["UELSE"].Foreign || !p["UGONE"].Deactivated || len(p) != 2 {
			t.Errorf("people = %+v", p)
		}
	})
}

func TestCommandReplies(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		due := time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)
		items := []adapters.Item{
			{Request: "01JD.2", Version: 3, Ref: "REQ-7K3F", Title: "Deploy <!channel>", State: "1 of 2 approvals", Due: due, Overdue: true},
			{Title: "Gone", Ref: "REQ-0001", State: "rejected"},
		}
		for name, c := range map[string]struct {
			reply adapters.Reply
			err   error
			want  []string
		}{
			"again":   {adapters.Reply{Kind: adapters.Again}, nil, nil},
			"turned":  {adapters.Reply{Kind: adapters.Turned, Text: "You may not."}, nil, []string{"You may not."}},
			"wrong":   {adapters.Reply{Kind: adapters.Wrong, Text: "Mend this:", Fields: map[string]string{"days": "a number"}}, nil, []string{"Mend this:", "days: a number"}},
			"body":    {adapters.Reply{Kind: adapters.Said, Body: adapters.Text{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: "@here"}}}}}, nil, []string{"@here"}},
			"failing": {adapters.Reply{}, fmt.Errorf("disk db-7 full"), []string{"Something went wrong"}},
			"list": {
				adapters.Reply{Kind: adapters.Said, Text: "Waiting for you:", Items: items},
				nil,
				[]string{"Waiting for you:", "Deploy <!channel>", "[Review]", "REQ-7K3F  ·  1 of 2 approvals  ·  overdue, was due 2026-12-01 09:30 UTC", "Gone", "REQ-0001  ·  rejected"},
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := &desk{counter: counter{command: func(adapters.Command) (adapters.Reply, error) { return c.reply, c.err }}}
				told := newBench(t, d).typed(t, "x", len(c.want))
				if len(c.want) == 1 && len(told) == 1 && strings.HasPrefix(told[0], c.want[0]) && !strings.Contains(told[0], "db-7") {
					return
				}
				if diff := cmp.Diff(c.want, told); diff != "" {
					t.Errorf("told (-want +got)\n%s", diff)
				}
			})
		}
	})
}

// TestCommandWithMuchToSay: what does not fit into one message comes in several,
// in order, and what does not fit into those is said.
func TestCommandWithMuchToSay(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		var items []adapters.Item
		for i := range 200 {
			items = append(items, adapters.Item{Request: fmt.Sprintf("01JD.%d", i), Title: fmt.Sprintf("Request %03d %s", i, strings.Repeat("ö", 100)), State: "open"})
		}
		d := &desk{counter: counter{command: func(adapters.Command) (adapters.Reply, error) {
			return adapters.Reply{Kind: adapters.Said, Text: "All:", Items: items}, nil
		}}}
		b := newBench(t, d)
		told := b.typed(t, "pending", 230)
		if told[0] != "All:" || !strings.HasPrefix(told[1], "Request 000") || !strings.Contains(told[len(told)-1], "more than fits here") {
			t.Errorf("told %d lines, from %q to %q", len(told), told[:2], told[len(told)-1])
		}
		last := -1
		for _, line := range told {
			var n int
			if _, err := fmt.Sscanf(line, "Request %d", &n); err == nil {
				if n != last+1 {
					t.Fatalf("%d comes after %d", n, last)
				}
				last = n
			}
		}
	})
}

// TestCommandOpensAForm: a command that needs more to be said opens a form, and
// its list opens requests.
func TestCommandOpensAForm(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := &desk{counter: counter{command: func(adapters.Command) (adapters.Reply, error) {
			return adapters.Reply{Kind: adapters.Asked, Sheet: &adapters.Sheet{
				Subject: "start:hr/vacation", Title: "Vacation", Submit: "Ask",
				Fields: []adapters.Field{{ID: "days", Kind: adapters.IntField, Label: "Days", Required: true}},
			}}, nil
		}}}
		b := newBench(t, d)
		b.typed(t, "start vacation", 0)
		open := b.fake.Modals("UDANA")
		if len(open) != 1 || open[0].Title() != "Vacation" || open[0].SubmitLabel() != "Ask" || len(open[0].Inputs()) != 1 {
			t.Fatalf("modals = %+v", open)
		}
		b.fake.FailNext("views.open", "expired_trigger_id")
		if told := b.typed(t, "start vacation", 1); len(told) != 1 || !strings.Contains(told[0], "did not open in time") {
			t.Errorf("told %q", told)
		}
	})
}

// TestCommandIsSlow: Slack is answered in time with something true, and the answer
// follows.
func TestCommandIsSlow(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		d := &desk{counter: counter{command: func(adapters.Command) (adapters.Reply, error) {
			time.Sleep(2700 * time.Millisecond) // longer than Slack is made to wait
			return adapters.Reply{Kind: adapters.Done, Text: "Recorded."}, nil
		}}}
		told := newBench(t, d).typed(t, "approve REQ-1", 2)
		if len(told) != 2 || !strings.Contains(told[0], "takes longer") || told[1] != "Recorded." {
			t.Errorf("told %q", told)
		}
	})
}
