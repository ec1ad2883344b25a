package slacktest_test

import (
	"encoding/json"
	"fmt"
	"testing"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
)

func home(t *testing.T, text string) goslack.PublishViewContextRequest {
	t.Helper()
	var v goslack.HomeTabViewRequest
	raw := fmt.Sprintf(`{"type":"home","private_metadata":"m","blocks":[
		{"type":"header","text":{"type":"plain_text","text":%q}},
		{"type":"actions","block_id":"a","elements":[{"type":"button","action_id":"review","text":{"type":"plain_text","text":"Review"}}]}]}`, text)
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatal(err)
	}
	return goslack.PublishViewContextRequest{UserID: "UDANA", View: v}
}

func TestHome(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	l := listen(t, s, nil)
	if d, err := s.OpenHome(t.Context(), "dana"); err != nil || !d.Accepted {
		t.Fatalf("OpenHome() = %+v, %v", d, err)
	}
	e := at(l.last().json, "event")
	if at(e, "type") != "app_home_opened" || at(e, "user") != "UDANA" || at(e, "tab") != "home" || at(e, "view") != nil {
		t.Errorf("event = %v, want no view yet", e)
	}
	if _, ok := s.Home("dana"); ok {
		t.Error("Dana sees a Home that was not drawn")
	}
	first, err := c.PublishViewContext(t.Context(), home(t, "Waiting for you (3)"))
	if err != nil {
		t.Fatal(err)
	}
	v, ok := s.Home("dana")
	if !ok || !v.Home || v.Lines()[0] != "" || v.Lines()[1] != "Waiting for you (3)" {
		t.Errorf("Home(dana) = %v, %q", ok, v.Lines())
	}
	if _, ok := s.Home("alex"); ok {
		t.Error("Alex sees Dana's Home")
	}
	if m := s.Modals("dana"); len(m) != 0 {
		t.Errorf("Modals(dana) = %+v", m)
	}
	if _, err := s.OpenHome(t.Context(), "dana"); err != nil {
		t.Fatal(err)
	}
	if hash := at(l.last().json, "event", "view", "hash"); hash != first.Hash {
		t.Errorf("the event carries hash %v, want %s", hash, first.Hash)
	}
	if _, err := s.OpenMessages(t.Context(), "dana"); err != nil {
		t.Fatal(err)
	}
	if e := at(l.last().json, "event"); at(e, "tab") != "messages" || at(e, "view") != nil {
		t.Errorf("event = %v", e)
	}
}

func TestHomeHash(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	req := home(t, "one")
	stale := "before-the-first"
	req.Hash = &stale
	if _, err := c.PublishViewContext(t.Context(), req); word(err) != "hash_conflict" {
		t.Errorf("a hash where there is no view: %v", err)
	}
	req.Hash = nil
	first, err := c.PublishViewContext(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	two := home(t, "two")
	two.Hash = &first.Hash
	second, err := c.PublishViewContext(t.Context(), two)
	if err != nil || second.ID != first.ID || second.Hash == first.Hash {
		t.Fatalf("views.publish = %+v, %v, want the same view with a new hash", second, err)
	}
	three := home(t, "three")
	three.Hash = &first.Hash
	if _, err := c.PublishViewContext(t.Context(), three); word(err) != "hash_conflict" {
		t.Errorf("a hash of the day before: %v", err)
	}
	if v, _ := s.Home("dana"); v.Lines()[1] != "two" {
		t.Errorf("Home(dana) = %q, want what was accepted last", v.Lines())
	}
}

func TestHomeIsRefused(t *testing.T) {
	t.Parallel()
	_, c := start(t, slacktest.Options{})
	nobody := home(t, "x")
	nobody.UserID = "UNOBODY"
	if _, err := c.PublishViewContext(t.Context(), nobody); word(err) != "invalid_arguments" {
		t.Errorf("a Home of nobody: %v", err)
	}
	long := home(t, x(151))
	if _, err := c.PublishViewContext(t.Context(), long); word(err) != "invalid_arguments" {
		t.Errorf("a long header: %v", err)
	}
	form := home(t, "x")
	form.View.Type = "modal"
	if _, err := c.PublishViewContext(t.Context(), form); word(err) != "invalid_arguments" {
		t.Errorf("a modal as a Home: %v", err)
	}
	opt := slacktest.Options{}
	opt.NoHome = true
	_, off := start(t, opt)
	if _, err := off.PublishViewContext(t.Context(), home(t, "x")); word(err) != "not_enabled" {
		t.Errorf("a Home that is switched off: %v", err)
	}
}

func TestPressInHome(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	l := listen(t, s, nil)
	published, err := c.PublishViewContext(t.Context(), home(t, "one"))
	if err != nil {
		t.Fatal(err)
	}
	g := slacktest.Gesture{User: "dana", View: published.ID, Action: "review"}
	if res, err := s.Act(t.Context(), g); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Act() = %+v, %v", res, err)
	}
	p := l.last().json
	if p["type"] != "block_actions" || at(p, "container", "type") != "view" || at(p, "view", "type") != "home" || p["message"] != nil {
		t.Errorf("payload = %v", p)
	}
	trigger, _ := p["trigger_id"].(string)
	if _, err := c.OpenViewContext(t.Context(), trigger, modal("Review")); err != nil {
		t.Errorf("views.open: %v", err)
	}
	g.User = "alex"
	if _, err := s.Act(t.Context(), g); err == nil {
		t.Error("Alex pressed a button of Dana's Home")
	}
	if _, err := s.Submit(t.Context(), "dana", published.ID, nil); err == nil {
		t.Error("a Home was submitted")
	}
}

