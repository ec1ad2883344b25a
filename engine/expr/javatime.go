package expr

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// field is a part of a pattern of Java's DateTimeFormatter: n times a letter, or
// plain text.
type field struct {
	letter byte // 0 for text
	n      int
	text   string
}

// named are the formats that Kestra knows by name.
func named(format string) string {
	switch format {
	case "iso":
		return "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"
	case "iso_sec":
		return "yyyy-MM-dd'T'HH:mm:ssXXX"
	case "sql":
		return "yyyy-MM-dd HH:mm:ss.SSSSSS"
	case "sql_seq":
		return "yyyy-MM-dd HH:mm:ss"
	case "iso_date_time", "iso_zoned_date_time":
		return "yyyy-MM-dd'T'HH:mm:ssXXX"
	case "iso_instant":
		return "yyyy-MM-dd'T'HH:mm:ss'Z'"
	case "iso_date":
		return "yyyy-MM-ddXXX"
	case "iso_time", "iso_offset_time":
		return "HH:mm:ssXXX"
	case "iso_local_date":
		return "yyyy-MM-dd"
	case "iso_local_date_time":
		return "yyyy-MM-dd'T'HH:mm:ss"
	case "iso_local_time":
		return "HH:mm:ss"
	case "iso_ordinal_date":
		return "yyyy-DDDXXX"
	case "rfc_1123_date_time":
		return "EEE, d MMM yyyy HH:mm:ss Z"
	case "full":
		return "EEEE, MMMM d, yyyy 'at' h:mm:ss a z"
	case "long":
		return "MMMM d, yyyy 'at' h:mm:ss a z"
	case "medium":
		return "MMM d, yyyy, h:mm:ss a"
	case "short":
		return "M/d/yy, h:mm a"
	}
	return format
}

// letterWeekDate is 2026-W10-1. No pattern can name it: Java's letters for weeks
// count them by the customs of a country.
const letterWeekDate = 'W'

const javaLetters = "yuMLdDEaHhKkmsSnXxZzVQ"

// javaPattern takes a pattern apart.
func javaPattern(format string) ([]field, error) {
	if len(format) > maxPattern {
		return nil, problemf("the date format is longer than %d bytes", maxPattern)
	}
	if format = named(format); format == "iso_week_date" {
		return []field{{letter: letterWeekDate, n: 1}, {letter: 'X', n: 3}}, nil
	}
	var out []field
	for i := 0; i < len(format); {
		c := format[i]
		switch {
		case c == '\'':
			text, n := quotedText(format[i:])
			if n == 0 {
				return nil, problem("the date format has a ' that is never closed")
			}
			out = append(out, field{text: text})
			i += n
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			if !strings.ContainsRune(javaLetters, rune(c)) {
				return nil, problemf("the date format has the letter %c, which is not supported", c)
			}
			n := 1
			for i+n < len(format) && format[i+n] == c {
				n++
			}
			out = append(out, field{letter: c, n: n})
			i += n
		default:
			out = append(out, field{text: string(c)})
			i++
		}
	}
	return out, nil
}

// quotedText reads 'text', in which ” is a quote, and returns its length.
func quotedText(s string) (string, int) {
	if strings.HasPrefix(s, "''") {
		return "'", 2
	}
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			i++
			continue
		}
		return strings.ReplaceAll(s[1:i], "''", "'"), i + 1
	}
	return "", 0
}

func formatJava(t time.Time, fields []field) string {
	var b strings.Builder
	for _, f := range fields {
		if f.letter == 0 {
			b.WriteString(f.text)
		} else {
			b.WriteString(f.format(t))
		}
	}
	return b.String()
}

func (f field) format(t time.Time) string {
	switch f.letter {
	case 'y', 'u':
		if f.n == 2 {
			return padded(t.Year()%100, 2)
		}
		return padded(t.Year(), f.n)
	case 'M', 'L':
		return f.name(int(t.Month()), t.Month().String())
	case 'E':
		return f.name(0, t.Weekday().String())
	case 'Q':
		return padded((int(t.Month())+2)/3, f.n)
	case 'a':
		return t.Format("PM")
	case letterWeekDate:
		year, week := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d-%d", year, week, (int(t.Weekday())+6)%7+1)
	case 'S':
		digits := fmt.Sprintf("%09d", t.Nanosecond())
		return digits[:min(f.n, 9)] + strings.Repeat("0", max(0, f.n-9))
	case 'X', 'x', 'Z', 'z', 'V':
		return f.zone(t)
	}
	return padded(f.value(t), f.n)
}

// value is that of a field that is a number.
func (f field) value(t time.Time) int {
	switch f.letter {
	case 'd':
		return t.Day()
	case 'D':
		return t.YearDay()
	case 'H':
		return t.Hour()
	case 'k':
		return (t.Hour()+23)%24 + 1
	case 'K':
		return t.Hour() % 12
	case 'h':
		return (t.Hour()+11)%12 + 1
	case 'm':
		return t.Minute()
	case 's':
		return t.Second()
	}
	return t.Nanosecond() // n
}

// name is a number by one or two letters, a short name by three, a full one by
// four.
func (f field) name(number int, name string) string {
	switch {
	case f.n >= 4:
		return name
	case f.n == 3 || number == 0:
		return name[:3]
	}
	return padded(number, f.n)
}

func (f field) zone(t time.Time) string {
	short, offset := t.Zone()
	switch named := t.Location().String(); {
	case offset == 0 && f.letter == 'X':
		return "Z"
	case f.letter == 'V' && named != "":
		return named
	case f.letter == 'z' && strings.IndexFunc(short, unicode.IsLetter) == 0:
		return short
	case offset == 0 && (f.letter == 'z' || f.letter == 'V'):
		return "UTC"
	}
	switch {
	case f.letter == 'z' || f.letter == 'V':
		return t.Format("-07:00")
	case f.letter == 'Z' && f.n == 4:
		return "GMT" + t.Format("-07:00")
	case f.letter == 'Z' && f.n < 4 || f.n == 2 || f.n == 4:
		return t.Format("-0700")
	case f.letter != 'Z' && f.n == 1 && offset%3600 == 0:
		return t.Format("-07")
	case f.letter != 'Z' && f.n == 1:
		return t.Format("-0700")
	}
	return t.Format("-07:00")
}

func padded(v, width int) string {
	s := strconv.Itoa(v)
	return strings.Repeat("0", max(0, width-len(s))) + s
}
