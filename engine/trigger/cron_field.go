package trigger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// cronField is a place in an expression.
type cronField int

const (
	secondField cronField = iota
	minuteField
	hourField
	dayField
	monthField
	weekdayField
)

func (f cronField) String() string {
	return [...]string{"second", "minute", "hour", "day of the month", "month", "day of the week"}[f]
}

// bounds are the least and the greatest number that may be written.
func (f cronField) bounds() (low, high int) {
	switch f {
	case hourField:
		return 0, 23
	case dayField:
		return 1, 31
	case monthField:
		return 1, 12
	case weekdayField:
		return 0, 7
	case secondField, minuteField:
	}
	return 0, 59
}

// names are the words that stand for low, low+1 and so on.
func (f cronField) names() []string {
	switch f {
	case monthField:
		return []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	case weekdayField:
		return []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
	case secondField, minuteField, hourField, dayField:
	}
	return nil
}

func isAny(s string) bool { return s == "*" || s == "?" }

// readSet reads a list of values, ranges and steps.
func readSet(f cronField, s string) (uint64, error) {
	var set uint64
	for part := range strings.SplitSeq(s, ",") {
		bits, err := readRange(f, part)
		if err != nil {
			return 0, err
		}
		set |= bits
	}
	return set, nil
}

// readRange reads "*", "4", "4-9", any of them with a step: "4/5" is from 4 on.
func readRange(f cronField, s string) (uint64, error) {
	low, high := f.bounds()
	span, stepText, stepped := strings.Cut(s, "/")
	from, to := low, high
	if f == weekdayField {
		to = high - 1 // * must not count Sunday twice
	}
	if !isAny(span) {
		a, b, ranged := strings.Cut(span, "-")
		var err error
		if from, err = f.number(a); err != nil {
			return 0, err
		}
		switch {
		case ranged:
			if to, err = f.number(b); err != nil {
				return 0, err
			}
			if f == weekdayField && to == 0 {
				to = 7 // FRI-SUN
			}
		case !stepped:
			to = from
		}
		if from > to {
			return 0, fmt.Errorf("%s: %s runs backwards; write it as two parts", f, span)
		}
	}
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > high-low {
			return 0, fmt.Errorf("%s: the step %q is not a number from 1 to %d", f, stepText, high-low)
		}
	}
	var set uint64
	for n := from; n <= to; n += step {
		set |= 1 << (n % f.modulus())
	}
	return set, nil
}

// modulus makes 7, which is Sunday too, a 0.
func (f cronField) modulus() int {
	if f == weekdayField {
		return 7
	}
	return 64
}

func (f cronField) number(s string) (int, error) {
	low, high := f.bounds()
	for i, name := range f.names() {
		if strings.EqualFold(s, name) {
			return low + i, nil
		}
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil || int(n) < low || int(n) > high {
		return 0, fmt.Errorf("%s: %q is not a number from %d to %d", f, s, low, high)
	}
	return int(n), nil
}

// readDays reads one of the two fields for days.
func readDays(f cronField, s string) (days, error) {
	d := days{any: isAny(s)}
	for part := range strings.SplitSeq(strings.ToUpper(s), ",") {
		special, err := d.special(f, part)
		if err != nil {
			return days{}, err
		}
		if special {
			continue
		}
		bits, err := readRange(f, part)
		if err != nil {
			return days{}, err
		}
		d.set |= bits
	}
	return d, nil
}

// special reads the forms that depend on the month: L, L-3, LW, 15W for days of
// the month, and 5L, 5#2 for days of the week.
func (d *days) special(f cronField, s string) (bool, error) {
	switch {
	case f == dayField && s == "L":
		d.fromEnd |= 1
		return true, nil
	case f == dayField && s == "LW":
		d.nearest |= 1
		return true, nil
	case f == dayField && strings.HasPrefix(s, "L-"):
		n, err := strconv.ParseUint(s[2:], 10, 8)
		if err != nil || n > 30 {
			return false, fmt.Errorf("%s: %q does not say how many days before the last", f, s)
		}
		d.fromEnd |= 1 << n
		return true, nil
	case f == dayField && strings.HasSuffix(s, "W"):
		n, err := f.number(strings.TrimSuffix(s, "W"))
		d.nearest |= 1 << n
		return true, err
	case f == weekdayField && strings.Contains(s, "#"):
		return true, d.readNth(s)
	case f == weekdayField && s != "L" && strings.HasSuffix(s, "L"):
		n, err := f.number(strings.TrimSuffix(s, "L"))
		d.nth[n%7] |= 1
		return true, err
	case f == weekdayField && s == "L":
		return false, errors.New("day of the week: L needs a day before it, such as 5L for the last Friday")
	}
	return false, nil
}

// readNth reads "5#2", the second Friday.
func (d *days) readNth(s string) error {
	dayText, nthText, _ := strings.Cut(s, "#")
	n, err := weekdayField.number(dayText)
	if err != nil {
		return err
	}
	nth, err := strconv.ParseUint(nthText, 10, 8)
	if err != nil || nth < 1 || nth > 5 {
		return fmt.Errorf("day of the week: %q does not say which of the month's; write 1 to 5 after the #", s)
	}
	d.nth[n%7] |= 1 << nth
	return nil
}
