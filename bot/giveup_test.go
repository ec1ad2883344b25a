package bot_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
)

func TestBurstDrainsAtTheRateThatTheChatAllows(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		const burst, n = 3, 60
		next := time.Now() // when the message after all those granted is due
		w.chat.breaks(func(_, place string) error {
			if wait := time.Until(next.Add(-(burst - 1) * time.Second)); place == "#hr" && wait > 0 {
				return &adapters.DeliveryError{Kind: adapters.Busy, Code: "paced", RetryAfter: wait}
			} else if place == "#hr" {
				next = next.Add(max(time.Second, time.Second-time.Until(next)))
			}
			return nil
		})
		for range n {
			w.begin()
		}
		time.Sleep((n + 5) * time.Second)
		synctest.Wait()
		posted := slices.DeleteFunc(w.chat.places(), func(place string) bool { return place != "#hr" })
		if len(posted) != n {
			t.Errorf("%d of %d messages are posted after %d s, one a second is allowed", len(posted), n, n+5)
		}
	})
}

func TestDeliveryThatFailsForADayIsGivenUpAndSaid(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"busy":  func() error { return &adapters.DeliveryError{Kind: adapters.Busy, Code: "503"} },
		"asked": func() error { return &adapters.DeliveryError{Kind: adapters.Busy, RetryAfter: time.Minute} },
		"error": func() error { return errors.New("planted") },
		"panic": func() error { panic("planted") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				w.chat.breaks(func(op, place string) error {
					if op == "post" && place == "dana" {
						return fail()
					}
					return nil
				})
				x, _ := w.begin()
				time.Sleep(23 * time.Hour)
				synctest.Wait()
				if words := w.chat.words(); len(words) > 0 {
					t.Fatalf("given up within the day: %q", words)
				}
				time.Sleep(2 * time.Hour)
				synctest.Wait()
				if cp := w.execution(x.ID).Runs[0].Request.Copies[1]; cp.Problem == "" {
					t.Errorf("after a day it is not given up: %+v", cp)
				}
				words := w.chat.words()
				if len(words) != 2 || !strings.Contains(words[0], "Dana") {
					t.Errorf("told %q, want one word each at #alerts and to alex, about Dana", words)
				}
			})
		})
	}
}
