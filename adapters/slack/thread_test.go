package slack_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
)

// TestReplyStandsInTheThread: with whom it calls, what was written, and in the
// channel only if it is loud.
func TestReplyStandsInTheThread(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{})
	ref, err := b.adapter.Post(t.Context(), adapters.Destination{Channel: "#requests"}, adaptertest.Pending())
	if err != nil {
		t.Fatal(err)
	}
	for _, loud := range []bool{false, true} {
		line := adapters.Line{
			Text: "✏ Dana wants <!channel> changes", Quote: "@here Less <https://evil.example|bank>", At: time.Unix(1e9, 0), Loud: loud,
			Mention: []adapters.Person{{ID: "kim", Account: "UKIM"}, {ID: "zoe", Name: "Zoe", Email: "zoe@nowhere.example"}},
		}
		if err := b.adapter.Reply(t.Context(), ref, line); err != nil {
			t.Fatalf("Reply = %v", err)
		}
		all := b.fake.Messages(ref.Place)
		m := all[len(all)-1]
		if m.ThreadTS != ref.Message || m.Broadcast != loud {
			t.Errorf("it stands below %q, broadcast: %t, want %q, %t", m.ThreadTS, m.Broadcast, ref.Message, loud)
		}
		raw := string(m.Blocks)
		if strings.Count(raw, `"user_id"`) != 1 || !strings.Contains(raw, `"UKIM"`) {
			t.Errorf("it calls others than Kim: %s", raw)
		}
		if strings.Contains(m.Text, "<!") || strings.Contains(m.Text, "<http") {
			t.Errorf("its text is %q", m.Text)
		}
	}
}

// TestReplyToADeletedMessage: nothing stands by itself in the channel, and the
// caller learns that the message is gone.
func TestReplyToADeletedMessage(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{})
	ref, err := b.adapter.Post(t.Context(), adapters.Destination{Channel: "#requests"}, adaptertest.Pending())
	if err != nil {
		t.Fatal(err)
	}
	b.fake.Remove(ref.Place, ref.Message)
	err = b.adapter.Reply(t.Context(), ref, adapters.Line{Text: "✅ Dana approved"})
	if failure, ok := errors.AsType[*adapters.DeliveryError](err); !ok || failure.Kind != adapters.Gone {
		t.Fatalf("Reply = %v, want it gone", err)
	}
	if n := len(b.fake.Messages(ref.Place)); n != 0 {
		t.Errorf("%d messages stand in the channel", n)
	}
}

func TestReplyNeedsAMessage(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{})
	err := b.adapter.Reply(t.Context(), adapters.MessageRef{}, adapters.Line{Text: "x"})
	if failure, ok := errors.AsType[*adapters.DeliveryError](err); !ok || failure.Kind != adapters.Gone {
		t.Errorf("Reply = %v, want it gone", err)
	}
}
