package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/bot/people"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// mouths are what people say of themselves, by account.
type mouths struct {
	mu    sync.Mutex
	says  map[string]adapters.Status
	gone  map[string]bool
	down  bool
	reads map[string]int
}

func (m *mouths) Status(_ context.Context, of adapters.Account) (adapters.Account, adapters.Status, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads[of.ID]++
	if m.down {
		return adapters.Account{}, adapters.Status{}, errors.New("down")
	}
	of.Deactivated = m.gone[of.ID]
	return of, m.says[of.ID], nil
}

func (m *mouths) set(change func(*mouths)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

const oneAsked = `
id: one
namespace: hr
tasks:
  - id: gate
    type: Pause
    onResume: [{id: approved, type: BOOL}]
    approval: {stages: [{id: manager, who: ["user:dana"]}]}
    deliver: [{slack: "#hr"}]
    pauseDuration: P30D
    behavior: FAIL
`

// withStatuses restarts the world with statuses that are read. Dana, Kim, Alex, who
// asks, and Lee have accounts.
func (w *world) withStatuses(t *testing.T) *mouths {
	t.Helper()
	m := &mouths{says: map[string]adapters.Status{}, gone: map[string]bool{}, reads: map[string]int{}}
	w.with(staffed(t, func(c *people.Config) {
		c.People[0].Accounts = map[string]string{"slack": "T1:UDANA"}
		c.People = append(c.People, people.Person{ID: "lee", Name: "Lee", Accounts: map[string]string{"slack": "T1:ULEE"}})
		c.Statuses = &people.Statuses{Source: m, Surface: "slack", Name: "Slack status", Away: []string{":palm_tree:"}}
	}))
	w.save(oneAsked)
	return m
}

// say sets somebody's status, and has the surface tell that it changed.
func (w *world) say(m *mouths, user, text string, until time.Time) {
	w.t.Helper()
	account := "U" + strings.ToUpper(user)
	m.set(func(m *mouths) {
		m.says[account] = adapters.Status{Text: text, Emoji: ":palm_tree:", Until: until}
		if text == "" {
			delete(m.says, account)
		}
	})
	w.bot.People.Restated("slack", account)
}

// tries is what somebody is told who wants to approve; empty if they could.
func (w *world) tries(user, request string) string {
	w.t.Helper()
	a, err := w.bot.TryClick(w.t.Context(), w.click(user, request, "approve", nil))
	if err != nil {
		w.t.Fatal(err)
	}
	if a.Kind == adapters.Shown {
		return ""
	}
	return a.Text
}

const onlyDana = "Only Dana can answer this. You are Kim."

// TestStatusLetsSomebodyStandIn, and the trail says by what.
func TestStatusLetsSomebodyStandIn(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		m := w.withStatuses(t)
		until := w.store.Now().Add(48 * time.Hour).UTC()
		_, request := w.beginFlow("one", nil)
		if text := w.tries("kim", request); text != onlyDana {
			t.Fatalf("before anything is said: %q", text)
		}
		w.say(m, "dana", "On the beach, @kim knows", until)
		e, err := w.bot.Explain(t.Context(), request, "kim", by("kim"))
		said := fmt.Sprint(e)
		if err != nil || !strings.Contains(said, "for Dana, who is away until ") || !strings.Contains(said, ", says their Slack status") {
			t.Errorf("Explain = %s, %v, want by what Kim stands in", said, err)
		}
		if a := w.press(w.click("kim", request, "approve", nil)); a.Kind != adapters.Recorded {
			t.Fatalf("Kim: %+v", a)
		}
		var digest any
		for _, r := range w.trail() {
			if r.Event == audit.PersonAway {
				if digest = r.Data["digest"]; r.Data["source"] != "slack status" || r.Data["standIn"] != "kim" || r.Actor.Person != "dana" {
					t.Errorf("away: %+v", r)
				}
			}
			answered := r.Event == audit.ResponseRecorded
			if answered && (r.Data["for"] != "dana" || r.Data["source"] != "slack status" || r.Data["sourceDigest"] != digest || digest == nil) {
				t.Errorf("response: %+v, want the digest %v", r.Data, digest)
			}
		}
		if n := w.count(audit.ResponseRecorded); n != 1 {
			t.Errorf("%d answers are in the trail, want 1", n)
		}
		if n := w.count(audit.PersonAway); n != 1 {
			t.Errorf("%d absences are in the trail, want 1", n)
		}
	})
}

