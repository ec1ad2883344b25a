package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"signoff/adapters/api"
	"signoff/engine"
	"signoff/engine/audit"
)

// publishedFlow is somebody else's flow, read where it lies and run unchanged.
const publishedFlow = "../../../shared/flows/page/vacation_approval.yaml"

// TestBrowser clicks what a person would click in the local chat, from the
// start of the published vacation flow to its end, and looks at what they would
// see.
func TestBrowser(t *testing.T) {
	for _, c := range []struct {
		name, button, reason, status string
		outcome                      engine.Outcome
		event                        audit.Event
		done                         string
	}{
		{"approve", "Approve", "Enjoy the <b>snow</b> & rest", "APPROVED", engine.Approved, audit.RequestApproved, "Approved"},
		{"reject", "Reject", "Nobody covers *that* week", "REJECTED", engine.Rejected, audit.RequestRejected, "Rejected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newVisitor(t)
			v.be("alex")
			v.start("Alex", "2026-12-21", "2026-12-31")

			v.be("sam") // a colleague who may not decide
			v.enter("conversation-vacation-approvals")
			v.sees("#messages", "Review request from Alex")
			v.press(c.button)
			v.sees(".only-me", "Only visible to you", "Dana can answer this")

			v.be("dana")
			v.enter("conversation-direct")
			v.picture("1-asked")
			v.press(c.button)
			v.sees("#modal", "Alex", "2026-12-21")
			v.click("#modal-submit") // with nothing filled in
			v.sees("#modal .field.wrong .error", "")
			v.fill("#modal .input", c.reason)
			v.picture("2-reason")
			v.click("#modal-submit")
			decided := time.Now()
			v.sees("#messages", c.done, "Dana", c.reason)
			if d := time.Since(decided); d > time.Second {
				t.Errorf("the copy changed after %v, want within a second", d)
			}
			v.showsNo("#messages .button.primary")
			v.picture("3-decided")
			v.enter("conversation-vacation-approvals")
			v.sees("#messages", c.done, "Dana")
			v.showsNo("#messages .button.primary")

			v.sees("#executions", "success")
			v.sees("#echo", "POST", "/approvals", "status", c.status, c.reason)
			x := v.onlyExecution()
			v.open("/executions/" + x.ID)
			v.sees("body", "update_hr_system", "200", c.reason, string(c.event), "Dana")
			v.picture("4-execution")
			v.holds(x, c.outcome, c.event, c.reason)
		})
	}
}

// visitor is a person before a browser, with the product running.
type visitor struct {
	t    *testing.T
	ctx  context.Context
	base string
	api  *api.Client
}

func newVisitor(t *testing.T) *visitor {
	t.Helper()
	return newVisitorOf(t, neededFile(t, publishedFlow))
}

// newVisitorOf runs the product with flows beside those that come with it.
func newVisitorOf(t *testing.T, flows ...string) *visitor {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	p := &program{Command: Command{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Getenv: func(string) string { return "" }}}
	a, ctx := newApp(t.Context(), p.logger(0))
	t.Cleanup(func() {
		if err := a.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	if err := p.startDev(ctx, a, devFlags{data: dir, flows: flows, listen: "127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	base := strings.TrimSpace(readFile(t, filepath.Join(dir, addressFile)))
	client, err := api.NewClient(base, strings.TrimSpace(readFile(t, filepath.Join(dir, tokenFile))))
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, ctx: newBrowser(t), base: base, api: client}
	v.open("/")
	return v
}

// neededFile skips the test where the file is absent, except in CI.
func neededFile(t *testing.T, path string) string {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		missing(t, "the published flows are not here: "+path)
	}
	return path
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// newBrowser starts a headless Chromium with an empty profile.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "there is no chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en-US"), chromedp.WSURLReadTimeout(time.Minute),
	)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // starts the browser; a limit here would end it later
		t.Fatalf("start the browser: %v", err)
	}
	return ctx
}

// run does something in the browser, with a limit after which it says what the
// page showed.
func (v *visitor) run(what string, actions ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, 15*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		text, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		v.picture("failed")
		v.t.Fatalf("%s: %v\nthe page showed:\n%s", what, err, text)
	}
}

func (v *visitor) open(path string) {
	v.t.Helper()
	v.run("open "+path, chromedp.Navigate(v.base+path), chromedp.WaitVisible(chromedp.CSS("body")))
}

