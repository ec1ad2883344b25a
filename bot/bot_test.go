package bot_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/audit"
)

func TestVacation(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		if got, want := w.chat.places(), []string{"#hr", "dana", "kim"}; !slices.Equal(got, want) {
			t.Fatalf("copies at %v, want %v", got, want)
		}
		a := w.press(w.click("dana", request, "approve", map[string]any{"reason": "enjoy"}))
		if a.Kind != adapters.Recorded || a.Card == nil || len(a.Card.Actions) > 0 {
			t.Fatalf("Click() = %+v, want a recorded answer and a card without buttons", a)
		}
		x = w.execution(x.ID)
		if x.State != engine.Success {
			t.Fatalf("the execution is %s: %s", x.State, x.Problem)
		}
		if got := x.Runs[2].Logs[0].Text; got != "approved by dana" {
			t.Errorf("the flow logged %q", got)
		}
		if n := w.chat.live(); n > 0 {
			t.Errorf("%d copies still show buttons", n)
		}
		if calls := w.far.calls(); len(calls) != 1 {
			t.Errorf("the flow made the calls %v, want one", calls)
		}
		for _, p := range w.chat.all() {
			if p.card.Mood != adapters.Approved {
				t.Errorf("the copy at %s is %s", p.place, p.card.Mood)
			}
		}
	})
}

func TestClickRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, user, action string
		values             map[string]any
		version            int
		want               string
		kind               adapters.AnswerKind
	}{
		{"stranger", "mallory", "approve", nil, 1, "does not know", adapters.Refused},
		{"requester", "alex", "approve", nil, 1, "own request", adapters.Refused},
		{"stale version", "dana", "approve", nil, 0, "changed", adapters.Refused},
		{"version to come", "dana", "approve", nil, 7, "changed", adapters.Refused},
		{"unknown button", "dana", "launch", nil, 1, "does not fit", adapters.Refused},
		{"reject without reason", "dana", "reject", nil, 1, "", adapters.Invalid},
		{"unknown field", "dana", "approve", map[string]any{"boss": "me"}, 1, "", adapters.Invalid},
		{"approve that says no", "dana", "approve", map[string]any{"approved": false}, 1, "", adapters.Invalid},
		{"reject that says yes", "dana", "reject", map[string]any{"approved": true, "reason": "no"}, 1, "", adapters.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				x, request := w.begin()
				click := w.click(c.user, request, c.action, c.values)
				click.Version = c.version
				a := w.press(click)
				if a.Kind != c.kind || !strings.Contains(a.Text, c.want) {
					t.Errorf("Click() = %s %q, want %s with %q", a.Kind, a.Text, c.kind, c.want)
				}
				if got := w.execution(x.ID); got.State != engine.Paused || len(got.Runs[0].Request.Responses) > 0 {
					t.Errorf("it counted: %+v", got.Runs[0].Request.Responses)
				}
				audited := w.count(audit.ResponseRefused)
				if want := map[adapters.AnswerKind]int{adapters.Refused: 1}[c.kind]; audited != want {
					t.Errorf("%d refusals in the trail, want %d", audited, want)
				}
			})
		})
	}
}

func TestSecondClickSaysWhoDecidedAndWhen(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		w.press(w.click("dana", request, "approve", nil))
		a := w.press(w.click("kim", request, "reject", map[string]any{"reason": "no"}))
		if a.Kind != adapters.Refused || !strings.Contains(a.Text, "Already approved by Dana, 2000-01-01 00:00 UTC") {
			t.Errorf("Click() = %s %q", a.Kind, a.Text)
		}
	})
}

func TestRepeatedClickHasNoSecondEffect(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		for _, user := range []string{"mallory", "dana"} {
			c := w.click(user, request, "approve", nil)
			w.press(c)
			before := len(w.trail())
			if a := w.press(c); a.Kind != adapters.Repeated {
				t.Errorf("the repetition of %s's click is %s, want repeated", user, a.Kind)
			}
			if after := len(w.trail()); after != before {
				t.Errorf("the repetition of %s's click wrote %d lines", user, after-before)
			}
		}
	})
}

