package bot_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
)

// While a copy is being posted or redrawn somebody decides. The newer drawing
// waits for the older one: otherwise there are two messages, one of them with
// live buttons for ever, or the older drawing lands last.
func TestDrawingsOfOneCopyDoNotOvertake(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"post", "update"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				w.save(bothVote)
				held := make(chan struct{})
				version := map[string]int{"post": 1, "update": 2}[op]
				w.chat.slow = func(was, place string, card adapters.Card) {
					if was == op && place == "#hr" && card.Version == version {
						<-held
					}
				}
				_, request := w.beginFlow("two", nil)
				for i, user := range []string{"dana", "kim"} {
					c := w.click(user, request, "approve", nil)
					c.Version = 1 + i
					if a := w.press(c); a.Kind != adapters.Recorded {
						t.Fatalf("Click() = %s %q", a.Kind, a.Text)
					}
				}
				close(held)
				time.Sleep(time.Minute)
				synctest.Wait()
				if got, want := w.chat.places(), []string{"#hr"}; !slices.Equal(got, want) {
					t.Errorf("messages at %v, want %v", got, want)
				}
				if n := w.chat.live(); n > 0 {
					t.Errorf("%d messages of a decided request show buttons", n)
				}
			})
		})
	}
}

const bothVote = `
id: two
namespace: hr
tasks:
  - id: gate
    type: Pause
    onResume: [{id: ok, type: BOOL}]
    approval: {stages: [{id: both, need: all, who: ["user:dana", "user:kim"]}]}
    deliver: [{slack: "#hr"}]
`

// A message that cannot be changed, in a place where nothing can be said
// either, is given up like any other.
func TestFrozenMessageWithoutNoteIsGivenUp(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		w.chat.breaks(func(op, place string) error {
			switch {
			case place != "#hr":
				return nil
			case op == "update":
				return &adapters.DeliveryError{Kind: adapters.Frozen, Code: "is_archived"}
			}
			return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "is_archived"}
		})
		w.press(w.click("dana", request, "approve", nil))
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		if cp := w.execution(x.ID).Runs[0].Request.Copies[0]; cp.Problem == "" {
			t.Errorf("two days later the copy is still tried: %+v", cp)
		}
	})
}

// A chat that refuses us for days keeps old buttons. When it takes us again, a
// press on one of them makes them go.
func TestGivenUpCopyIsRedrawnWhenTouched(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		w.chat.breaks(func(string, string) error {
			return &adapters.DeliveryError{Kind: adapters.Denied, Code: "token_revoked"}
		})
		w.press(w.click("dana", request, "approve", nil))
		time.Sleep(10 * 24 * time.Hour)
		synctest.Wait()
		w.chat.breaks(nil)
		cp := w.execution(x.ID).Runs[0].Request.Copies[0]
		if cp.Problem == "" {
			t.Fatal("after ten days the copy is not given up")
		}
		c := w.click("kim", request, "approve", nil)
		c.Copy = adapters.MessageRef(cp.Ref)
		if a := w.press(c); a.Kind != adapters.Refused {
			t.Errorf("Click() = %s", a.Kind)
		}
		for _, p := range w.chat.all() {
			if p.place == "#hr" && len(p.card.Actions) > 0 {
				t.Error("the copy that was touched still shows buttons")
			}
		}
	})
}

// A frozen message that is pressed again and again is noted beside once for
// each state, and told to the alerts once.
func TestFrozenMessageIsNotedOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		w.chat.breaks(func(op, place string) error {
			if op == "update" && place == "#hr" {
				return &adapters.DeliveryError{Kind: adapters.Frozen, Code: "edit_window_closed"}
			}
			return nil
		})
		w.press(w.click("dana", request, "approve", nil))
		for range 5 {
			c := w.click("kim", request, "approve", nil)
			c.Copy = adapters.MessageRef(w.execution(x.ID).Runs[0].Request.Copies[0].Ref)
			w.press(c)
			time.Sleep(time.Second)
		}
		notes, alerts := 0, 0
		for _, word := range w.chat.words() {
			notes += strings.Count(word, "#hr: ")
			alerts += strings.Count(word, "#alerts: ")
		}
		if notes < 1 || notes > 2 || alerts != 1 {
			t.Errorf("%d notes and %d alerts, want a note for each state and one alert: %q", notes, alerts, w.chat.words())
		}
	})
}

// Days after a decision somebody presses an old button, and the chat asks for
// patience a few times. That is not a day of failures: nobody is told of one.
func TestLateRedrawMayWait(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		w.press(w.click("dana", request, "approve", nil))
		time.Sleep(72 * time.Hour)
		w.chat.breaks(func(string, string) error {
			return &adapters.DeliveryError{Kind: adapters.Busy, Code: "paced", RetryAfter: time.Second}
		})
		cp := w.execution(x.ID).Runs[0].Request.Copies[0]
		c := w.click("kim", request, "approve", nil)
		c.Copy = adapters.MessageRef(cp.Ref)
		w.press(c)
		time.Sleep(time.Minute)
		w.chat.breaks(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if cp := w.execution(x.ID).Runs[0].Request.Copies[0]; cp.Problem != "" {
			t.Errorf("after a minute of pacing the copy was given up: %s", cp.Problem)
		}
	})
}
