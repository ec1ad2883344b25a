package bot_test

import (
	"log/slog"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/store/memory"
)

// TestDrainDoesWhatIsDueAndNoMore: with a clock that stands still, cards are
// posted, nothing ends, and the next thing to do is the deadline.
func TestDrainDoesWhatIsDueAndNoMore(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	people, err := people.New(people.Config{People: []people.Person{
		{ID: "dana", Name: "Dana", Accounts: map[string]string{"slack": "T1:UDANA"}},
		{ID: "kim", Name: "Kim", Accounts: map[string]string{"slack": "T1:UKIM"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	room := newChat()
	b, err := bot.New(bot.Config{
		Store: memory.New(memory.Options{Now: func() time.Time { return now }}), Tasks: &farEnd{}, People: people, Access: access.Unrestricted(),
		Adapters: map[string]adapters.Adapter{"slack": room}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, faults, err := b.SaveFlow(t.Context(), "t.yaml", []byte(vacation), engine.Principal{Via: "test"}); err != nil || faults.Stop() {
		t.Fatal(faults, err)
	}
	x, err := b.Start(t.Context(), bot.StartRequest{Namespace: "hr", Flow: "vacation", Inputs: map[string]any{"employee": "Alex"}})
	if err != nil {
		t.Fatal(err)
	}
	deadline := now.Add(72 * time.Hour)
	for _, want := range []struct {
		state engine.State
		next  time.Time
		live  int
	}{{engine.Paused, deadline, 3}, {engine.Failed, time.Time{}, 0}} {
		next, err := b.Drain(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if x, err = b.Store.Execution(t.Context(), x.ID); err != nil {
			t.Fatal(err)
		}
		if x.State != want.state || !next.Equal(want.next) || room.live() != want.live {
			t.Errorf("at %s: state %s, next %s, %d live cards; want %+v", now, x.State, next, room.live(), want)
		}
		now = deadline
	}
}
