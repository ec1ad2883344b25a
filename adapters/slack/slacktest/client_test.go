package slacktest_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"

	"github.com/google/go-cmp/cmp"
	goslack "github.com/slack-go/slack"
)

func TestClientPostsAndUpdates(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	channel, ts, err := c.PostMessageContext(t.Context(), "#vacation-approvals", goslack.MsgOptionText("one", false))
	if err != nil || channel != "CVAC" || ts == "" {
		t.Fatalf("PostMessage() = %q, %q, %v, want CVAC, a ts, nil", channel, ts, err)
	}
	if _, _, _, err = c.UpdateMessageContext(t.Context(), channel, ts, goslack.MsgOptionText("two", false)); err != nil {
		t.Fatalf("UpdateMessage: %v", err)
	}
	got, ok := s.Message("vacation-approvals", ts)
	want := slacktest.Message{
		Channel: "CVAC", TS: ts, User: "U0SIGNOFF", Name: "signoff", App: true, Text: "two", Edits: 1,
		History: []slacktest.Version{{Text: "one"}},
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	if _, _, err := c.DeleteMessageContext(t.Context(), channel, ts); err != nil {
		t.Fatalf("DeleteMessage: %v", err)
	}
	if left := s.Messages("CVAC"); len(left) != 0 {
		t.Errorf("after deletion: %v, want none", left)
	}
}

func TestPostToUserOpensDirectMessage(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	channel, _, err := c.PostMessageContext(t.Context(), "UDANA", goslack.MsgOptionText("hello", false))
	if err != nil || !strings.HasPrefix(channel, "D") {
		t.Fatalf("PostMessage(UDANA) = %q, %v, want a D… id", channel, err)
	}
	im, already, _, err := c.OpenConversationContext(t.Context(), &goslack.OpenConversationParameters{Users: []string{"UDANA"}})
	if err != nil || im.ID != channel || !already {
		t.Errorf("OpenConversation() = %v, %v, %v, want the same conversation", im, already, err)
	}
	if dms := s.DMs("dana"); len(dms) != 1 || dms[0].Text != "hello" {
		t.Errorf("DMs(dana) = %v, want hello", dms)
	}
	for _, conv := range look(s, "alex") {
		if conv.Direct {
			t.Errorf("Alex sees %v, want no direct message of Dana's", conv)
		}
	}
}

func look(s *slacktest.Server, user string) (list []slacktest.Conversation) {
	s.Look(func(st *slacktest.State) { list = st.Conversations(user) })
	return list
}

func TestTimestampsAreUnique(t *testing.T) {
	t.Parallel()
	clk := newClock()
	_, c := start(t, slacktest.Options{Now: clk.Now})
	seen := map[string]bool{}
	for range 20 {
		_, ts, err := c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("x", false))
		if err != nil {
			t.Fatal(err)
		}
		if _, micros, ok := strings.Cut(ts, "."); seen[ts] || !ok || len(micros) != 6 {
			t.Fatalf("ts = %q, want a new one with six decimals", ts)
		}
		seen[ts] = true
	}
}

func TestUpdateReplacesAll(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	ts := post(t, c, "CVAC")
	if _, _, _, err := c.UpdateMessageContext(t.Context(), "CVAC", ts, goslack.MsgOptionText("only text", false)); err != nil {
		t.Fatal(err)
	}
	m, _ := s.Message("CVAC", ts)
	if m.Blocks != nil || len(m.Buttons()) != 0 || len(m.History) != 1 || m.History[0].Blocks == nil {
		t.Errorf("text without blocks left %v, want no blocks", m)
	}
}

func TestClientPeople(t *testing.T) {
	t.Parallel()
	_, c := start(t, slacktest.Options{})
	who, err := c.AuthTestContext(t.Context())
	if err != nil || who.TeamID != "T0SIGNOFF" || who.UserID != "U0SIGNOFF" {
		t.Errorf("AuthTest() = %v, %v", who, err)
	}
	u, err := c.GetUserByEmailContext(t.Context(), "DANA@example.com")
	if err != nil || u.ID != "UDANA" || u.Profile.Email != "dana@example.com" {
		t.Errorf("GetUserByEmail() = %v, %v, want Dana", u, err)
	}
	if _, err := c.GetUserByEmailContext(t.Context(), "gone@example.com"); word(err) != "users_not_found" {
		t.Errorf("GetUserByEmail(deactivated) = %v, want users_not_found", err)
	}
	for id, is := range map[string]func(*goslack.User) bool{
		"UDANA":    func(u *goslack.User) bool { return !u.Deleted && !u.IsStranger && !u.IsRestricted },
		"UGONE":    func(u *goslack.User) bool { return u.Deleted },
		"UGUEST":   func(u *goslack.User) bool { return u.IsRestricted && u.IsUltraRestricted },
		"USTRANGE": func(u *goslack.User) bool { return u.IsStranger && u.TeamID == "TOTHER" },
	} {
		u, err := c.GetUserInfoContext(t.Context(), id)
		if err != nil || !is(u) {
			t.Errorf("GetUserInfo(%s) = %+v, %v", id, u, err)
		}
	}
}

