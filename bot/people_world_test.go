package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// staffed are people of whom some are known by their mail addresses alone.
func staffed(t *testing.T, change ...func(*people.Config)) func(*bot.Config) {
	return func(c *bot.Config) {
		pc := people.Config{
			People: []people.Person{
				{ID: "dana", Name: "Dana", Email: "dana@corp.example"},
				{ID: "kim", Name: "Kim", Accounts: map[string]string{"slack": "T1:UKIM"}},
				{ID: "alex", Name: "Alex", Accounts: map[string]string{"slack": "T1:UALEX"}},
				{ID: "otto", Name: "Otto", Inactive: true},
			},
			OwnedDomains: []string{"corp.example"},
		}
		for _, ch := range change {
			ch(&pc)
		}
		people, err := people.New(pc)
		if err != nil {
			t.Fatal(err)
		}
		c.People = people
	}
}

func by(who string) engine.Principal {
	return engine.Principal{Person: approval.PersonID(who), Name: who, Account: "slack:T1:" + strings.ToUpper(who), Via: "slack"}
}

// asDana is a press by an account that carries Dana's mail address.
func (w *world) asDana(account, request string) adapters.Click {
	c := w.click("dana", request, "approve", map[string]any{"reason": "ok"})
	c.Actor.ID, c.Actor.Email = account, "dana@corp.example"
	c.Once += account + request
	return c
}

// TestMailIsLinkedWithTheFirstAnswer: who was found by mail is linked, over a
// restart, and a new owner of the address decides nothing.
func TestMailIsLinkedWithTheFirstAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(staffed(t))
		_, first := w.begin()
		if a := w.press(w.asDana("UDANA", first)); a.Kind != adapters.Recorded {
			t.Fatalf("the first answer: %+v", a)
		}
		_, second := w.begin()
		if a := w.press(w.asDana("UDANA", second)); a.Kind != adapters.Recorded {
			t.Fatalf("the second answer: %+v", a)
		}
		w.with(w.change)
		_, third := w.begin()
		if a := w.press(w.asDana("UNEW", third)); a.Kind != adapters.Refused || !strings.Contains(a.Text, "is linked to another Slack account") {
			t.Fatalf("a new owner of the address: %+v", a)
		}
		if err := w.bot.Unlink(t.Context(), by("kim"), "dana", "slack"); err != nil {
			t.Fatal(err)
		}
		again := w.asDana("UNEW", third)
		again.Once = "again"
		if a := w.press(again); a.Kind != adapters.Recorded {
			t.Fatalf("after an administrator broke the link: %+v", a)
		}
		var told []string
		for _, r := range w.trail() {
			if r.Event == audit.PersonLinked || r.Event == audit.PersonUnlinked {
				told = append(told, fmt.Sprint(r.Event, " ", r.Data["account"], " ", r.Actor.Person))
			}
		}
		want := []string{"person.linked UDANA dana", "person.unlinked UDANA kim", "person.linked UNEW dana"}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("trail (-want +got):\n%s", diff)
		}
	})
}

// TestTwoAccountsRaceForAnAddress: one of them is linked, the other is refused.
func TestTwoAccountsRaceForAnAddress(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(staffed(t))
		kinds := make(chan error, 20)
		for i := range cap(kinds) {
			go func() {
				_, err := w.bot.Identify(context.Background(), adapters.Account{
					Surface: "slack", Tenant: "T1", ID: "U" + string(rune('A'+i)), Email: "dana@corp.example",
				})
				kinds <- err
			}()
		}
		let := 0
		for range cap(kinds) {
			err := <-kinds
			if _, refused := errors.AsType[*engine.RejectionError](err); err == nil {
				let++
			} else if !refused {
				t.Error(err)
			}
		}
		if n := w.count(audit.PersonLinked); let != 1 || n != 1 || len(w.bot.Links()) != 1 {
			t.Errorf("%d accounts were let in and %d linked, want one", let, n)
		}
	})
}

func TestLinkByHand(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(staffed(t, func(c *people.Config) { c.People[0].Email = "" }))
		account := adapters.Account{Surface: "slack", Tenant: "T1", ID: "UDANA"}
		for name, c := range map[string]struct {
			who     approval.PersonID
			account adapters.Account
			code    engine.Code
			text    string
		}{
			"nobody":       {"zoe", account, engine.NotFound, `There is no person "zoe".`},
			"no_tenant":    {"dana", adapters.Account{Surface: "slack", ID: "UDANA"}, engine.BadInput, "A link needs a surface, a tenant and an account."},
			"written_down": {"kim", account, engine.NotAllowed, "The configuration names the Slack account of Kim. Change it there."},
			"of_another":   {"dana", adapters.Account{Surface: "slack", Tenant: "T1", ID: "UKIM"}, engine.NotAllowed, "The configuration says that this account is that of Kim."},
		} {
			if text := rejected(t, w.bot.Link(t.Context(), by("kim"), c.who, c.account), c.code); text != c.text {
				t.Errorf("%s: %q, want %q", name, text, c.text)
			}
		}
		if err := w.bot.Link(t.Context(), by("kim"), "dana", account); err != nil {
			t.Fatal(err)
		}
		if who, err := w.bot.Identify(t.Context(), account); err != nil || who.Person != "dana" {
			t.Errorf("Identify = %+v, %v", who, err)
		}
		if text := rejected(t, w.bot.Link(t.Context(), by("kim"), "otto", account), engine.NotAllowed); text != "This account is linked to dana. Break that link first." {
			t.Error(text)
		}
		if err := w.bot.Unlink(t.Context(), by("kim"), "dana", "slack"); err != nil || len(w.bot.Links()) != 0 {
			t.Errorf("Unlink = %v, left %v", err, w.bot.Links())
		}
	})
}