// TestStatusThatCannotBeRead (P5) lets nobody decide in somebody's place, after a
// minute and after a restart; it keeps nobody from their own seat.
func TestStatusThatCannotBeRead(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		m := w.withStatuses(t)
		w.say(m, "dana", "@kim", time.Time{})
		_, request := w.beginFlow("one", nil)
		if text := w.tries("kim", request); text != "" {
			t.Fatalf("Kim: %q", text)
		}
		m.set(func(m *mouths) { m.down = true })
		time.Sleep(49 * time.Second)
		if text := w.tries("kim", request); text != "" {
			t.Errorf("it is young enough: %q", text)
		}
		time.Sleep(11 * time.Second)
		const doubt = "signoff cannot verify you now: it could not read whether Dana is away, and you stand in for them. Try again in a minute."
		if text := w.tries("kim", request); text != doubt {
			t.Errorf("a minute later: %q", text)
		}
		if text := w.tries("dana", request); text != "" {
			t.Errorf("Dana: %q", text)
		}
		w.with(w.change)
		if text := w.tries("kim", request); text != doubt {
			t.Errorf("after a restart: %q", text)
		}
		m.set(func(m *mouths) { m.down = false })
		time.Sleep(people.TryAgain)
		if text := w.tries("kim", request); text != "" {
			t.Errorf("it can be read again: %q", text)
		}
		if n := w.count(audit.PersonAway); n != 1 {
			t.Errorf("%d absences are in the trail, want 1", n)
		}
	})
}

// TestStatusEnds: when it is cleared, expires, is of an account that may not
// answer, or the person is back by their own word.
func TestStatusEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*world, *mouths) error{
		"cleared": func(w *world, m *mouths) error { w.say(m, "dana", "", time.Time{}); return nil },
		"cleared_and_nobody_told": func(_ *world, m *mouths) error {
			m.set(func(m *mouths) { delete(m.says, "UDANA") })
			time.Sleep(time.Minute)
			return nil
		},
		"other_emoji": func(w *world, m *mouths) error {
			w.say(m, "dana", "@kim", time.Time{})
			m.set(func(m *mouths) { m.says["UDANA"] = adapters.Status{Emoji: ":house:", Text: "@kim"} })
			return nil
		},
		"names_two": func(w *world, m *mouths) error { w.say(m, "dana", "@kim @alex", time.Time{}); return nil },
		"expired":   func(*world, *mouths) error { time.Sleep(24 * time.Hour); return nil },
		"deactivated": func(_ *world, m *mouths) error {
			m.set(func(m *mouths) { m.gone["UDANA"] = true })
			time.Sleep(time.Minute)
			return nil
		},
		"back": func(w *world, _ *mouths) error { return w.bot.ClearAway(w.t.Context(), by("dana")) },
		"back_over_a_restart": func(w *world, _ *mouths) error {
			err := w.bot.ClearAway(w.t.Context(), by("dana"))
			w.with(w.change)
			return err
		},
		"away_by_word_without_stand_in": func(w *world, _ *mouths) error {
			return w.bot.SetAway(w.t.Context(), by("dana"), approval.Absence{})
		},
		"not_read_any_more": func(w *world, _ *mouths) error {
			w.with(staffed(w.t, func(c *people.Config) { c.People[0].Accounts = map[string]string{"slack": "T1:UDANA"} }))
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				m := w.withStatuses(t)
				_, request := w.beginFlow("one", nil)
				w.say(m, "dana", "@kim", w.store.Now().Add(24*time.Hour))
				if text := w.tries("kim", request); text != "" {
					t.Fatalf("Kim: %q", text)
				}
				if err := end(w, m); err != nil {
					t.Fatal(err)
				}
				if text := w.tries("kim", request); text != onlyDana {
					t.Errorf("afterwards: %q", text)
				}
				if text := w.tries("dana", request); text != "" {
					t.Errorf("Dana: %q", text)
				}
			})
		})
	}
}

