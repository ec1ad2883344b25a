package approval

import (
	"slices"
	"time"

	"signoff/engine/zone"
)

// daysAhead is how far a look for working hours goes: a week, and a day for the
// edges of zones.
const daysAhead = 9

// NextWorking returns the first moment at or after t in working hours: t itself,
// where it is one. Hours that hold no moment are always, so that nobody is
// forgotten; a zone that is not known is UTC.
func NextWorking(h Hours, t time.Time) time.Time {
	loc, err := zone.Load(h.Zone)
	if err != nil {
		loc = time.UTC
	}
	if h.always() || h.holds(t.In(loc)) {
		return t
	}
	for day := range daysAhead {
		if at, found := h.opens(t.In(loc), day); found {
			return at.In(t.Location())
		}
	}
	return t
}

// always reports hours that are not kept: none are written, or they are none.
func (h Hours) always() bool { return h.From >= h.To }

// holds reports whether the clock on the wall shows working hours.
func (h Hours) holds(local time.Time) bool {
	minute := local.Hour()*60 + local.Minute()
	return minute >= h.From && minute < h.To && (len(h.Days) == 0 || slices.Contains(h.Days, local.Weekday()))
}

// opens finds the first moment of working hours after a local time on a day
// after its own. A clock that is put forward over the beginning opens when it
// is; one that is put back may open twice.
func (h Hours) opens(local time.Time, day int) (time.Time, bool) {
	y, m, d := local.Date()
	noon := time.Date(y, m, d+day, 12, 0, 0, 0, local.Location())
	wall := time.Date(noon.Year(), noon.Month(), noon.Day(), 0, h.From, 0, 0, time.UTC)
	var first time.Time
	try := func(at time.Time) {
		at = at.In(local.Location())
		if !at.Before(local) && h.holds(at) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	for _, near := range []time.Time{noon.Add(-24 * time.Hour), noon, noon.Add(24 * time.Hour)} {
		_, offset := near.Zone()
		try(wall.Add(-time.Duration(offset) * time.Second))
		if _, end := near.ZoneBounds(); !end.IsZero() && end.Sub(noon).Abs() < 48*time.Hour {
			try(end)
		}
	}
	return first, !first.IsZero()
}
