package holiday_test

import (
	"strings"
	"testing"
	"time"

	"signoff/engine/holiday"
)

func TestOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		place, day string
		want       bool
	}{
		{"DE", "2026-12-25", true},
		{"de", "2026-10-03", true},
		{"DE", "2026-12-24", false},
		{"DE", "2026-06-04", false}, // Corpus Christi, which Bavaria keeps
		{"DE-BY", "2026-06-04", true},
		{"DE-BE", "2026-03-08", true},
		{"DE", "2026-04-06", true}, // Easter Monday
		{"FR", "2026-07-14", true},
		{"FR", "2026-05-14", true}, // Ascension
		{"US", "2026-07-03", true}, // the 4th is a Saturday
		{"US", "2026-11-26", true},
		{"US", "2026-11-27", false},
		{"US", "2021-12-31", true}, // New Year's Day of 2022, observed the day before
		{"GB", "2026-12-28", true}, // Boxing Day is a Saturday
		{"CH-ZH", "2026-08-01", true},
		{"AU-VIC", "2026-01-26", true},
		{"GR", "2026-04-13", true}, // Orthodox Easter Monday
	} {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := holiday.On(c.place, day); got != c.want || err != nil {
			t.Errorf("On(%s, %s) = %v, %v, want %v", c.place, c.day, got, err, c.want)
		}
	}
}

// The day is that of the moment's own clocks, whatever zone they are in.
func TestOnIsByTheMomentsClocks(t *testing.T) {
	t.Parallel()
	for _, hours := range []int{-11, 0, 14} {
		zone := time.FixedZone("", hours*3600)
		for text, want := range map[string]bool{"2026-12-24T23:59:59": false, "2026-12-25T00:00:00": true, "2026-12-26T23:59:59": true, "2026-12-27T00:00:00": false} {
			at, err := time.ParseInLocation("2006-01-02T15:04:05", text, zone)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := holiday.On("DE", at); got != want || err != nil {
				t.Errorf("On(DE, %s at %d) = %v, %v, want %v", text, hours, got, err, want)
			}
		}
	}
}

func TestCheckNamesWhatIsKnown(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{
		"XX": "AR, AT, BE", "": "known are", "CH": "ZH, BE, LU", "DE-XX": "BW, BY", "FR-IDF": "only those of FR as a whole", "AU": "ACT",
	} {
		if err := holiday.Check(place); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check(%q) = %v, want %s", place, err, want)
		}
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{{"DE", "", "DE"}, {"DE", "BY", "DE-BY"}, {"DE", "de-by", "DE-BY"}, {" DE ", " by", "DE-BY"}} {
		if got := holiday.Place(c[0], c[1]); got != c[2] {
			t.Errorf("Place(%q, %q) = %s, want %s", c[0], c[1], got, c[2])
		}
	}
}
