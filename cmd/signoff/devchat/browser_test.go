package devchat_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	goslack "github.com/slack-go/slack"
)

// tab is the page in a real browser.
type tab struct {
	t   *testing.T
	ctx context.Context // a chromedp context is the tab itself
}

// browser opens the page.
func browser(t *testing.T, url string, width, height int64) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" || os.Getenv("SIGNOFF_CI") != "" {
			t.Fatal("no chromium, and in CI browser tests must run")
		}
		t.Skip("no chromium here")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(int(width), int(height)),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), flags...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(alloc)
	t.Cleanup(end)
	b := &tab{t: t, ctx: ctx}
	b.do(chromedp.EmulateViewport(width, height)) // begins the browser, which lives as long as this ctx
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	b.ctx = limited
	b.do(chromedp.Navigate(url), chromedp.WaitVisible("#beginnings .begin"))
	return b
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.shoot("failed")
		b.t.Fatalf("browser: %v", err)
	}
}

// until waits for a JavaScript condition.
func until(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(10*time.Second))
}

// shoot takes a picture of the page if DEVCHAT_SHOTS names a folder for them.
func (b *tab) shoot(name string) {
	b.t.Helper()
	dir := os.Getenv("DEVCHAT_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Logf("screenshot: %v", err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, b.t.Name()+"-"+name+".png"), png, 0o600); err != nil {
		b.t.Error(err)
	}
}

// TestPageLivesAStory walks through the page as a person would.
func TestPageLivesAStory(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 1280, 800)
	b.do(chromedp.Click("#person-alex"), until(`document.querySelector("#person-alex").ariaChecked === "true"`))
	b.shoot("empty")

	if err := o.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Click("#conversation-vacation-approvals"), chromedp.WaitVisible(`[data-action="act:approve"]`))
	b.shoot("asked")

	// A refusal is for Alex alone.
	b.do(chromedp.Click(`[data-action="act:approve"]`), chromedp.WaitVisible(".only-me"))
	b.shoot("refused")

	// Dana finds it in her direct messages and rejects with a reason.
	b.do(chromedp.Click("#person-dana"), chromedp.WaitVisible("#conversation-direct"), chromedp.Click("#conversation-direct"),
		until(`document.querySelector("#conversation-name").textContent === "signoff"`),
		until(`document.querySelectorAll(".only-me").length === 0`),
		chromedp.Click(`[data-action="form:reject"]`), chromedp.WaitVisible("#modal-submit"),
		chromedp.SendKeys(`[data-block="f:days"] .input`, "3"), chromedp.SendKeys(`[data-block="f:reason"] .input`, "no"),
		chromedp.Click("#modal-submit"), until(`document.querySelector('[data-error-for="f:reason"]').textContent !== ""`),
		until(`document.querySelector('[data-block="f:days"] .input').value === "3"`))
	b.shoot("modal")
	b.do(chromedp.SendKeys(`[data-block="f:reason"] .input`, " cover in the last week"), chromedp.Click("#modal-submit"),
		until(`!document.querySelector("#modal").open`),
		until(`document.querySelector(".block-header").textContent.startsWith("Rejected")`),
		until(`document.querySelectorAll("[data-action]").length === 0`),
		until(`document.querySelector('[data-execution="01KZ7Q"]').dataset.state === "SUCCESS"`))
	b.shoot("rejected")

	// The other copy changed in place too.
	b.do(chromedp.Click("#conversation-vacation-approvals"),
		until(`document.querySelector(".block-header").textContent.startsWith("Rejected")`))
}

