package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/bot"
	"signoff/engine/approval"
)

// rota is a source that says who is in a group of Slack's, or fails.
type rota struct {
	members atomic.Pointer[[]adapters.Account]
	down    atomic.Bool
}

func (r *rota) Members(context.Context, string) ([]adapters.Account, error) {
	if r.down.Load() {
		return nil, errors.New("down")
	}
	return *r.members.Load(), nil
}

const byGroup = `
id: by_group
namespace: hr
tasks:
  - id: gate
    type: Pause
    onResume: [{id: approved, type: BOOL}]
    approval: {stages: [{id: ops, who: ["group:ops"], need: 1}]}
    deliver: [{slack: "#hr"}]
    pauseDuration: P3D
    behavior: FAIL
`

// TestMemberLeavesBetweenPostAndClick (P5): who left the group a minute ago
// decides nothing, and nobody does while the group cannot be read.
func TestMemberLeavesBetweenPostAndClick(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		source := &rota{}
		source.members.Store(&[]adapters.Account{{ID: "kim"}, {ID: "dana"}})
		ops := approval.Selector{Kind: approval.Group, Name: "ops"}
		w.with(staffed(t, func(c *bot.PeopleConfig) {
			c.Outside = map[approval.Selector][]bot.Kept{ops: {{Source: source, Ref: "S1", Name: "the Slack user group S1"}}}
		}))
		w.save(byGroup)
		x, request := w.beginFlow("by_group", nil)
		if diff := cmp.Diff(1, len(w.execution(x.ID).Runs)); diff != "" {
			t.Fatalf("runs: %s", diff)
		}
		source.members.Store(&[]adapters.Account{{ID: "dana"}})
		time.Sleep(time.Minute)
		a := w.press(w.click("kim", request, "approve", nil))
		if a.Kind != adapters.Refused || !strings.Contains(a.Text, "Dana") {
			t.Errorf("Kim left: %+v", a)
		}
		source.down.Store(true)
		time.Sleep(time.Minute)
		c := w.asDana("UDANA", request)
		c.Values = nil
		a = w.press(c)
		if a.Kind != adapters.Refused || !strings.Contains(a.Text, "cannot verify you now") {
			t.Errorf("the group cannot be read: %+v", a)
		}
		source.down.Store(false)
		time.Sleep(10 * time.Second)
		c.Once = "again"
		if a = w.press(c); a.Kind != adapters.Recorded {
			t.Errorf("it can be read again: %+v", a)
		}
		synctest.Wait()
	})
}
