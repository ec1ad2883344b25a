package approval

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseHours reads hours as people write them: "09:00-17:00 mon-fri". Without
// days it is every day; the zone is not part of the text. It reports false for
// what are no hours.
func ParseHours(text string) (Hours, bool) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 || len(words) > 2 {
		return Hours{}, false
	}
	begin, end, _ := strings.Cut(words[0], "-")
	from, okFrom := minutes(begin)
	to, okTo := minutes(end)
	if !okFrom || !okTo || from >= to {
		return Hours{}, false
	}
	h := Hours{From: from, To: to}
	if len(words) == 1 {
		return h, true
	}
	var ok bool
	h.Days, ok = parseDays(words[1])
	return h, ok
}

// minutes after midnight; 24:00 is the end of the day.
func minutes(text string) (int, bool) {
	hour, minute, _ := strings.Cut(text, ":")
	h, errH := strconv.ParseUint(hour, 10, 8)
	m, errM := strconv.ParseUint(minute, 10, 8)
	at := 60*int(h) + int(m)
	return at, len(hour) == 2 && len(minute) == 2 && errH == nil && errM == nil && m < 60 && at <= 24*60
}

// parseDays reads "mon-fri" and "mon,wed,sat-sun"; a span may lead over the end
// of the week.
func parseDays(text string) ([]time.Weekday, bool) {
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	var days []time.Weekday
	for part := range strings.SplitSeq(text, ",") {
		first, last, span := strings.Cut(part, "-")
		if !span {
			last = first
		}
		from, to := slices.Index(names, first), slices.Index(names, last)
		if from < 0 || to < 0 {
			return nil, false
		}
		for d := from; ; d = (d + 1) % len(names) {
			days = append(days, time.Weekday(d))
			if d == to {
				break
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days), true
}
