package devchat_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPageRefusesADayOfNoCalendar: what the browser cannot read as a day is not
// taken for an empty field.
func TestPageRefusesADayOfNoCalendar(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 1280, 1000)
	b.do(chromedp.Click("#begin-new"), chromedp.WaitVisible("#field-first"),
		chromedp.Focus("#field-first"), chromedp.KeyEvent("02302026"+kb.Tab),
		until(`document.querySelector("#field-first").validity.badInput`), chromedp.Click("#modal-submit"),
		until(`document.querySelector('[data-error-for="first"]').textContent === "This is not a date of the calendar."`))
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.submitted != nil {
		t.Errorf("submitted %+v without its first day", o.submitted)
	}
}

// TestPageTellsThatAFormIsGone: a form that was lost while the connection was
// broken does not vanish without a word.
func TestPageTellsThatAFormIsGone(t *testing.T) {
	t.Parallel()
	o := open(t)
	if err := o.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := browser(t, o.url, 1280, 800)
	b.do(chromedp.Click("#person-dana"), chromedp.Click("#conversation-vacation-approvals"),
		chromedp.Click(`[data-action="form:reject"]`), chromedp.WaitVisible("#modal-submit"))
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`(window.fetch = () => Promise.reject(new Error("gone"))) !== null`)); err != nil {
		t.Fatal(err)
	}
	o.web.CloseClientConnections()
	body, err := json.Marshal(map[string]string{"as": "UDANA", "view": o.slack.Modals("dana")[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	if status, text := o.request(http.MethodPost, "/chat/close", string(body), nil); status != http.StatusOK {
		t.Fatalf("close = %d %s", status, text)
	}
	b.do(until(`!document.querySelector("#modal").open`), until(`document.querySelector("#toasts").textContent.includes("the form is gone")`))
	b.shoot("gone")
}
