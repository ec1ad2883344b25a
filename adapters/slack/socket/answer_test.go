package socket

import (
	"strings"
	"testing"
)

// TestFits: what fits is below the size at which Slack drops an answer, whatever
// the envelope is called, and is not made larger by what stands in it.
func TestFits(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a", "<", "\"", "😀", "\u2028"} {
		fitted := 0
		for n := 0; n < 20_000; n += 499 {
			response := map[string]string{"text": strings.Repeat(text, n)}
			if !Fits(response) {
				continue
			}
			fitted = n
			if size := len(encodeAnswer(strings.Repeat("e", maxEnvelopeID), response)); size >= 20_000 {
				t.Errorf("%d times %q fits, in %d bytes", n, text, size)
			}
		}
		if fitted < 2500 {
			t.Errorf("only %d times %q fits", fitted, text)
		}
	}
}

// TestEncodeAnswer: no response is no payload, and a payload is not escaped for
// HTML.
func TestEncodeAnswer(t *testing.T) {
	t.Parallel()
	for want, response := range map[string]any{
		`{"envelope_id":"e"}`:                       nil,
		`{"envelope_id":"e","payload":{"a":"<&>"}}`: map[string]string{"a": "<&>"},
	} {
		if got := string(encodeAnswer("e", response)); got != want {
			t.Errorf("encodeAnswer = %s, want %s", got, want)
		}
	}
}
