package story

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/zone"
)

// hours reads working hours as the configuration writes them.
func (r *reader) hours(out *approval.Hours) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var text string
		if r.text(&text, "hours")(n); text == "" {
			return
		}
		h, err := parseHours(text)
		if err != nil {
			r.fault(n, ruleBadValue, "hours: %v", err)
		}
		*out = h
	}
}

// zone reads the name of a time zone.
func (r *reader) zone(out *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if r.text(out, "zone")(n); *out == "" {
			return
		}
		if _, err := zone.Load(*out); err != nil {
			r.fault(n, ruleBadValue, "zone: %v", err)
		}
	}
}

// parseHours reads "09:00-17:00 mon-fri"; without days it is every day.
func parseHours(text string) (approval.Hours, error) {
	wrong := fmt.Errorf("%q are no working hours such as 09:00-17:00 mon-fri", text)
	span, days, _ := strings.Cut(strings.ToLower(strings.TrimSpace(text)), " ")
	begin, end, ok := strings.Cut(span, "-")
	from, good := minutes(begin)
	to, fine := minutes(end)
	if !ok || !good || !fine || from >= to {
		return approval.Hours{}, wrong
	}
	h := approval.Hours{From: from, To: to}
	if days = strings.TrimSpace(days); days == "" {
		return h, nil
	}
	for part := range strings.SplitSeq(days, ",") {
		first, last, isSpan := strings.Cut(strings.TrimSpace(part), "-")
		if !isSpan {
			last = first
		}
		a, b := weekday(first), weekday(last)
		if a < 0 || b < 0 {
			return approval.Hours{}, wrong
		}
		for d := a; ; d = (d + 1) % 7 {
			if !slices.Contains(h.Days, time.Weekday(d)) {
				h.Days = append(h.Days, time.Weekday(d))
			}
			if d == b {
				break
			}
		}
	}
	slices.Sort(h.Days)
	return h, nil
}

// minutes after midnight; 24:00 is the end of the day.
func minutes(text string) (int, bool) {
	hour, minute, ok := strings.Cut(text, ":")
	h, err := strconv.ParseUint(hour, 10, 8)
	m, bad := strconv.ParseUint(minute, 10, 8)
	whole := len(hour) == 2 && len(minute) == 2 && err == nil && bad == nil && ok
	sum := 60*int(h) + int(m)
	return sum, whole && m < 60 && sum <= 24*60
}

func weekday(name string) int {
	return slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, name)
}
