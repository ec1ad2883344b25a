package wire

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestSheetRoundTrip: the names come back whatever the message said, of which as
// much is carried as Slack takes.
func TestSheetRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := Sheet{
			Subject: rapid.StringN(1, 60, -1).Draw(t, "subject"), About: rapid.StringN(0, 200, -1).Draw(t, "about"),
			Quote: rapid.StringN(0, 5000, -1).Draw(t, "quote"), Place: rapid.StringN(0, 30, -1).Draw(t, "place"),
		}
		metadata, err := want.Metadata()
		if err != nil || utf8.RuneCountInString(metadata) > MaxPrivateMetadata {
			t.Fatalf("Metadata() = %d code points, %v", utf8.RuneCountInString(metadata), err)
		}
		got, err := ParseSheet(metadata)
		if err != nil || got.Subject != want.Subject || got.About != want.About || got.Place != want.Place || !strings.HasPrefix(want.Quote, got.Quote) {
			t.Fatalf("ParseSheet = %+v, %v, want %+v", got, err, want)
		}
	})
}

func TestSheetTooLong(t *testing.T) {
	t.Parallel()
	if s, err := (Sheet{Subject: strings.Repeat("s", MaxPrivateMetadata)}).Metadata(); err == nil {
		t.Errorf("Metadata() took %d bytes", len(s))
	}
}

func FuzzParseSheet(f *testing.F) {
	f.Add(`{"s":"start:hr/vacation","l":"https://x","q":"y","c":"C1"}`)
	f.Add(`{"s":null}`)
	f.Fuzz(func(t *testing.T, metadata string) {
		if s, err := ParseSheet(metadata); err == nil && s.Subject == "" {
			t.Fatalf("a form about nothing: %+v", s)
		}
	})
}

// FuzzSeen: no payload makes a button of ours out of one that is none.
func FuzzSeen(f *testing.F) {
	f.Add([]byte(`{"type":"block_actions","actions":[{"action_id":"see:review","value":"1|01JD.2|3"},{"action_id":"sheet:0","value":"new"}]}`))
	f.Add([]byte(`{"type":"block_actions","view":{"callback_id":"signoff:sheet"},"actions":[{"type":"static_select","action_id":"value","block_id":"f:x"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Decode(raw)
		if err != nil {
			return
		}
		if a, _, ok := p.Seen(); ok && (a.Request == "" || a.Action != "" || a.Version < 0) {
			t.Fatalf("Seen() = %+v", a)
		}
		if subject, ok := p.Subject(); ok && subject == "" {
			t.Fatal("a form about nothing")
		}
		if p.Changed() && p.View == nil {
			t.Fatal("a change of no form")
		}
		_ = p.At()
	})
}

// A quote that has no room says that it is only the beginning, however little room
// the names leave.
func TestQuoteThatIsCutSaysSo(t *testing.T) {
	t.Parallel()
	for _, subject := range []int{1, 1480, 2900, 2960, 2980, 2984} {
		metadata, err := Sheet{Subject: strings.Repeat("s", subject), Quote: strings.Repeat("\"é", 2000)}.Metadata()
		if err != nil {
			t.Fatalf("a subject of %d: %v", subject, err)
		}
		got, err := ParseSheet(metadata)
		if err != nil {
			t.Fatal(err)
		}
		if n := utf8.RuneCountInString(metadata); n > MaxPrivateMetadata || got.Quote != "" && !strings.HasSuffix(got.Quote, "é…") && !strings.HasSuffix(got.Quote, "\"…") {
			t.Errorf("a subject of %d: %d code points, the quote ends in %q", subject, n, got.Quote[max(0, len(got.Quote)-8):])
		}
	}
}
