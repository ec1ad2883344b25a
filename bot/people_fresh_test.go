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
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/store"
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
		w.with(staffed(t, func(c *people.Config) {
			c.Outside = map[approval.Selector][]people.Kept{ops: {{Source: source, Ref: "S1", Name: "the Slack user group S1"}}}
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

const thenGroup = `
id: then_group
namespace: hr
tasks:
  - id: first
    type: Pause
    onResume: [{id: approved, type: BOOL}]
    approval: {stages: [{id: one, who: ["user:dana"]}]}
    deliver: [{slack: "#hr"}]
    pauseDuration: P3D
    behavior: FAIL
  - {id: ask_hr, type: http.Request, uri: "https://hr.example/x"}
  - id: second
    type: Pause
    onResume: [{id: approved, type: BOOL}]
    approval: {stages: [{id: ops, who: ["group:ops"], need: all}]}
    deliver: [{slack: "#hr"}]
    pauseDuration: P3D
    behavior: FAIL
`

// withRota restarts the world with a group that a source keeps.
func (w *world) withRota(members ...adapters.Account) *rota {
	source := &rota{}
	source.members.Store(&members)
	w.with(staffed(w.t, func(c *people.Config) {
		c.Outside = map[approval.Selector][]people.Kept{
			{Kind: approval.Group, Name: "ops"}: {{Source: source, Ref: "S1", Name: "the Slack user group S1"}},
		}
	}))
	return source
}

// TestGateWaitsForItsGroup: a flow that comes to a gate while it cannot be read
// who is asked waits until it can, does nothing twice meanwhile, and fails only
// after a while.
func TestGateWaitsForItsGroup(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		down time.Duration
		want engine.State
	}{
		"for_a_while": {3 * time.Minute, engine.Paused}, "for_long": {time.Hour, engine.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				source := w.withRota(adapters.Account{ID: "kim"})
				w.save(thenGroup)
				x, request := w.beginFlow("then_group", nil)
				source.down.Store(true)
				time.Sleep(2 * time.Minute)
				c0 := w.asDana("UDANA", request)
				c0.Values = nil
				if a := w.press(c0); a.Kind != adapters.Recorded {
					t.Fatalf("the first gate: %+v", a)
				}
				time.Sleep(c.down)
				source.down.Store(false)
				time.Sleep(30 * time.Second)
				x = w.execution(x.ID)
				if n := len(w.far.calls()); x.State != c.want || n != 1 {
					t.Errorf("the flow is %s after %d calls, want %s after one: %s", x.State, n, c.want, x.Problem)
				}
			})
		})
	}
}

// TestStartWaitsForNobody: a person is told at once that it cannot be read who is
// asked, and can start again.
func TestStartWaitsForNobody(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		source := w.withRota(adapters.Account{ID: "kim"})
		w.save(byGroup)
		source.members.Store(&[]adapters.Account{})
		source.down.Store(true)
		time.Sleep(2 * time.Minute)
		w.save(strings.Replace(byGroup, "need: 1", "need: all", 1))
		start := bot.StartRequest{Namespace: "hr", Flow: "by_group", By: by("alex")}
		_, err := w.bot.Start(t.Context(), start)
		if text := rejected(t, err, engine.Unverified); !strings.Contains(text, "Try again in a minute") {
			t.Error(text)
		}
		source.down.Store(false)
		source.members.Store(&[]adapters.Account{{ID: "kim"}})
		time.Sleep(10 * time.Second)
		if _, err := w.bot.Start(t.Context(), start); err != nil {
			t.Error(err)
		}
	})
}

const dailyByGroup = `
id: daily
namespace: hr
tasks:
  - id: gate
    type: Pause
    onResume: [{id: approved, type: BOOL}]
    approval: {stages: [{id: ops, who: ["group:ops"]}]}
    deliver: [{slack: "#hr"}]
    pauseDuration: P3D
    behavior: FAIL
triggers:
  - {id: daily, type: Schedule, cron: "0 12 * * *"}
`

const parentOfGroup = `
id: parent
namespace: hr
tasks:
  - {id: child, type: Subflow, namespace: hr, flowId: by_group, wait: true}
`

// TestStartsWaitForTheGroup: a schedule and a subflow whose first gate cannot be
// asked begin when it can.
func TestStartsWaitForTheGroup(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		source := w.withRota(adapters.Account{ID: "kim"})
		w.save(byGroup)
		w.save(parentOfGroup)
		w.save(dailyByGroup)
		source.down.Store(true)
		time.Sleep(2 * time.Minute)
		parent, _ := w.beginFlow("parent", nil)
		time.Sleep(12*time.Hour + time.Minute)
		of := func(flow string) []engine.Execution {
			all, err := w.store.Executions(t.Context(), store.Query{Namespace: "hr", Flow: flow})
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		if n := len(of("by_group")) + len(of("daily")); n != 0 || w.execution(parent.ID).State != engine.Running {
			t.Errorf("%d began while nobody could be asked; the parent is %s", n, w.execution(parent.ID).State)
		}
		source.down.Store(false)
		time.Sleep(15 * time.Minute)
		for _, flow := range []string{"by_group", "daily"} {
			if all := of(flow); len(all) != 1 || all[0].State != engine.Paused {
				t.Errorf("%s: %+v, want one that asks", flow, all)
			}
		}
	})
}

// TestCardsNameWhoIsInTheGroupNow: a card that is drawn after a long silence knows
// who is missing.
func TestCardsNameWhoIsInTheGroupNow(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		source := w.withRota(adapters.Account{ID: "kim"})
		w.save(byGroup)
		_, request := w.beginFlow("by_group", nil)
		time.Sleep(time.Hour) // the group is not kept fresh any more
		source.members.Store(&[]adapters.Account{{ID: "kim"}, {ID: "dana"}})
		a, err := w.bot.Look(t.Context(), adapters.Look{Actor: w.click("kim", request, "", nil).Actor, Request: request})
		if err != nil || a.Card == nil {
			t.Fatal(a, err)
		}
		d := w.bot.Directory("hr")
		if len(d.Unsure) > 0 || len(d.Groups["ops"]) != 2 {
			t.Errorf("the card was drawn with %v, unsure %v", d.Groups["ops"], d.Unsure)
		}
	})
}
