package task

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// slackWebhook runs SlackIncomingWebhook and SlackExecution. It has no outputs.
func (x *run) slackWebhook(ctx context.Context, spec *flow.SlackWebhook) error {
	payload, err := x.slackPayload(ctx, spec)
	if err != nil {
		return err
	}
	u, err := x.address(spec.URL, nil)
	if err != nil {
		return about("url", err)
	}
	req := request(ctx, http.MethodPost, u, &body{content: payload})
	req.Header.Set("Content-Type", jsonType)
	if x.UserAgent != "" {
		req.Header.Set("User-Agent", x.UserAgent)
	}
	a, err := x.send(ctx, req, x.call.Timeout)
	if err != nil {
		return err
	}
	return x.slackVerdict(req, a)
}

// slackPayload is the JSON object to post: the payload, or a message around
// messageText.
func (x *run) slackPayload(ctx context.Context, spec *flow.SlackWebhook) ([]byte, error) {
	if spec.Summary {
		return x.summaryPayload(ctx, spec)
	}
	if spec.Payload != nil {
		if spec.MessageText != nil {
			x.logf("WARN", "payload is sent; messageText beside it is ignored")
		}
		b, err := x.objectPayload(spec.Payload, escapeMrkdwn)
		if err != nil {
			return nil, about("payload", err)
		}
		return b, x.checkSize(len(b))
	}
	if spec.MessageText == nil {
		return nil, problemf("there is neither a payload nor a messageText to send")
	}
	text, err := spec.MessageText.Render(x.quiet(expr.Text(spec.MessageText), escapeMrkdwn))
	if err != nil {
		return nil, about("messageText", evalProblem(err))
	}
	if strings.TrimSpace(text) == "" {
		return nil, problemf("messageText is empty, which Slack refuses")
	}
	return asJSON(map[string]any{"text": text})
}

// objectPayload renders a payload and makes sure that it is what its author
// wrote: a JSON object, whatever the values in it hold.
func (x *run) objectPayload(t *expr.Template, escape func(string) string) ([]byte, error) {
	v := expr.Text(t)
	got, err := v.Eval(x.quiet(v, escape))
	if err != nil {
		return nil, evalProblem(err)
	}
	text, ok := got.(string)
	if !ok {
		if _, ok := got.(map[string]any); !ok {
			return nil, problemf("it must be a JSON object, such as {\"text\": \"…\"}")
		}
		return asJSON(got)
	}
	if err := x.checkJSONShape(v, text); err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &object) != nil || object == nil {
		return nil, problemf("it must be a JSON object, such as {\"text\": \"…\"}; values go in as {{ … | toJson }} without quotes around them")
	}
	return []byte(text), nil
}

// quiet is the environment in which what v reads from outside is escaped as the
// far side asks, so that no value mentions a channel or hides a link. The markup of
// the flow's author, and of the operator's kv and secrets, stays.
func (x *run) quiet(v expr.Value, escape func(string) string) expr.Env {
	paths := outsidePaths(v)
	env := x.env
	for _, p := range paths {
		env = tameAt(env, p, escape)
	}
	if _, err := v.Eval(env); err != nil {
		return x.tameEach(v, paths, escape)
	}
	return env
}

// escapeMrkdwn escapes the three characters that begin Slack's markup, also
// where they are written as JSON escapes.
func escapeMrkdwn(s string) string {
	if !strings.ContainsAny(s, `&<>\`) {
		return s
	}
	return strings.NewReplacer(
		"&", "&amp;", "<", "&lt;", ">", "&gt;",
		`\u0026`, "&amp;", `\u003c`, "&lt;", `\u003C`, "&lt;", `\u003e`, "&gt;", `\u003E`, "&gt;",
	).Replace(s)
}

// slackVerdict reads Slack's answer. A page that answers 200 with anything else
// than Slack's word is not Slack.
func (x *run) slackVerdict(req *http.Request, a *answer) error {
	word := strings.TrimSpace(a.body)
	if a.code == http.StatusOK && isSlackOK(word) {
		return nil
	}
	if why, ok := slackErrors[word]; ok {
		return problemf("POST %s: Slack answered %s: %s", origin(req.URL), word, why)
	}
	if a.failed() {
		return x.refused(req, a)
	}
	return problemf("POST %s: answered %s, but not Slack's \"ok\"; is the address an incoming webhook?", origin(req.URL), a.status())
}

// isSlackOK knows the answers of incoming webhooks and of workflow webhooks.
func isSlackOK(body string) bool {
	if body == "ok" {
		return true
	}
	var v struct {
		OK bool `json:"ok"`
	}
	return json.Unmarshal([]byte(body), &v) == nil && v.OK
}

// slackErrors are the words with which Slack refuses a post, and what they mean.
//
//nolint:gochecknoglobals,gosec // a table of words, none of them a credential
var slackErrors = map[string]string{
	"action_prohibited":                       "an administrator does not allow posts there",
	"channel_is_archived":                     "the channel is archived",
	"channel_not_found":                       "the channel does not exist, or the app is not in it",
	"invalid_blocks":                          "the blocks in the payload are not valid Block Kit",
	"invalid_blocks_format":                   "the blocks in the payload must be a JSON list",
	"invalid_payload":                         "the payload is not JSON that Slack can read; write values as {{ … | toJson }}",
	"invalid_token":                           "the webhook's address is no longer valid; make a new one",
	"missing_text_or_fallback_or_attachments": "the payload has neither text nor blocks",
	"no_active_hooks":                         "the webhook is switched off",
	"no_service":                              "the webhook was removed or switched off; make a new one",
	"no_service_id":                           "the webhook's address is not complete",
	"no_team":                                 "the workspace does not exist or is not active",
	"no_text":                                 "the payload has neither text nor blocks",
	"posting_to_general_channel_denied":       "only administrators may post to that channel",
	"rollup_error":                            "Slack had a fault of its own",
	"team_disabled":                           "the workspace is not active",
	"too_many_attachments":                    "a message takes at most 100 attachments",
	"user_not_found":                          "the person does not exist",
}