func TestRepeatedPressOnAFormIsWrittenOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		press := adapters.Look{
			Actor:   adapters.Account{Surface: "slack", Tenant: "T1", ID: "UMALLORY", Name: "mallory"},
			Request: request, Action: "approve", Version: 1, Once: "captured",
		}
		for i := range 5 {
			a, err := w.bot.Look(t.Context(), press)
			want := adapters.Refused
			if i > 0 {
				want = adapters.Repeated
			}
			if err != nil || a.Kind != want {
				t.Errorf("press %d: Look() = %s, %v, want %s", i+1, a.Kind, err, want)
			}
		}
		if n := w.count(audit.ResponseRefused); n != 1 {
			t.Errorf("%d refusals in the trail, want 1", n)
		}
	})
}

func TestStaleCopyIsRedrawnWhenTouched(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		w.press(w.click("dana", request, "approve", nil))
		stray := adapters.MessageRef{Place: "#elsewhere", Message: "77"}
		w.chat.posts[stray] = &post{place: stray.Place, drawn: 1, card: adapters.Card{Actions: []adapters.Action{{ID: "approve"}}}}
		w.chat.order = append(w.chat.order, stray)
		c := w.click("kim", request, "approve", nil)
		c.Copy = stray
		w.press(c)
		if n := w.chat.live(); n > 0 {
			t.Errorf("%d copies still show buttons after the stray one was touched", n)
		}
		if n := w.count(audit.CopyAdopted); n != 1 {
			t.Errorf("%d copies adopted, want 1", n)
		}
	})
}

func TestOnlyOneOfManyWins(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		var recorded atomic.Int32
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				user, action := "dana", "approve"
				if i%2 == 1 {
					user, action = "kim", "reject"
				}
				c := w.click(user, request, action, map[string]any{"reason": "race"})
				c.Once += string(rune('a' + i))
				if a, err := w.bot.Click(t.Context(), c); err != nil {
					t.Errorf("Click() failed: %v", err)
				} else if a.Kind == adapters.Recorded {
					recorded.Add(1)
				}
			})
		}
		all.Wait()
		synctest.Wait()
		if n := recorded.Load(); n != 1 {
			t.Errorf("%d people were told that theirs was recorded", n)
		}
		if n := w.count(audit.ResponseRecorded); n != 1 {
			t.Errorf("%d answers in the trail", n)
		}
	})
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		time.Sleep(72*time.Hour - time.Nanosecond)
		synctest.Wait()
		if s := w.execution(x.ID).State; s != engine.Paused {
			t.Fatalf("a nanosecond before the deadline it is %s", s)
		}
		time.Sleep(time.Nanosecond)
		a := w.press(w.click("dana", request, "approve", nil))
		if a.Kind != adapters.Refused {
			t.Errorf("a click at the deadline is %s %q", a.Kind, a.Text)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		got := w.execution(x.ID)
		if got.State != engine.Failed || got.Runs[0].Request.Outcome != engine.Expired {
			t.Errorf("after the deadline it is %s, %s", got.State, got.Runs[0].Request.Outcome)
		}
		if n := w.chat.live(); n > 0 {
			t.Errorf("%d copies still show buttons", n)
		}
	})
}

func TestOutageDelaysCopiesAndNothingElse(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		w.chat.breaks(func(string, string) error { return &adapters.DeliveryError{Kind: adapters.Busy, Code: "503"} })
		w.press(w.click("dana", request, "approve", nil))
		if s := w.execution(x.ID).State; s != engine.Success {
			t.Fatalf("with the chat down the execution is %s", s)
		}
		time.Sleep(8 * time.Hour)
		before := w.chat.sent
		w.chat.breaks(nil)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := w.chat.live(); n > 0 {
			t.Errorf("%d copies still show buttons", n)
		}
		if n := w.chat.sent - before; n != 3 {
			t.Errorf("three copies caught up with %d updates", n)
		}
	})
}

func TestUnreachableApproverIsSaid(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.chat.breaks(func(_, place string) error {
			if place == "dana" {
				return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "channel_not_found", Advice: "Invite the bot."}
			}
			return nil
		})
		x, _ := w.begin()
		words := strings.Join(w.chat.words(), "\n")
		for _, who := range []string{"#alerts: ", "alex: "} {
			if !strings.Contains(words, who) {
				t.Errorf("%q was not told; told: %q", who, words)
			}
		}
		if !strings.Contains(words, "Dana") {
			t.Errorf("the notice does not name Dana: %q", words)
		}
		if cp := w.execution(x.ID).Runs[0].Request.Copies[1]; cp.Problem == "" {
			t.Errorf("the copy has no problem: %+v", cp)
		}
	})
}