// TestPageAsksBeforeConfirmedPress: no is no, yes is yes.
func TestPageAsksBeforeConfirmedPress(t *testing.T) {
	t.Parallel()
	o := open(t)
	if err := o.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := browser(t, o.url, 800, 700)
	b.do(chromedp.Click("#person-dana"), chromedp.Click("#conversation-vacation-approvals"),
		chromedp.WaitVisible(`[data-action="act:cancel"]`))
	b.shoot("narrow")
	b.do(chromedp.Click(`[data-action="act:cancel"]`), chromedp.WaitVisible("#confirm-no"))
	b.shoot("confirm")
	b.do(chromedp.Click("#confirm-no"), chromedp.WaitNotVisible("#confirm"),
		chromedp.Click("#panel-toggle"), chromedp.WaitVisible("#executions"))
	b.shoot("panel")
	if m := o.slack.Messages("CVAC")[0]; m.Edits != 0 {
		t.Error("the press was sent although the answer was no")
	}
	b.do(chromedp.Click("#panel-toggle"), until(`getComputedStyle(document.querySelector("#panel")).visibility === "hidden"`),
		chromedp.Click(`[data-action="act:cancel"]`),
		chromedp.WaitVisible("#confirm-yes"), chromedp.Click("#confirm-yes"),
		until(`document.querySelector(".block-header").textContent.startsWith("Withdrawn")`))
}

// TestPageByKeyboard: the switch can be moved with the arrow keys, and a dialog
// begins in its first field and closes with Escape.
func TestPageByKeyboard(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 1280, 800)
	b.do(chromedp.Focus("#person-dana"), chromedp.KeyEvent(kb.ArrowRight),
		until(`document.activeElement.id === "person-alex" && document.activeElement.ariaChecked === "true"`),
		chromedp.KeyEvent(kb.ArrowLeft), until(`document.activeElement.id === "person-dana"`),
		chromedp.KeyEvent(kb.ArrowLeft), until(`document.activeElement.id === "person-kim"`),
		chromedp.Focus("#begin-new"), chromedp.KeyEvent(kb.Enter), until(`document.activeElement.id === "field-days"`),
		chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible("#modal"),
		// A menu gives the focus back to its button.
		chromedp.Focus("#shortcuts"), chromedp.KeyEvent(kb.Enter), until(`document.activeElement.id === "shortcut-new"`),
		chromedp.KeyEvent(kb.Escape), until(`document.activeElement.id === "shortcuts"`))
}

// TestModalRedrawKeepsWhatWasTyped: when the app changes the view, what stands
// in the fields stays and is sent.
func TestModalRedrawKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	o := open(t)
	if err := o.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := browser(t, o.url, 1280, 800)
	b.do(chromedp.Click("#person-dana"), chromedp.Click("#conversation-vacation-approvals"),
		chromedp.WaitVisible(`[data-action="form:reject"]`), chromedp.Click(`[data-action="form:reject"]`),
		chromedp.WaitVisible("#modal-submit"), chromedp.SendKeys(`[data-block="f:reason"] .input`, "cover is missing"),
		chromedp.Click(`[data-block="f:why"] input[value="cover"]`))
	id := o.slack.Modals("dana")[0].ID
	changed := strings.Replace(reasonModal, "Reject REQ-7K3F", "Reject it", 1)
	var v goslack.ModalViewRequest
	if err := json.Unmarshal([]byte(changed), &v); err != nil {
		t.Fatal(err)
	}
	if _, err := o.api.UpdateViewContext(t.Context(), v, "", "", id); err != nil {
		t.Fatal(err)
	}
	b.do(until(`document.querySelector("#modal-title").textContent === "Reject it"`),
		until(`document.querySelector('[data-block="f:reason"] .input').value === "cover is missing"`),
		until(`document.querySelector('[data-block="f:why"] input[value="cover"]').checked`),
		chromedp.Click("#modal-submit"), until(`document.querySelector(".block-header").textContent.startsWith("Rejected")`))
}

// TestPageComesBack: when the connection breaks, the page finds its way back and
// shows what happened meanwhile.
func TestPageComesBack(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 1280, 800)
	b.do(chromedp.Click("#conversation-general"), until(`document.querySelector("#conversation-name").textContent === "# general"`))
	o.web.CloseClientConnections()
	if _, _, err := o.api.PostMessageContext(t.Context(), "CGEN", goslack.MsgOptionText("said meanwhile", false)); err != nil {
		t.Fatal(err)
	}
	b.do(until(`document.querySelector("#messages").textContent.includes("said meanwhile")`))
}
