package approval_test

import (
	"os"
	"strconv"
	"testing"
)

// cases is how many random cases a test compares: so many as SIGNOFF_CASES says
// (.ci/run: a million), else as many as do not keep anybody waiting.
func cases(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("SIGNOFF_CASES"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("SIGNOFF_CASES: %v", err)
		}
		return n
	}
	if raceEnabled {
		return 20_000 // each takes ten times as long
	}
	return 100_000
}
