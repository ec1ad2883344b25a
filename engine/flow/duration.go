package flow

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var iso8601 = regexp.MustCompile(`^P(?:([0-9]+(?:[.,][0-9]+)?)W)?(?:([0-9]+(?:[.,][0-9]+)?)D)?` +
	`(T(?:([0-9]+(?:[.,][0-9]+)?)H)?(?:([0-9]+(?:[.,][0-9]+)?)M)?(?:([0-9]+(?:[.,][0-9]+)?)S)?)?$`)

// ParseDuration reads an ISO 8601 duration such as P3D, PT1H30M or P1W. Any
// part may have a fraction. Years and months have no fixed length and are
// refused, as is a negative duration.
func ParseDuration(text string) (time.Duration, error) {
	const longestText = 64
	wrong := fmt.Errorf("%s is not an ISO 8601 duration such as PT30M, PT4H, P3D or P1W", quote(text))
	if len(text) > longestText {
		return 0, wrong
	}
	m := iso8601.FindStringSubmatch(strings.ToUpper(text))
	switch {
	case m == nil && calendar.MatchString(text):
		return 0, fmt.Errorf("%s counts years or months, whose length varies; use days or weeks", quote(text))
	case m == nil, m[3] == "T", m[1]+m[2]+m[3] == "":
		return 0, wrong
	}
	const day = 24 * time.Hour
	var sum time.Duration
	for _, part := range []struct {
		text string
		unit time.Duration
	}{{m[1], 7 * day}, {m[2], day}, {m[4], time.Hour}, {m[5], time.Minute}, {m[6], time.Second}} {
		d, err := times(part.text, part.unit)
		if err != nil || sum > math.MaxInt64-d {
			return 0, fmt.Errorf("%s is longer than can be counted", quote(text))
		}
		sum += d
	}
	return sum, nil
}

var calendar = regexp.MustCompile(`(?i)^P[0-9.,YMWD]*[0-9][YM]`)

var errOverflow = errors.New("too long")

// times multiplies without rounding: a unit is a whole number of seconds, so
// each of nine decimal places divides it.
func times(number string, unit time.Duration) (time.Duration, error) {
	if number == "" {
		return 0, nil
	}
	whole, fraction, _ := strings.Cut(strings.Replace(number, ",", ".", 1), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > int64(math.MaxInt64/unit) {
		return 0, errOverflow
	}
	d := time.Duration(n) * unit
	for _, digit := range fraction[:min(len(fraction), 9)] {
		unit /= 10
		d += time.Duration(digit-'0') * unit
	}
	if d < 0 {
		return 0, errOverflow
	}
	return d, nil
}
