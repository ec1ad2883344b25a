package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"
)

// TestDelegateInSlack: Dana hands the question on in a form, and Kim answers for
// her on the same card.
func TestDelegateInSlack(t *testing.T) {
	t.Parallel()
	s := serveSocket(t)
	s.start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	shows := func(text string) {
		t.Helper()
		if err := s.chat.WaitFor(ctx, func(st *slacktest.State) bool {
			m := st.Messages("#ops")
			return len(m) > 0 && strings.Contains(string(m[0].Blocks), text)
		}); err != nil {
			t.Fatalf("the card does not say %q: %v\n%s", text, err, s.log)
		}
	}
	press := func(user, label string) {
		t.Helper()
		m := s.chat.Messages("#ops")[0]
		button, ok := m.Button(label)
		if !ok {
			t.Fatalf("the card has no button %q", label)
		}
		if r, err := s.chat.Press(ctx, user, m.Channel, m.TS, button.Action); err != nil || r.Outcome != slacktest.Acknowledged {
			t.Fatalf("Press(%s) = %+v, %v", label, r, err)
		}
	}
	shows("Delegate…")
	press("dana", "Delegate…")
	if err := s.chat.WaitFor(ctx, func(st *slacktest.State) bool { return len(st.Modals("dana")) == 1 }); err != nil {
		t.Fatalf("no form opens: %v\n%s", err, s.log)
	}
	forms := s.chat.Modals("dana")
	r, err := s.chat.Submit(ctx, "dana", forms[0].ID, slacktest.Values{"f:signoff.to": "UNOBODY"})
	if err != nil || !strings.Contains(r.Errors["f:signoff.to"], "does not know") {
		t.Fatalf("Submit of a stranger = %+v, %v", r, err)
	}
	r, err = s.chat.Submit(ctx, "dana", forms[0].ID, slacktest.Values{"f:signoff.to": "UKIM", "f:signoff.reason": "in a train"})
	if err != nil || len(r.Errors) > 0 || r.Outcome == slacktest.Failed {
		t.Fatalf("Submit = %+v, %v\n%s", r, err, s.log)
	}
	shows("Kim answers for Dana: in a train")
	press("kim", "Approve")
	shows("Kim, for Dana, approved")
}
