package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"signoff/adapters/api"
	"signoff/engine"
)

// equipment asks for something out of a long list, with a file and a question that
// depends on another.
const equipment = `
id: equipment
namespace: demo.office
description: Ask for a device.
inputs:
  - id: device
    type: SELECT
    displayName: Device
    values: [%s]
  - id: price
    type: FLOAT
    displayName: Price
    min: 1
    max: 5000
  - id: quote
    type: FILE
    displayName: Quote
    allowedFileExtensions: [.txt]
  - id: kind
    type: SELECT
    displayName: Buy or rent
    values: [buy, rent]
    defaults: buy
  - id: months
    type: INT
    displayName: Months
    min: 1
    dependsOn: {inputs: [kind], condition: "{{ inputs.kind == 'rent' }}"}
triggers:
  - {id: by_command, type: SlashCommand, command: /equipment, description: Ask for a device}
tasks:
  - id: ask
    type: Pause
    request:
      title: "{{ inputs.device }} for {{ inputs.price }}"
      facts: {Device: "{{ inputs.device }}", Months: "{{ inputs.months ?? 'bought' }}"}
    approval: {stages: [{id: lead, who: ["user:dana@example.com"]}]}
    deliver: [{slack: "#general"}]
    onResume: [{id: approved, type: BOOLEAN}]
    pauseDuration: P3D
    behavior: FAIL
`

