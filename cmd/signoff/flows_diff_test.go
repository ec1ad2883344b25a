package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/bot"
)

func TestHunksShowThreeLinesAround(t *testing.T) {
	t.Parallel()
	numbered := func(change map[int]string) []byte {
		var b strings.Builder
		for i := range 40 {
			text, there := change[i]
			if !there {
				text = fmt.Sprint("line ", i)
			}
			if text != "" {
				b.WriteString(text + "\n")
			}
		}
		return []byte(b.String())
	}
	before := numbered(nil)
	after := numbered(map[int]string{0: "first", 5: "close", 20: "", 39: "line 39\nlast"})
	want := strings.Join([]string{
		"@@ -1,9 +1,9 @@", "-line 0", "+first", " line 1", " line 2", " line 3", " line 4", "-line 5", "+close", " line 6", " line 7", " line 8",
		"@@ -18,7 +18,6 @@", " line 17", " line 18", " line 19", "-line 20", " line 21", " line 22", " line 23",
		"@@ -38,3 +37,4 @@", " line 37", " line 38", " line 39", "+last", "",
	}, "\n")
	if diff := cmp.Diff(want, hunks(bot.Diff(before, after))); diff != "" {
		t.Errorf("hunks (-want +got):\n%s", diff)
	}
	for name, c := range map[string]struct{ before, after, want string }{
		"nothing":  {"a\n", "a\n", ""},
		"all new":  {"", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
		"all gone": {"a\n", "", "@@ -1,1 +0,0 @@\n-a\n"},
	} {
		if got := hunks(bot.Diff([]byte(c.before), []byte(c.after))); got != c.want {
			t.Errorf("%s: hunks = %q, want %q", name, got, c.want)
		}
	}
}
