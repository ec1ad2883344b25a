// Package holiday says which days are public holidays, by country or part of one,
// from rules and not from a list: so it answers for any year, and the same on every
// machine. What a government proclaims for one year is not known here.
package holiday

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
)

// onUTC makes the rules compute in UTC. Otherwise they compute in the machine's
// zone, in which a day may have no midnight.
//
//nolint:gochecknoglobals // once for the process; nothing else reads it
var onUTC = sync.OnceFunc(func() { cal.DefaultLoc = time.UTC })

// On reports whether the day of a moment, on its own clocks, is a public holiday or
// the day on which one is observed. The error is that of [Check].
func On(place string, at time.Time) (bool, error) {
	if err := Check(place); err != nil {
		return false, err
	}
	onUTC()
	year, month, date := at.Date()
	day := time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
	for _, h := range calendar(upper(place)) {
		if h.Type == cal.ObservanceOther || h.Type == cal.ObservanceReligious {
			continue
		}
		for y := year - 1; y <= year+1; y++ { // one may be observed in the year beside
			actual, observed := h.Calc(y)
			if actual.Equal(day) || observed.Equal(day) {
				return true, nil
			}
		}
	}
	return false, nil
}

// Check refuses a place that is not known: a country by its two letters, or a part
// of one such as DE-BY. The error names those that are.
func Check(place string) error {
	if calendar(upper(place)) != nil {
		return nil
	}
	country, _, _ := strings.Cut(upper(place), "-")
	if known := parts(country); known != nil {
		return fmt.Errorf("the holidays of %q are not known; of %s these parts are: %s", place, country, strings.Join(known, ", "))
	}
	if slices.Contains(countries(), country) {
		return fmt.Errorf("the holidays of %q are not known, only those of %s as a whole", place, country)
	}
	return fmt.Errorf("the holidays of %q are not known; known are %s, and parts of AU, CH and DE such as DE-BY", place, strings.Join(countries(), ", "))
}

// Place joins a country and a part of it, which may be empty or begin with the
// country, as in ISO 3166-2.
func Place(country, part string) string {
	country, part = strings.TrimSpace(country), strings.TrimSpace(part)
	part = strings.TrimPrefix(upper(part), upper(country)+"-")
	if part == "" {
		return country
	}
	return country + "-" + part
}

func upper(place string) string { return strings.ToUpper(strings.TrimSpace(place)) }
