package bot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/bot"
)

func show(diff []bot.DiffLine) string {
	var b strings.Builder
	for _, l := range diff {
		b.WriteString(string(l.Op) + l.Text + "\n")
	}
	return b.String()
}

func TestDiffShowsWhatChanged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, before, after, want string }{
		{"nothing", "", "", ""},
		{"all new", "", "a\nb\n", "+a\n+b\n"},
		{"all gone", "a\nb\n", "", "-a\n-b\n"},
		{"the same", "a\nb", "a\nb\n", " a\n b\n"},
		{"a line in the middle", "a\nb\nc\n", "a\nx\nc\n", " a\n-b\n+x\n c\n"},
		{"moved", "a\nb\nc\n", "b\nc\na\n", "-a\n b\n c\n+a\n"},
		{"line ends of another system", "a\r\nb\r\n", "a\nc\n", " a\n-b\n+c\n"},
		{"an empty line", "a\n\nb\n", "a\nb\n", " a\n-\n b\n"},
	} {
		if diff := cmp.Diff(c.want, show(bot.Diff([]byte(c.before), []byte(c.after)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestDiffLeadsFromOneTextToTheOther holds for any texts: what is kept and
// removed is the first, what is kept and added the second, and a text does not
// differ from itself.
func TestDiffLeadsFromOneTextToTheOther(t *testing.T) {
	t.Parallel()
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		a, b := lines.Draw(t, "before"), lines.Draw(t, "after")
		diff := bot.Diff([]byte(text(a)), []byte(text(b)))
		var before, after []string
		for _, l := range diff {
			if l.Op != '+' {
				before = append(before, l.Text)
			}
			if l.Op != '-' {
				after = append(after, l.Text)
			}
		}
		if text(before) != text(a) || text(after) != text(b) {
			t.Fatalf("the difference of %q and %q is\n%s", a, b, show(diff))
		}
		added, removed := bot.DiffStat(diff)
		if text(a) == text(b) && added+removed != 0 {
			t.Fatalf("%q differs from itself:\n%s", a, show(diff))
		}
		if added-removed != len(after)-len(before) {
			t.Fatalf("DiffStat = %d, %d", added, removed)
		}
	})
}

func text(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// A text that a hostile caller chose must not cost much.
func TestDiffOfLargeTextsIsBounded(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("a\n", 100_000), strings.Repeat("b\n", 100_000)
	added, removed := bot.DiffStat(bot.Diff([]byte(a), []byte(b)))
	if added != 100_000 || removed != 100_000 {
		t.Errorf("DiffStat = %d, %d, want all lines", added, removed)
	}
}
