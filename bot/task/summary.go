package task

import (
	"context"
	"net/url"
	"strings"

	"signoff/engine"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// summaryPayload is the message of SlackExecution: which execution, where it
// stands, and what the flow adds.
func (x *run) summaryPayload(ctx context.Context, spec *flow.SlackWebhook) ([]byte, error) {
	if x.Executions == nil {
		return nil, problemf("other executions cannot be reached from here")
	}
	id, err := x.renderOr(spec.Execution, string(x.call.Execution))
	if err != nil {
		return nil, about("executionId", err)
	}
	s, err := x.Executions.Summary(ctx, x.caller(), engine.ExecutionID(id))
	if err != nil {
		return nil, refused(err)
	}
	lines := []string{"*" + escapeMrkdwn(s.Namespace+"/"+s.Flow) + "* " + escapeMrkdwn(string(s.State)) + ": " + x.executionLink(s.ID)}
	if s.Problem != "" {
		lines = append(lines, escapeMrkdwn(s.Problem))
	}
	if spec.CustomMessage != nil {
		text, err := spec.CustomMessage.Render(x.quiet(expr.Text(spec.CustomMessage), escapeMrkdwn))
		if err != nil {
			return nil, about("customMessage", evalProblem(err))
		}
		lines = append(lines, text)
	}
	for _, f := range spec.CustomFields {
		text, err := x.text(f)
		if err != nil {
			return nil, about("customFields", err)
		}
		lines = append(lines, "*"+escapeMrkdwn(f.Name)+":* "+escapeMrkdwn(text))
	}
	message := map[string]any{"text": strings.Join(lines, "\n")}
	channel, err := x.renderOr(spec.Channel, "")
	if err != nil {
		return nil, about("channel", err)
	}
	if channel != "" {
		message["channel"] = channel
	}
	return asJSON(message)
}

// executionLink is an execution's id, with a link to its page if there is one.
func (x *run) executionLink(id engine.ExecutionID) string {
	text := escapeMrkdwn(string(id))
	if x.BaseURL == "" {
		return text
	}
	return "<" + x.BaseURL + "/executions/" + url.PathEscape(string(id)) + "|" + text + ">"
}
