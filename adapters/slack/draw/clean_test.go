package draw

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestCleanShows(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain text":              "plain text",
		"a\u202Eb":                "a[U+202E]b",
		"pay\u200Bpal":            "pay[U+200B]pal",
		"a\u2066b\u2069c":         "a[U+2066]b[U+2069]c",
		"a\x00b\x1b[0m":           "a[U+0000]b[U+001B][0m",
		"a\u0090b":                "a[U+0090]b",
		"soft\u00ADhyphen":        "soft[U+00AD]hyphen",
		"\uFEFFbom":               "[U+FEFF]bom",
		"a\U000E0041b":            "a[U+E0041]b",
		"x\u3164y\uFFA0z":         "x[U+3164]y[U+FFA0]z",
		"a\u034Fb":                "a[U+034F]b",
		"a\u200Db":                "a[U+200D]b",
		"a\uFE0Fb":                "a[U+FE0F]b",
		"👩\u200d💻 ❤️ 1️⃣":         "👩\u200d💻 ❤️ 1️⃣",
		"می\u200cخواهم":           "می\u200cخواهم",
		"a\r\nb\rc\u2028d\u2029e": "a\nb\nc\nd\ne",
		"a\tb":                    "a b",
		"bad\xff":                 "bad\uFFFD",
		"e\u0301":                 "e\u0301",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got, want := oneLine(" a\n\n b\u2028c "), "a b c"; got != want {
		t.Errorf("oneLine = %q, want %q", got, want)
	}
}

// TestCleanHidesNothing: what comes out holds no hidden character but those
// that shape an emoji or a script, and cleaning twice changes nothing.
func TestCleanHidesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := clean(rapid.String().Draw(t, "s"))
		if !utf8.ValidString(s) {
			t.Fatalf("clean gave invalid UTF-8: %q", s)
		}
		for _, r := range s {
			if unicode.In(r, unicode.Cc, unicode.Bidi_Control) && r != '\n' {
				t.Fatalf("%q holds %U", s, r)
			}
		}
		if again := clean(s); again != s {
			t.Fatalf("clean(%q) = %q", s, again)
		}
	})
}

func TestFitCuts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		limit int
		want  string
		cut   bool
	}{
		{"short", 5, "short", false},
		{"longer", 5, "long…", true},
		{"日本語テキスト", 4, "日本語…", true},
		{"cafe\u0301s and bars", 5, "caf…", true},
		{"ab👩\u200d💻cd", 5, "ab…", true},
		{"a      b", 4, "a…", true},
		{"", 0, "", false},
	} {
		if got, cut := fit(c.in, c.limit, markShort); got != c.want || cut != c.cut {
			t.Errorf("fit(%q, %d) = %q, %v, want %q, %v", c.in, c.limit, got, cut, c.want, c.cut)
		}
	}
}

// TestFitEscaped: never too long, never half an entity, and nothing else lost.
func TestFitEscaped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("&<>a日👩\u200D\u0301;"))).Draw(t, "s")
		limit := rapid.IntRange(1, 40).Draw(t, "limit")
		got := fitEscaped(s, limit, markShort)
		if n := utf8.RuneCountInString(got); n > limit {
			t.Fatalf("%q has %d code points, want at most %d", got, n, limit)
		}
		body := got
		if got != escape(s) {
			body = strings.TrimSuffix(got, markShort)
		}
		read := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(body)
		if !strings.HasPrefix(s, read) || escape(read) != body {
			t.Fatalf("fitEscaped(%q, %d) = %q", s, limit, got)
		}
	})
}

func TestThreeThousandEmojiFit(t *testing.T) {
	t.Parallel()
	s := strings.Repeat("🎉", 3000)
	if got, cut := fit(s, MaxSectionText, markLong); cut || got != s {
		t.Error("3,000 emoji do not fit into 3,000 code points")
	}
}
