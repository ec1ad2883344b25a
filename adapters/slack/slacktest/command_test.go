package slacktest_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/slack/slacktest"
)

// commands are those of the app in these tests.
func commands(opt slacktest.Options) slacktest.Options {
	opt.Commands = []slacktest.SlashCommand{{Name: "/signoff", Escape: true}, {Name: "/plain"}}
	opt.UserGroups = []slacktest.UserGroup{{ID: "SHR", Handle: "hr"}}
	return opt
}

// TestCommandForm pins the fields that Slack sends.
func TestCommandForm(t *testing.T) {
	t.Parallel()
	s, c := start(t, commands(slacktest.Options{}))
	l := listen(t, s, nil)
	res, err := s.Command(t.Context(), "dana", "#vacation-approvals", "/signoff", "  start vacation ")
	if err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Command() = %+v, %v", res, err)
	}
	h := l.last()
	got := map[string]string{}
	for key := range h.form {
		got[key] = h.form.Get(key)
	}
	trigger, answer := got["trigger_id"], got["response_url"]
	delete(got, "trigger_id")
	delete(got, "response_url")
	want := map[string]string{
		"token": "verification-token-of-old", "team_id": "T0SIGNOFF", "team_domain": "signoff",
		"channel_id": "CVAC", "channel_name": "vacation-approvals", "user_id": "UDANA", "user_name": "dana",
		"command": "/signoff", "text": "start vacation", "api_app_id": "A0SIGNOFF", "is_enterprise_install": "false",
	}
	if diff := cmp.Diff(want, got); h.path != "/commands" || diff != "" {
		t.Errorf("%s (-want +got)\n%s", h.path, diff)
	}
	if _, err := c.OpenViewContext(t.Context(), trigger, modal("from a command")); err != nil {
		t.Errorf("views.open with the command's trigger: %v", err)
	}
	if status, word := send(t, answer, `{"text":"later"}`); status != http.StatusOK {
		t.Errorf("response_url: %d %s", status, word)
	}
	if e := s.Ephemerals("dana"); len(e) != 1 || e[0].Text != "later" || e[0].Channel != "CVAC" {
		t.Errorf("Ephemerals(dana) = %+v", e)
	}
}

func TestCommandEscaping(t *testing.T) {
	t.Parallel()
	s, _ := start(t, commands(slacktest.Options{}))
	l := listen(t, s, nil)
	for name, tt := range map[string]struct{ typed, want string }{
		"person":         {"ask @dana now", "ask <@UDANA|dana> now"},
		"nobody":         {"ask @nobody", "ask @nobody"},
		"mail_address":   {"ask dana@example.com", "ask dana@example.com"},
		"channel":        {"in #vacation-approvals", "in <#CVAC|vacation-approvals>"},
		"unknown_place":  {"ticket #123", "ticket #123"},
		"group":          {"@hr", "<!subteam^SHR|@hr>"},
		"everybody":      {"@here @channel", "<!here> <!channel>"},
		"address":        {"see https://example.com/a?b=1&c=2", "see <https://example.com/a?b=1&amp;c=2>"},
		"characters":     {"a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"},
		"mark_by_hand":   {"<@UDANA>", "&lt;@UDANA&gt;"},
		"entity_by_hand": {"&lt;", "&amp;lt;"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := s.Command(t.Context(), "alex", "CVAC", "/signoff", tt.typed); err != nil {
				t.Fatal(err)
			}
			if got := l.last().form.Get("text"); got != tt.want {
				t.Errorf("text = %q, want %q", got, tt.want)
			}
			if _, err := s.Command(t.Context(), "alex", "CVAC", "/plain", tt.typed); err != nil {
				t.Fatal(err)
			}
			if got := l.last().form.Get("text"); got != tt.typed {
				t.Errorf("without escaping: text = %q, want %q", got, tt.typed)
			}
		})
	}
}

