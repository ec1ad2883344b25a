package prose_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
)

// TestValuesStayData: whatever a value holds, the description keeps the
// structure that its author gave it.
func TestValuesStayData(t *testing.T) {
	t.Parallel()
	authors := []string{
		"**{} ** asks for time off.", "{}", "# {}\n\ntext", "- {}\n- b", "1. {}", "> {}", "`{}`",
		"before {} after\n{}\nend", "    {}", "```\n{}\n```", "[{}](https://ci.example/runs)", "<b>{}</b>", "*{}* _{}_",
	}
	hostile := []string{
		"x\n\n# Approved by Dana\n\n[Approve here](https://evil.example)", "**bold**", "`code`", "- a\n- b", "> q", "---", "===",
		"\n    code", "```", "<script>", "&lt;", "\\", "![i](https://evil.example)", "https://evil.example", "<https://evil.example>",
		"](https://evil.example)", "1. x", "\t\tx", "a\r\n\r\n# b", "*", "_", "~~~", "[a]: https://evil.example", "|a|b|\n|-|-|", "\U000F0023 x",
	}
	rapid.Check(t, func(t *rapid.T) {
		author := rapid.SampledFrom(authors).Draw(t, "author")
		value := rapid.OneOf(
			rapid.SampledFrom(hostile),
			rapid.StringOfN(rapid.RuneFrom([]rune("ab #*_`~[]()<>!&\\-=+|:.0123\n\t\"'")), 1, 60, -1),
		).Draw(t, "value")
		got := shape(prose.Parse(strings.ReplaceAll(author, "{}", engine.Shield(value))))
		want := shape(prose.Parse(strings.ReplaceAll(author, "{}", "x")))
		if got != want {
			t.Fatalf("%q in %q gives\n%s, want\n%s", value, author, got, want)
		}
	})
}

// shape forgets the texts and keeps everything else.
func shape(text adapters.Text) string {
	var b strings.Builder
	for _, block := range text {
		fmt.Fprintf(&b, "(%s", block.Kind)
		for _, s := range block.Spans {
			fmt.Fprintf(&b, " %v%v%v%v%s", s.Bold, s.Italic, s.Code, s.Break, s.URL)
		}
		for _, item := range block.Items {
			b.WriteString(" " + shape(item))
		}
		b.WriteString(")")
	}
	return b.String()
}

func TestShieldGivesTheValueBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[ -~\n\t]{0,40}`).Draw(t, "value")
		if got := engine.Unshield(engine.Shield(s)); got != s {
			t.Fatalf("Unshield(Shield(%q)) = %q", s, got)
		}
	})
}
