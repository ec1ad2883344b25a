package devchat_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	goslack "github.com/slack-go/slack"

	"signoff/cmd/signoff/devchat"
)

// What the small app of these tests offers beside its cards: commands, shortcuts,
// a Home tab, and a form with every field.

func offers(context.Context) (devchat.App, error) {
	return devchat.App{
		Commands: []devchat.Command{
			{Name: "/signoff", Description: "Ask for approvals, and answer them", Usage: "help | start FLOW | pending"},
			{Name: "/vacation", Description: "Ask for time off", Usage: "[from] [to]"},
			{Name: "/slow", Description: "Takes its time"},
		},
		Shortcuts: []devchat.Shortcut{
			{CallbackID: "new", Name: "New approval request", Description: "Start a flow"},
			{CallbackID: "about", Name: "Request approval", Message: true},
		},
		ReadOnly: true,
	}, nil
}

// formOf is a form with every field; the extra ones follow an answer.
func formOf(extra string) string {
	input := func(id, label, element string) string {
		return fmt.Sprintf(`{"type":"input","block_id":"%s","optional":true,"label":{"type":"plain_text","text":"%s"},"element":{"action_id":"v",%s}}`, id, label, element)
	}
	options := `"options":[{"text":{"type":"plain_text","text":"Paid"},"value":"paid"},{"text":{"type":"plain_text","text":"Unpaid"},"value":"unpaid"}]`
	kind := input("kind", "Kind", `"type":"static_select",`+options)
	kind = strings.Replace(kind, `"optional"`, `"dispatch_action":true,"optional"`, 1)
	blocks := []string{
		input("days", "Days", `"type":"number_input","is_decimal_allowed":false,"min_value":"1","max_value":"30"`),
		input("mail", "Mail", `"type":"email_text_input"`),
		input("link", "Link", `"type":"url_text_input"`),
		input("why", "Why", `"type":"rich_text_input"`),
		input("cover", "Cover", `"type":"users_select"`),
		input("tell", "Tell", `"type":"multi_users_select"`),
		input("where", "Where", `"type":"conversations_select"`),
		input("project", "Project", `"type":"external_select","min_query_length":2`),
		input("paper", "Paper", `"type":"file_input","filetypes":["txt"],"max_files":2`),
		input("first", "First day", `"type":"datepicker"`),
		input("at", "At", `"type":"timepicker"`),
		input("begins", "Begins", `"type":"datetimepicker"`),
		input("how", "How", `"type":"radio_buttons",`+options),
		input("also", "Also", `"type":"checkboxes",`+options),
		kind,
	}
	if extra != "" {
		blocks = append(blocks, input("extra", extra, `"type":"plain_text_input"`))
	}
	return `{"type":"modal","callback_id":"all","title":{"type":"plain_text","text":"All fields"},"submit":{"type":"plain_text","text":"Send"},"blocks":[` +
		strings.Join(blocks, ",") + `]}`
}

func (o *office) openForm(ctx context.Context, trigger string) {
	if _, err := o.api.OpenViewContext(ctx, trigger, o.modal(formOf(""))); err != nil {
		o.t.Errorf("OpenView: %v", err)
	}
}

func (o *office) modal(raw string) goslack.ModalViewRequest {
	var v goslack.ModalViewRequest
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		o.t.Errorf("modal: %v", err)
	}
	return v
}

