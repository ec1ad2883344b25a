package prose

import (
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/bot/prose/prosetest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"nothing":                       {"", ""},
		"only_white_space":              {" \n\t\n", ""},
		"paragraph_over_two_lines":      {"one\ntwo", "<paragraph “one two”>"},
		"hard_break":                    {"one  \ntwo", "<paragraph /“one” “two”>"},
		"looks":                         {"a **b** *c* `d`", "<paragraph “a ” b“b” “ ” i“c” “ ” c“d”>"},
		"nested_looks":                  {"***x** y*", "<paragraph bi“x” i“ y”>"},
		"windows_line_ends":             {"one\r\ntwo\r\n\r\nthree\rfour", "<paragraph “one two”><paragraph “three four”>"},
		"heading":                       {"# Title #", "<heading “Title”>"},
		"bullets":                       {"- a\n- b", "<bullets [<paragraph “a”>] [<paragraph “b”>]>"},
		"numbers":                       {"1. a\n2. b", "<numbers [<paragraph “a”>] [<paragraph “b”>]>"},
		"numbers_from_seven":            {"7. a\n8. b", "<bullets [<paragraph “7. a”>] [<paragraph “8. b”>]>"},
		"number_before_code":            {"7.     a", "<bullets [<paragraph “7.”><code a>]>"},
		"quote":                         {"> a\n> b", "<quote [<paragraph “a b”>]>"},
		"code_block":                    {"```sh\nrm -rf /\n```", "<code rm -rf />"},
		"rule":                          {"a\n\n---\n\nb", "<paragraph “a”><paragraph “———”><paragraph “b”>"},
		"character_references":          {"&lt;b&gt; &copy; &amp;amp; &#x41;", "<paragraph “<b> © &amp; A”>"},
		"escapes":                       {`\*no\* \&lt;`, "<paragraph “*no* &lt;”>"},
		"references_in_code_stay":       {"`&lt;`", "<paragraph c“&lt;”>"},
		"html_block_is_visible":         {"<div hidden>\nsecret\n</div>", "<code <div hidden>\nsecret\n</div>>"},
		"html_comment_is_visible":       {"a\n\n<!-- b -->", "<paragraph “a”><code <!-- b -->>"},
		"inline_html_is_visible":        {"a <b onclick=x>c</b>", "<paragraph “a <b onclick=x>c</b>”>"},
		"script_is_visible":             {"<script>\nx\n</script>", "<code <script>\nx\n</script>>"},
		"slack_mention_is_data":         {"<!channel> <@U1>", "<paragraph “<!channel> <@U1>”>"},
		"autolink":                      {"<https://a.example/x>", "<paragraph @https://a.example/x“https://a.example/x”>"},
		"bare_address_is_text":          {"https://a.example/x", "<paragraph “https://a.example/x”>"},
		"mail_autolink_is_text":         {"<a@b.example>", "<paragraph “a@b.example”>"},
		"link_names_its_host":           {"[Bank](https://evil.example/x)", "<paragraph @https://evil.example/x“Bank (evil.example)”>"},
		"link_that_lies":                {"[https://bank.example](https://evil.example)", "<paragraph @https://evil.example“https://bank.example (evil.example)”>"},
		"link_that_is_its_text":         {"[https://a.example](https://a.example)", "<paragraph @https://a.example“https://a.example”>"},
		"link_without_text":             {"[](https://a.example)", "<paragraph @https://a.example“https://a.example”>"},
		"link_in_bold":                  {"**[x](https://a.example)**", "<paragraph b@https://a.example“x (a.example)”>"},
		"link_by_reference":             {"[x][1]\n\n[1]: https://a.example", "<paragraph @https://a.example“x (a.example)”>"},
		"image_becomes_a_link":          {"![cat](https://a.example/c.png)", "<paragraph @https://a.example/c.png“cat (a.example)”>"},
		"image_without_text":            {"![](https://a.example/c.png)", "<paragraph @https://a.example/c.png“https://a.example/c.png”>"},
		"javascript_is_text":            {"[x](javascript:alert(1))", "<paragraph “x (javascript:alert(1))”>"},
		"javascript_by_reference":       {"[x](&#x6a;avascript:alert)", "<paragraph “x (javascript:alert)”>"},
		"data_address_is_text":          {"[x](data:text/html,y)", "<paragraph “x (data:text/html,y)”>"},
		"relative_address_is_text":      {"[x](/admin)", "<paragraph “x (/admin)”>"},
		"address_without_scheme":        {"[x](//evil.example)", "<paragraph “x (//evil.example)”>"},
		"password_in_address":           {"[x](https://bank.example@evil.example)", "<paragraph “x (https://bank.example@evil.example)”>"},
		"backslash_in_address":          {`[x](https://a.example\\@evil.example)`, "<paragraph “x (https://a.example%5C@evil.example)”>"},
		"host_in_cyrillic":              {"[x](https://аpple.example)", "<paragraph “x (https://%D0%B0pple.example)”>"},
		"capital_scheme":                {"[x](HTTPS://A.example)", "<paragraph @HTTPS://A.example“x (a.example)”>"},
		"bidi_in_text":                  {"a\u202Eb", "<paragraph “a⟨U+202E⟩b”>"},
		"bidi_by_reference":             {"a&#x202E;b", "<paragraph “a⟨U+202E⟩b”>"},
		"bidi_in_code":                  {"`a\u2066b`", "<paragraph c“a⟨U+2066⟩b”>"},
		"bidi_in_code_block":            {"```\na\u202Eb\n```", "<code a⟨U+202E⟩b>"},
		"bidi_in_html":                  {"<b\u202E>x", "<paragraph “<b⟨U+202E⟩>x”>"},
		"nul":                           {"a\x00b", "<paragraph “a\uFFFDb”>"},
		"table_is_text":                 {"|a|b|\n|-|-|", "<paragraph “|a|b| |-|-|”>"},
		"deep_quotes_become_flat":       {strings.Repeat(">", 40) + " x", strings.Repeat("<quote [", 5) + "<paragraph “x”>" + strings.Repeat("]>", 5)},
		"list_in_list":                  {"- a\n  - b", "<bullets [<paragraph “a”><bullets [<paragraph “b”>]>]>"},
		"unused_reference_says_nothing": {"[1]: https://a.example", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, prosetest.Outline(Parse(c.in))); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

func TestParseSaysThatItCut(t *testing.T) {
	t.Parallel()
	got := Parse(strings.Repeat("é", maxTextBytes))
	if last := got[len(got)-1]; last.Spans[0].Text != cutMark {
		t.Errorf("a cut text ends with %q, want %q", last.Spans[0].Text, cutMark)
	}
	if first := got[0].Spans[0].Text; strings.Trim(first, "é") != "" {
		t.Errorf("a character was cut in two: %q", first[len(first)-8:])
	}
}

// TestParseIsBounded feeds what makes Markdown parsers slow.
func TestParseIsBounded(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{
		">", "* a ", "*", "_a", "[", "![", "[a](", "[](", "a*_", "[a][b]", "`", ">- ", "<a ", "&", "a\n", "[a]: x\n", "a\u0301",
	} {
		began := time.Now()
		Parse(strings.Repeat(unit, maxTextBytes))
		if took := time.Since(began); took > 10*time.Second { // some 50 ms, on a free machine
			t.Errorf("Parse of many %q took %v", unit, took)
		}
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"plain":                  {"Zoë 東京 مرحبا", "Zoë 東京 مرحبا"},
		"line_breaks":            {"a\r\nb\rc\n\n\n\nd\n", "a\nb\nc\n\nd"},
		"tab":                    {"a\tb", "a\tb"},
		"control":                {"a\x1b[31mb\x07", "a⟨U+001B⟩[31mb⟨U+0007⟩"},
		"c1":                     {"a\u0085b", "a⟨U+0085⟩b"},
		"bidi_override":          {"\u202Ecod.exe", "⟨U+202E⟩cod.exe"},
		"bidi_isolate":           {"\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"},
		"arabic_letter_mark":     {"a\u061cb", "a⟨U+061C⟩b"},
		"zero_width_space":       {"pay\u200bments", "pay⟨U+200B⟩ments"},
		"byte_order_mark":        {"\ufeffa", "⟨U+FEFF⟩a"},
		"soft_hyphen":            {"a\u00adb", "a⟨U+00AD⟩b"},
		"line_separator":         {"a\u2028b", "a⟨U+2028⟩b"},
		"hangul_filler":          {"a\u3164b", "a⟨U+3164⟩b"},
		"braille_blank":          {"a\u2800b", "a⟨U+2800⟩b"},
		"grapheme_joiner":        {"a\u034fb", "a⟨U+034F⟩b"},
		"tag_characters":         {"a\U000E0041", "a⟨U+E0041⟩"},
		"variation_on_a_letter":  {"a\ufe0f", "a⟨U+FE0F⟩"},
		"noncharacter":           {"a\uffff", "a⟨U+FFFF⟩"},
		"bad_utf8":               {"a\xffb", "a⟨0xFF⟩b"},
		"replacement_character":  {"a\uFFFDb", "a\uFFFDb"},
		"emoji_family":           {"👩‍💻 ⚠️ 1️⃣", "👩‍💻 ⚠️ 1️⃣"},
		"emoji_with_skin":        {"👩🏽‍💻", "👩🏽‍💻"},
		"heart_on_fire":          {"❤️‍🔥", "❤️‍🔥"},
		"joiner_between_letters": {"a\u200db", "a⟨U+200D⟩b"},
		"persian_nonjoiner":      {"می\u200cخواهم", "می\u200cخواهم"},
		"hindi_joiner":           {"क्\u200dष", "क्\u200dष"},
		"accents":                {"e\u0301", "e\u0301"},
		"heap_of_marks":          {"a" + strings.Repeat("\u0301", 7), "a" + strings.Repeat("\u0301", 5) + "⟨U+0301⟩⟨U+0301⟩"},
		"arabic_number_sign":     {"\u0600\u0661", "\u0600\u0661"},
		"outer_white_space":      {"  a  ", "a"},
		"only_hidden_characters": {"\u200b", "⟨U+200B⟩"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Clean(c.in); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	if got, want := OneLine("  a\n\n b\t\u00a0c\u3000d "), "a b c d"; got != want {
		t.Errorf("OneLine = %q, want %q", got, want)
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"Straße", 6, "Straße"},
		{"Straßen", 6, "Straße " + cutMark},
		{"日本語", 2, "日本 " + cutMark},
		{"", 0, ""},
	} {
		if got := Cut(c.in, c.limit); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

// TestParseMayBeCalledByMany: the parser is shared.
func TestParseMayBeCalledByMany(t *testing.T) {
	t.Parallel()
	const src = "# a\n- [x][1] **b**\n\n[1]: https://a.example\n"
	want := prosetest.Outline(Parse(src))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := prosetest.Outline(Parse(src)); got != want {
					t.Errorf("Parse = %s, want %s", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzParse holds for every text: nothing invisible gets through, only web
// addresses are links, and depth is bounded.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"# a\n- [x](https://a.example)\n  > **b**\n", "<b>\u202E", "&#x200B;", "1. ```\n\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkText(t, Parse(s), 0)
	})
}

func checkText(t *testing.T, text adapters.Text, depth int) {
	if depth > maxTextDepth {
		t.Fatalf("a text is nested %d deep", depth)
	}
	for _, b := range text {
		prosetest.Visible(t, b.Code)
		for _, s := range b.Spans {
			prosetest.Visible(t, s.Text)
			if _, ok := LinkHost(s.URL); s.URL != "" && !ok {
				t.Fatalf("a link leads to %q", s.URL)
			}
		}
		for _, item := range b.Items {
			checkText(t, item, depth+1)
		}
	}
}

// TestCleanTellsTextsApart: a text and the same with one hidden character more
// never look the same.
func TestCleanTellsTextsApart(t *testing.T) {
	t.Parallel()
	seen := map[string]rune{}
	for r := range rune(0x11000) {
		if r >= 0x10000 {
			r += 0xE0000 - 0x10000 // the tags, which are all hidden
		} else if !utf8.ValidRune(r) {
			continue
		}
		got := Clean("a" + string(r) + "b")
		if before, twice := seen[got]; twice && r != '\r' {
			t.Fatalf("U+%04X and U+%04X both look like %q", before, r, got)
		}
		if got == "ab" {
			t.Fatalf("U+%04X vanishes", r)
		}
		seen[got] = r
	}
}
