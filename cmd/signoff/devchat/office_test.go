package devchat_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	goslack "github.com/slack-go/slack"

	"signoff/adapters/slack/slacktest"
	"signoff/cmd/signoff/devchat"
)

// office is a workspace with a page and a small app that asks for vacations: it
// stands for signoff, so that these tests are about the page alone.
type office struct {
	t     *testing.T
	slack *slacktest.Server
	api   *goslack.Client
	web   *httptest.Server // the page's
	url   string

	working    sync.WaitGroup
	mu         sync.Mutex
	copies     [][2]string // channel and ts of the copies of the request
	executions []devchat.Execution
	calls      []devchat.EchoCall
	submitted  map[string]map[string]goslack.BlockAction // of the form with all fields
	asked      []string                                  // what was typed into the search
	about      string                                    // the text of the message of a message shortcut
}

func open(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, slack: slacktest.New(slacktest.Options{
		Users: []slacktest.User{
			{ID: "UDANA", Name: "dana", Real: "Dana Diaz", Title: "Head of people", Email: "dana@example.com"},
			{ID: "UALEX", Name: "alex", Real: "Alex Adler", Title: "Engineer", Email: "alex@example.com"},
			{ID: "UKIM", Name: "kim", Real: "Kim Klein", Title: "Head of people", Email: "kim@example.com"},
			{ID: "UGONE", Name: "gone", Real: "Gone Away", Deleted: true},
		},
		Channels: []slacktest.Channel{{ID: "CGEN", Name: "general"}, {ID: "CVAC", Name: "vacation-approvals"}},
		App:      slacktest.App{EventRetries: []time.Duration{}},
	})}
	o.slack.SetCommands(slacktest.SlashCommand{Name: "/signoff", Escape: true}, slacktest.SlashCommand{Name: "/vacation", Escape: true}, slacktest.SlashCommand{Name: "/slow"})
	o.slack.SetShortcuts(slacktest.Shortcut{CallbackID: "new"}, slacktest.Shortcut{CallbackID: "about", Message: true})
	o.slack.Start(t)
	o.api = goslack.New(o.slack.BotToken(), goslack.OptionAPIURL(o.slack.APIURL()))
	t.Cleanup(o.working.Wait)
	mux := http.NewServeMux()
	mux.HandleFunc("/interactions", o.interaction)
	mux.HandleFunc("/commands", o.command)
	mux.HandleFunc("/events", o.event)
	mux.HandleFunc("/options", o.options)
	app := httptest.NewServer(mux)
	t.Cleanup(app.Close)
	o.slack.SetAddresses(slacktest.Addresses{
		Interactions: app.URL + "/interactions", Commands: app.URL + "/commands", Events: app.URL + "/events", Options: app.URL + "/options",
	}, app.Client())
	page, err := devchat.New(devchat.Config{
		Slack: o.slack, Flows: flows, Executions: o.recent, Echo: o.echo, App: offers,
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(page)
	t.Cleanup(srv.CloseClientConnections) // event streams end with their connections
	t.Cleanup(srv.Close)
	o.web, o.url = srv, srv.URL
	return o
}

func flows(context.Context) ([]devchat.Flow, error) {
	return []devchat.Flow{{Namespace: "hr.operations", ID: "vacation_approval", Description: "Asks HR for time off."}}, nil
}

// start asks for the vacation of Alex.
func (o *office) start(ctx context.Context) error {
	o.mu.Lock()
	o.executions = []devchat.Execution{{ID: "01KZ7Q", Flow: "vacation_approval", State: "PAUSED", At: time.Now(), URL: "/executions/01KZ7Q"}}
	o.mu.Unlock()
	return o.ask(ctx)
}

func (o *office) recent(context.Context) ([]devchat.Execution, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]devchat.Execution(nil), o.executions...), nil
}

func (o *office) echo() []devchat.EchoCall {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]devchat.EchoCall(nil), o.calls...)
}

// ask posts the request in the channel and to Dana.
func (o *office) ask(ctx context.Context) error {
	for _, to := range []string{"#vacation-approvals", "UDANA"} {
		channel, ts, err := o.api.PostMessageContext(ctx, to, o.card(1, "Approval needed: Vacation for Alex Adler",
			"⏳ 0 of 1 approvals", "⏳ Dana Diaz or Kim Klein", buttons)...)
		if err != nil {
			return err
		}
		o.mu.Lock()
		o.copies = append(o.copies, [2]string{channel, ts})
		o.mu.Unlock()
	}
	return nil
}

const buttons = `,{"type":"actions","block_id":"a%d","elements":[
	{"type":"button","action_id":"act:approve","style":"primary","value":"1|r|1","text":{"type":"plain_text","text":"Approve"}},
	{"type":"button","action_id":"form:reject","style":"danger","value":"1|r|1","text":{"type":"plain_text","text":"Reject…"}},
	{"type":"button","action_id":"act:cancel","value":"1|r|1","text":{"type":"plain_text","text":"Withdraw"},
	 "confirm":{"title":{"type":"plain_text","text":"Withdraw the request?"},"text":{"type":"mrkdwn","text":"Nobody can decide it *afterwards*."},
	            "confirm":{"type":"plain_text","text":"Withdraw"},"deny":{"type":"plain_text","text":"Keep it"},"style":"danger"}}]}`

