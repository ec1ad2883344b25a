package people

import (
	"strings"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/engine/approval"
)

// telling is the office with statuses that are read.
func telling(t *testing.T) *People {
	t.Helper()
	c := staff()
	c.Statuses = &Statuses{Surface: "slack", Name: "Slack status", Away: []string{":palm_tree:"}}
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestNamedInAStatus: exactly one person is named, by exactly their name.
func TestNamedInAStatus(t *testing.T) {
	t.Parallel()
	p := telling(t)
	const (
		nobody  = "names nobody"
		unknown = "names somebody whom signoff does not know"
		several = "names more than one person"
	)
	for name, c := range map[string]struct {
		text string
		who  approval.PersonID
		note string
	}{
		"mention":                 {"@ann", "ann", ""},
		"mention_in_a_sentence":   {"Away, please ask @Ann.", "ann", ""},
		"mail":                    {"Vacation (ann → kim@corp.example)", "kim@corp.example", ""},
		"mail_in_capitals":        {"KIM@Corp.Example!", "kim@corp.example", ""},
		"mention_by_mail":         {"@kim@corp.example", "kim@corp.example", ""},
		"the_same_twice":          {"@kim@corp.example, kim@corp.example", "kim@corp.example", ""},
		"empty":                   {"", "", nobody},
		"name_without_a_sign":     {"ann knows", "", nobody},
		"at_a_place":              {"@ the beach", "", unknown},
		"two":                     {"@ann or @bob", "", several},
		"two_and_oneself":         {"@dana, @ann", "", several},
		"one_known_one_not":       {"@ann @zoe", "", unknown},
		"unknown":                 {"@zoe", "", unknown},
		"unknown_mail":            {"zoe@corp.example", "", unknown},
		"oneself":                 {"@dana", "", "names themselves"},
		"oneself_by_mail":         {"dana@corp.example", "", "names themselves"},
		"switched_off":            {"@otto", "", "names somebody who is switched off in signoff's directory"},
		"joined":                  {"@ann/@bob", "", unknown},
		"possessive":              {"@ann's turn", "", unknown},
		"longer_name":             {"@anna", "", unknown},
		"account_id":              {"<@U7>", "", unknown},
		"tenant_and_id":           {"@T2:U7", "", unknown},
		"group":                   {"@leads", "", unknown},
		"kelvin_sign":             {"\u212aim@corp.example", "", unknown},
		"kelvin_sign_in_a_name":   {"@\u212aim@corp.example", "", unknown},
		"cyrillic_look_alike":     {"@\u0430nn", "", unknown},
		"fullwidth_at":            {"\uff20ann", "", nobody},
		"zero_width_space":        {"@ann\u200b", "", unknown},
		"hidden_second":           {"@ann \u200b@bob", "", unknown},
		"right_to_left":           {"\u202e@ann", "", unknown},
		"no_break_space":          {"@ann\u00a0@bob", "", unknown},
		"nul":                     {"@ann\x00", "", unknown},
		"not_utf_8":               {"@ann\xff", "", unknown},
		"line_break":              {"@ann\n@bob", "", several},
		"markup":                  {"<mailto:kim@corp.example|kim>", "", unknown},
		"long":                    {"@ann" + strings.Repeat(" ", longestStatus), "", "is too long"},
		"many_signs":              {strings.Repeat("@", 999), "", unknown},
		"lone_sign":               {"@", "", unknown},
		"mail_outside_the_domain": {"kim@corp.example.evil.example", "", unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if who, note := p.namedIn(c.text, "dana"); who != c.who || note != c.note {
				t.Errorf("namedIn(%q) = %q, %q, want %q, %q", c.text, who, note, c.who, c.note)
			}
		})
	}
}

// TestStatusIsAnAbsence only by an emoji of the list, as long as it lasts.
func TestStatusIsAnAbsence(t *testing.T) {
	t.Parallel()
	p := telling(t)
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	in := func(d time.Duration) time.Time { return now.Add(d) }
	for name, c := range map[string]struct {
		status adapters.Status
		away   bool
		until  time.Time
		who    approval.PersonID
		note   string
	}{
		"away":              {adapters.Status{Emoji: ":palm_tree:", Text: "@ann", Until: in(time.Hour)}, true, in(time.Hour), "ann", ""},
		"without_end":       {adapters.Status{Emoji: ":palm_tree:", Text: "@ann"}, true, time.Time{}, "ann", ""},
		"with_a_tone":       {adapters.Status{Emoji: ":palm_tree::skin-tone-3:"}, true, time.Time{}, "", "names nobody"},
		"unknown_emoji":     {adapters.Status{Emoji: ":house:", Text: "@ann"}, false, time.Time{}, "", ""},
		"longer_emoji":      {adapters.Status{Emoji: ":palm_tree_2:", Text: "@ann"}, false, time.Time{}, "", ""},
		"no_emoji":          {adapters.Status{Text: ":palm_tree: @ann"}, false, time.Time{}, "", ""},
		"colons":            {adapters.Status{Emoji: "::::", Text: "@ann"}, false, time.Time{}, "", ""},
		"expired":           {adapters.Status{Emoji: ":palm_tree:", Text: "@ann", Until: in(-time.Second)}, false, time.Time{}, "", ""},
		"expires_now":       {adapters.Status{Emoji: ":palm_tree:", Text: "@ann", Until: now}, false, time.Time{}, "", ""},
		"beyond_a_year":     {adapters.Status{Emoji: ":palm_tree:", Text: "@ann", Until: in(400 * 24 * time.Hour)}, true, time.Time{}, "", "lasts longer than a year"},
		"beyond_all_reason": {adapters.Status{Emoji: ":palm_tree:", Text: "@ann", Until: time.Unix(1<<50, 0)}, true, time.Time{}, "", "lasts longer than a year"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, away := p.saysAway("dana", c.status, now)
			if away != c.away || !a.Until.Equal(c.until) || a.StandIn != c.who || a.Note != c.note || away != (len(a.Digest) == 64) {
				t.Errorf("saysAway(%+v) = %+v, %t", c.status, a, away)
			}
		})
	}
}

func FuzzNamedInAStatus(f *testing.F) {
	for _, s := range []string{"@ann", "kim@corp.example", "@ann @bob", "\u212aim@corp.example", "@", "<@U7>"} {
		f.Add(s)
	}
	c := staff()
	p, err := New(c)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		who, note := p.namedIn(text, "dana")
		if (who == "") == (note == "") || who == "dana" || who == "otto" {
			t.Fatalf("namedIn(%q) = %q, %q", text, who, note)
		}
		if who != "" && !strings.Contains(strings.ToLower(text), string(who)) && !strings.Contains(strings.ToLower(text), p.people[who].Email) {
			t.Fatalf("namedIn(%q) = %q, whom it does not name", text, who)
		}
	})
}