func TestClientSmallThings(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	ts := post(t, c, "CVAC")
	link, err := c.GetPermalinkContext(t.Context(), &goslack.PermalinkParameters{Channel: "CVAC", Ts: ts})
	if want := s.URL() + "/archives/CVAC/p" + strings.ReplaceAll(ts, ".", ""); err != nil || link != want {
		t.Errorf("GetPermalink() = %q, %v, want %q", link, err, want)
	}
	if _, err := c.PostEphemeralContext(t.Context(), "CVAC", "UALEX", goslack.MsgOptionText("only you", false)); err != nil {
		t.Fatal(err)
	}
	if e := s.Ephemerals("alex"); len(e) != 1 || e[0].Text != "only you" || len(s.Ephemerals("dana")) != 0 {
		t.Errorf("Ephemerals(alex) = %v, want one that Dana does not see", e)
	}
	info, err := c.GetConversationInfoContext(t.Context(), &goslack.GetConversationInfoInput{ChannelID: "COLD"})
	if err != nil || !info.IsArchived {
		t.Errorf("GetConversationInfo() = %v, %v, want archived", info, err)
	}
}

// word is Slack's error word.
func word(err error) string {
	if e, ok := errors.AsType[goslack.SlackErrorResponse](err); ok {
		return e.Err
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestMethodsRefuse(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	ts := post(t, c, "CVAC")
	hook := s.AddWebhook("vacation-approvals", "HR")
	res, err := http.Post(hook, "application/json", strings.NewReader(`{"text":"from outside"}`))
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("webhook: %v, %v", res, err)
	}
	_ = res.Body.Close()
	foreign := s.Messages("CVAC")[1].TS
	text := goslack.MsgOptionText("x", false)
	send := func(channel string) func() error {
		return func() error { _, _, err := c.PostMessageContext(t.Context(), channel, text); return err }
	}
	update := func(channel, ts string, o goslack.MsgOption) func() error {
		return func() error { _, _, _, err := c.UpdateMessageContext(t.Context(), channel, ts, o); return err }
	}
	whisper := func(channel, user string) func() error {
		return func() error { _, err := c.PostEphemeralContext(t.Context(), channel, user, text); return err }
	}
	with := func(token string) func() error {
		return func() error {
			_, err := goslack.New(token, goslack.OptionAPIURL(s.APIURL())).AuthTestContext(t.Context())
			return err
		}
	}
	for name, tt := range map[string]struct {
		call func() error
		want string
	}{
		"no_token":               {with(""), "not_authed"},
		"wrong_token":            {with("xoxb-stolen"), "invalid_auth"},
		"unknown_channel":        {send("#nowhere"), "channel_not_found"},
		"unknown_user":           {send("UNOBODY"), "channel_not_found"},
		"deactivated_user":       {send("UGONE"), "channel_not_found"},
		"user_by_name":           {send("dana"), "channel_not_found"},
		"archived":               {send("#old"), "is_archived"},
		"not_invited":            {send("#away"), "not_in_channel"},
		"private_not_invited":    {send("#secret"), "channel_not_found"},
		"no_text":                {func() error { _, _, err := c.PostMessageContext(t.Context(), "CVAC"); return err }, "no_text"},
		"update_unknown_message": {update("CVAC", "1.000001", text), "message_not_found"},
		"update_by_user_id":      {update("UDANA", ts, text), "channel_not_found"},
		"update_by_name":         {update("#vacation-approvals", ts, text), "channel_not_found"},
		"update_foreign":         {update("CVAC", foreign, text), "cant_update_message"},
		"update_too_long":        {update("CVAC", ts, goslack.MsgOptionText(strings.Repeat("ä", 4001), false)), "msg_too_long"},
		"delete_foreign": {func() error {
			_, _, err := c.DeleteMessageContext(t.Context(), "CVAC", foreign)
			return err
		}, "cant_delete_message"},
		"whisper_to_outsider":  {whisper("CSMALL", "UALEX"), "user_not_in_channel"},
		"whisper_to_nobody":    {whisper("CVAC", "UNOBODY"), "user_not_in_channel"},
		"user_info_of_nobody":  {func() error { _, err := c.GetUserInfoContext(t.Context(), "dana"); return err }, "user_not_found"},
		"open_with_bad_ticket": {func() error { _, err := c.OpenViewContext(t.Context(), "1.2.x", modal("v")); return err }, "invalid_arguments"},
		"method_not_faked":     {func() error { _, err := c.GetEmojiContext(t.Context()); return err }, "unknown_method"},
		"dm_of_deactivated": {func() error {
			_, _, _, err := c.OpenConversationContext(t.Context(), &goslack.OpenConversationParameters{Users: []string{"UGONE"}})
			return err
		}, "user_disabled"},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(s.Messages("CVAC"))
			if got := word(tt.call()); got != tt.want {
				t.Errorf("error = %q, want %q", got, tt.want)
			}
			if m, _ := s.Message("CVAC", ts); m.Edits != 0 || len(s.Messages("CVAC")) != before {
				t.Error("a refused call changed something")
			}
		})
	}
}

