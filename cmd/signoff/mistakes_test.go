package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/adapters/slack/slacktest"
	"signoff/engine"
	"signoff/engine/audit"
)

// TestCheapMistakes is what a product that lives in Slack is usually caught with, each
// with the real adapter against the fake Slack, from the press to the card.
func TestCheapMistakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*office){
		"here_in_a_reason_calls_nobody":                  hereInAReason,
		"link_in_a_reason_is_text":                       linkInAReason,
		"reason_of_3000_emoji_fits":                      manyEmoji,
		"200_options_are_searched":                       manyOptions,
		"click_on_a_copied_card":                         copiedCard,
		"click_on_a_forwarded_card":                      forwardedCard,
		"click_from_another_workspace":                   anotherWorkspace,
		"click_by_a_deactivated_user":                    deactivated,
		"double_click":                                   doubleClick,
		"two_approvers_at_once":                          twoAtOnce,
		"approve_and_expire_in_the_same_second":          approveAndExpire,
		"bot_removed_between_post_and_update":            botRemoved,
		"message_deleted":                                messageDeleted,
		"channel_archived":                               channelArchived,
		"slack_down_for_an_hour":                         slackDown,
		"restart_between_persist_and_update":             restartBeforeUpdate,
		"restart_between_post_and_saving_what_it_became": restartAfterPost,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inOffice(t, test)
		})
	}
}

// rejected is a request that was rejected with a reason, as it is seen in the
// channel and by everybody asked.
func (o *office) rejected(reason string) []slacktest.Message {
	o.Helper()
	request := o.ask("why")
	m := o.card("#ops")
	o.press("dana", m, "form:reject")
	forms := o.chat.Modals("dana")
	if len(forms) != 1 {
		o.Fatalf("%d forms are open, want one", len(forms))
	}
	r, err := o.chat.Submit(o.Context(), "dana", forms[0].ID, slacktest.Values{"f:reason": reason})
	if err != nil || r.Outcome != slacktest.Closed {
		o.Fatalf("Submit = %+v, %v", r, err)
	}
	o.rest()
	o.wantAnswers(request, 1, engine.Rejected)
	return o.chat.Messages("#ops")
}

// wantOnlyText fails unless a text is read in one of the messages and nothing in
// any of them is a mention or a link.
func (o *office) wantOnlyText(all []slacktest.Message, text string) {
	o.Helper()
	read := false
	for _, m := range all {
		read = read || strings.Contains(strings.Join(m.Lines(), "\n"), text)
		var blocks any
		if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
			o.Fatal(err)
		}
		if does := doing(blocks); len(does) > 0 {
			o.Errorf("the message does %q", does)
		}
		if strings.Contains(m.Text, "<!") && !strings.Contains(m.Text, "<!date^") || strings.Contains(m.Text, "<@") || strings.Contains(m.Text, "<http") {
			o.Errorf("its text is %q", m.Text)
		}
	}
	if !read {
		o.Errorf("nobody can read %q", text)
	}
}

// doing finds what blocks do besides being read.
func doing(node any) (found []string) {
	switch n := node.(type) {
	case []any:
		for _, e := range n {
			found = append(found, doing(e)...)
		}
	case map[string]any:
		switch n["type"] {
		case "link", "user", "usergroup", "channel", "broadcast":
			return []string{fmt.Sprint(n)}
		case "mrkdwn":
			text := strings.ReplaceAll(fmt.Sprint(n["text"]), "<!date^", "")
			if n["verbatim"] != true || strings.Contains(text, "<") {
				return []string{fmt.Sprint(n)}
			}
		}
		for _, e := range n {
			found = append(found, doing(e)...)
		}
	}
	return found
}

func hereInAReason(o *office) {
	reason := "@here @channel <!here> <!channel> <!everyone> <!subteam^S1> <@UKIM> <#C1> #other"
	o.wantOnlyText(o.rejected(reason), reason)
}

func linkInAReason(o *office) {
	reason := "<https://evil.example|https://bank.example> [bank](https://evil.example)"
	o.wantOnlyText(o.rejected(reason), reason)
}

func manyEmoji(o *office) {
	o.wantOnlyText(o.rejected(strings.Repeat("🎉", 3000)), strings.Repeat("🎉", 500))
}

func manyOptions(o *office) {
	o.ask("many")
	o.press("dana", o.card("#ops"), "form:approve")
	forms := o.chat.Modals("dana")
	if len(forms) != 1 {
		o.Fatalf("%d forms are open, want one", len(forms))
	}
	i := slices.IndexFunc(forms[0].Inputs(), func(in slacktest.Input) bool { return in.Block == "f:reason" })
	if i < 0 || forms[0].Inputs()[i].Kind != "external_select" {
		o.Fatalf("the form asks %+v, want an external select", forms[0].Inputs())
	}
	found, err := o.chat.Suggest(o.Context(), slacktest.Gesture{User: "dana", View: forms[0].ID, Action: "f:reason/value", Value: "199"})
	if err != nil || len(found.Options) != 1 || found.Options[0].Value != "199" {
		o.Errorf("Suggest = %+v, %v", found, err)
	}
}

