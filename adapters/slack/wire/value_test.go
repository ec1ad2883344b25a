package wire

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/adapters"
)

func TestButtonValueForm(t *testing.T) {
	t.Parallel()
	id := ButtonID(ActPrefix, "approve", 0)
	if value := ButtonValue(Aim{"01JD.2", 7, "approve"}, id); id != "act:approve" || value != "1|01JD.2|7" {
		t.Errorf("button = %q %q, want act:approve 1|01JD.2|7", id, value)
	}
}

// TestButtonRoundTrip: whatever the names are, a button brings them back.
func TestButtonRoundTrip(t *testing.T) {
	t.Parallel()
	name := rapid.OneOf(rapid.StringN(1, -1, 300), rapid.StringOfN(rapid.SampledFrom([]rune("|%~:72C5")), 1, 300, -1))
	rapid.Check(t, func(t *rapid.T) {
		want := Aim{name.Draw(t, "request"), rapid.IntRange(0, 1<<31).Draw(t, "version"), name.Draw(t, "action")}
		prefix := rapid.SampledFrom([]string{ActPrefix, FormPrefix}).Draw(t, "prefix")
		id := ButtonID(prefix, want.Action, rapid.IntRange(0, 30).Draw(t, "n"))
		if utf8.RuneCountInString(id) > MaxID {
			t.Fatalf("the action_id has %d code points", utf8.RuneCountInString(id))
		}
		got, form, err := ParseButton(id, ButtonValue(want, id))
		if err != nil || form != (prefix == FormPrefix) {
			t.Fatalf("ParseButton = %v, form %v", err, form)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("aim (-want +got)\n%s", diff)
		}
	})
}

func TestParseButtonRefuses(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][2]string{
		"other_prefix":   {"buy:approve", "1|r|1"},
		"no_prefix":      {"approve", "1|r|1"},
		"other_format":   {"act:approve", "2|r|1"},
		"no_version":     {"act:approve", "1|r"},
		"bad_version":    {"act:approve", "1|r|x"},
		"huge_version":   {"act:approve", "1|r|99999999999999999999"},
		"too_many_parts": {"act:approve", "1|r|1|a|b"},
		"no_request":     {"act:approve", "1||1"},
		"no_action":      {"act:", "1|r|1"},
		"empty_action":   {"act:~1", "1|r|1|"},
		"empty":          {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if a, _, err := ParseButton(b[0], b[1]); err == nil {
				t.Errorf("ParseButton(%q, %q) = %+v", b[0], b[1], a)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	want, ref := Aim{"01JD.2", 3, "reject"}, adapters.MessageRef{Place: "C1", Message: "1.000002"}
	s, err := NewMetadata(want, ref)
	if err != nil {
		t.Fatalf("NewMetadata: %v", err)
	}
	got, touched, err := ParseMetadata(s)
	if err != nil || got != want || touched != ref {
		t.Errorf("ParseMetadata(%s) = %+v, %+v, %v", s, got, touched, err)
	}
	if _, err := NewMetadata(Aim{strings.Repeat("r", MaxPrivateMetadata), 1, "a"}, ref); err == nil {
		t.Error("NewMetadata took more than Slack carries")
	}
	for _, bad := range []string{"", "{}", "null", `{"r":"x"}`, `{"r":"x","a":"y","v":-1}`, `{"r":1}`, "[]"} {
		if _, _, err := ParseMetadata(bad); err == nil {
			t.Errorf("ParseMetadata(%q) took it", bad)
		}
	}
}
