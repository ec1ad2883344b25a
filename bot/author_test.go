package bot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/approval"
)

const byOthers = `
id: by_others
namespace: hr
tasks:
  - id: gate
    type: Pause
    onResume: [{id: approved, type: BOOL}]
    approval:
      stages: [{id: review, who: ["user:dana", "user:kim"]}]
      exclude: [requester, author]
    deliver: [{slack: "#hr"}]
    pauseDuration: P3D
    behavior: FAIL
`

// TestAuthorDecidesNothing (P4): whoever wrote the revision does not approve what
// it asks, and switching the flow off and on makes nobody its author.
func TestAuthorDecidesNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		ref := engine.FlowRef{Namespace: "hr", ID: "by_others"}
		if _, faults, err := w.bot.SaveFlow(t.Context(), "f.yaml", []byte(byOthers), by("dana")); err != nil || faults.Stop() {
			t.Fatal(faults, err)
		}
		for _, on := range []bool{false, true} {
			if _, err := w.bot.SwitchFlow(t.Context(), ref, on, by("kim")); err != nil {
				t.Fatal(err)
			}
		}
		_, request := w.beginFlow("by_others", nil)
		if a := w.press(w.click("dana", request, "approve", nil)); a.Kind != adapters.Refused {
			t.Errorf("the author: %+v", a)
		}
		if a := w.press(w.click("kim", request, "approve", nil)); a.Kind != adapters.Recorded {
			t.Errorf("somebody else: %+v", a)
		}
		revisions, err := w.store.Revisions(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		var authors []approval.PersonID
		for _, r := range revisions {
			authors = append(authors, r.Author)
		}
		if diff := cmp.Diff([]approval.PersonID{"dana", "dana", "dana"}, authors); diff != "" {
			t.Errorf("authors (-want +got):\n%s", diff)
		}
	})
}
