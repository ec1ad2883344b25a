package devchat_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser opens the page in a real browser.
func browser(t *testing.T, url string, width, height int64) context.Context {
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
	do(t, ctx, chromedp.EmulateViewport(width, height)) // begins the browser, which lives as long as this ctx
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	do(t, ctx, chromedp.Navigate(url), chromedp.WaitVisible("#flows .start"))
	return ctx
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		shoot(t, ctx, "failed")
		t.Fatalf("browser: %v", err)
	}
}

// until waits for a JavaScript condition.
func until(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(10*time.Second))
}

// shoot takes a picture of the page if DEVCHAT_SHOTS names a folder for them.
func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("DEVCHAT_SHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Logf("screenshot: %v", err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, t.Name()+"-"+name+".png"), png, 0o600); err != nil {
		t.Error(err)
	}
}

// TestPageLivesAStory walks through the page as a person would.
func TestPageLivesAStory(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := browser(t, o.url, 1280, 800)
	do(t, ctx, chromedp.Click("#person-alex"), until(`document.querySelector("#person-alex").ariaChecked === "true"`))
	shoot(t, ctx, "empty")

	// A missing input is told under its field, and the others keep their values.
	do(t, ctx,
		chromedp.Click("#start-hr\\.operations-vacation_approval"), chromedp.WaitVisible("#input-employee"),
		chromedp.SendKeys("#input-employee", "Alex Adler"), chromedp.SetValue("#input-start_date", "2026-12-21"),
		chromedp.Click("#start-submit"), until(`document.querySelector("#input-end_date-error").textContent === "This input is required."`))
	shoot(t, ctx, "start")
	do(t, ctx, chromedp.SetValue("#input-end_date", "2026-12-31"), chromedp.Click("#start-submit"),
		until(`!document.querySelector("#start").open`),
		chromedp.Click("#conversation-vacation-approvals"), chromedp.WaitVisible(`[data-action="act:approve"]`))
	shoot(t, ctx, "asked")
	if got := o.started[0]; got.By.ID != "UALEX" || got.Inputs["employee"] != "Alex Adler" || got.Inputs["kind"] != "paid" {
		t.Errorf("started %+v, want Alex and what was typed", got)
	}

	// A refusal is for Alex alone.
	do(t, ctx, chromedp.Click(`[data-action="act:approve"]`), chromedp.WaitVisible(".only-me"))
	shoot(t, ctx, "refused")

	// Dana finds it in her direct messages and rejects with a reason.
	do(t, ctx, chromedp.Click("#person-dana"), chromedp.WaitVisible("#conversation-direct"), chromedp.Click("#conversation-direct"),
		until(`document.querySelector("#conversation-name").textContent === "signoff"`),
		until(`document.querySelectorAll(".only-me").length === 0`),
		chromedp.Click(`[data-action="form:reject"]`), chromedp.WaitVisible("#modal-submit"),
		chromedp.SendKeys(`[data-block="f:days"] .input`, "3"), chromedp.SendKeys(`[data-block="f:reason"] .input`, "no"),
		chromedp.Click("#modal-submit"), until(`document.querySelector('[data-error-for="f:reason"]').textContent !== ""`),
		until(`document.querySelector('[data-block="f:days"] .input').value === "3"`))
	shoot(t, ctx, "modal")
	do(t, ctx, chromedp.SendKeys(`[data-block="f:reason"] .input`, " cover in the last week"), chromedp.Click("#modal-submit"),
		until(`!document.querySelector("#modal").open`),
		until(`document.querySelector(".block-header").textContent.startsWith("Rejected")`),
		until(`document.querySelectorAll("[data-action]").length === 0`),
		until(`document.querySelector('[data-execution="01KZ7Q"]').dataset.state === "SUCCESS"`))
	shoot(t, ctx, "rejected")

	// The other copy changed in place too.
	do(t, ctx, chromedp.Click("#conversation-vacation-approvals"),
		until(`document.querySelector(".block-header").textContent.startsWith("Rejected")`))
}

// TestPageAsksBeforeConfirmedPress: no is no, yes is yes.
func TestPageAsksBeforeConfirmedPress(t *testing.T) {
	t.Parallel()
	o := open(t)
	if _, _, err := o.start(t.Context(), vacation()); err != nil {
		t.Fatal(err)
	}
	ctx := browser(t, o.url, 800, 700)
	do(t, ctx, chromedp.Click("#person-dana"), chromedp.Click("#conversation-vacation-approvals"),
		chromedp.WaitVisible(`[data-action="act:cancel"]`))
	shoot(t, ctx, "narrow")
	do(t, ctx, chromedp.Click(`[data-action="act:cancel"]`), chromedp.WaitVisible("#confirm-no"))
	shoot(t, ctx, "confirm")
	do(t, ctx, chromedp.Click("#confirm-no"), chromedp.WaitNotVisible("#confirm"),
		chromedp.Click("#panel-toggle"), chromedp.WaitVisible("#executions"))
	shoot(t, ctx, "panel")
	if m := o.slack.Messages("CVAC")[0]; m.Edits != 0 {
		t.Error("the press was sent although the answer was no")
	}
	do(t, ctx, chromedp.Click("#panel-toggle"), chromedp.Click(`[data-action="act:cancel"]`),
		chromedp.WaitVisible("#confirm-yes"), chromedp.Click("#confirm-yes"),
		until(`document.querySelector(".block-header").textContent.startsWith("Withdrawn")`))
}