func TestDeletedMessage(t *testing.T) {
	t.Parallel()
	vote := "id: two\nnamespace: hr\ntasks:\n  - id: gate\n    type: Pause\n    onResume: [{id: ok, type: BOOL}]\n" +
		"    approval: {stages: [{id: both, need: all, who: [\"user:dana\", \"user:kim\"]}]}\n    deliver: [{slack: \"#hr\"}]\n"
	inBubble(t, func(t *testing.T, w *world) {
		w.save(vote)
		x, request := w.beginFlow("two", nil)
		forget := func() {
			w.chat.mu.Lock()
			defer w.chat.mu.Unlock()
			clear(w.chat.posts)
		}
		forget()
		w.press(w.click("dana", request, "approve", nil))
		if n := len(w.chat.all()); n != 1 {
			t.Fatalf("an open request whose message was deleted has %d messages, want a new one", n)
		}
		forget()
		c := w.click("kim", request, "approve", nil)
		c.Version = 2
		w.press(c)
		if n := len(w.chat.all()); n != 0 {
			t.Errorf("a decided request was posted anew")
		}
		if s := w.execution(x.ID).State; s == engine.Paused {
			t.Errorf("two of two approved and it is %s", s)
		}
	})
}

func TestFrozenMessageGetsANote(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		w.chat.breaks(func(op, place string) error {
			if op == "update" && place == "#hr" {
				return &adapters.DeliveryError{Kind: adapters.Frozen, Code: "edit_window_closed"}
			}
			return nil
		})
		w.press(w.click("dana", request, "approve", nil))
		if words := strings.Join(w.chat.words(), "\n"); !strings.Contains(words, "#hr: ") {
			t.Errorf("no word beside the message that cannot be changed: %q", words)
		}
	})
}

func TestCallCutShortIsRepeatedUnderTheSameKey(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		w.far.block = true
		w.press(w.click("dana", request, "approve", nil))
		w.stop() // in the middle of the call
		w.far.block = false
		w.run()
		time.Sleep(lease)
		synctest.Wait()
		calls := w.far.calls()
		if len(calls) != 2 || calls[0] != calls[1] {
			t.Errorf("calls %v, want one key twice", calls)
		}
		if s := w.execution(x.ID).State; s != engine.Success {
			t.Errorf("after the restart it is %s", s)
		}
	})
}

// lease is longer than the bot's own; the memory store keeps leases over a
// restart of the bot.
const lease = 11 * time.Minute

func TestPanicHurtsOnlyItself(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.chat.breaks(func(_, place string) error {
			if place == "dana" {
				panic("planted")
			}
			return nil
		})
		_, request := w.begin()
		if got, want := w.chat.places(), []string{"#hr", "kim"}; !slices.Equal(got, want) {
			t.Errorf("copies at %v, want %v", got, want)
		}
		w.chat.breaks(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if a := w.press(w.click("dana", request, "approve", nil)); a.Kind != adapters.Recorded {
			t.Errorf("Click() = %s %q", a.Kind, a.Text)
		}
		if n := len(w.chat.places()); n != 3 {
			t.Errorf("%d copies after the panic was over, want 3", n)
		}
	})
}

func TestNobodyCouldAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save("id: own\nnamespace: hr\ntasks:\n  - id: gate\n    type: Pause\n" +
			"    approval: {stages: [{id: self, who: [\"user:alex\"]}]}\n")
		x, _ := w.beginFlow("own", nil)
		if x.State != engine.Failed || x.Problem == "" {
			t.Errorf("a request that only its requester may answer is %s: %q", x.State, x.Problem)
		}
	})
}

func TestLookWritesNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		_, request := w.begin()
		before := len(w.trail())
		for range 100 {
			a, err := w.bot.Look(t.Context(), adapters.Look{Request: request, Actor: adapters.Account{Surface: "slack", Tenant: "T1", ID: "UALEX"}})
			if err != nil || a.Kind != adapters.Shown {
				t.Fatalf("Look() = %s %q, %v", a.Kind, a.Text, err)
			}
			robot := adapters.Account{Surface: "slack", ID: "ROBOT", Bot: true}
			if a, err = w.bot.Look(t.Context(), adapters.Look{Request: request, Actor: robot}); err != nil || a.Kind != adapters.Refused || a.Card != nil {
				t.Fatalf("Look() of a robot = %s with the card %v, %v, want a refusal without", a.Kind, a.Card, err)
			}
		}
		if after := len(w.trail()); after != before {
			t.Errorf("looking wrote %d lines", after-before)
		}
	})
}