// TestStatusThatEndsIsInTheTrail once, with where it was read; one that the person
// ended by a word of theirs is there by that word.
func TestStatusThatEndsIsInTheTrail(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		m := w.withStatuses(t)
		_, request := w.beginFlow("one", nil)
		for _, back := range []bool{false, true} {
			w.say(m, "dana", "@kim", time.Time{})
			w.tries("kim", request)
			if back {
				if err := w.bot.ClearAway(t.Context(), by("dana")); err != nil {
					t.Fatal(err)
				}
			}
			w.say(m, "dana", "", time.Time{})
			w.tries("kim", request)
		}
		var told []string
		for _, r := range w.trail() {
			if r.Event == audit.PersonAway || r.Event == audit.PersonBack {
				told = append(told, fmt.Sprint(r.Event, " ", r.Data["source"], " ", r.Actor.Person))
			}
		}
		want := []string{"person.away slack status dana", "person.back slack status dana", "person.away slack status dana", "person.back <nil> dana"}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("trail (-want +got):\n%s", diff)
		}
	})
}

// TestWordBeforeStatus: what somebody told signoff counts before their status while
// it lasts, and "back" until the status changes.
func TestWordBeforeStatus(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		m := w.withStatuses(t)
		_, request := w.beginFlow("one", nil)
		w.say(m, "dana", "@kim", time.Time{})
		can := func(when, want string) {
			t.Helper()
			var got []string
			for _, who := range []string{"kim", "lee"} {
				if w.tries(who, request) == "" {
					got = append(got, who)
				}
			}
			if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", when, diff)
			}
		}
		can("by the status", "kim")
		now := w.store.Now()
		if err := w.bot.SetAway(t.Context(), by("dana"), approval.Absence{From: now.Add(time.Hour), Until: now.Add(2 * time.Hour), StandIn: "lee"}); err != nil {
			t.Fatal(err)
		}
		can("before the absence begins", "kim")
		time.Sleep(time.Hour)
		can("while it lasts", "lee")
		time.Sleep(time.Hour)
		can("after it", "kim")
		if err := w.bot.ClearAway(t.Context(), by("dana")); err != nil {
			t.Fatal(err)
		}
		can("after Dana is back", "")
		rejected(t, w.bot.ClearAway(t.Context(), by("dana")), "not_found")
		w.say(m, "dana", "again away, @lee", time.Time{})
		can("after the status changed", "lee")
	})
}

// TestStatusOfTheRequester (33): whoever stands in for the requester gets no say by
// it, whatever else they are given afterwards, also while it cannot be read.
func TestStatusOfTheRequester(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		m := w.withStatuses(t)
		_, request := w.beginFlow("one", nil)
		w.say(m, "alex", "@kim", time.Time{})
		if text := w.tries("kim", request); !strings.Contains(text, "Dana can answer") {
			t.Fatalf("by the requester's status alone: %q", text)
		}
		time.Sleep(time.Second)
		w.say(m, "dana", "@kim", time.Time{})
		const no = "You stand in for Alex, who may not answer this"
		if text := w.tries("kim", request); !strings.HasPrefix(text, no) {
			t.Errorf("by Dana's as well: %q", text)
		}
		w.say(m, "alex", "in other words @kim", time.Time{})
		if text := w.tries("kim", request); !strings.HasPrefix(text, no) {
			t.Errorf("after the requester said it in other words: %q", text)
		}
		w.with(w.change)
		if text := w.tries("kim", request); !strings.HasPrefix(text, no) {
			t.Errorf("after a restart: %q", text)
		}
		w.say(m, "dana", "@alex", time.Time{})
		if text := w.tries("alex", request); !strings.HasPrefix(text, "This is your own request") {
			t.Errorf("the requester as the stand-in: %q", text)
		}
	})
}

