package bot_test

import (
	"testing"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/audit"
)

const limits = `
id: limits
namespace: hr
tasks:
  - id: gate
    type: Pause
    onReject: FAIL
    request: {title: "Up to {{ kv('LIMIT') }}"}
    onResume: [{id: approved, type: BOOL}]
    approval: {stages: [{id: one, who: ["user:dana", "user:kim"]}]}
    deliver: [{slack: "#hr"}]
  - {id: tell, type: http.Request, uri: "https://hr.example/{{ kv('LIMIT') }}"}
`

// A value that the flow reads is changed while people think: the click on the old
// card is not taken, the card shows what is true now, and a second click decides
// that; what it lets run reads what was shown, whatever comes after.
func TestClickOnWhatIsNoLongerSo(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		setKV(t, w, "hr", "LIMIT", "10")
		w.save(limits)
		x, request := w.beginFlow("limits", nil)
		setKV(t, w, "hr", "LIMIT", "10000")
		old := w.click("dana", request, "approve", nil)
		a := w.press(old)
		if a.Kind != adapters.Refused || a.Code != string(engine.Stale) {
			t.Fatalf("dana is told %+v", a)
		}
		if again := w.press(old); again.Kind != adapters.Repeated {
			t.Errorf("the same click again is %+v", again)
		}
		run, _ := w.execution(x.ID).Run("1")
		r := run.Request
		if !r.Open() || r.Title != "Up to 10000" || len(r.Responses) != 0 {
			t.Fatalf("it is %+v", r)
		}
		if w.count(audit.RequestSuperseded) != 1 || w.count(audit.RequestOpened) != 2 || w.count(audit.ResponseRefused) != 1 || w.count(audit.ResponseRecorded) != 0 {
			t.Errorf("the trail has %v", w.trail())
		}
		now := w.click("dana", request, "approve", nil)
		now.Version, now.Once = r.Version, "another"
		if a := w.press(now); a.Kind != adapters.Recorded {
			t.Fatalf("dana is told %+v", a)
		}
		if done := w.execution(x.ID); done.State != engine.Success {
			t.Errorf("it is %s: %s", done.State, done.Problem)
		}
	})
}
