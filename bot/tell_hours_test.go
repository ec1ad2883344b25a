package bot_test

import (
	"strings"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/bot/people"
	"signoff/engine/approval"
)

const remindful = `
id: remindful
namespace: hr
tasks:
  - id: gate
    type: Pause
    pauseDuration: P9D
    behavior: FAIL
    onReject: FAIL
    onResume: [{id: ok, type: BOOL}]
    approval:
      stages: [{id: m, who: ["user:dana"], remind: [PT30M]}]
`

// TestReminderWaitsForWorkingHours: a reminder that could not be told while
// somebody worked is told when they work again, and not at night.
func TestReminderWaitsForWorkingHours(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(staffed(t, func(c *people.Config) {
			c.People[0].Accounts = map[string]string{"slack": "T1:UDANA"}
			c.People[0].Hours = approval.Hours{From: 8 * 60, To: 16 * 60}
		}))
		w.save(remindful)
		now := w.store.Now().UTC()
		eight := time.Date(now.Year(), now.Month(), now.Day()+1, 8, 0, 0, 0, time.UTC)
		time.Sleep(eight.Add(7*time.Hour + 15*time.Minute).Sub(now)) // a quarter past three
		w.beginFlow("remindful", nil)
		w.chat.breaks(func(op, _ string) error {
			if op == "tell" {
				return &adapters.DeliveryError{Kind: adapters.Busy, RetryAfter: 10 * time.Minute}
			}
			return nil
		})
		time.Sleep(50 * time.Minute) // it was due at a quarter to four, and is five past now
		w.chat.breaks(nil)
		reminders := func() int {
			n := 0
			for _, text := range w.chat.words() {
				if strings.HasPrefix(text, "dana: Reminder") {
					n++
				}
			}
			return n
		}
		time.Sleep(15 * time.Hour)
		if n := reminders(); n != 0 {
			t.Errorf("dana was reminded %d times at night", n)
		}
		time.Sleep(time.Hour) // past eight
		if n := reminders(); n != 1 {
			t.Errorf("dana was reminded %d times when she came back, want once", n)
		}
	})
}
