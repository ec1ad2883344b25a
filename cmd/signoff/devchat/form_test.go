package devchat_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestFormFollowsAnswers: a question that depends on an answer comes and goes
// with it, and what was typed into the others stays.
func TestFormFollowsAnswers(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 1280, 800)
	pick := func(kind string) chromedp.Action[chromedp.Void] {
		return until(`(() => {
			const node = document.querySelector("#input-kind");
			node.value = "` + kind + `";
			return node.dispatchEvent(new Event("change", { bubbles: true }));
		})()`)
	}
	b.do(chromedp.Click("#person-alex"), until(`document.querySelector("#person-alex").ariaChecked === "true"`),
		chromedp.Click("#start-hr\\.operations-vacation_approval"), chromedp.WaitVisible("#input-employee"),
		chromedp.SendKeys("#input-employee", "Alex"),
		chromedp.SetValue("#input-start_date", "2026-12-21"), chromedp.SetValue("#input-end_date", "2026-12-31"),
		pick("unpaid"), chromedp.WaitVisible("#input-why"), chromedp.SendKeys("#input-why", "A move"),
		until(`document.querySelector("#input-employee").value === "Alex"`),
		pick("paid"), until(`document.querySelector("#input-why") === null`),
		chromedp.Click("#start-submit"), until(`!document.querySelector("#start").open`))
	got := o.started[0].Inputs
	if _, asked := got["why"]; asked || got["employee"] != "Alex" || got["tell"] != "team\ndesk" {
		t.Errorf("started with %v, want what is asked and what was chosen", got)
	}
}