// card is the request in the manner of signoff's own.
func (o *office) card(version int, title, status, note, actions string) []goslack.MsgOption {
	if actions != "" {
		actions = fmt.Sprintf(actions, version)
	}
	v := fmt.Sprint(version)
	raw := `[{"type":"header","block_id":"h` + v + `","text":{"type":"plain_text","text":"` + title + `"}},
	{"type":"section","block_id":"f` + v + `","fields":[
		{"type":"mrkdwn","text":"*Employee*\nAlex Adler","verbatim":true},{"type":"mrkdwn","text":"*Status*\n` + status + `","verbatim":true},
		{"type":"mrkdwn","text":"*Dates*\n2026-12-21 → 2026-12-31","verbatim":true},
		{"type":"mrkdwn","text":"*Expires*\n<!date^1795692000^{date_short_pretty} at {time}|2026-11-26 14:00 UTC>","verbatim":true}]},
	{"type":"rich_text","block_id":"r` + v + `","elements":[{"type":"rich_text_quote","elements":[
		{"type":"text","text":"Visiting family. "},{"type":"text","text":"All handed over","style":{"bold":true}},{"type":"text","text":" to Kim: <script>alert(1)</script>"}]}]},
	{"type":"context","block_id":"n` + v + `","elements":[{"type":"plain_text","text":"` + note + `","emoji":false}]},
	{"type":"context","block_id":"k` + v + `","elements":[{"type":"mrkdwn","text":"` + "`REQ-7K3F`" + ` · digest 9c41a0 · <https://example.com/r|details>","verbatim":true}]}` + actions + `]`
	var b goslack.Blocks
	if err := json.Unmarshal([]byte(raw), &b); err != nil {
		o.t.Errorf("card: %v", err)
	}
	return []goslack.MsgOption{goslack.MsgOptionText(title, false), goslack.MsgOptionBlocks(b.BlockSet...)}
}

// later redraws the copies when the press is answered, as signoff does.
func (o *office) later(r *http.Request, title, note string) {
	ctx := context.WithoutCancel(r.Context())
	o.working.Go(func() { o.close(ctx, title, note) })
}

// close redraws every copy as decided.
func (o *office) close(ctx context.Context, title, note string) {
	o.mu.Lock()
	copies := o.copies
	for i := range o.executions {
		o.executions[i].State = "SUCCESS"
	}
	o.calls = []devchat.EchoCall{{At: time.Now(), Method: "POST", Path: "/approvals", Fields: []devchat.EchoField{
		{Name: "employee", Value: "Alex Adler"}, {Name: "status", Value: strings.ToUpper(title)},
	}}}
	o.mu.Unlock()
	for _, c := range copies {
		if _, _, _, err := o.api.UpdateMessageContext(ctx, c[0], c[1], o.card(2, title+": Vacation for Alex Adler", title, note, "")...); err != nil {
			o.t.Errorf("update: %v", err)
		}
	}
}

const reasonModal = `{"type":"modal","title":{"type":"plain_text","text":"Reject REQ-7K3F"},
	"submit":{"type":"plain_text","text":"Reject"},"close":{"type":"plain_text","text":"Back"},"blocks":[
	{"type":"section","block_id":"s","text":{"type":"mrkdwn","text":"*Vacation for Alex Adler*, 2026-12-21 → 2026-12-31"}},
	{"type":"input","block_id":"f:reason","label":{"type":"plain_text","text":"Decision notes"},
	 "hint":{"type":"plain_text","text":"Kept in the audit log."},"element":{"type":"plain_text_input","action_id":"v","multiline":true}},
	{"type":"input","block_id":"f:days","optional":true,"label":{"type":"plain_text","text":"Days that would be fine"},
	 "element":{"type":"number_input","action_id":"v","is_decimal_allowed":false,"min_value":"0","max_value":"10"}},
	{"type":"input","block_id":"f:again","optional":true,"label":{"type":"plain_text","text":"Ask again after"},"element":{"type":"datepicker","action_id":"v"}},
	{"type":"input","block_id":"f:why","optional":true,"label":{"type":"plain_text","text":"Kind of reason"},"element":{"type":"radio_buttons","action_id":"v","options":[
		{"text":{"type":"plain_text","text":"Cover is missing"},"value":"cover"},{"text":{"type":"plain_text","text":"Something else"},"value":"else"}]}}]}`

// interaction is the app's endpoint.
func (o *office) interaction(w http.ResponseWriter, r *http.Request) {
	var p goslack.InteractionCallback
	if err := json.Unmarshal([]byte(r.PostFormValue("payload")), &p); err != nil {
		o.t.Errorf("payload: %v", err)
		return
	}
	if o.began(r, p) {
		return
	}
	if p.Type == goslack.InteractionTypeViewSubmission {
		reason := p.View.State.Values["f:reason"]["v"].Value
		if len(reason) < 10 {
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprint(w, `{"response_action":"errors","errors":{"f:reason":"Please say a little more: at least ten characters."}}`)
			return
		}
		o.later(r, "Rejected", "❌ Dana Diaz · just now · "+reason)
		return
	}
	if p.User.ID == "UALEX" {
		_, err := o.api.PostEphemeralContext(r.Context(), p.Channel.ID, p.User.ID,
			goslack.MsgOptionText("You asked for this yourself, so you cannot decide it. *Dana Diaz* or *Kim Klein* can.", false))
		if err != nil {
			o.t.Errorf("whisper: %v", err)
		}
		return
	}
	switch p.ActionCallback.BlockActions[0].ActionID {
	case "act:approve":
		o.later(r, "Approved", "✅ Approved by Dana Diaz · just now")
	case "act:cancel":
		o.later(r, "Withdrawn", "Withdrawn by Dana Diaz")
	case "form:reject":
		var v goslack.ModalViewRequest
		if err := json.Unmarshal([]byte(reasonModal), &v); err != nil {
			o.t.Errorf("modal: %v", err)
		}
		if _, err := o.api.OpenViewContext(r.Context(), p.TriggerID, v); err != nil {
			o.t.Errorf("OpenView: %v", err)
		}
	}
}

func broken(context.Context) ([]devchat.Flow, error) { return nil, errBroken }
