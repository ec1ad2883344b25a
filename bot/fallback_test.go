package bot_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
)

// TestLostChannelAsksPeopleAlone: the bot is not in the channel. Those who are
// asked get direct messages and can answer there; who asked, and who can mend it,
// are told what is wrong.
func TestLostChannelAsksPeopleAlone(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"not_in_channel", "is_archived", "restricted_action", "workspace_removed"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				w.save(bothVote)
				w.chat.breaks(func(_, place string) error {
					if place == "#hr" {
						return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: code, Advice: "Mend it thus."}
					}
					return nil
				})
				x, request := w.beginFlow("two", nil)
				time.Sleep(time.Minute)
				synctest.Wait()
				places := w.chat.places()
				for _, who := range []string{"dana", "kim"} {
					if !slices.Contains(places, who) {
						t.Errorf("%s is asked and hears nothing: messages at %v", who, places)
					}
				}
				for _, who := range []string{"alex", "#alerts"} {
					if !slices.ContainsFunc(w.chat.words(), func(said string) bool {
						return strings.HasPrefix(said, who+": ") && strings.Contains(said, "Could not reach #hr on Slack") &&
							strings.Contains(said, code) && strings.Contains(said, "Mend it thus.") && strings.Contains(said, "direct message instead")
					}) {
						t.Errorf("%s is not told: %q", who, w.chat.words())
					}
				}
				for _, user := range []string{"dana", "kim"} {
					c := w.click(user, request, "approve", nil)
					c.Version = w.execution(x.ID).Runs[0].Request.Version
					if a := w.press(c); a.Kind != adapters.Recorded {
						t.Fatalf("%s answers alone: %s %q", user, a.Kind, a.Text)
					}
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if n := w.chat.live(); n > 0 {
					t.Errorf("%d messages of a decided request show buttons", n)
				}
			})
		})
	}
}
