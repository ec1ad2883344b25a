package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/zone"
)

// hours reads when somebody works: "09:00-17:00 mon-fri". Without days it is
// every day.
func (p *parser) hours(n *yaml.Node, out *approval.Hours) {
	var text string
	p.text(&text, "hours")(n)
	if text == "" {
		return
	}
	h, ok := parseHours(text)
	if !ok {
		p.fault(n, "hours", "%q are no working hours; write for example 09:00-17:00 mon-fri", text)
		return
	}
	h.Zone = out.Zone
	*out = h
}

// zone reads the zone in which somebody's hours are meant.
func (p *parser) zone(n *yaml.Node, name string, out *approval.Hours) {
	if _, err := zone.Load(name); err != nil {
		p.fault(n, "hours", "%s", err)
		return
	}
	out.Zone = name
}

var hoursPattern = regexp.MustCompile(`^([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})(?: ([a-z,-]+))?$`)

func parseHours(text string) (approval.Hours, bool) {
	m := hoursPattern.FindStringSubmatch(strings.ToLower(strings.Join(strings.Fields(text), " ")))
	if m == nil {
		return approval.Hours{}, false
	}
	from, okFrom := minutes(m[1], m[2])
	to, okTo := minutes(m[3], m[4])
	days, okDays := parseDays(m[5])
	return approval.Hours{From: from, To: to, Days: days}, okFrom && okTo && okDays && from < to
}

// minutes after midnight; 24:00 is the end of the day.
func minutes(hours, mins string) (int, bool) {
	h, errH := strconv.Atoi(hours)
	m, errM := strconv.Atoi(mins)
	at := h*60 + m
	return at, errH == nil && errM == nil && m < 60 && at <= 24*60
}

// parseDays reads "mon-fri" and "mon,wed,sat-sun"; a span may lead over the end
// of the week.
func parseDays(text string) ([]time.Weekday, bool) {
	if text == "" {
		return nil, true
	}
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