// TestStatusNamesAGuest: whoever is named must be let in by themselves, too.
func TestStatusNamesAGuest(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		m := w.withStatuses(t)
		w.say(m, "dana", "@kim", time.Time{})
		_, request := w.beginFlow("one", nil)
		for want, change := range map[string]func(*adapters.Account){
			"Guests cannot answer. Ask a full member on Slack.":                                       func(a *adapters.Account) { a.Guest = true },
			"Your Slack account is deactivated, so you cannot answer.":                                func(a *adapters.Account) { a.Deactivated = true },
			"Bots cannot answer. A person has to press the button.":                                   func(a *adapters.Account) { a.Bot = true },
			"Your Slack account belongs to another organisation. Only people of this one can answer.": func(a *adapters.Account) { a.Foreign = true },
		} {
			c := w.click("kim", request, "approve", nil)
			change(&c.Actor)
			c.Once += want
			if a := w.press(c); a.Kind != adapters.Refused || a.Text != want {
				t.Errorf("%+v, want %q", a, want)
			}
		}
	})
}

// TestStatusInACircle lets nobody stand in, and is told to the operator.
func TestStatusInACircle(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		m := w.withStatuses(t)
		if err := w.bot.SetAway(t.Context(), by("kim"), approval.Absence{StandIn: "lee"}); err != nil {
			t.Fatal(err)
		}
		w.say(m, "lee", "@dana", time.Time{})
		w.save(strings.Replace(strings.Replace(oneAsked, "id: one", "id: all", 1), `["user:dana"]`, `["user:dana", "user:lee"]`, 1))
		w.beginFlow("all", nil)
		w.say(m, "dana", "@kim", time.Time{})
		_, request := w.beginFlow("one", nil)
		if text := w.tries("kim", request); text != onlyDana {
			t.Errorf("Kim: %q", text)
		}
		var problems []string
		for _, p := range w.bot.People.Problems() {
			problems = append(problems, p.About.String()+": "+p.Text)
		}
		want := []string{"user:dana: nobody stands in for them by their Slack status: it names somebody for whom they stand in, in a circle"}
		if diff := cmp.Diff(want, problems); diff != "" {
			t.Errorf("problems (-want +got):\n%s", diff)
		}
		const closes = "Lee is away then, too, and you would stand in for each other in a circle. Name somebody else."
		if text := rejected(t, w.bot.SetAway(t.Context(), by("dana"), approval.Absence{StandIn: "lee"}), "bad_input"); text != closes {
			t.Errorf("SetAway = %q", text)
		}
	})
}

// TestStatusesAreReadSparingly: twenty-five people's in a minute, nobody's twice
// without need, and each of those by whom somebody decides.
func TestStatusesAreReadSparingly(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		m := &mouths{says: map[string]adapters.Status{}, gone: map[string]bool{}, reads: map[string]int{}}
		w.with(staffed(t, func(c *people.Config) {
			c.Groups = map[string][]approval.PersonID{}
			for i := range 60 {
				id := fmt.Sprintf("p%02d", i)
				c.People = append(c.People, people.Person{ID: approval.PersonID(id), Accounts: map[string]string{"slack": "T1:U" + strings.ToUpper(id)}})
				c.Groups["ops"] = append(c.Groups["ops"], approval.PersonID(id))
			}
			c.Statuses = &people.Statuses{Source: m, Surface: "slack", Name: "Slack status", Away: []string{":palm_tree:"}}
		}))
		w.save(strings.Replace(oneAsked, "user:dana", "group:ops", 1))
		_, request := w.beginFlow("one", nil)
		reads := func() (n int) {
			m.set(func(m *mouths) {
				for _, times := range m.reads {
					n += times
				}
			})
			return n
		}
		for minute, want := range []int{25, 50, 61, 61, 61} { // the group, and the requester
			for range 5 {
				w.tries("p00", request)
			}
			synctest.Wait()
			if got := reads(); got != want {
				t.Errorf("after minute %d: %d statuses are read, want %d", minute, got, want)
			}
			time.Sleep(time.Minute)
		}
	})
}
