package card

import (
	"time"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
)

// Item is a request as a line of a list.
func (v View) Item() adapters.Item {
	r := v.Run.Request
	item := adapters.Item{
		Request: string(v.ID()),
		Version: r.Version,
		Ref:     v.ref(),
		Mood:    mood(r),
		Title:   v.Subject(),
		By:      Name(v.Execution.Requester, v.People),
		State:   prose.OneLine(v.state()),
		Asked:   v.Began(),
	}
	if r.Open() {
		item.Due = lastCall(r)
		item.Overdue = overdue(v.Began(), item.Due, v.Now)
	}
	if v.BaseURL != "" {
		item.URL = v.page()
	}
	return item
}

// state is where the request stands in one line: who is missing, or how it ended.
func (v View) state() string {
	r := v.Run.Request
	if !r.Open() {
		return decidedBy(r, v.People) + ", " + clock(r.Closed)
	}
	if r.Wanted != "" {
		return Name(v.Execution.Requester, v.People) + " is asked to change something"
	}
	if who := v.missing(); who != "" {
		return "Waiting for " + who
	}
	return v.progress()
}

// hurry is how much time is left at the most when a request is urgent.
const hurry = time.Hour

// overdue reports whether the time of a request is over or nearly so: its last
// hour, or its last tenth if that is more.
func overdue(began, due, now time.Time) bool {
	return !due.IsZero() && !now.IsZero() && due.Sub(now) <= max(hurry, due.Sub(began)/10)
}

// LastCall is when answers to a request stop being taken; zero is never.
func LastCall(r *engine.Request) time.Time { return lastCall(r) }