// copiedCard: the app's own card stands in a second place, of which signoff knows
// nothing. Whoever may not decide may not there either; whoever may can, and both
// cards show it.
func copiedCard(o *office) {
	request := o.ask("any")
	m := o.card("#ops")
	o.call("chat.postMessage", url.Values{"channel": {o.chat.ChannelID("other")}, "text": {m.Text}, "blocks": {string(m.Blocks)}})
	o.press("alex", o.card("#other"), "act:approve")
	o.wantAnswers(request, 0, "")
	o.wantTold("alex", "own request")
	o.press("dana", o.card("#other"), "act:approve")
	o.wantAnswers(request, 1, engine.Approved)
	o.wantDead("#ops")
	o.wantDead("#other")
}

// forwardedCard: the message that was pressed is not the app's.
func forwardedCard(o *office) {
	request := o.ask("any")
	m := o.card("#ops")
	button, _ := m.Button("act:approve")
	ts, err := o.chat.Say("alex", "#other", "", "look at this")
	if err != nil {
		o.Fatal(err)
	}
	for i, who := range []string{"UALEX", "UDANA"} {
		status := o.signed(fmt.Sprintf(`{"type":"block_actions","trigger_id":"1.%d","team":{"id":%[2]q},"user":{"id":%[3]q,"team_id":%[2]q},`+
			`"container":{"type":"message","channel_id":%[4]q,"message_ts":%[5]q},"channel":{"id":%[4]q},`+
			`"actions":[{"type":"button","action_id":"act:approve","block_id":"b","value":%[6]q}]}`,
			i, o.chat.TeamID(), who, o.chat.ChannelID("other"), ts, button.Value))
		if status != http.StatusOK {
			o.Errorf("the answer is %d", status)
		}
		o.rest()
		o.wantAnswers(request, i, map[int]engine.Outcome{1: engine.Approved}[i])
	}
	o.wantDead("#ops")
	if n := len(o.chat.Messages("#other")); n > 3 {
		o.Errorf("%d messages stand where a card was forwarded to", n)
	}
}

// anotherWorkspace: the account has the id of an approver, and another home.
func anotherWorkspace(o *office) {
	request := o.ask("any")
	o.chat.SetUser(slacktest.User{ID: "UDANA", Name: "dana", Team: "TELSE", Stranger: true})
	o.chat.SetChannel(slacktest.Channel{Name: "ops", Private: true, Members: []string{"dana", "kim"}, Shared: true, Teams: []string{"TELSE"}})
	o.press("dana", o.card("#ops"), "act:approve")
	o.wantAnswers(request, 0, "")
	o.press("kim", o.card("#ops"), "act:approve")
	o.wantAnswers(request, 1, engine.Approved)
}

func deactivated(o *office) {
	request := o.ask("any")
	o.chat.SetUser(slacktest.User{ID: "UDANA", Name: "dana", Deleted: true})
	o.press("dana", o.card("#ops"), "act:approve")
	o.wantAnswers(request, 0, "")
	o.wantTold("dana", "deactivated")
}

func doubleClick(o *office) {
	request := o.ask("any")
	o.atOnce("dana", "dana")
	o.wantAnswers(request, 1, engine.Approved)
	if n := o.count(audit.ResponseRecorded); n != 1 {
		o.Errorf("%d answers in the trail, want one", n)
	}
	o.wantDead("#ops")
}

// twoAtOnce: in this bubble it is the same nanosecond.
func twoAtOnce(o *office) {
	request := o.ask("any")
	o.atOnce("dana", "kim")
	o.wantAnswers(request, 1, engine.Approved)
	if n := strings.Count(o.told("dana")+o.told("kim"), "Already approved by"); n != 1 {
		o.Errorf("%d people are told that somebody was sooner, want one: %q and %q", n, o.told("dana"), o.told("kim"))
	}
	o.wantDead("#ops")
}

// atOnce has people approve at the same moment.
func (o *office) atOnce(users ...string) {
	o.Helper()
	m := o.card("#ops")
	var all sync.WaitGroup
	for _, user := range users {
		all.Go(func() { o.hitSeen(user, m, "act:approve") })
	}
	all.Wait()
	o.rest()
}

func approveAndExpire(o *office) {
	for _, c := range []struct {
		at      time.Duration // after the deadline
		answers int
		want    engine.Outcome
	}{{-500 * time.Millisecond, 1, engine.Approved}, {-1, 1, engine.Approved}, {0, 0, engine.Expired}, {500 * time.Millisecond, 0, engine.Expired}} {
		request := o.ask("any")
		all := o.cards("#ops")
		m := all[len(all)-1]
		time.Sleep(time.Until(o.request(request).Deadline) + c.at)
		o.hitSeen("dana", m, "act:approve")
		o.rest()
		o.wantAnswers(request, c.answers, c.want)
		o.wantDead("#ops")
	}
}

// botRemoved: the decision stands, whoever is still asked is asked alone, and
// somebody who can mend it is told.
func botRemoved(o *office) {
	request := o.ask("both")
	o.chat.SetChannel(slacktest.Channel{Name: "ops", Private: true, WithoutBot: true, Members: []string{"dana", "kim", "alex"}})
	o.elsewhere("dana", request)
	o.rest()
	o.wantLost(request)
}