// equipmentFile writes the flow, with more devices than a list of Slack holds.
func equipmentFile(t *testing.T) string {
	t.Helper()
	var devices []string
	for i := range 150 {
		devices = append(devices, fmt.Sprintf("Laptop %03d", i+1))
	}
	path := filepath.Join(t.TempDir(), "equipment.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, equipment, strings.Join(devices, ", ")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// say types into the message box and sends it.
func (v *visitor) say(text string) {
	v.t.Helper()
	v.run("say "+text, chromedp.Click("#message-box"), chromedp.SendKeys("#message-box", text+kb.Enter))
}

// put fills a field of the open form, found by its label.
func (v *visitor) put(label, value string) {
	v.t.Helper()
	v.run(fmt.Sprintf("fill in %s with %q", label, value), chromedp.Poll[chromedp.Void](fmt.Sprintf(`(() => {
		const label = [...document.querySelectorAll("#modal label")].find((l) => l.textContent.startsWith(%q));
		const field = label && document.getElementById(label.htmlFor);
		if (!field) return false;
		field.value = %q;
		field.dispatchEvent(new Event("input", { bubbles: true }));
		return field.dispatchEvent(new Event("change", { bubbles: true }));
	})()`, label, value)))
}

// TestBrowserVacation asks for time off by a command, approves it with a reason,
// and reads what came of it in the thread and in the requester's own copy.
func TestBrowserVacation(t *testing.T) {
	v := newVisitorOf(t)
	v.be("alex")
	v.enter("conversation-general")
	v.say("/vacation ")
	v.sees("#modal", "First day")
	v.picture("1-form")
	v.put("First day", "2026-12-21")
	v.put("Last day", "2026-12-31")
	v.click("#modal-submit")
	v.sees("#modal", "Started vacation_approval", "Vacation for Alex")
	v.picture("2-sent")
	v.click("#modal-close")

	v.be("dana")
	v.enter("conversation-vacation-approvals")
	v.sees("#messages", "Approval needed: Vacation for Alex")
	v.picture("3-card")
	v.press("Approve")
	v.sees("#modal", "Reason")
	v.put("Reason", "Enjoy the snow")
	v.picture("4-reason")
	v.click("#modal-submit")
	v.sees("#messages", "Approved: Vacation for Alex", "Enjoy the snow")
	v.click(".thread-toggle")
	v.sees("#messages .reply", "Approved by Dana", "Enjoy the snow")
	v.picture("5-approved")

	v.be("alex")
	v.enter("conversation-direct")
	v.sees("#messages", "Approved: Vacation for Alex", "Enjoy the snow")
	v.showsNo("#messages .button.primary")
}

// TestBrowserLongForm fills in what wants more than a line: a device out of a list
// that is searched, a file, a question that another answer opens. A wrong number is
// told at its field and keeps the rest.
func TestBrowserLongForm(t *testing.T) {
	quote := filepath.Join(t.TempDir(), "quote.txt")
	if err := os.WriteFile(quote, []byte("One laptop, 999"), 0o600); err != nil {
		t.Fatal(err)
	}
	v := newVisitorOf(t, equipmentFile(t))
	v.be("alex")
	v.enter("conversation-general")
	v.say("/equipment ")
	v.sees("#modal", "Device", "Quote")
	v.picture("1-form")
	v.search("Device", "142", "Laptop 142")
	v.put("Price", "cheap")
	v.run("hand in a file", chromedp.SetUploadFiles(`#modal input[type="file"]`, []string{quote}),
		chromedp.Poll[chromedp.Void](`document.querySelector("#modal .files").textContent.startsWith("quote.txt")`))
	v.click(`#modal input[value="rent"]`)
	v.sees("#modal", "Months")
	v.put("Months", "12")
	v.click("#modal-submit")
	v.sees("#modal .field.wrong .error", "number")
	v.picture("2-wrong")
	v.run("see that the rest is kept", chromedp.Poll[chromedp.Void](`["Laptop 142", "cheap", "12"].every((text) =>
		[...document.querySelectorAll("#modal input")].some((f) => f.value === text))
		&& document.querySelector('#modal input[value="rent"]').checked && document.querySelector("#modal .files").textContent.startsWith("quote.txt")`))
	v.put("Price", "999.90")
	v.click("#modal-submit")
	v.sees("#modal", "Started equipment")
	v.click("#modal-close")
	v.sees("#messages", "Laptop 142 for 999.9", "12")
	v.picture("3-card")
}

// search types into a field that is searched, and picks what is found.
func (v *visitor) search(label, query, pick string) {
	v.t.Helper()
	v.run("search "+query, chromedp.Poll[chromedp.Void](fmt.Sprintf(`(() => {
		const label = [...document.querySelectorAll("#modal label")].find((l) => l.textContent.startsWith(%q));
		const field = label && document.getElementById(label.htmlFor);
		if (!field) return false;
		field.focus();
		return document.execCommand("insertText", false, %q);
	})()`, label, query)), chromedp.Poll[chromedp.Void](fmt.Sprintf(`(() => {
		const found = [...document.querySelectorAll("#modal .picker-option")].find((o) => o.textContent === %q);
		found?.click();
		return Boolean(found);
	})()`, pick)))
}

// TestBrowserShortcut begins a request from the button for it, and one about a
// message from the menu of the message.
func TestBrowserShortcut(t *testing.T) {
	v := newVisitorOf(t)
	v.be("alex")
	v.enter("conversation-general")
	v.click(`[id="begin-signoff.new"]`)
	v.sees("#modal", "What do you want to start?", "expense_claim")
	v.click(`#modal input[value$="expense_claim"]`)
	v.sees("#modal", "Amount", "What it was for")
	v.put("Amount", "12.50")
	v.put("What it was for", "Cake")
	v.click("#modal-submit")
	v.sees("#modal", "Started expense_claim")
	v.click("#modal-close")
	v.sees("#executions", "expense_claim", "success")

	v.say("The old laptop is broken")
	v.sees("#messages", "The old laptop is broken")
	v.click(".message .message-menu")
	v.click(`[id="message-shortcut-signoff.about"]`)
	v.sees("#modal", "What do you want to start?")
	v.click(`#modal input[value$="expense_claim"]`)
	v.sees("#modal", "What it was for")
	v.run("see what the message said", chromedp.Poll[chromedp.Void](
		`[...document.querySelectorAll("#modal textarea, #modal input")].some((f) => f.value.includes("The old laptop is broken"))`))
}

// TestBrowserHome reviews a request from the app's Home tab: it is decided on what
// the review shows, and the tab says so at once, as it does when somebody else
// decides.
func TestBrowserHome(t *testing.T) {
	v := newVisitorOf(t)
	v.still()
	v.vacation("Alex", "2026-12-21", "2026-12-31")
	v.be("dana")
	v.enter("conversation-vacation-approvals")
	v.sees("#messages", "Approval needed: Vacation for Alex")
	v.run("a smaller window", chromedp.EmulateViewport(1280, 720))
	v.keep("body", "chat")
	v.run("a larger window", chromedp.EmulateViewport(1280, 900))
	other := v.vacation("Sam", "2027-02-01", "2027-02-12")
	v.be("kim")
	v.enter("conversation-direct")
	v.click("#tab-home")
	v.sees("#home", "Waiting for you (2)", "Vacation for Alex", "Vacation for Sam")
	v.run("review the first", chromedp.Click(`//*[@id="home"]//button[.="Review"]`, chromedp.NodeVisible))
	v.sees("#modal", "Vacation for Alex", "Approve", "Reject")
	v.keep("#modal", "review")
	v.run("approve it", chromedp.Click(`//*[@id="modal"]//button[starts-with(normalize-space(.), "Approve")]`, chromedp.NodeVisible))
	v.sees("#modal", "Reason")
	v.put("Reason", "Enjoy")
	v.click("#modal-submit")
	v.sees("#home", "Waiting for you (1)", "Decided recently", "Approved by Kim")
	v.run("the review is over", chromedp.Poll[chromedp.Void](`!document.querySelector("#modal").open || !document.querySelector("#modal-submit")`))
	if _, err := v.api.Decide(t.Context(), other+".1", 0, api.DecisionBody{Verdict: string(engine.Approve), As: dana}); err != nil {
		t.Fatal(err)
	}
	v.sees("#home", "Nothing waits for you")
}
