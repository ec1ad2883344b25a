package devchat_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	goslack "github.com/slack-go/slack"
)

// everything is a message with every block and element that the page draws; @
// stands for foreign text, and ~ for foreign text that was escaped for mrkdwn.
const everything = `[
	{"type":"header","text":{"type":"plain_text","text":"@"}},
	{"type":"section","text":{"type":"mrkdwn","text":"*bold* _it_ ` + "`code`" + ` <https://example.com/|~> ~","verbatim":true},
	 "accessory":{"type":"overflow","action_id":"o","options":[{"text":{"type":"plain_text","text":"@"},"value":"v"}]}},
	{"type":"section","fields":[{"type":"plain_text","text":"@"},{"type":"mrkdwn","text":"*Until*\n<!date^1795692000^{date} {time}|~>"}]},
	{"type":"context","elements":[{"type":"plain_text","text":"@"},{"type":"image","image_url":"https://example.com/a.png","alt_text":"@"}]},
	{"type":"divider"},
	{"type":"image","image_url":"https://example.com/a.png","alt_text":"@"},
	{"type":"rich_text","elements":[
		{"type":"rich_text_section","elements":[{"type":"text","text":"@","style":{"bold":true,"code":true}},{"type":"link","url":"https://example.com/","text":"@"},
			{"type":"user","user_id":"UDANA"},{"type":"broadcast","range":"here"},{"type":"emoji","name":"tada","unicode":"1f389"}]},
		{"type":"rich_text_quote","elements":[{"type":"text","text":"@"}]},
		{"type":"rich_text_preformatted","elements":[{"type":"text","text":"@"}]},
		{"type":"rich_text_list","style":"ordered","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"@"}]}]}]},
	{"type":"actions","elements":[
		{"type":"button","action_id":"b","text":{"type":"plain_text","text":"@"},"value":"@"},
		{"type":"static_select","action_id":"s","placeholder":{"type":"plain_text","text":"@"},"options":[{"text":{"type":"plain_text","text":"@"},"value":"v"}]},
		{"type":"users_select","action_id":"u"},
		{"type":"datepicker","action_id":"d","initial_date":"2026-11-22"},
		{"type":"timepicker","action_id":"t","initial_time":"09:30"},
		{"type":"radio_buttons","action_id":"r","options":[{"text":{"type":"plain_text","text":"@"},"description":{"type":"plain_text","text":"@"},"value":"v"}]},
		{"type":"checkboxes","action_id":"c","options":[{"text":{"type":"plain_text","text":"@"},"value":"v"}]}]},
	{"type":"input","optional":true,"label":{"type":"plain_text","text":"@"},"hint":{"type":"plain_text","text":"@"},
	 "element":{"type":"plain_text_input","action_id":"i","multiline":true,"placeholder":{"type":"plain_text","text":"@"},"initial_value":"@"}}
]`

// hostile is what an attacker would write where 75 characters are allowed.
const hostile = `<img src=x onerror=document.title='pwned'><https://evil.example|b><!here>`

func blocksWith(t *testing.T, text string) goslack.MsgOption {
	t.Helper()
	leaf := encoded(t, text)
	escaped := encoded(t, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text))
	var b goslack.Blocks
	raw := strings.NewReplacer("@", leaf, "~", escaped).Replace(everything)
	if err := json.Unmarshal([]byte(raw), &b); err != nil {
		t.Fatal(err)
	}
	return goslack.MsgOptionBlocks(b.BlockSet...)
}

// encoded is text as it stands inside a JSON string.
func encoded(t *testing.T, text string) string {
	t.Helper()
	raw, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Trim(string(raw), `"`)
}

// structure is a message's elements without its texts.
const structure = `(ts) => {
	const shape = (n) => n.nodeType !== 1 ? "" :
		n.tagName + "(" + n.className + ")[" + [...n.children].map(shape).join() + "]";
	return shape(document.querySelector('[data-ts="' + ts + '"] .content'));
}`

// TestForeignTextStaysText: whatever stands in the leaves of a message, the page
// has the same elements as if it were "x", and the text is there to read.
func TestForeignTextStaysText(t *testing.T) {
	t.Parallel()
	o := open(t)
	var ts [2]string
	for i, text := range []string{"x", hostile} {
		var err error
		_, ts[i], err = o.api.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("all", false), blocksWith(t, text))
		if err != nil {
			t.Fatal(err)
		}
	}
	b := browser(t, o.url, 1280, 1400)
	b.do(chromedp.Click("#conversation-vacation-approvals"), chromedp.WaitVisible(`[data-ts="`+ts[1]+`"]`))
	b.shoot("all")
	var got [2]string
	for i := range ts {
		var err error
		got[i], err = chromedp.Run(b.ctx, chromedp.Evaluate[string]("("+structure+")('"+ts[i]+"')"))
		if err != nil {
			t.Fatal(err)
		}
	}
	if got[0] != got[1] || !strings.Contains(got[0], "BLOCKQUOTE") {
		t.Errorf("elements differ:\n x: %s\n hostile: %s", got[0], got[1])
	}
	text, err := chromedp.Run(b.ctx, chromedp.TextContent(`[data-ts="`+ts[1]+`"] h3`))
	if err != nil || text != hostile {
		t.Errorf("header = %q, %v, want the text as it was written", text, err)
	}
	if title, err := chromedp.Run(b.ctx, chromedp.Title()); err != nil || strings.Contains(title, "pwned") {
		t.Errorf("title = %q, %v: a script ran", title, err)
	}
	links, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("#messages a")].map((a) => a.host).sort().join()`))
	if err != nil || links != strings.TrimSuffix(strings.Repeat("example.com,", 4), ",") {
		t.Errorf("links go to %q, %v, want example.com alone", links, err)
	}
}

// TestDarkScheme takes the picture of the page in the dark; that it works there
// is what the other tests say.
func TestDarkScheme(t *testing.T) {
	t.Parallel()
	o := open(t)
	if err := o.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := browser(t, o.url, 1280, 800)
	b.do(emulateDark(), chromedp.Click("#person-dana"), chromedp.Click("#conversation-vacation-approvals"), chromedp.WaitVisible(`[data-action="act:approve"]`),
		until(`getComputedStyle(document.body).backgroundColor !== "rgb(255, 255, 255)"`))
	b.shoot("dark")
}

func emulateDark() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
		})
		return err
	})
}