// command answers what is typed.
func (o *office) command(w http.ResponseWriter, r *http.Request) {
	switch r.PostFormValue("command") {
	case "/vacation":
		o.openForm(r.Context(), r.PostFormValue("trigger_id"))
	case "/slow":
		<-r.Context().Done()
	default:
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"response_type":"ephemeral","text":"You typed %s.","blocks":[
			{"type":"section","text":{"type":"plain_text","text":"You typed %[1]s."}},
			{"type":"actions","elements":[{"type":"button","action_id":"review","value":"r","text":{"type":"plain_text","text":"Review"}}]}]}`, r.PostFormValue("text"))
	}
}

// event draws the Home tab of whoever opens it.
func (o *office) event(w http.ResponseWriter, r *http.Request) {
	var e struct {
		Event struct {
			Type string `json:"type"`
			User string `json:"user"`
			Tab  string `json:"tab"`
		} `json:"event"`
	}
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		o.t.Errorf("event: %v", err)
	}
	if e.Event.Type != "app_home_opened" || e.Event.Tab != "home" {
		return
	}
	o.working.Go(func() { o.drawHome(context.WithoutCancel(r.Context()), e.Event.User, "Waiting for you (1)") })
}

func (o *office) drawHome(ctx context.Context, user, head string) {
	var v goslack.HomeTabViewRequest
	raw := `{"type":"home","blocks":[{"type":"header","text":{"type":"plain_text","text":"` + head + `"}},
		{"type":"section","text":{"type":"mrkdwn","text":"*Vacation for Alex Adler*"},
		 "accessory":{"type":"button","action_id":"review","text":{"type":"plain_text","text":"Review"},"value":"r"}},
		{"type":"actions","elements":[{"type":"overflow","action_id":"more","options":[
			{"text":{"type":"plain_text","text":"Delegate…"},"value":"delegate"},{"text":{"type":"plain_text","text":"Remind"},"value":"remind"}]}]}]}`
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		o.t.Errorf("home: %v", err)
	}
	if _, err := o.api.PublishViewContext(ctx, goslack.PublishViewContextRequest{UserID: user, View: v}); err != nil {
		o.t.Errorf("publish: %v", err)
	}
}

// options answers the search with as many projects as Slack takes.
func (o *office) options(w http.ResponseWriter, r *http.Request) {
	var p struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal([]byte(r.PostFormValue("payload")), &p); err != nil {
		o.t.Errorf("payload: %v", err)
	}
	o.mu.Lock()
	o.asked = append(o.asked, p.Value)
	o.mu.Unlock()
	found := []string{}
	for _, name := range []string{"Apollo", "Aurora", "Borealis"} {
		if strings.Contains(strings.ToLower(name), strings.ToLower(p.Value)) {
			found = append(found, `{"text":{"type":"plain_text","text":"`+name+`"},"value":"p-`+name+`"}`)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"options":[%s]}`, strings.Join(found, ","))
}

const reviewModal = `{"type":"modal","title":{"type":"plain_text","text":"Review"},"blocks":[
	{"type":"section","text":{"type":"mrkdwn","text":"*Vacation for Alex Adler*"}},
	{"type":"actions","elements":[{"type":"button","action_id":"deeper","text":{"type":"plain_text","text":"Details"},"value":"d"}]}]}`

const detailsModal = `{"type":"modal","title":{"type":"plain_text","text":"Details"},"blocks":[
	{"type":"section","text":{"type":"mrkdwn","text":"All of it."}}]}`

// began answers what begins with a shortcut, the Home tab or the form with every
// field. It reports false for the rest.
func (o *office) began(r *http.Request, p goslack.InteractionCallback) bool {
	ctx := r.Context()
	switch {
	case p.Type == goslack.InteractionTypeShortcut:
		o.openForm(ctx, p.TriggerID)
	case p.Type == goslack.InteractionTypeMessageAction:
		o.mu.Lock()
		o.about = p.Message.Text
		o.mu.Unlock()
		o.openForm(ctx, p.TriggerID)
	case p.Type == goslack.InteractionTypeViewSubmission && p.View.CallbackID == "all":
		o.mu.Lock()
		o.submitted = p.View.State.Values
		o.mu.Unlock()
	case p.Type == goslack.InteractionTypeBlockActions && len(p.ActionCallback.BlockActions) == 1:
		return o.used(ctx, p, p.ActionCallback.BlockActions[0])
	default:
		return false
	}
	return true
}

// used does what one element is for.
func (o *office) used(ctx context.Context, p goslack.InteractionCallback, a *goslack.BlockAction) bool {
	var err error
	switch {
	case a.ActionID == "review":
		_, err = o.api.OpenViewContext(ctx, p.TriggerID, o.modal(reviewModal))
	case a.ActionID == "deeper":
		_, err = o.api.PushViewContext(ctx, p.TriggerID, o.modal(detailsModal))
	case a.ActionID == "more":
		o.drawHome(ctx, p.User.ID, "You chose "+a.SelectedOption.Value)
	case a.BlockID == "kind":
		_, err = o.api.UpdateViewContext(ctx, o.modal(formOf("Why "+a.SelectedOption.Value)), "", p.View.Hash, p.View.ID)
	default:
		return false
	}
	if err != nil {
		o.t.Errorf("%s: %v", a.ActionID, err)
	}
	return true
}
