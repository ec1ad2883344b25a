package bot_test

import (
	"strings"
	"testing"

	"signoff/adapters"
	"signoff/engine"
)

const twoOfTwo = `
id: two
namespace: hr
tasks:
  - id: gate
    type: Pause
    pauseDuration: P9D
    behavior: FAIL
    onReject: FAIL
    onResume: [{id: ok, type: BOOL}]
    approval:
      stages: [{id: m, who: ["user:dana", "user:kim"], need: 2}]
`

// TestStuckNamesWhatReachedNobodyWhoCanAnswer: of two who are asked one has
// answered, and the other has blocked the bot.
func TestStuckNamesWhatReachedNobodyWhoCanAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(twoOfTwo)
		w.chat.breaks(func(op, place string) error {
			if op == "post" && place == "kim" {
				return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "user_blocked"}
			}
			return nil
		})
		_, request := w.beginFlow("two", nil)
		listed := func() []string {
			list, err := w.bot.Stuck(t.Context(), engine.Principal{Via: "engine"})
			if err != nil {
				t.Fatal(err)
			}
			var why []string
			for _, s := range list {
				why = append(why, s.Why...)
			}
			return why
		}
		if why := listed(); len(why) != 0 {
			t.Errorf("while dana can answer it is listed: %q", why)
		}
		c := w.click("dana", request, "approve", nil)
		c.Version = w.execution(engine.ExecutionID(strings.TrimSuffix(request, ".1"))).Runs[0].Request.Version
		w.press(c)
		if why := listed(); len(why) != 1 || !strings.Contains(why[0], "reached anybody who can answer it now") {
			t.Errorf("it is listed with %q, want that nobody was reached", why)
		}
	})
}
