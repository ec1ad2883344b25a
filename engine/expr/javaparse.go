package expr

import (
	"strings"
	"time"
)

// moment is what has been read of a time.
type moment struct {
	year, month, day     int
	hour, minute, second int
	nano                 int
	half                 int // of the day: 0 unknown, 1 AM, 2 PM
	zone                 *time.Location
}

// parseJava reads a text by the pattern that it was written with.
func parseJava(s string, fields []field, zone *time.Location) (time.Time, bool) {
	m := moment{year: 1970, month: 1, day: 1, zone: zone}
	for _, f := range fields {
		var ok bool
		if f.letter == 0 {
			s, ok = strings.CutPrefix(s, f.text)
		} else {
			s, ok = m.read(s, f)
		}
		if !ok {
			return time.Time{}, false
		}
	}
	return m.time(s == "")
}

func (m *moment) time(whole bool) (time.Time, bool) {
	if m.half > 0 {
		if m.hour > 12 {
			return time.Time{}, false
		}
		m.hour = m.hour%12 + 12*(m.half-1)
	}
	t := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, m.nano, m.zone)
	same := t.Month() == time.Month(m.month) && t.Day() == m.day && t.Hour() == m.hour &&
		t.Minute() == m.minute && t.Second() == m.second
	return t, whole && same && m.year >= 1 && m.year <= 9999
}

// read takes one field off the text.
func (m *moment) read(s string, f field) (string, bool) {
	switch f.letter {
	case 'y', 'u':
		return m.readYear(s, f.n)
	case 'M', 'L':
		if f.n >= 3 {
			return m.readMonth(s, f)
		}
		return readInt(s, f.n, 2, &m.month)
	case 'd':
		return readInt(s, f.n, 2, &m.day)
	case 'H', 'h', 'k', 'K':
		return readInt(s, f.n, 2, &m.hour)
	case 'm':
		return readInt(s, f.n, 2, &m.minute)
	case 's':
		return readInt(s, f.n, 2, &m.second)
	case 'S':
		return m.readFraction(s, f.n)
	case 'a':
		return m.readHalf(s)
	case 'X', 'x', 'Z', 'z', 'V':
		return m.readZone(s)
	}
	return s, false
}

func (m *moment) readYear(s string, n int) (string, bool) {
	rest, ok := readInt(s, n, max(n, 4), &m.year)
	if n == 2 {
		rest, ok = readInt(s, 2, 2, &m.year)
		m.year += 2000
	}
	return rest, ok
}

// readInt takes digits: just n if n is two or more, else up to most.
func readInt(s string, n, most int, to *int) (string, bool) {
	got := digits(s[:min(len(s), most)])
	if n >= 2 {
		got = min(got, max(n, 2))
		if got < n {
			return s, false
		}
	}
	*to = 0
	for _, c := range s[:got] {
		*to = *to*10 + int(c-'0')
	}
	return s[got:], got > 0
}

func (m *moment) readMonth(s string, f field) (string, bool) {
	for month := time.January; month <= time.December; month++ {
		name := f.name(int(month), month.String())
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			m.month = int(month)
			return s[len(name):], true
		}
	}
	return s, false
}

func (m *moment) readFraction(s string, n int) (string, bool) {
	rest, ok := readInt(s, n, n, &m.nano)
	if !ok || n > 9 || len(s)-len(rest) != n {
		return s, false
	}
	for range 9 - n {
		m.nano *= 10
	}
	return rest, true
}

func (m *moment) readHalf(s string) (string, bool) {
	if len(s) < 2 {
		return s, false
	}
	switch strings.ToUpper(s[:2]) {
	case "AM":
		m.half = 1
	case "PM":
		m.half = 2
	default:
		return s, false
	}
	return s[2:], true
}

func (m *moment) readZone(s string) (string, bool) {
	for _, name := range []string{"UTC", "GMT", "Z"} {
		if rest, ok := strings.CutPrefix(s, name); ok {
			m.zone = time.UTC
			return rest, true
		}
	}
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if len(s) < len(layout) {
			continue
		}
		if t, err := time.Parse(layout, s[:len(layout)]); err == nil {
			_, offset := t.Zone()
			m.zone = time.FixedZone("", offset)
			return s[len(layout):], true
		}
	}
	return s, false
}
