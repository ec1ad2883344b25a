package store

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPackGivesTheTextBack(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "a", "abcdefg", strings.Repeat("a", 8), strings.Repeat("a", 270), strings.Repeat("ab", 5000),
		strings.Repeat("0123456789abcdef", 4), strings.Repeat("0", 19), dictionary, dictionary[5:25] + dictionary[:9],
		strings.Repeat("x", maxPack), strings.Repeat("x", maxPack+1), "\x00\x00\x00\x00\x00\x00\x00\x00\x00",
	} {
		packed := pack([]byte("before"), []byte(text))
		got, err := unpack(string(packed[len("before"):]))
		if err != nil || got != text {
			t.Errorf("unpack(pack(%.40q…)) = %.40q…, %v", text, got, err)
		}
		if len(packed) > len("before")+len(text)+1 {
			t.Errorf("pack(%.40q…) is %d bytes longer than the text", text, len(packed)-len("before")-len(text))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.OneOf(
			rapid.StringMatching(`[0-9a-f]{0,70}`), rapid.SampledFrom([]string{dictionary[:100], dictionary[100:300]}), rapid.String(),
			rapid.StringOfN(rapid.RuneFrom([]rune("ab")), 0, 400, -1),
		)).Draw(t, "parts")
		text := strings.Join(parts, "")
		if got, err := unpack(string(pack(nil, []byte(text)))); err != nil || got != text {
			t.Fatalf("unpack(pack(%q)) = %q, %v", text, got, err)
		}
	})
}

func TestPackSavesSpace(t *testing.T) {
	t.Parallel()
	line := `{"at":"2026-11-22T12:00:00.129456789Z","event":"copy.posted","namespace":"hr.operations","flow":"vacation_approval",` +
		`"revision":1,"execution":"01JD9Z0000000000000000000A","task":"await_decision","taskRun":"2","actor":{"via":"engine"},` +
		`"data":{"copy":1,"digest":"` + strings.Repeat("0f1e2d3c4b5a6978", 4) + `","place":"#vacation-approvals","shown":1,"surface":"slack"}}`
	if got := len(pack(nil, []byte(line))); got > len(line)/2 {
		t.Errorf("a line of %d bytes is packed into %d, want at most half", len(line), got)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(pack(nil, []byte(dictionary)))
	f.Add(pack(nil, []byte(strings.Repeat("0123456789abcdef", 4)+strings.Repeat("ab", 400))))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := unpack(string(b))
		if err == nil && len(text) > max(maxPack, len(b)) {
			t.Fatalf("%d bytes unpack to %d", len(b), len(text))
		}
	})
}
