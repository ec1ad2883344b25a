package slacktest_test

import (
	"encoding/json"
	"net/http"
	"testing"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

const menu = `[{"type":"actions","block_id":"a","elements":[
	{"type":"button","action_id":"go","text":{"type":"plain_text","text":"Go"}},
	{"type":"external_select","action_id":"who","min_query_length":1}]}]`

// TestPressOnAnEphemeral: the payload says that nobody else sees the message, and
// does not carry it; its response URL can change and delete it.
func TestPressOnAnEphemeral(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	l := listen(t, s, nil)
	var b goslack.Blocks
	if err := json.Unmarshal([]byte(menu), &b); err != nil {
		t.Fatal(err)
	}
	ts, err := c.PostEphemeralContext(t.Context(), "CVAC", "UDANA", goslack.MsgOptionBlocks(b.BlockSet...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Press(t.Context(), "alex", "CVAC", ts, "go"); err == nil {
		t.Error("Alex pressed what only Dana sees")
	}
	if res, err := s.Press(t.Context(), "dana", "CVAC", ts, "go"); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Press() = %+v, %v", res, err)
	}
	p := l.last().json
	if at(p, "container", "is_ephemeral") != true || at(p, "container", "message_ts") != ts || p["message"] != nil {
		t.Errorf("payload = %v", p)
	}
	address, _ := p["response_url"].(string)
	if status, _ := send(t, address, `{"text":"changed","replace_original":true}`); status != http.StatusOK || s.Ephemerals("dana")[0].Text != "changed" {
		t.Errorf("replace: %d %+v", status, s.Ephemerals("dana"))
	}
	if status, _ := send(t, address, `{"delete_original":true}`); status != http.StatusOK || len(s.Ephemerals("dana")) != 0 {
		t.Errorf("delete: %d %+v", status, s.Ephemerals("dana"))
	}
}

// TestSuggestOnAMessage: a select on a message asks with the message.
func TestSuggestOnAMessage(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	l := listen(t, s, says(`{"options":[`+choiceJSON("hr")+`]}`))
	var b goslack.Blocks
	if err := json.Unmarshal([]byte(menu), &b); err != nil {
		t.Fatal(err)
	}
	_, ts, err := c.PostMessageContext(t.Context(), "CVAC", goslack.MsgOptionText("t", false), goslack.MsgOptionBlocks(b.BlockSet...))
	if err != nil {
		t.Fatal(err)
	}
	g := slacktest.Gesture{User: "dana", Channel: "CVAC", TS: ts, Action: "who", Value: "h"}
	if got, err := s.Suggest(t.Context(), g); err != nil || len(got.Options) != 1 {
		t.Fatalf("Suggest() = %+v, %v", got, err)
	}
	if p := l.last().json; at(p, "container", "type") != "message" || at(p, "message", "ts") != ts || at(p, "channel", "id") != "CVAC" {
		t.Errorf("payload = %v", p)
	}
	g.Value = "hr"
	if res, err := s.Act(t.Context(), g); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Act() = %+v, %v", res, err)
	}
	p := l.last().json
	actions, _ := p["actions"].([]any)
	if len(actions) != 1 || at(actions[0], "selected_option", "value") != "hr" || at(p, "state", "values", "a", "who", "selected_option", "value") != "hr" {
		t.Errorf("payload = %v", p)
	}
	g.User = "alex"
	if _, err := s.Act(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	actions, _ = l.last().json["actions"].([]any)
	if len(actions) != 1 || at(actions[0], "selected_option") != nil {
		t.Errorf("Alex chose what was offered to Dana: %v", actions)
	}
}
