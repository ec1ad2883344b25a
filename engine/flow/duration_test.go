package flow_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signoff/engine/flow"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"PT0S":           0,
		"PT30M":          30 * time.Minute,
		"P3D":            72 * time.Hour,
		"P1W":            7 * 24 * time.Hour,
		"P1DT2H3M4S":     26*time.Hour + 3*time.Minute + 4*time.Second,
		"PT0.5S":         500 * time.Millisecond,
		"PT1,5H":         90 * time.Minute,
		"P0.5D":          12 * time.Hour,
		"PT0.123456789S": 123456789,
		"PT36H":          36 * time.Hour,
		"pt5m":           5 * time.Minute,
		"P106751D":       106751 * 24 * time.Hour,
	} {
		if got, err := flow.ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseDurationRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                  "is not an ISO 8601 duration",
		"P":                                 "is not an ISO 8601 duration",
		"PT":                                "is not an ISO 8601 duration",
		"P1DT":                              "is not an ISO 8601 duration",
		"3 days":                            "is not an ISO 8601 duration",
		"30s":                               "is not an ISO 8601 duration",
		"PT5":                               "is not an ISO 8601 duration",
		"PT.5S":                             "is not an ISO 8601 duration",
		"PT5.S":                             "is not an ISO 8601 duration",
		"PT1S1M":                            "is not an ISO 8601 duration",
		"-PT5M":                             "is not an ISO 8601 duration",
		"PT-5M":                             "is not an ISO 8601 duration",
		"PT٣M":                              "is not an ISO 8601 duration",
		" PT5M":                             "is not an ISO 8601 duration",
		"PT5M\n":                            "is not an ISO 8601 duration",
		"P1M":                               "use days or weeks",
		"P1Y2D":                             "use days or weeks",
		"P106752D":                          "longer than can be counted",
		"P15250W6DT23H59M":                  "longer than can be counted",
		"PT5124096H":                        "longer than can be counted", // 64 bits wrap to a small number
		"PT2562047.9H":                      "longer than can be counted", // the fraction is one too much
		"PT9999999999999H":                  "longer than can be counted",
		"PT99999999999999999999S":           "longer than can be counted",
		"P" + strings.Repeat("9", 99) + "D": "is not an ISO 8601 duration",
	} {
		if d, err := flow.ParseDuration(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseDuration(%q) = %v, %v, want an error with %q", text, d, err, want)
		}
	}
}

// What Go prints as h, m, s reads back as the same duration.
func TestParseDurationRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(t, "d"))
		got, err := flow.ParseDuration("PT" + strings.ToUpper(plain(want)))
		if err != nil || got != want {
			t.Fatalf("ParseDuration(%v) = %v, %v", want, got, err)
		}
	})
}

// plain prints a duration without ms, µs and ns.
func plain(d time.Duration) string {
	if d < time.Second {
		return "0" + strings.TrimPrefix((d+time.Second).String(), "1")
	}
	return d.String()
}
