package slacktest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signoff/adapters/slack/slacktest"
)

// FuzzTyped has a person type anything as a command: it arrives as one line of
// fields, and escaped it holds no mark that the person made by hand.
func FuzzTyped(f *testing.F) {
	f.Add("start @dana in #vacation-approvals & <https://evil|bank>")
	f.Add("<!channel> @here https://a|b <@UDANA>")
	f.Add("\x00\xff@\u202e#https://")
	f.Fuzz(func(t *testing.T, text string) {
		s := slacktest.New(office(commands(slacktest.Options{})))
		l := listen(t, s, nil)
		for _, command := range []string{"/signoff", "/plain"} {
			if _, err := s.Command(t.Context(), "dana", "CVAC", command, text); err != nil {
				t.Fatal(err)
			}
			h := l.last()
			if h.form.Get("command") != command || h.form.Get("user_id") != "UDANA" {
				t.Fatalf("fields = %v", h.form)
			}
			if got := h.form.Get("text"); command == "/plain" && got != strings.TrimSpace(text) {
				t.Errorf("text = %q, want %q", got, text)
			} else if command == "/signoff" && marks(got) != "" {
				t.Errorf("text = %q of %q has a mark %q that Slack does not make", got, text, marks(got))
			}
		}
	})
}

// marks is the first mark that is none of a user, a channel, a group, a word for
// many people or an address.
func marks(text string) string {
	for {
		_, after, found := strings.Cut(text, "<")
		if !found {
			return ""
		}
		inside, rest, closed := strings.Cut(after, ">")
		if !closed {
			return after
		}
		switch {
		case strings.HasPrefix(inside, "@UDANA|"), strings.HasPrefix(inside, "@UALEX|"), strings.HasPrefix(inside, "@UGONE|"),
			strings.HasPrefix(inside, "@UGUEST|"), strings.HasPrefix(inside, "@USTRANGE|"), strings.HasPrefix(inside, "#C"),
			strings.HasPrefix(inside, "!subteam^SHR|"), inside == "!here", inside == "!channel", inside == "!everyone":
		case (strings.HasPrefix(inside, "http://") || strings.HasPrefix(inside, "https://")) && !strings.Contains(inside, "|"):
		default:
			return inside
		}
		text = rest
	}
}

// FuzzAnswered has the app answer anything to a command, to what is typed into a
// select, and to a form. Whatever it is, the person is shown something or told of
// the trouble.
func FuzzAnswered(f *testing.F) {
	f.Add(`{"text":"hello"}`, true)
	f.Add(`{"response_type":"in_channel","blocks":[{"type":"header"}]}`, true)
	f.Add(`{"options":[{"text":{"type":"plain_text","text":"a"},"value":"b"}]}`, true)
	f.Add(`{"option_groups":[{"label":[],"options":{}}]}`, true)
	f.Add(`{"response_action":"push","view":{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[{"type":"input"}]}}`, true)
	f.Add(`{"response_action":"errors","errors":{"g":["x"]}}`, true)
	f.Add("plain text", false)
	f.Fuzz(func(t *testing.T, answer string, isJSON bool) {
		s := slacktest.New(office(shortcuts(commands(slacktest.Options{}))))
		l := listen(t, s, nil)
		if _, err := s.UseShortcut(t.Context(), "dana", "new"); err != nil {
			t.Fatal(err)
		}
		trigger, _ := l.last().json["trigger_id"].(string)
		opened := call(t, s, s.BotToken(), "views.open", map[string]string{"trigger_id": trigger, "view": groupForm})
		id, _ := at(opened, "view", "id").(string)
		l.answer = func(w http.ResponseWriter, _ heard) {
			if isJSON {
				w.Header().Set("Content-Type", "application/json")
			}
			_, _ = w.Write([]byte(answer))
		}
		if _, err := s.Command(t.Context(), "dana", "CVAC", "/signoff", "x"); err != nil {
			t.Fatal(err)
		}
		got, err := s.Suggest(t.Context(), slacktest.Gesture{User: "dana", View: id, Action: "g/v", Value: "abc"})
		if err != nil || got.Failed == "" && !isJSON {
			t.Fatalf("Suggest() = %+v, %v", got, err)
		}
		values := slacktest.Values{}
		if len(got.Options) > 0 {
			values["g"] = got.Options[0].Value
		}
		if _, err := s.SubmitUnchecked(t.Context(), "dana", id, values); err != nil {
			t.Fatal(err)
		}
		for _, v := range s.Modals("dana") {
			_, _ = v.Lines(), v.Inputs()
		}
	})
}

// FuzzArguments calls every method with arguments of any kind. Whatever they
// are, the answer is Slack's: JSON that says whether it went well.
func FuzzArguments(f *testing.F) {
	methods := []string{
		"auth.revoke", "auth.test", "blocks.validate", "chat.delete", "chat.getPermalink", "chat.postEphemeral", "chat.postMessage",
		"chat.update", "conversations.info", "conversations.list", "conversations.members", "conversations.open", "files.info",
		"oauth.v2.access", "oauth.v2.exchange", "usergroups.list", "usergroups.users.list", "users.info", "users.list",
		"users.lookupByEmail", "views.open", "views.publish", "views.push", "views.update", "apps.connections.open",
	}
	f.Add(`{"channel":"CVAC","text":"x","thread_ts":{},"blocks":"[]"}`)
	f.Add(`{"user_id":"UDANA","view":{"type":"home","blocks":[{"type":"actions","elements":[{"type":"file_input"}]}]},"hash":1}`)
	f.Add(`{"limit":-1,"cursor":"bmV4dDo5OTk5OTk5OTk5OTk5OTk5OTk5OQ==","types":[],"team_id":null}`)
	f.Add(`{"client_id":[],"code":{},"token":"x","grant_type":"refresh_token","refresh_token":""}`)
	f.Fuzz(func(t *testing.T, body string) {
		s := slacktest.New(office(slacktest.Options{LimitMethods: true, LimitPosts: true}))
		for _, method := range methods {
			r := httptest.NewRequest(http.MethodPost, "/api/"+method, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+s.BotToken())
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if !strings.Contains(w.Body.String(), `"ok":`) {
				t.Errorf("%s: %d %s", method, w.Code, w.Body)
			}
		}
	})
}
