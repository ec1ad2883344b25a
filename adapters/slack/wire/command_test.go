package wire

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		escaped, want string
		people        []string
	}{
		"nothing":        {"", "", nil},
		"text":           {"approve REQ-1", "approve REQ-1", nil},
		"person":         {"to <@U123|kim> now", "to @U123 now", []string{"U123"}},
		"person_bare":    {"<@W123>", "@W123", []string{"W123"}},
		"person_twice":   {"<@U1A> <@U2B> <@U1A>", "@U1A @U2B @U1A", []string{"U1A", "U2B"}},
		"label_lies":     {"<@U123|U999>", "@U123", []string{"U123"}},
		"not_an_id":      {"<@kim>", "@kim", nil},
		"id_with_bar":    {"<@|U123>", "@", nil},
		"channel":        {"in <#C123|general>", "in C123", nil},
		"group":          {"<!subteam^S123|@hr>", "S123", nil},
		"everybody":      {"<!here> <!channel|x>", "@here @channel", nil},
		"date":           {"<!date^1^{date}|1970 &amp; on>", "1970 & on", nil},
		"link":           {"<https://example.com/a?b=1&amp;c=2|label>", "https://example.com/a?b=1&c=2", nil},
		"mail":           {"<mailto:a@example.com|a@example.com>", "a@example.com", nil},
		"entities":       {"a &lt; b &amp;&amp; c &gt; d", "a < b && c > d", nil},
		"entity_by_hand": {"&amp;lt;", "&lt;", nil},
		"typed_mention":  {"&lt;@U123&gt;", "<@U123>", nil},
		"open":           {"a <@U123", "a <@U123", nil},
		"empty_token":    {"a <> b", "a  b", nil},
		"nested":         {"<<@U123>>", "<@U123>", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, people := Plain(c.escaped)
			if got != c.want {
				t.Errorf("Plain(%q) = %q, want %q", c.escaped, got, c.want)
			}
			if diff := cmp.Diff(c.people, people); diff != "" {
				t.Errorf("people (-want +got)\n%s", diff)
			}
		})
	}
}

// TestCommandFormRefuses: a form in which something is not said once, or not said,
// is no command.
func TestCommandFormRefuses(t *testing.T) {
	t.Parallel()
	good := url.Values{"command": {"/signoff"}, "user_id": {"U1"}, "text": {"x"}}
	if c, err := CommandForm(good); err != nil || c.Name != "/signoff" || c.UserID != "U1" {
		t.Fatalf("CommandForm = %+v, %v", c, err)
	}
	for name, change := range map[string]url.Values{
		"two_users":    {"user_id": {"U1", "U2"}},
		"two_texts":    {"text": {"reject X", "approve X"}},
		"two_commands": {"command": {"/signoff", "/signoff"}},
		"two_of_any":   {"x": {"1", "2"}},
		"no_value":     {"x": {}},
		"no_user":      {"user_id": {""}},
		"bad_utf8":     {"text": {"\xff"}},
		"bad_name":     {"command": {"/\xff"}},
		"no_slash":     {"command": {"signoff"}},
		"too_long":     {"text": {strings.Repeat("x", maxCommand+1)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := url.Values{}
			maps.Copy(form, good)
			maps.Copy(form, change)
			if c, err := CommandForm(form); err == nil {
				t.Errorf("CommandForm(%v) = %+v", form, c)
			}
		})
	}
}

func FuzzCommand(f *testing.F) {
	f.Add("command=%2Fsignoff&user_id=U1&text=delegate+%3C%40U2%7Ckim%3E&trigger_id=1.2", []byte(`{"command":"/signoff","user_id":"U1","text":"<@U2|kim>"}`))
	f.Add("ssl_check=1", []byte(`{"ssl_check":"1"}`))
	f.Add("command=&command=", []byte(`null`))
	f.Fuzz(func(t *testing.T, form string, raw []byte) {
		check := func(c Command, err error) {
			if err != nil || c.SSLCheck == "1" {
				return
			}
			if c.UserID == "" || !strings.HasPrefix(c.Name, "/") || len(c.Once(raw)) != 64 {
				t.Fatalf("a command of nobody: %+v", c)
			}
			text, people := c.Plain()
			if !utf8.ValidString(text) {
				t.Fatalf("Plain(%q) = %q", c.Text, text)
			}
			for _, id := range people {
				if !strings.Contains(text, "@"+id) || !isID(id) {
					t.Fatalf("Plain(%q) names %q", c.Text, id)
				}
			}
		}
		if v, err := url.ParseQuery(form); err == nil {
			check(CommandForm(v))
		}
		check(CommandJSON(raw))
	})
}