func TestUpdateAllowsFourThousandCharacters(t *testing.T) {
	t.Parallel()
	_, c := start(t, slacktest.Options{})
	ts := post(t, c, "CVAC")
	_, _, _, err := c.UpdateMessageContext(t.Context(), "CVAC", ts, goslack.MsgOptionText(strings.Repeat("ä", 4000), false))
	if err != nil {
		t.Errorf("4000 characters: %v, want them taken", err)
	}
}

func TestFaultsOnDemand(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	say := func() error {
		_, _, err := c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("x", false))
		return err
	}
	s.FailNext("chat.postMessage", "internal_error")
	if err := say(); word(err) != "internal_error" {
		t.Errorf("FailNext: %v", err)
	}
	s.RateLimit("chat.postMessage", 1, 7*time.Second)
	if e, ok := errors.AsType[*goslack.RateLimitedError](say()); !ok || e.RetryAfter != 7*time.Second {
		t.Errorf("RateLimit: %v, want Retry-After 7", e)
	}
	s.RateLimit("chat.postMessage", 1, 0)
	if e, ok := errors.AsType[goslack.StatusCodeError](say()); !ok || e.Code != http.StatusTooManyRequests {
		t.Errorf("RateLimit without Retry-After: %v, want status 429", e)
	}
	if n := len(s.Messages("CVAC")); n != 0 {
		t.Fatalf("%d messages after refusals, want 0", n)
	}
	s.DropAfter("chat.postMessage")
	if err := say(); err == nil {
		t.Error("DropAfter: no error, want a broken connection")
	}
	if n := len(s.Messages("CVAC")); n != 1 {
		t.Errorf("%d messages after a drop, want 1: it was done", n)
	}
	if err := say(); err != nil {
		t.Errorf("after the faults: %v, want all well", err)
	}
	if calls := s.Calls("chat.postMessage"); len(calls) != 5 || calls[0].Error != "internal_error" || calls[4].TS == "" {
		t.Errorf("Calls() = %v, want five, the first refused", calls)
	}
}

func TestPostsAreLimitedPerChannel(t *testing.T) {
	t.Parallel()
	clk := newClock()
	_, c := start(t, slacktest.Options{LimitPosts: true, Now: clk.Now})
	say := func(channel string) bool {
		_, _, err := c.PostMessageContext(t.Context(), channel, goslack.MsgOptionText("x", false))
		_, limited := errors.AsType[*goslack.RateLimitedError](err)
		return !limited && err == nil
	}
	for i, want := range []bool{true, true, true, false} {
		if got := say("CVAC"); got != want {
			t.Errorf("post %d = %v, want %v", i, got, want)
		}
	}
	if !say("UDANA") {
		t.Error("another channel is limited too")
	}
	clk.advance(time.Second)
	if !say("CVAC") || say("CVAC") {
		t.Error("a second later: want exactly one more")
	}
}