// wantLost is what follows when a channel is lost while Kim is still asked.
func (o *office) wantLost(request string) {
	o.Helper()
	time.Sleep(time.Hour)
	o.wantAnswers(request, 1, "")
	alerts := ""
	for _, m := range o.chat.Messages("#alerts") {
		alerts += strings.Join(m.Lines(), "\n")
	}
	if !strings.Contains(alerts, "#ops") {
		o.Errorf("nobody who can mend it is told: %q", alerts)
	}
	for _, m := range o.chat.DMs("kim") {
		if len(deciding(m)) > 0 {
			o.press("kim", m, "act:approve")
			o.wantAnswers(request, 2, engine.Approved)
			return
		}
	}
	o.Errorf("Kim cannot answer anywhere: %q", o.told("kim"))
}

func messageDeleted(o *office) {
	request := o.ask("both")
	m := o.card("#ops")
	o.chat.Remove(m.Channel, m.TS)
	o.elsewhere("dana", request)
	o.rest()
	anew := o.card("#ops")
	o.press("kim", anew, "act:approve")
	o.wantAnswers(request, 2, engine.Approved)
	o.wantDead("#ops")
	var said []string
	for _, line := range o.chat.Thread(anew.Channel, anew.TS) {
		said = append(said, line.Text)
	}
	if log := strings.Join(said, "\n"); strings.Count(log, "dana approved") != 1 {
		o.Errorf("below the card that was posted anew stands %q, want once that Dana approved", log)
	}
}

func channelArchived(o *office) {
	request := o.ask("both")
	o.chat.SetChannel(slacktest.Channel{Name: "ops", Private: true, Archived: true, Members: []string{"dana", "kim", "alex"}})
	o.elsewhere("dana", request)
	o.rest()
	o.wantLost(request)
}

// slackDown: decisions go on elsewhere, and then each card is drawn once, as it is
// by then, and its thread tells what happened, in order.
func slackDown(o *office) {
	var requests []string
	for range 5 {
		requests = append(requests, o.ask("both"))
	}
	o.line.breaks(func(string) (int, bool) { return http.StatusServiceUnavailable, false })
	for _, request := range requests {
		for _, user := range []string{"dana", "kim"} {
			o.elsewhere(user, request)
			time.Sleep(time.Minute)
		}
	}
	time.Sleep(time.Hour)
	o.line.breaks(nil)
	time.Sleep(time.Hour)
	all := o.cards("#ops")
	if len(all) != len(requests) {
		o.Errorf("%d cards are there, want %d", len(all), len(requests))
	}
	for _, m := range all {
		if m.Edits != 1 || !strings.HasPrefix(m.Text, "Approved: Pay.") {
			o.Errorf("a card was drawn %d times and says %q", m.Edits, m.Text)
		}
		log := ""
		for _, line := range o.chat.Thread(m.Channel, m.TS) {
			log += line.Text + "\n"
		}
		first, second := strings.Index(log, "dana approved"), strings.Index(log, "kim approved")
		if first < 0 || second < first {
			o.Errorf("the thread says %q, want Dana and then Kim", log)
		}
	}
	o.wantDead("#ops")
}

func restartBeforeUpdate(o *office) {
	request := o.ask("any")
	o.line.breaks(func(method string) (int, bool) {
		return map[string]int{"chat.update": http.StatusServiceUnavailable}[method], false
	})
	o.press("dana", o.card("#ops"), "act:approve")
	o.wantAnswers(request, 1, engine.Approved)
	o.stop()
	o.line.breaks(nil)
	time.Sleep(time.Hour)
	if m := o.card("#ops"); m.Edits != 0 {
		o.Fatal("the card was drawn before the restart")
	}
	o.begin()
	o.rest()
	if m := o.card("#ops"); m.Edits != 1 {
		o.Errorf("the card was drawn %d times, want once", m.Edits)
	}
	o.wantDead("#ops")
}

// restartAfterPost: the card is posted, and signoff ends before it hears of it. It
// posts a second one, knows nothing of the first until somebody touches it, and
// then takes care of both.
func restartAfterPost(o *office) {
	n := 0
	o.line.breaks(func(method string) (int, bool) {
		if method != "chat.postMessage" {
			return 0, false
		}
		if n++; n == 1 {
			return 0, true
		}
		return http.StatusServiceUnavailable, false
	})
	request := o.ask("both")
	stray := o.card("#ops")
	o.line.breaks(nil)
	o.again()
	if all := o.cards("#ops"); len(all) != 2 {
		o.Fatalf("%d cards are there after the restart, want the lost one and one more", len(all))
	}
	o.press("dana", stray, "act:approve")
	o.wantAnswers(request, 1, "")
	if n := o.count(audit.CopyAdopted); n != 1 {
		o.Errorf("%d cards were adopted, want one", n)
	}
	o.press("kim", o.cards("#ops")[1], "act:approve")
	o.wantAnswers(request, 2, engine.Approved)
	o.wantDead("#ops")
}
