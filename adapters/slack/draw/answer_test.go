package draw

import (
	"encoding/json"
	"strings"
	"testing"

	slackapi "github.com/slack-go/slack"
	"pgregory.net/rapid"

	"signoff/adapters/slack/wire"
)

// TestShrunk: whatever is answered to a form fits, and says something.
func TestShrunk(t *testing.T) {
	t.Parallel()
	const room = 19_000
	size := func(r *slackapi.ViewSubmissionResponse) int {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return len(b)
	}
	fits := func(r *slackapi.ViewSubmissionResponse) bool { return size(r) <= room }
	rapid.Check(t, func(t *rapid.T) {
		v := &wire.View{}
		errs := map[string]string{}
		for i := range rapid.IntRange(1, 100).Draw(t, "fields") {
			id := wire.FieldPrefix + strings.Repeat("x", i)
			v.Blocks = append(v.Blocks, struct {
				Type    string `json:"type"`
				BlockID string `json:"block_id"`
			}{"input", id})
			errs[id] = errorText(strings.Repeat(rapid.SampledFrom([]string{"a", "<", "\"", "😀", "\u2028"}).Draw(t, "text"), 600))
		}
		got := Shrunk(v, slackapi.NewErrorsViewSubmissionResponse(errs), fits)
		if len(got.Errors) == 0 || !fits(got) {
			t.Fatalf("%d of %d texts are left, in %d bytes", len(got.Errors), len(errs), size(got))
		}
		for id, text := range got.Errors {
			if errs[id] != text {
				t.Fatalf("%s says %q", id, text)
			}
		}
	})
}
