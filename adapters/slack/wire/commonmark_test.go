package wire

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"pgregory.net/rapid"
)

func TestCommonMark(t *testing.T) {
	t.Parallel()
	section := func(leaves string) string {
		return `{"elements":[{"type":"rich_text_section","elements":[` + leaves + `]}]}`
	}
	for name, test := range map[string]struct{ raw, want string }{
		"words":            {section(`{"type":"text","text":"a 12.50 R&D - b_c"}`), `a 12.50 R&D - b\_c`},
		"looks":            {section(`{"type":"text","text":"a "},{"type":"text","text":"bold ","style":{"bold":true}},{"type":"text","text":"both","style":{"bold":true,"italic":true}},{"type":"text","text":" x"}`), "a **bold** ***both*** x"},
		"look_in_a_word":   {section(`{"type":"text","text":"a"},{"type":"text","text":"(b)","style":{"bold":true}},{"type":"text","text":"c"}`), "a(b)c"},
		"strike_is_lost":   {section(`{"type":"text","text":"gone","style":{"strike":true}}`), "gone"},
		"code":             {section("{\"type\":\"text\",\"text\":\"a`b\",\"style\":{\"code\":true}}"), "``a`b``"},
		"link":             {section(`{"type":"link","url":"https://a.example/x?a=1&b=2","text":"the [page]!"}`), `[the \[page\]\!](<https://a.example/x?a=1&b=2>)`},
		"link_bare":        {section(`{"type":"link","url":"https://a.example/"}`), `[https://a.example/](<https://a.example/>)`},
		"link_of_a_script": {section(`{"type":"link","url":"javascript:alert(1)","text":"x"}`), "x"},
		"link_breaks_out":  {section(`{"type":"link","url":"https://a.example/>) [b](<https://b","text":"x"}`), "x"},
		"lines":            {section(`{"type":"text","text":"a\nb\n\n\nc\n"}`), "a\\\nb\n\nc"},
		"emoji":            {section(`{"type":"emoji","name":"+1","unicode":"1f44d-1f3fb"},{"type":"emoji","name":"own_one"}`), `👍🏻:own\_one:`},
		"mentions":         {section(`{"type":"user","user_id":"U1"},{"type":"text","text":" "},{"type":"broadcast","range":"here"},{"type":"channel","channel_id":"C1"}`), "@U1 @here#C1"},
		"hostile_text":     {section(`{"type":"text","text":"# a\n- b\n1. c\n> d\n![x](y)\n<b>&amp;\n---\n***\n` + "```" + `\n    code"}`), "\\# a\\\n\\- b\\\n1\\. c\\\n\\> d\\\n!\\[x\\](y)\\\n\\<b\\>\\&amp;\\\n\\---\\\n\\*\\*\\*\\\n\\`\\`\\`\\\ncode"},
		"list":             {`{"elements":[{"type":"rich_text_list","style":"bullet","indent":0,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a\nb"}]}]},{"type":"rich_text_list","style":"ordered","indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"c"}]}]},{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[]}]}]}`, "- a\\\n  b\n    1. c"},
		"list_too_deep":    {`{"elements":[{"type":"rich_text_list","style":"bullet","indent":7,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]}]}`, "- a"},
		"quote":            {`{"elements":[{"type":"rich_text_quote","elements":[{"type":"text","text":"a\n\nb"}]}]}`, "> a\n>\n> b"},
		"preformatted":     {`{"elements":[{"type":"rich_text_preformatted","elements":[{"type":"text","text":"x := 1\n` + "```" + `\n"}]}]}`, "````\nx := 1\n```\n````"},
		"unknown":          {`{"elements":[{"type":"hologram","elements":[1]},{"type":"rich_text_section","elements":[7,{"type":"hologram","text":"x"},{"type":"text","text":"y"}]}]}`, "y"},
		"empty":            {section(`{"type":"text","text":"\n \n"}`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := CommonMark([]byte(test.raw))
			if diff := cmp.Diff(test.want, got); diff != "" || !ok {
				t.Errorf("%v (-want +got)\n%s", ok, diff)
			}
		})
	}
	for _, raw := range []string{"", "[]", `"x"`, "{", `{"elements":{}}`, `{"elements":[[]]}`} {
		if got, ok := CommonMark([]byte(raw)); ok {
			t.Errorf("%q is taken for %q", raw, got)
		}
	}
}