func TestCommandAnswers(t *testing.T) {
	t.Parallel()
	plain := func(body string) func(http.ResponseWriter, heard) {
		return func(w http.ResponseWriter, _ heard) { _, _ = io.WriteString(w, body) }
	}
	status := func(code int) func(http.ResponseWriter, heard) {
		return func(w http.ResponseWriter, _ heard) { w.WriteHeader(code) }
	}
	for name, tt := range map[string]struct {
		answer            func(http.ResponseWriter, heard)
		whispered, public string
		failed            string
	}{
		"nothing":     {nil, "", "", ""},
		"text":        {plain("hello"), "hello", "", ""},
		"ephemeral":   {says(`{"text":"only you"}`), "only you", "", ""},
		"in_channel":  {says(`{"response_type":"in_channel","text":"all"}`), "", "all", ""},
		"empty_json":  {says(`{}`), "", "", ""},
		"broken_json": {says(`{"text":`), "", "", "invalid_command_response"},
		"bad_blocks":  {says(`{"blocks":[{"type":"nonsense"}]}`), "", "", "invalid_command_response"},
		"error_500":   {status(http.StatusInternalServerError), "", "", "dispatch_failed"},
		"not_found":   {status(http.StatusNotFound), "", "", "dispatch_failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := start(t, commands(slacktest.Options{}))
			listen(t, s, tt.answer)
			res, err := s.Command(t.Context(), "dana", "CVAC", "/signoff", "")
			if err != nil || (res.Outcome == slacktest.Failed) != (tt.failed != "") {
				t.Fatalf("Command() = %+v, %v", res, err)
			}
			var whispered, public string
			for _, e := range s.Ephemerals("dana") {
				whispered += e.Text
			}
			for _, m := range s.Messages("CVAC") {
				public += m.Text
			}
			if whispered != tt.whispered || public != tt.public {
				t.Errorf("whispered %q and said %q, want %q and %q", whispered, public, tt.whispered, tt.public)
			}
			var told string
			for _, n := range s.Notices("dana") {
				told += n.Text
			}
			if want := `/signoff failed with the error "` + tt.failed + `"`; tt.failed != "" && told != want || tt.failed == "" && told != "" {
				t.Errorf("Slack told Dana %q, want %q", told, tt.failed)
			}
		})
	}
}

// TestCommandTimesOut: after three seconds the person sees an error, and not
// before.
func TestCommandTimesOut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		takes time.Duration
		want  slacktest.Outcome
	}{{2999 * time.Millisecond, slacktest.Acknowledged}, {3001 * time.Millisecond, slacktest.Failed}} {
		synctest.Test(t, func(t *testing.T) {
			s := slacktest.New(office(commands(slacktest.Options{})))
			listen(t, s, func(http.ResponseWriter, heard) { time.Sleep(tt.takes) })
			res, err := s.Command(t.Context(), "dana", "CVAC", "/signoff", "")
			if err != nil || res.Outcome != tt.want {
				t.Errorf("an answer after %v: %+v, %v, want %s", tt.takes, res, err, tt.want)
			}
			if tt.want == slacktest.Failed && !strings.Contains(res.Text, "operation_timeout") {
				t.Errorf("Dana sees %q", res.Text)
			}
		})
	}
}

func TestCommandsThatCannotBeTyped(t *testing.T) {
	t.Parallel()
	s, _ := start(t, commands(slacktest.Options{}))
	l := listen(t, s, nil)
	for name, tt := range map[string]struct {
		user, channel, command string
		want                   error
	}{
		"unknown_command":   {"dana", "CVAC", "/other", slacktest.ErrNoCommand},
		"unknown_person":    {"nobody", "CVAC", "/signoff", slacktest.ErrNoUser},
		"not_in_channel":    {"alex", "CSMALL", "/signoff", slacktest.ErrNoChannel},
		"no_such_channel":   {"alex", "CNONE", "/signoff", slacktest.ErrNoChannel},
		"guest_not_invited": {"guest", "CVAC", "/signoff", slacktest.ErrNoChannel},
	} {
		if _, err := s.Command(t.Context(), tt.user, tt.channel, tt.command, ""); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	s.SetCommands(slacktest.SlashCommand{Name: "/other"})
	if _, err := s.Command(t.Context(), "dana", "CVAC", "/signoff", ""); !errors.Is(err, slacktest.ErrNoCommand) {
		t.Errorf("a command that was taken back: %v", err)
	}
	if n := len(l.all()); n != 0 {
		t.Errorf("the app heard %d things", n)
	}
}

func TestSSLCheck(t *testing.T) {
	t.Parallel()
	s, _ := start(t, slacktest.Options{})
	l := listen(t, s, nil)
	if status, err := s.CheckSSL(t.Context()); err != nil || status != http.StatusOK {
		t.Errorf("CheckSSL() = %d, %v", status, err)
	}
	if h := l.last(); h.path != "/commands" || h.form.Get("ssl_check") != "1" || h.form.Has("command") {
		t.Errorf("the app heard %+v", h)
	}
}
