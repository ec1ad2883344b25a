package bot_test

import (
	"testing"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// asksFlow asks whoever the selector names.
func asksFlow(id, who string) string {
	return "id: " + id + "\nnamespace: hr\ntasks:\n  - id: gate\n    type: Pause\n    onReject: CONTINUE\n" +
		"    onResume: [{id: ok, type: BOOL}]\n" +
		"    approval: {stages: [{id: one, who: [\"" + who + "\"]}]}\n    deliver: [{slack: \"#hr\"}]\n"
}

// granted is a configuration in which Kim may answer in hr, Alex may start, and
// Dana has no role at all.
func granted(t *testing.T, grants ...access.Grant) func(*bot.Config) {
	t.Helper()
	one := func(role access.Role, who string, in string) access.Grant {
		return access.Grant{Role: role, To: []approval.Selector{{Kind: approval.User, Name: who}}, In: []string{in}}
	}
	if grants == nil {
		grants = []access.Grant{one(access.Approver, "kim", "hr"), one("watcher", "kim", "")}
	}
	r, err := access.New(access.Config{
		Roles:  map[access.Role][]access.Verb{"watcher": {access.ViewRequest}},
		Grants: append(grants, one(access.Launcher, "alex", "")),
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *bot.Config) { c.Access = r }
}

// askedIn begins a flow that asks whom the selector names.
func (w *world) askedIn(who string) string {
	w.t.Helper()
	w.operates(asksFlow("f", who))
	x, request := w.beginFlow("f", nil)
	if x.State != engine.Paused {
		w.t.Fatalf("it is %s: %s", x.State, x.Problem)
	}
	return request
}

// TestBeingAskedIsARight: who is named may see and answer that request without any
// role, who is asked for what they are needs the right to answer, and for the
// others it is not there.
func TestBeingAskedIsARight(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who, by string
		copied  bool   // a card was touched
		code    string // empty: recorded
	}{
		"named_without_a_role":           {"user:dana", "dana", false, ""},
		"role_with_the_right":            {"role:approver", "kim", false, ""},
		"viewer_who_is_not_asked":        {"user:dana", "kim", false, "not_eligible"},
		"requester_sees_their_own":       {"role:approver", "alex", false, "own_request"},
		"neither_asked_nor_right":        {"role:approver", "dana", false, "not_found"},
		"neither_but_it_was_seen":        {"role:approver", "dana", true, "not_eligible"},
		"role_whose_other_role_may":      {"role:watcher", "kim", false, ""},
		"requester_with_a_role_by_name":  {"user:kim", "alex", false, "own_request"},
		"one_of_another_role_is_unasked": {"role:launcher", "kim", false, "not_found"}, // it cannot be made
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				w.with(granted(t))
				if c.who == "role:launcher" {
					w.operates(asksFlow("f", c.who))
					if x, _ := w.beginFlow("f", nil); x.State != engine.Failed {
						t.Errorf("a request of people who may not answer it is %s, want it to fail", x.State)
					}
					return
				}
				request := w.askedIn(c.who)
				click := w.click(c.by, request, "approve", nil)
				if c.copied {
					click.Copy = adapters.MessageRef{Place: "#hr", Message: "1"}
				}
				look, err := w.bot.Look(t.Context(), adapters.Look{Actor: click.Actor, Request: request, Copy: click.Copy})
				if err != nil || (look.Card == nil) != (c.code == "not_found") {
					t.Errorf("Look() = %s %q, card %v, %v", look.Kind, look.Text, look.Card, err)
				}
				told, err := w.bot.TryClick(t.Context(), click)
				if err != nil || told.Code != c.code {
					t.Errorf("TryClick() = %s %s %q, %v, want %q", told.Kind, told.Code, told.Text, err, c.code)
				}
				got := w.press(click)
				if got.Code != c.code || (got.Kind == adapters.Recorded) != (c.code == "") {
					t.Errorf("Click() = %s %s %q, want %q", got.Kind, got.Code, got.Text, c.code)
				}
				if c.code == "not_found" {
					w.alikeAbsent(click, look, got)
				}
				if c.code != "" && w.count(audit.ResponseRefused) != 1 {
					t.Errorf("%d refusals are in the trail, want 1", w.count(audit.ResponseRefused))
				}
			})
		})
	}
}

// operates saves a flow as the operator's files do.
func (w *world) operates(source string) {
	w.t.Helper()
	if _, faults, err := w.bot.SaveFlow(w.t.Context(), "f.yaml", []byte(source), engine.Principal{Via: "engine"}); err != nil || faults.Stop() {
		w.t.Fatal(faults, err)
	}
}

// alikeAbsent compares what somebody was told with what they are told of a request
// that is not there.
func (w *world) alikeAbsent(c adapters.Click, look, got adapters.Answer) {
	w.t.Helper()
	c.Request, c.Once = "00000000000000000000000000.1", "absent"
	absent := w.press(c)
	if absent.Kind != got.Kind || absent.Code != got.Code || absent.Text != got.Text || absent.Card != nil || got.Card != nil {
		w.t.Errorf("Click() = %+v where it is, %+v where none is", got, absent)
	}
	none, err := w.bot.Look(w.t.Context(), adapters.Look{Actor: c.Actor, Request: c.Request})
	if err != nil || none.Kind != look.Kind || none.Text != look.Text || none.Code != look.Code {
		w.t.Errorf("Look() = %+v where it is, %+v where none is, %v", look, none, err)
	}
}

// TestSeatCarriesTheRight: a delegate answers with the right of whose seat it is.
func TestSeatCarriesTheRight(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(granted(t))
		request := w.askedIn("role:approver")
		kim := w.click("kim", request, "", nil).Actor
		a, err := w.bot.DoRequest(t.Context(), bot.RequestOrder{Verb: card.Delegate, Request: request, Actor: kim, To: "dana", Once: "1"})
		if err != nil || a.Kind != adapters.Recorded {
			t.Fatalf("DoRequest(delegate) = %+v, %v", a, err)
		}
		c := w.click("dana", request, "approve", nil)
		c.Version = w.card(request).Version
		if got := w.press(c); got.Kind != adapters.Recorded {
			t.Errorf("a delegate without a role is told %s %q, want it recorded", got.Code, got.Text)
		}
	})
}

// TestRightIsAskedAtTheClick: who has lost the role since is refused.
func TestRightIsAskedAtTheClick(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(granted(t))
		request := w.askedIn("role:approver")
		w.with(granted(t, access.Grant{Role: access.Approver, To: []approval.Selector{{Kind: approval.User, Name: "kim"}}, In: []string{"it"}}))
		if got := w.press(w.click("kim", request, "approve", nil)); got.Kind != adapters.Refused || got.Code != "not_eligible" {
			t.Errorf("Click() without the role = %s %s %q, want not_eligible", got.Kind, got.Code, got.Text)
		}
	})
}

// card is the request as its requester sees it now.
func (w *world) card(request string) *adapters.Card {
	w.t.Helper()
	a, err := w.bot.Look(w.t.Context(), adapters.Look{Actor: w.click("alex", request, "", nil).Actor, Request: request})
	if err != nil || a.Card == nil {
		w.t.Fatalf("Look() = %+v, %v", a, err)
	}
	return a.Card
}