// TestCommonMarkKeepsTheText: whatever somebody writes and however it looks, the
// CommonMark reads the same text, line by line.
func TestCommonMarkKeepsTheText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringOfN(rapid.SampledFrom([]rune("ab1 .)-+=#>*_`[]()<>!&;\\|~\n:/@é😀")), 0, 12, -1),
			rapid.SampledFrom([]string{"&amp;", "&#60;b&#62;", "<b>", "1. x", "- x", "* * *", "---", "===", "```x```", "    x", "[a]: /b", "[a](b)", "![a](b)", "<https://a.example>", "a\n\nb", "\\", "a\\\nb", "# x", "> x", "~~~", "|a|b|\n|-|-|"}),
			rapid.Map(rapid.String(), printable),
		)
		leaf := rapid.Custom(func(t *rapid.T) map[string]any {
			l := map[string]any{"type": "text", "text": text.Draw(t, "text")}
			if rapid.IntRange(0, 4).Draw(t, "link") == 0 {
				l["type"], l["url"] = "link", rapid.SampledFrom([]string{"https://a.example/", "https://a.example/;&amp;_*<>`\\)", "javascript:x", ""}).Draw(t, "url")
			}
			style := map[string]any{}
			for _, look := range []string{"bold", "italic", "code", "strike"} {
				if rapid.IntRange(0, 3).Draw(t, look) == 0 {
					style[look] = true
				}
			}
			l["style"] = style
			return l
		})
		section := rapid.Map(rapid.SliceOfN(leaf, 0, 4), func(all []map[string]any) map[string]any {
			return map[string]any{"type": "rich_text_section", "elements": all}
		})
		block := rapid.Custom(func(t *rapid.T) map[string]any {
			b := section.Draw(t, "section")
			switch b["type"] = rapid.SampledFrom([]string{"rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list"}).Draw(t, "block"); b["type"] {
			case "rich_text_list":
				b["elements"] = rapid.SliceOfN(section, 1, 3).Draw(t, "items")
				b["style"], b["indent"], b["offset"] = rapid.SampledFrom([]string{"bullet", "ordered"}).Draw(t, "style"), rapid.IntRange(-1, 4).Draw(t, "indent"), rapid.IntRange(0, 12).Draw(t, "offset")
			}
			return b
		})
		blocks := rapid.SliceOfN(block, 0, 4).Draw(t, "blocks")
		raw, err := json.Marshal(map[string]any{"type": "rich_text", "elements": blocks})
		if err != nil {
			t.Fatal(err)
		}
		mark, ok := CommonMark(raw)
		if !ok {
			t.Fatalf("no rich text: %s", raw)
		}
		if diff := cmp.Diff(written(blocks), shown(t, mark)); diff != "" {
			t.Fatalf("%s\nbecomes\n%s\n(-want +got)\n%s", raw, mark, diff)
		}
	})
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' || r == unicode.ReplacementChar || r == '\u2028' || r == '\u2029' || unicode.IsSpace(r) && r != ' ' && r != '\n' {
			return -1
		}
		return r
	}, s)
}

// written are the lines that somebody wrote, without blank ones.
func written(blocks []map[string]any) []string {
	var b strings.Builder
	var leaves func(v any)
	leaves = func(v any) {
		all, _ := v.([]map[string]any)
		for _, l := range all {
			switch l["type"] {
			case "rich_text_section":
				leaves(l["elements"])
				b.WriteString("\n")
			default:
				text, _ := l["text"].(string)
				if url, isLink := l["url"].(string); isLink && text == "" {
					text = url
				}
				b.WriteString(text)
			}
		}
	}
	for _, block := range blocks {
		leaves(block["elements"])
		b.WriteString("\n")
	}
	return tidy(b.String())
}

func tidy(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			out = append(out, l)
		}
	}
	return out
}

var (
	tag   = regexp.MustCompile(`<[^>]*>`)
	ended = regexp.MustCompile(`</(p|li|pre|blockquote|h[1-6])>|<(ul|ol|br)`)
)

// shown are the lines that a reader sees.
func shown(t interface{ Fatal(args ...any) }, mark string) []string {
	var b bytes.Buffer
	if err := goldmark.Convert([]byte(mark), &b); err != nil {
		t.Fatal(err)
	}
	return tidy(html.UnescapeString(tag.ReplaceAllString(ended.ReplaceAllString(b.String(), "\n$0"), "")))
}

// FuzzCommonMark: whatever stands where rich text should, it is read or refused,
// and does not grow out of proportion.
func FuzzCommonMark(f *testing.F) {
	f.Add([]byte(`{"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a*b","style":{"bold":true}}]}]}`))
	f.Add([]byte(`{"elements":[{"type":"rich_text_list","style":"ordered","indent":99,"offset":-7,"elements":[{"elements":[{"type":"emoji","unicode":"d800-110000"}]}]}]}`))
	f.Add([]byte(`{"elements":[{"type":"rich_text_quote","elements":[{"type":"link","url":"https://x/\u0000","text":"\n"}]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		mark, ok := CommonMark(raw)
		if !ok && mark != "" {
			t.Fatalf("refused, and yet %q", mark)
		}
		if len(mark) > 60*len(raw)+100 {
			t.Fatalf("%d bytes became %d", len(raw), len(mark))
		}
	})
}