func TestAwayRefuses(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		now := w.store.Now()
		in := func(d time.Duration) time.Time { return now.Add(d) }
		const day = 24 * time.Hour
		away := func(from, until time.Duration, standIn string) approval.Absence {
			return approval.Absence{From: in(from), Until: in(until), StandIn: approval.PersonID(standIn)}
		}
		w.with(staffed(t))
		if err := w.bot.SetAway(t.Context(), by("kim"), away(5*day, 10*day, "dana@corp.example")); err != nil {
			t.Fatal(err)
		}
		if err := w.bot.SetAway(t.Context(), by("alex"), away(9*day, 12*day, "kim")); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			who  string
			away approval.Absence
			text string // empty: taken
		}{
			"ends_before_it_begins":     {"dana", away(2*day, day, ""), "The absence ends before it begins. Name a later end."},
			"ended_already":             {"dana", away(-2*day, -day, ""), "The absence ends before it begins. Name a later end."},
			"no_time":                   {"dana", away(day, day, ""), "The absence ends before it begins. Name a later end."},
			"years":                     {"dana", away(0, 3650*day, ""), "An absence begins and ends within a year. Name an earlier moment, or no end."},
			"begins_in_years":           {"dana", approval.Absence{From: in(3650 * day)}, "An absence begins and ends within a year. Name an earlier moment, or no end."},
			"stands_in_for_oneself":     {"dana", away(0, day, "dana@corp.example"), "You cannot stand in for yourself. Name somebody else."},
			"unknown":                   {"dana", away(0, day, "zoe"), `signoff does not know "zoe". Name somebody else to stand in for you.`},
			"inactive":                  {"dana", away(0, day, "otto"), "Otto is switched off in signoff's directory. Name somebody else to stand in for you."},
			"circle_of_two":             {"dana", away(0, 6*day, "kim"), "Kim is away then, too, and you would stand in for each other in a circle. Name somebody else."},
			"circle_of_two_without_end": {"dana", approval.Absence{From: in(0), StandIn: "kim"}, "Kim is away then, too, and you would stand in for each other in a circle. Name somebody else."},
			"circle_of_three":           {"dana", away(9*day, 10*day, "alex"), "Kim is away then, too, and you would stand in for each other in a circle. Name somebody else."},
			"before_the_other":          {"dana", away(0, 5*day, "kim"), ""},
			"after_the_other":           {"dana", away(10*day, 11*day, "kim"), ""},
			"circle_at_no_moment":       {"dana", away(10*day, 12*day, "alex"), ""},
		} {
			err := w.bot.SetAway(t.Context(), by(c.who), c.away)
			if c.text == "" {
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if text := rejected(t, err, engine.BadInput); text != c.text {
				t.Errorf("%s: %q, want %q", name, text, c.text)
			}
		}
		rejected(t, w.bot.SetAway(t.Context(), engine.Principal{Name: "a service", Via: "api"}, away(0, day, "")), engine.NotEligible)
		rejected(t, w.bot.ClearAway(t.Context(), by("otto")), engine.NotFound)
	})
}

// TestAwayIsKept: an absence is in the directory at once, over a restart and
// until it ends; the trail says who set it; and no value of a flow is like it.
func TestAwayIsKept(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(staffed(t))
		now := w.store.Now().UTC()
		until := now.Add(48 * time.Hour)
		if err := w.bot.SetAway(t.Context(), by("kim"), approval.Absence{Until: until, StandIn: "Dana@corp.example"}); err != nil {
			t.Fatal(err)
		}
		want := map[approval.PersonID]approval.Absence{"kim": {From: now, Until: until, StandIn: "dana"}}
		if diff := cmp.Diff(want, w.bot.People.Directory().Absent); diff != "" {
			t.Errorf("absent (-want +got):\n%s", diff)
		}
		w.with(w.change)
		got, err := w.bot.Absences(t.Context())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("after a restart: %v (-want +got):\n%s", err, diff)
		}
		time.Sleep(48 * time.Hour)
		if got, err := w.bot.Absences(t.Context()); len(got) != 0 || err != nil {
			t.Errorf("after it ended: %v, %v", got, err)
		}
		if err := w.bot.SetAway(t.Context(), by("kim"), approval.Absence{}); err != nil {
			t.Fatal(err)
		}
		if err := w.bot.ClearAway(t.Context(), by("kim")); err != nil {
			t.Fatal(err)
		}
		if got := w.bot.People.Directory().Absent; len(got) != 0 {
			t.Errorf("Kim is back: %v", got)
		}
		events := map[audit.Event]int{}
		for _, r := range w.trail() {
			if strings.HasPrefix(string(r.Event), "person.") {
				events[r.Event]++
			}
		}
		if diff := cmp.Diff(map[audit.Event]int{audit.PersonAway: 2, audit.PersonBack: 1}, events); diff != "" {
			t.Errorf("trail (-want +got):\n%s", diff)
		}
	})
}

// TestPeopleAreNoValues: neither people nor flows reach what is kept of people
// as values.
func TestPeopleAreNoValues(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(staffed(t))
		if err := w.bot.SetAway(t.Context(), by("kim"), approval.Absence{}); err != nil {
			t.Fatal(err)
		}
		e, err := bot.NewValue("", "x")
		if err != nil {
			t.Fatal(err)
		}
		rejected(t, w.bot.SetValue(t.Context(), "~people", "away/dana", e, by("alex")), engine.BadInput)
		rejected(t, w.bot.DeleteValue(t.Context(), "~people", "away/kim", by("alex")), engine.BadInput)
		if got := w.bot.People.Directory().Absent; len(got) != 1 {
			t.Errorf("absent: %v", got)
		}
	})
}
