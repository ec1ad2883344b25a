package devchat_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestMrkdwn runs the page's parser in the browser, on what bots write and on
// what looks like it.
func TestMrkdwn(t *testing.T) {
	t.Parallel()
	o := open(t)
	b := browser(t, o.url, 800, 600)
	for name, tt := range map[string]struct{ text, want string }{
		"bold":              {"*Dates*: today", "<strong>Dates</strong>: today"},
		"all_marks":         {"*b* _i_ ~s~ `c`", "<strong>b</strong> <em>i</em> <s>s</s> <code>c</code>"},
		"nested":            {"*b _i_*", "<strong>b <em>i</em></strong>"},
		"inside_word":       {"snake_case_name 2*3*4", "snake_case_name 2*3*4"},
		"lone_marks":        {"* a * _ b", "* a * _ b"},
		"marks_in_code":     {"`*x* <y>`", "<code>*x* &lt;y&gt;</code>"},
		"lines":             {"a\nb", "a<br>b"},
		"quote":             {"&gt; a\n&gt; b\nc", "<blockquote>a<br>b</blockquote>c"},
		"code_block":        {"x ```\n*a*\n``` y", "x <pre>*a*</pre> y"},
		"open_code_block":   {"x ``` y", "x ``` y"},
		"entities_once":     {"&amp;lt;b&amp;gt; &lt;b&gt;", "&amp;lt;b&amp;gt; &lt;b&gt;"},
		"escaped_sequence":  {"&lt;!channel&gt;", "&lt;!channel&gt;"},
		"link":              {"<https://example.com/a?b&amp;c|see>", `<a href="https://example.com/a?b&amp;c" target="_blank" rel="noopener noreferrer">see</a>`},
		"bare_link":         {"<https://example.com/>", `<a href="https://example.com/" target="_blank" rel="noopener noreferrer">https://example.com/</a>`},
		"script_link":       {"<javascript:alert(1)|see>", "<span>see</span>"},
		"data_link":         {"<data:text/html,x>", "<span>data:text/html,x</span>"},
		"person":            {"<@UDANA>", `<span class="mention">@Dana Diaz</span>`},
		"unknown_person":    {"<@U9>", `<span class="mention">@U9</span>`},
		"broadcast":         {"<!channel>", `<span class="mention">@channel</span>`},
		"markup_is_no_html": {"<b>x</b> & <img>", "<span>b</span>x<span>/b</span> &amp; <span>img</span>"},
		"open_bracket":      {"1 < 2", "1 &lt; 2"},
		"date_fallback":     {"<!date^99999999999999^{date}|some day>", "<span>some day</span>"},
		"address":           {"see https://example.com/a?b&amp;c.", `see <a href="https://example.com/a?b&amp;c" target="_blank" rel="noopener noreferrer">https://example.com/a?b&amp;c</a>.`},
		"address_in_code":   {"`https://example.com/`", "<code>https://example.com/</code>"},
		"no_web_address":    {"javascript:alert(1) http://", "javascript:alert(1) http://"},
	} {
		text, err := json.Marshal(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`import("/chat/mrkdwn.js").then(({ linked, mrkdwn }) => {
			const div = document.createElement("div");
			div.append(...linked(mrkdwn(%s, (id) => (id === "UDANA" ? "Dana Diaz" : null))));
			return div.innerHTML;
		})`, text), chromedp.EvalAwaitPromise))
		if err != nil || got != tt.want {
			t.Errorf("%s: mrkdwn(%q) = %q, %v, want %q", name, tt.text, got, err, tt.want)
		}
	}
}
