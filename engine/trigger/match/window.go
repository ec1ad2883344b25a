package match

import (
	"fmt"
	"time"

	"signoff/engine/flow"
)

// Span is the window that a moment lies in: what was met From on, and before
// To, counts together. Zero times are without bound.
type Span struct{ From, To time.Time }

// Holds reports whether t lies within the span.
func (s Span) Holds(t time.Time) bool {
	return (s.From.IsZero() || !t.Before(s.From)) && (s.To.IsZero() || t.Before(s.To))
}

// WindowAt returns the window of w that the moment lies in; false if it lies in
// none, as after the deadline of the day.
func WindowAt(w flow.Window, at time.Time) (Span, bool, error) {
	var s Span
	switch w.Kind {
	case flow.WindowNone:
		return s, true, nil
	case flow.WindowDuration:
		s = tile(w, at)
	case flow.WindowSliding:
		// It ends with this moment, which is within.
		s = Span{From: at.Add(-w.Every), To: at.Add(1)}
	case flow.WindowDeadline:
		end, err := timeOfDay(w.Deadline, at)
		if err != nil {
			return s, false, err
		}
		s = Span{From: midnight(at.In(end.Location())), To: end}
	case flow.WindowDaily:
		begin, err := timeOfDay(w.Start, at)
		if err != nil {
			return s, false, err
		}
		end, err := timeOfDay(w.End, at)
		if err != nil {
			return s, false, err
		}
		s = overnight(Span{From: begin, To: end}, at)
	default:
		return s, false, fmt.Errorf("there is no window %q", w.Kind)
	}
	return s, s.Holds(at), nil
}

// tile is the window of a length that repeats: laid end to end from midnight,
// the 1st of January 1970, moved on by the offset.
func tile(w flow.Window, at time.Time) Span {
	if w.Every <= 0 {
		return Span{}
	}
	zero := midnight(time.Unix(0, 0).In(at.Location())).Add(w.Offset)
	into := at.Sub(zero) % w.Every
	if into < 0 {
		into += w.Every
	}
	from := at.Add(-into)
	return Span{From: from, To: from.Add(w.Every)}
}

// overnight lays a daily window that ends before it begins, such as 22:00 to
// 06:00, around the moment.
func overnight(s Span, at time.Time) Span {
	switch {
	case s.From.Before(s.To):
	case at.Before(s.To):
		s.From = s.From.AddDate(0, 0, -1)
	default:
		s.To = s.To.AddDate(0, 0, 1)
	}
	return s
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}
