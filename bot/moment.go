package bot

import (
	"strings"
	"time"

	"signoff/engine/approval"
	"signoff/engine/flow"
	"signoff/engine/zone"
)

// Moment reads when something ends, as people write it: a moment with its zone
// ("2026-11-25T18:00:00+01:00"), a local time ("2026-11-25T18:00"), a day, which
// counts to its end ("2026-11-25"), or a duration from now ("P3D"). What has no
// zone is in that of the person. The text says what is wrong; it is empty if
// nothing is.
func (b *Bot) Moment(who approval.PersonID, text string) (at time.Time, problem string) {
	return b.moment(who, text, 1)
}

// Since is [Bot.Moment] for a beginning: a day counts from its first minute.
func (b *Bot) Since(who approval.PersonID, text string) (at time.Time, problem string) {
	return b.moment(who, text, 0)
}

// moment reads a moment; a day is so many days later.
func (b *Bot) moment(who approval.PersonID, text string, later int) (at time.Time, problem string) {
	text = strings.TrimSpace(text)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, ""
	}
	loc, err := zone.Load(b.People.Directory().People[who].Hours.Zone)
	if err != nil {
		loc = time.UTC
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(layout, text, loc); err == nil {
			return at, ""
		}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, loc); err == nil {
		return day.AddDate(0, 0, later), ""
	}
	if d, err := flow.ParseDuration(text); err == nil && d > 0 {
		return b.Store.Now().Add(d), ""
	}
	return time.Time{}, "is no moment; write a day such as 2026-11-25, a time such as 2026-11-25T18:00, or a duration such as P3D"
}
