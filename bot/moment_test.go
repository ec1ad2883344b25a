package bot_test

import (
	"testing"
	"time"

	"signoff/bot"
	"signoff/bot/people"
	"signoff/engine/approval"
)

// TestMoment: what has no zone is in that of the person, and a day counts to its
// end.
func TestMoment(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		people, err := people.New(people.Config{People: []people.Person{
			{ID: "dana", Name: "Dana", Accounts: map[string]string{"slack": "T1:UDANA"}, Hours: approval.Hours{Zone: "Europe/Berlin"}},
			{ID: "kim", Name: "Kim", Accounts: map[string]string{"slack": "T1:UKIM"}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		w.with(func(c *bot.Config) { c.People = people })
		for _, c := range []struct{ who, text, want string }{
			{"dana", "2026-11-25T18:00:00+05:00", "2026-11-25T13:00:00Z"},
			{"dana", " 2026-11-25T18:00:00Z ", "2026-11-25T18:00:00Z"},
			{"dana", "2026-11-25T18:00", "2026-11-25T17:00:00Z"},
			{"dana", "2026-07-25 18:00", "2026-07-25T16:00:00Z"},
			{"kim", "2026-11-25T18:00", "2026-11-25T18:00:00Z"},
			{"dana", "2026-11-25", "2026-11-25T23:00:00Z"},
			{"kim", "2026-11-25", "2026-11-26T00:00:00Z"},
			{"dana", "2026-03-28", "2026-03-28T23:00:00Z"}, // the day before the clocks change
			{"kim", "P3D", "2000-01-04T00:00:00Z"},
			{"nobody", "2026-11-25T18:00", "2026-11-25T18:00:00Z"},
		} {
			at, problem := w.bot.Moment(approval.PersonID(c.who), c.text)
			if got := at.UTC().Format(time.RFC3339); got != c.want || problem != "" {
				t.Errorf("Moment(%s, %q) = %s, %q, want %s", c.who, c.text, got, problem, c.want)
			}
		}
		if at, problem := w.bot.Since("kim", "2026-11-25"); problem != "" || at.UTC().Format(time.RFC3339) != "2026-11-25T00:00:00Z" {
			t.Errorf("Since() = %s, %q, want the day's first minute", at, problem)
		}
		for _, text := range []string{"", "soon", "2026-13-01", "-P1D", "P0D", "25.11.2026", "1764093600"} {
			if at, problem := w.bot.Moment("kim", text); problem == "" {
				t.Errorf("Moment(%q) = %s, want a problem", text, at)
			}
		}
	})
}
