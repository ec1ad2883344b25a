package devchat_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pickOption chooses in a list as a person would.
func pickOption(selector, value string) chromedp.Action[chromedp.Void] {
	return until(`(() => {
		const node = document.querySelector('` + selector + `');
		if (!node) return false;
		node.value = "` + value + `";
		return node.dispatchEvent(new Event("change", { bubbles: true }));
	})()`)
}

// TestPageTakesCommands: what is typed after a slash is completed, sent, and
// answered to the person alone.
func TestPageTakesCommands(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 1280, 800)
	b.do(chromedp.Click("#conversation-general"), chromedp.Click("#message-box"), chromedp.SendKeys("#message-box", "/"),
		until(`document.querySelectorAll("#message-box-list .complete-option").length === 3`))
	b.shoot("complete")
	b.do(chromedp.SendKeys("#message-box", "sig"+kb.Tab), until(`document.querySelector("#message-box").value === "/signoff "`),
		until(`document.querySelectorAll("#message-box-list .complete-option").length === 3`),
		chromedp.SendKeys("#message-box", "pe"+kb.Enter), until(`document.querySelector("#message-box").value === "/signoff pending "`),
		chromedp.SendKeys("#message-box", kb.Enter), until(`document.querySelector("#message-box").value === ""`),
		chromedp.WaitVisible(".only-me"), until(`document.querySelector(".only-me").textContent.includes("You typed pending.")`),
		chromedp.Click(`.only-me [data-action="review"]`), until(`document.querySelector("#modal-title")?.textContent === "Review"`))
	b.shoot("review")
	b.do(chromedp.Click("#modal-close"), until(`!document.querySelector("#modal").open`),
		// What is no command of the app stays in the box, and the page says so.
		chromedp.SendKeys("#message-box", "/nothing"+kb.Enter),
		until(`document.querySelector("#toasts").textContent.includes("no such command")`),
		until(`document.querySelector("#message-box").value === "/nothing"`))
}

// TestPageTellsOfASilentApp: an app that does not answer within three seconds is
// an error that the person sees.
func TestPageTellsOfASilentApp(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 1280, 800)
	b.do(chromedp.Click("#conversation-general"), chromedp.SendKeys("#message-box", "/slow"+kb.Enter),
		until(`document.querySelector("#toasts").textContent.includes('/slow failed with the error "operation_timeout"')`))
}

// TestPageTalks: messages, threads, and a shortcut about a message.
func TestPageTalks(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 1280, 800)
	b.do(chromedp.Click("#person-alex"), until(`document.querySelector("#person-alex").ariaChecked === "true"`),
		chromedp.Click("#conversation-general"), chromedp.SendKeys("#message-box", "Can I have the week off?"+kb.Enter),
		until(`document.querySelector("#messages").textContent.includes("Can I have the week off?")`),
		chromedp.Click(".message .message-menu"), chromedp.WaitVisible(".menu-item"), chromedp.KeyEvent(kb.Enter),
		until(`document.activeElement.id.startsWith("answer-")`), chromedp.KeyEvent("Of course."), chromedp.KeyEvent(kb.Enter),
		until(`document.querySelector(".reply")?.textContent.includes("Of course.")`),
		until(`document.querySelector(".thread-toggle").textContent === "1 reply"`))
	b.shoot("thread")
	all := o.slack.Messages("CGEN")
	if len(all) != 2 || all[1].ThreadTS != all[0].TS || all[1].User != "UALEX" {
		t.Fatalf("messages %+v, want one and an answer to it", all)
	}
	// What was said since the line was drawn stays when the thread is closed.
	if _, err := o.slack.Say("UKIM", "CGEN", "", "Which week?"); err != nil {
		t.Fatal(err)
	}
	b.do(until(`document.querySelector("#messages").textContent.includes("Which week?")`),
		chromedp.Click(".thread-toggle"), until(`document.querySelector(".reply") === null`),
		until(`document.querySelector("#messages").textContent.includes("Which week?")`),
		chromedp.Click(".message .message-menu"), chromedp.WaitVisible(".menu-item"), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter),
		until(`document.querySelector("#modal-title")?.textContent === "All fields"`))
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.about != "Can I have the week off?" {
		t.Errorf("the shortcut was about %q", o.about)
	}
}

