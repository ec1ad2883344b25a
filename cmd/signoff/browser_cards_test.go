package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"signoff/adapters/api"
	"signoff/engine"
)

// brief expires before anybody can answer; bound asks about a value that is gone
// when somebody answers.
const (
	brief = `
id: window
namespace: platform
inputs: [{id: host, type: STRING}]
tasks:
  - id: ask
    type: Pause
    request:
      title: "Restart {{ inputs.host }} now"
      description: The window for it closes at once.
      facts: {Host: "{{ inputs.host }}"}
    approval: {stages: [{id: lead, who: ["user:dana@example.com"]}]}
    deliver: [{slack: "#deploys"}]
    onResume: [{id: approved, type: BOOLEAN}]
    pauseDuration: PT1S
    behavior: FAIL
`
	bound = `
id: rate
namespace: platform
tasks:
  - id: ask
    type: Pause
    request:
      title: "Buy dollars at {{ kv('RATE') }}"
      description: The bank holds this rate until noon.
      facts: {Rate: "{{ kv('RATE') }}"}
    approval: {stages: [{id: finance, who: ["user:kim@example.com"]}]}
    deliver: [{slack: "#general"}]
    onResume: [{id: approved, type: BOOLEAN}]
    pauseDuration: P1D
    behavior: FAIL
`
)

