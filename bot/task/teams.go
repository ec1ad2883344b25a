package task

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

const (
	// maxTeams is what a Workflows webhook takes.
	maxTeams = 28 << 10
	cardType = "application/vnd.microsoft.card.adaptive"
)

// teamsWebhook posts to "When a Teams webhook request is received" of Workflows.
// The answer says that the request was taken, not that it was posted.
func (x *run) teamsWebhook(ctx context.Context, spec *flow.TeamsWebhook) error {
	payload, err := x.teamsPayload(spec)
	if err != nil {
		return err
	}
	if len(payload) > maxTeams {
		return problemf("the message is %s long, and Teams takes %s", size(len(payload)), size(maxTeams))
	}
	u, err := x.address(spec.URL, nil)
	if err != nil {
		return about("url", err)
	}
	if strings.HasSuffix(strings.ToLower(u.Hostname()), ".webhook.office.com") {
		return problemf("Microsoft has retired connectors (webhook.office.com); make a Workflow \"When a Teams webhook request is received\" and use its address")
	}
	x.mask.add(u.String()) // its signature lets everybody post
	req := request(ctx, http.MethodPost, u, &body{content: payload})
	req.Header.Set("Content-Type", jsonType)
	if x.UserAgent != "" {
		req.Header.Set("User-Agent", x.UserAgent)
	}
	a, err := x.send(ctx, req, x.call.Timeout)
	if err != nil {
		return err
	}
	if !a.failed() {
		return nil
	}
	if why := teamsProblem(a.code); why != "" {
		return problemf("POST %s: answered %s: %s", origin(u), a.status(), why)
	}
	return x.refused(req, a)
}

func teamsProblem(code int) string {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "the signature in the address is wrong or has expired, or the Workflow asks for a login; copy its address again"
	case http.StatusNotFound, http.StatusGone:
		return "the Workflow was removed or switched off"
	case http.StatusRequestEntityTooLarge:
		return "the message is too large for Teams"
	case http.StatusBadRequest:
		return "the Workflow cannot read the message; it takes adaptive cards"
	}
	return ""
}

// teamsPayload is a message with one card: the one in the payload, or one
// around a text.
func (x *run) teamsPayload(spec *flow.TeamsWebhook) ([]byte, error) {
	if spec.Payload == nil {
		if spec.MessageText == nil {
			return nil, problemf("there is neither a payload nor a messageText to send")
		}
		text, err := spec.MessageText.Render(x.quiet(expr.Text(spec.MessageText), breakLinks))
		if err != nil {
			return nil, about("messageText", evalProblem(err))
		}
		if strings.TrimSpace(text) == "" {
			return nil, problemf("messageText is empty")
		}
		return asJSON(teamsMessage(textCard(text)))
	}
	raw, err := x.objectPayload(spec.Payload, breakLinks)
	if err != nil {
		return nil, about("payload", err)
	}
	var p map[string]any
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, problemf("payload: it must be a JSON object")
	}
	text, isText := p["text"].(string)
	switch {
	case p["type"] == "message":
		return raw, nil
	case p["type"] == "AdaptiveCard":
		return asJSON(teamsMessage(json.RawMessage(raw)))
	case p["@type"] != nil:
		return nil, problemf("payload: Workflows take adaptive cards, and no MessageCard; write {\"type\": \"AdaptiveCard\", …} or a messageText")
	case isText:
		return asJSON(teamsMessage(textCard(text)))
	}
	return nil, problemf("payload: it must be a card ({\"type\": \"AdaptiveCard\", …}), a message with one, or {\"text\": \"…\"}")
}

func teamsMessage(card any) any {
	return map[string]any{"type": "message", "attachments": []any{
		map[string]any{"contentType": cardType, "contentUrl": nil, "content": card},
	}}
}

func textCard(text string) any {
	return map[string]any{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
		"body": []any{map[string]any{"type": "TextBlock", "text": text, "wrap": true}},
	}
}

// breakLinks keeps a value from showing one address and leading to another.
func breakLinks(s string) string { return strings.ReplaceAll(s, "](", "] (") }
