package bot_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/engine/flow"
)

// alarms are what was told in #alarm since the nth.
func (w *world) alarms(n int) []string {
	var out []string
	for _, text := range w.chat.words() {
		if rest, ok := strings.CutPrefix(text, "#alarm: "); ok {
			out = append(out, rest)
		}
	}
	return out[min(n, len(out)):]
}

func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// TestStuckIsToldOnceADay: those who are named for alerts are told of what waits
// in vain, each day that it does; a restart says it no sooner, and a chat that is
// down no later than it is back.
func TestStuckIsToldOnceADay(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		alarmed := func(c *bot.Config) { c.Alerts = []flow.Destination{{Surface: "slack", To: "#alarm"}} }
		w.with(alarmed)
		w.save(strings.Replace(purchase, "    pauseDuration: P3D\n    behavior: FAIL\n", "", 1))
		w.beginFlow("purchase", map[string]any{"amount": 900})
		if wait(2 * time.Hour); len(w.alarms(0)) != 0 {
			t.Fatalf("while Dana can answer, told is %q", w.alarms(0))
		}
		gone := func(c *bot.Config) { alarmed(c); c.People = colleagues(t, "dana", "kim") }
		w.with(gone)
		wait(2 * time.Minute)
		told := w.alarms(0)
		if len(told) != 1 {
			t.Fatalf("told is %q, want one alert", told)
		}
		for _, want := range []string{"1 thing waits in vain", "“Buy for 900”", "flow hr/purchase", "Too few people are left", "signoff stuck"} {
			if !strings.Contains(told[0], want) {
				t.Errorf("told is %q, want %q in it", told[0], want)
			}
		}
		w.with(gone) // a restart
		if wait(20 * time.Hour); len(w.alarms(1)) != 0 {
			t.Errorf("on the same day, told is %q", w.alarms(1))
		}
		w.chat.breaks(func(op, place string) error {
			if op == "tell" && place == "#alarm" {
				return &adapters.DeliveryError{Kind: adapters.Busy}
			}
			return nil
		})
		wait(8 * time.Hour)
		w.chat.breaks(nil)
		if wait(time.Hour + time.Minute); len(w.alarms(1)) != 1 {
			t.Errorf("when the chat is back, told is %q", w.alarms(1))
		}
		w.with(alarmed)
		if wait(26 * time.Hour); len(w.alarms(2)) != 0 {
			t.Errorf("when Dana is back, told is %q", w.alarms(2))
		}
	})
}