func flowFile(t *testing.T, name, src string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBrowserCards brings a card into each of its states and looks at it, at what
// stands below it and at the forms around it. With SIGNOFF_SCREENSHOTS=docs/pictures
// it makes the pictures of the documentation.
func TestBrowserCards(t *testing.T) {
	v := newVisitorOf(t, flowFile(t, "window.yaml", brief), flowFile(t, "rate.yaml", bound), equipmentFile(t))
	v.still()
	v.begin("platform", "window", map[string]any{"host": "db-1"}) // it expires while the others are looked at
	v.cardOfVacation()
	v.cardRejected()
	v.cardCancelled()
	v.cardPartly()
	v.cardSuperseded()
	v.cardExpired()
	v.formAndSearch()
	v.homeTab()
}

// cardOfVacation is the longest story: asked, refused to a stranger, approved with a
// reason, with its thread and the requester's copy.
func (v *visitor) cardOfVacation() {
	v.vacation("Alex", "2026-12-21", "2026-12-31")
	v.be("dana")
	v.enter("conversation-vacation-approvals")
	v.sees("#messages", "Approval needed: Vacation for Alex")
	v.keep(v.message("Approval needed"), "pending")
	v.be("sam")
	v.press("Approve")
	v.sees(".only-me", "Only visible to you")
	v.keep(".only-me", "refused")
	v.be("alex")
	v.enter("conversation-direct")
	v.sees("#messages", "Vacation for Alex")
	v.keep(v.message("Vacation for Alex"), "requester")
	v.be("dana")
	v.enter("conversation-vacation-approvals")
	v.press("Approve")
	v.sees("#modal", "Reason")
	v.put("Reason", "Enjoy the snow")
	v.keep("#modal", "modal")
	v.click("#modal-submit")
	v.sees("#messages", "Approved: Vacation for Alex", "Enjoy the snow", "succeeded")
	v.showsNo("#messages .button.primary")
	v.keep(v.message("Approved"), "approved")
	v.click(".thread-toggle")
	v.sees("#messages .reply", "Enjoy the snow")
	v.sees(v.message("Approved"), "succeeded")
	v.keep("#messages", "thread")
}

func (v *visitor) cardRejected() {
	v.vacation("Sam", "2026-12-01", "2026-12-05")
	v.be("kim")
	v.enter("conversation-vacation-approvals")
	v.sees("#messages", "Approval needed: Vacation for Sam")
	v.press("Reject")
	v.sees("#modal", "Reason")
	v.click("#modal-submit") // without the reason that it needs
	v.sees("#modal .field.wrong .error", "")
	v.keep("#modal", "wrong")
	v.put("Reason", "Nobody covers that week")
	v.click("#modal-submit")
	v.sees("#messages", "Rejected: Vacation for Sam", "Nobody covers that week")
	v.keep(v.message("Rejected: Vacation for Sam"), "rejected")
}

func (v *visitor) cardCancelled() {
	x := v.vacation("Kim", "2027-01-04", "2027-01-08")
	v.be("alex")
	v.enter("conversation-vacation-approvals")
	v.sees("#messages", "Approval needed: Vacation for Kim")
	v.say("/signoff pending ")
	v.sees(".only-me", "Nothing")
	v.say("/signoff mine ")
	v.sees(".only-me", "Vacation for Kim")
	v.keep(".only-me[data-ts]:nth-last-child(1 of .only-me)", "command")
	v.say("/signoff cancel " + x + ".1 The plan has changed")
	v.sees("#messages", "Cancelled: Vacation for Kim")
	v.keep(v.message("Cancelled: Vacation for Kim"), "cancelled")
}

func (v *visitor) cardPartly() {
	v.begin("platform.production", "production_deploy", map[string]any{"service": "payments-api", "version": "4.2.1", "changes": "Retries are bounded."})
	v.be("dana")
	v.enter("conversation-deploys")
	v.sees("#messages", "Deploy payments-api 4.2.1 to production")
	v.press("Approve")
	v.sees("#modal", "Reason")
	v.click("#modal-submit")
	v.sees("#messages", "Dana approved", "1 of 2")
	v.keep(v.message("Deploy payments-api"), "partly")
}

func (v *visitor) cardSuperseded() {
	if _, err := v.api.SetValue(v.t.Context(), "platform", "RATE", api.ValueBody{Value: "1.0842"}); err != nil {
		v.t.Fatal(err)
	}
	v.begin("platform", "rate", nil)
	v.be("kim")
	v.enter("conversation-general")
	v.sees("#messages", "Buy dollars at 1.0842")
	if err := v.api.DeleteValue(v.t.Context(), "platform", "RATE"); err != nil {
		v.t.Fatal(err)
	}
	v.press("Approve")
	v.sees("#messages", "Superseded: Buy dollars at 1.0842")
	v.keep(v.message("Superseded"), "superseded")
}

func (v *visitor) cardExpired() {
	v.enter("conversation-deploys")
	v.sees("#messages", "Expired: Restart db-1 now")
	v.showsNo(v.message("Expired") + " .button.primary")
	v.keep(v.message("Expired"), "expired")
}

func (v *visitor) formAndSearch() {
	v.be("alex")
	v.enter("conversation-general")
	v.click(`[id="begin-signoff.new"]`)
	v.sees("#modal", "What do you want to start?")
	v.keep("#modal", "new")
	v.click("#modal-close")
	v.run("the form closes", chromedp.WaitNotVisible(chromedp.CSS("#modal")))
	v.say("/equipment ")
	v.sees("#modal", "Device")
	v.search("Device", "142", "Laptop 142")
	v.put("Price", "cheap")
	v.click(`#modal input[value="rent"]`)
	v.sees("#modal", "Months")
	v.click("#modal-submit")
	v.sees("#modal .field.wrong .error", "number")
	v.keep("#modal", "form")
	v.click("#modal-close")
}

func (v *visitor) homeTab() {
	v.vacation("Alex", "2027-02-01", "2027-02-12")
	v.begin("platform.access", "access_request", map[string]any{"system": "billing", "reason": "An invoice is stuck"})
	v.be("kim")
	v.enter("conversation-direct")
	v.click("#tab-home")
	v.sees("#home", "Vacation for Alex", "Access to billing")
	v.keep(".home-blocks", "home")
}

// still switches animations off, so that pictures do not catch them half-way.
func (v *visitor) still() {
	v.run("stand still", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	}), chromedp.EmulateViewport(1280, 900))
}

// begin starts a flow as Alex and returns the execution's id.
func (v *visitor) begin(namespace, flow string, inputs map[string]any) string {
	v.t.Helper()
	x, err := v.api.Start(v.t.Context(), api.StartBody{Namespace: namespace, Flow: flow, Inputs: inputs, As: alex})
	if err != nil {
		v.t.Fatal(err)
	}
	if x.State != engine.Paused {
		v.t.Fatalf("%s is %s, want it to ask", flow, x.State)
	}
	return x.ID
}

func (v *visitor) vacation(who, from, to string) string {
	v.t.Helper()
	return v.begin("hr.operations", "vacation_approval", map[string]any{"employee": who, "start_date": from, "end_date": to})
}

// message selects the message that says something in its header.
func (v *visitor) message(says string) string {
	v.t.Helper()
	var ts string
	find := fmt.Sprintf(`[...document.querySelectorAll("#messages .message:not(.only-me):not(.reply)")].findLast((m) => m.innerText.includes(%q))?.dataset.ts ?? ""`, says)
	ts, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](find))
	if err != nil || ts == "" {
		v.t.Fatalf("no message says %q: %v", says, err)
	}
	return fmt.Sprintf(`#messages [data-ts=%q]`, ts)
}