// TestPageFillsInEveryField: each kind of field sends what Slack would send; a
// wrong number is told at its field and keeps the rest; a live field changes the
// form and loses nothing.
func TestPageFillsInEveryField(t *testing.T) {
	t.Parallel()
	o := open(t)
	paper := filepath.Join(t.TempDir(), "plan.txt")
	if err := os.WriteFile(paper, []byte("two weeks"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browser(t, o.url, 1280, 1000)
	b.do(chromedp.Click("#begin-new"), chromedp.WaitVisible("#modal-submit"),
		chromedp.SendKeys(`#field-days`, "x1"), chromedp.SendKeys(`#field-mail`, "alex@example.com"), chromedp.SendKeys(`#field-link`, "https://example.com/a"),
		chromedp.SendKeys(`#field-why`, "A *good* rest\n- sea\n- snow"),
		pickOption(`#field-cover`, "UKIM"), pickOption(`#field-where`, "CVAC"),
		chromedp.Click(`#field-tell`), chromedp.SendKeys(`#field-tell`, "ale"),
		chromedp.Click(`[data-block="tell"] [data-value="UALEX"]`),
		chromedp.SendKeys(`#field-project`, "o"), until(`document.querySelector('[data-block="project"] .picker-list').textContent === "Type at least 2 characters."`),
		chromedp.SendKeys(`#field-project`, "r"), chromedp.Click(`[data-block="project"] [data-value="p-Borealis"]`),
		until(`document.querySelector("#field-project").value === "Borealis"`),
		chromedp.SetUploadFiles(`#field-paper`, []string{paper}), until(`document.querySelector('[data-block="paper"] .files').textContent.startsWith("plan.txt")`),
		fillIn(`#field-first`, "2026-12-21"), fillIn(`#field-at`, "09:30"),
		fillIn(`#field-begins`, "2026-12-21T09:30"),
		chromedp.Click(`[data-block="how"] input[value="unpaid"]`), chromedp.Click(`[data-block="also"] input[value="paid"]`))
	b.shoot("filled")
	b.do(chromedp.Click("#modal-submit"), until(`document.querySelector('[data-error-for="days"]').textContent === "Please enter a valid number."`),
		until(`document.activeElement.id === "field-days"`), until(`document.querySelector("#field-mail").value === "alex@example.com"`))
	b.shoot("wrong")
	b.do(pickOption(`#field-kind`, "unpaid"), chromedp.WaitVisible("#field-extra"),
		until(`document.querySelector("#field-days").value === "x1"`), until(`document.querySelector("#field-project").value === "Borealis"`),
		until(`document.querySelector('[data-block="paper"] .files').textContent.startsWith("plan.txt")`),
		until(`document.querySelector('label[for="field-extra"]').textContent.startsWith("Why unpaid")`),
		chromedp.SendKeys("#field-extra", "a move"), fillIn("#field-days", ""), chromedp.SendKeys("#field-days", "12"),
		chromedp.Click("#modal-submit"), until(`!document.querySelector("#modal").open`))
	o.checkSubmitted()
}

// fillIn puts a value into a field as if it had been typed.
func fillIn(selector, value string) chromedp.Action[chromedp.Void] {
	return until(`(() => {
		const node = document.querySelector('` + selector + `');
		node.value = "` + value + `";
		return node.dispatchEvent(new Event("input", { bubbles: true }));
	})()`)
}

func (o *office) checkSubmitted() {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	v := func(block string) string {
		a := o.submitted[block]["v"]
		switch {
		case len(a.SelectedUsers) > 0:
			return strings.Join(a.SelectedUsers, ",")
		case len(a.SelectedOptions) > 0:
			return a.SelectedOptions[0].Value
		case len(a.Files) > 0:
			return a.Files[0].Name
		}
		return a.Value + a.SelectedUser + a.SelectedConversation + a.SelectedDate + a.SelectedTime + a.SelectedOption.Value
	}
	for block, want := range map[string]string{
		"days": "12", "mail": "alex@example.com", "link": "https://example.com/a", "cover": "UKIM", "tell": "UALEX", "where": "CVAC",
		"project": "p-Borealis", "paper": "plan.txt", "first": "2026-12-21", "at": "09:30", "how": "unpaid", "also": "paid",
		"kind": "unpaid", "extra": "a move",
	} {
		if got := v(block); got != want {
			o.t.Errorf("%s = %q, want %q", block, got, want)
		}
	}
	if o.submitted["begins"]["v"].SelectedDateTime == 0 {
		o.t.Error("begins is empty")
	}
	if len(o.asked) == 0 || o.asked[0] != "or" {
		o.t.Errorf("the app was asked for %q, want only what was long enough", o.asked)
	}
}

// TestPageShowsHome: the app's tab is drawn for the person who opens it, its
// buttons and menus work, and a view lies on another until one goes back.
func TestPageShowsHome(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 1280, 800)
	b.do(chromedp.Click("#person-dana"), chromedp.Click("#conversation-direct"), chromedp.Click("#tab-home"),
		until(`document.querySelector("#home h3")?.textContent === "Waiting for you (1)"`))
	b.shoot("home")
	b.do(chromedp.Click(`#home [data-action="review"]`), until(`document.querySelector("#modal-title")?.textContent === "Review"`),
		chromedp.Click(`#modal [data-action="deeper"]`), until(`document.querySelector("#modal-title").textContent === "Details"`),
		chromedp.Click("#modal-back"), until(`document.querySelector("#modal-title").textContent === "Review"`),
		chromedp.Click(`#modal [data-action="deeper"]`), until(`document.querySelector("#modal-title").textContent === "Details"`),
		chromedp.Click("#modal-close"), until(`!document.querySelector("#modal").open`),
		chromedp.Click(`#home [data-action="more"] .menu-button`), chromedp.WaitVisible(".menu-item"), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter),
		until(`document.querySelector("#home h3").textContent === "You chose remind"`))
	if _, drawn := o.slack.Home("UALEX"); drawn {
		t.Error("the tab of somebody else was drawn")
	}
}
