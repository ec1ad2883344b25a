package devchat_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestRichText runs what makes a rich text block of a typed text in the browser, and
// back: who opens their draft again finds what they typed.
func TestRichText(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 800, 600)
	section := func(runs string) string { return `{"type":"rich_text_section","elements":[` + runs + `]}` }
	text := func(s, style string) string {
		if style != "" {
			style = `,"style":{"` + style + `":true}`
		}
		return fmt.Sprintf(`{"type":"text","text":%q%s}`, s, style)
	}
	for name, tt := range map[string]struct{ typed, want string }{
		"plain":       {"hello", section(text("hello", ""))},
		"two_lines":   {"a\nb", section(text("a", "") + "," + text("\n", "") + "," + text("b", ""))},
		"marks":       {"*b* _i_ ~s~ `c`", section(text("b", "bold") + "," + text(" ", "") + "," + text("i", "italic") + "," + text(" ", "") + "," + text("s", "strike") + "," + text(" ", "") + "," + text("c", "code"))},
		"inside_word": {"snake_case_name 2*3*4", section(text("snake_case_name 2*3*4", ""))},
		"list":        {"- a\n- b", `{"type":"rich_text_list","style":"bullet","elements":[` + section(text("a", "")) + "," + section(text("b", "")) + `]}`},
		"ordered":     {"1. a\n2. b", `{"type":"rich_text_list","style":"ordered","elements":[` + section(text("a", "")) + "," + section(text("b", "")) + `]}`},
		"quote":       {"> a", `{"type":"rich_text_quote","elements":[` + text("a", "") + `]}`},
		"code_block":  {"```\n*a*\n```", `{"type":"rich_text_preformatted","elements":[` + text("*a*", "") + `]}`},
		"link":        {"https://example.com/a", section(`{"type":"link","url":"https://example.com/a"}`)},
		"markup":      {"<!channel> <@U1>", section(text("<!channel> <@U1>", ""))},
	} {
		typed, err := json.Marshal(tt.typed)
		if err != nil {
			t.Fatal(err)
		}
		got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`import("/chat/richtext.js").then(({ toRichText, fromRichText }) => {
			const block = toRichText(%s);
			return JSON.stringify(block.elements) + "\n" + fromRichText(block);
		})`, typed), chromedp.EvalAwaitPromise))
		if want := "[" + tt.want + "]\n" + tt.typed; err != nil || !sameJSON(t, got, want) {
			t.Errorf("%s: toRichText(%q) = %s, %v, want %s", name, tt.typed, got, err, want)
		}
	}
	if got, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](
		`import("/chat/richtext.js").then(({ toRichText }) => toRichText(" \n ") === null)`, chromedp.EvalAwaitPromise)); err != nil || !got {
		t.Errorf("nothing is no block: %v, %v", got, err)
	}
}

// sameJSON compares the first lines as JSON and the rest as it is.
func sameJSON(t *testing.T, got, want string) bool {
	t.Helper()
	part := func(s string) (string, string) {
		var v any
		d := json.NewDecoder(strings.NewReader(s))
		if err := d.Decode(&v); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw), s[d.InputOffset():]
	}
	a, restA := part(got)
	b, restB := part(want)
	return a == b && restA == restB
}