func TestExternalID(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	named := modal("checking")
	named.ExternalID = "req-1"
	id := opened(t, s, c, a, named)
	if _, err := c.UpdateViewContext(t.Context(), modal("done"), "nowhere", "", ""); word(err) != "not_found" {
		t.Errorf("an unknown external id: %v", err)
	}
	if _, err := c.PushViewContext(t.Context(), pressed(t, s, c, a), named); word(err) != "duplicate_external_id" {
		t.Errorf("the same external id twice: %v", err)
	}
	if _, err := c.UpdateViewContext(t.Context(), named, "req-1", "", ""); err != nil {
		t.Errorf("views.update by external id, which keeps it: %v", err)
	}
	a.answersJSON(`{"response_action":"push","view":` + mustJSON(t, named) + `}`)
	if res, err := s.Submit(t.Context(), "dana", id, slacktest.Values{"f:reason": "x"}); err != nil || res.Outcome != slacktest.Failed {
		t.Errorf("a push with an external id that is taken: %+v, %v", res, err)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestPushAnswerHasALimit: the fourth view is refused as an answer, too.
func TestPushAnswerHasALimit(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	id := opened(t, s, c, a, modal("one"))
	a.answersJSON(`{"response_action":"push","view":` + mustJSON(t, modal("next")) + `}`)
	for i, want := range []slacktest.Outcome{slacktest.Pushed, slacktest.Pushed, slacktest.Failed} {
		res, err := s.Submit(t.Context(), "dana", id, slacktest.Values{"f:reason": "x"})
		if err != nil || res.Outcome != want {
			t.Errorf("push %d: %+v, %v, want %s", i+1, res, err, want)
		}
	}
	if n := len(s.Modals("dana")); n != 3 {
		t.Errorf("%d views are open", n)
	}
}

const dispatching = `{"type":"modal","title":{"type":"plain_text","text":"Start"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
	{"type":"input","block_id":"flow","dispatch_action":true,"label":{"type":"plain_text","text":"Flow"},"element":{"type":"static_select","action_id":"v","options":[
		{"text":{"type":"plain_text","text":"A"},"value":"a"},{"text":{"type":"plain_text","text":"B"},"value":"b"}]}},
	{"type":"input","block_id":"why","label":{"type":"plain_text","text":"Why"},"element":{"type":"plain_text_input","action_id":"v"}}]}`

// TestDispatchAction: an input speaks before it is submitted only if it asks to.
func TestDispatchAction(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	id := opened(t, s, c, a, view(dispatching))
	before := a.count()
	quiet := slacktest.Gesture{User: "dana", View: id, Action: "why/v", Value: "because"}
	if res, err := s.Act(t.Context(), quiet); err != nil || res.Outcome != slacktest.Kept || a.count() != before {
		t.Errorf("an input without dispatch_action: %+v, %v, %d requests", res, err, a.count()-before)
	}
	loud := slacktest.Gesture{User: "dana", View: id, Action: "flow/v", Value: "b", Values: slacktest.Values{"why": "because"}}
	if res, err := s.Act(t.Context(), loud); err != nil || res.Outcome != slacktest.Acknowledged {
		t.Fatalf("Act() = %+v, %v", res, err)
	}
	p := a.last()
	values := at(p, "view", "state", "values")
	if at(values, "flow", "v", "selected_option", "value") != "b" || at(values, "why", "v", "value") != "because" {
		t.Errorf("values = %v", values)
	}
	hash, _ := at(p, "view", "hash").(string)
	if _, err := c.UpdateViewContext(t.Context(), modal("of B"), "", hash, id); err != nil {
		t.Errorf("views.update with the payload's hash: %v", err)
	}
	if _, err := c.UpdateViewContext(t.Context(), modal("of A"), "", hash, id); word(err) != "hash_conflict" {
		t.Errorf("views.update with the hash of before: %v", err)
	}
}