func (v *visitor) click(selector string) {
	v.t.Helper()
	v.run("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

func (v *visitor) be(name string) {
	v.t.Helper()
	v.click("#person-" + name)
	v.run("be "+name, chromedp.WaitVisible(chromedp.CSS("#person-"+name+`[aria-checked="true"]`)))
}

func (v *visitor) enter(conversation string) {
	v.t.Helper()
	v.click("#" + conversation)
	v.run("enter "+conversation, chromedp.WaitVisible(chromedp.CSS("#"+conversation+`[aria-current="page"]`)))
}

// start begins the vacation flow by a command, and closes what tells of it.
func (v *visitor) start(employee, from, to string) {
	v.t.Helper()
	v.enter("conversation-general")
	v.say("/signoff start vacation_approval ")
	v.sees("#modal", "End date")
	v.put("Employee", employee)
	v.put("Start date", from)
	v.put("End date", to)
	v.click("#modal-submit")
	v.sees("#modal", "Started")
	v.click("#modal-close")
	v.run("the form closes", chromedp.WaitNotVisible(chromedp.CSS("#modal")))
}

func (v *visitor) fill(selector, text string) {
	v.t.Helper()
	v.run("fill in "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// press presses the button whose text begins so, in the open conversation.
func (v *visitor) press(text string) {
	v.t.Helper()
	path := fmt.Sprintf(`//*[@id="messages"]//button[starts-with(normalize-space(.), %q)]`, text)
	v.run("press "+text, chromedp.Click(path, chromedp.NodeVisible))
}

// sees waits until an element shows all of the texts.
func (v *visitor) sees(selector string, texts ...string) {
	v.t.Helper()
	for _, text := range texts {
		condition := fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.innerText.includes(%q) && e.innerText.trim() !== "")`, selector, text)
		v.run(fmt.Sprintf("see %q in %s", text, selector), chromedp.Poll[chromedp.Void](condition))
	}
}

// showsNo waits until nothing matches.
func (v *visitor) showsNo(selector string) {
	v.t.Helper()
	v.run("see no "+selector, chromedp.Poll[chromedp.Void](fmt.Sprintf(`document.querySelectorAll(%q).length === 0`, selector)))
}

// picture keeps a screenshot where SIGNOFF_SCREENSHOTS names a folder.
func (v *visitor) picture(name string) {
	v.t.Helper()
	dir := os.Getenv("SIGNOFF_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		v.t.Errorf("picture: %v", err)
		return
	}
	file := strings.ReplaceAll(v.t.Name(), "/", "-") + "-" + name + ".png"
	if err := os.WriteFile(filepath.Join(dir, file), png, 0o600); err != nil {
		v.t.Error(err)
	}
}

func (v *visitor) onlyExecution() api.Execution {
	v.t.Helper()
	all, err := v.api.Executions(v.t.Context(), api.Filter{})
	if err != nil || len(all) != 1 {
		v.t.Fatalf("executions: %v, %v; want one", all, err)
	}
	return all[0]
}

// holds checks what the pictures cannot: outputs, and the trail.
func (v *visitor) holds(x api.Execution, outcome engine.Outcome, event audit.Event, reason string) {
	v.t.Helper()
	for _, run := range x.Runs {
		if run.Task != "await_decision" {
			continue
		}
		values, _ := run.Outputs["onResume"].(map[string]any)
		if values["reason"] != reason || values["approved"] != (outcome == engine.Approved) || run.Outputs["outcome"] != string(outcome) {
			v.t.Errorf("outputs %v", run.Outputs)
		}
	}
	log, err := v.api.Audit(v.t.Context(), 1, 1000)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	seen := map[audit.Event]int{}
	_, err = audit.Verify(func(yield func(audit.Line, error) bool) {
		for line, err := range log.Lines() {
			if r, e := line.Record(); e == nil {
				seen[r.Event]++
			}
			if !yield(line, err) {
				return
			}
		}
	}, audit.Head{}, log.Head)
	if err != nil {
		v.t.Errorf("the trail does not verify: %v", err)
	}
	for e, want := range map[audit.Event]int{audit.RequestOpened: 1, audit.ResponseRefused: 1, audit.ResponseRecorded: 1, event: 1, audit.ExecutionEnded: 1} {
		if seen[e] != want {
			v.t.Errorf("the trail has %d lines %s, want %d: %v", seen[e], e, want, seen)
		}
	}
}
