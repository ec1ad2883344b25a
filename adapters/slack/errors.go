package slack

import (
	"errors"
	"net/http"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/fault"
)

// verdict is what an error code of the Web API means for a delivery.
type verdict struct {
	kind   adapters.DeliveryKind
	advice string
}

const (
	adviceInvite  = "Invite the bot to the channel, or correct the channel's name: /invite @signoff"
	adviceToken   = "The Slack token is no longer valid. Install the app again and put the new bot token into the configuration."
	adviceScope   = "The Slack app lacks a permission. Compare its scopes with manifest.yaml and install it again."
	adviceArchive = "The channel is archived. Name another one in the flow, or unarchive it."
	advicePolicy  = "The workspace does not let the bot write there. Ask a workspace administrator, or name another channel."
	adviceGroup   = "Slack has no such active user group. Correct its id, S…, in the configuration."
	advicePlan    = "Slack's free plan has no user groups. Name the members in the configuration."
	adviceAccount = "Slack has no such active person. Correct the person's Slack account or mail address in the configuration."
)

// verdicts lists the codes that mean something to us. Any other code is a
// request of ours that Slack refuses.
//
//nolint:gochecknoglobals // a table
var verdicts = map[string]verdict{
	"ratelimited":            {adapters.Busy, ""},
	"rate_limited":           {adapters.Busy, ""},
	"message_limit_exceeded": {adapters.Busy, ""},
	"service_unavailable":    {adapters.Busy, ""},
	"team_added_to_org":      {adapters.Busy, ""},

	// Slack says of these that the call may have succeeded in part.
	"internal_error":  {adapters.Unknown, ""},
	"fatal_error":     {adapters.Unknown, ""},
	"request_timeout": {adapters.Unknown, ""},
	"no_reason_given": {adapters.Unknown, ""},

	"message_not_found": {adapters.Gone, ""},

	"edit_window_closed":  {adapters.Frozen, ""},
	"cant_update_message": {adapters.Frozen, ""},
	"is_inactive":         {adapters.Frozen, ""},

	"not_in_channel":                           {adapters.Unreachable, adviceInvite},
	"channel_not_found":                        {adapters.Unreachable, adviceInvite},
	"is_archived":                              {adapters.Unreachable, adviceArchive},
	"restricted_action":                        {adapters.Unreachable, advicePolicy},
	"restricted_action_read_only_channel":      {adapters.Unreachable, advicePolicy},
	"restricted_action_thread_only_channel":    {adapters.Unreachable, advicePolicy},
	"restricted_action_non_threadable_channel": {adapters.Unreachable, advicePolicy},
	"posting_to_general_channel_denied":        {adapters.Unreachable, advicePolicy},
	"messages_tab_disabled":                    {adapters.Unreachable, adviceScope},
	"user_not_found":                           {adapters.Unreachable, adviceAccount},
	"users_not_found":                          {adapters.Unreachable, adviceAccount},
	"user_disabled":                            {adapters.Unreachable, adviceAccount},
	"user_not_visible":                         {adapters.Unreachable, adviceAccount},
	"cannot_dm_bot":                            {adapters.Unreachable, adviceAccount},
	"no_such_subteam":                          {adapters.Unreachable, adviceGroup},
	"plan_upgrade_required":                    {adapters.Unreachable, advicePlan},

	"invalid_auth":            {adapters.Denied, adviceToken},
	"not_authed":              {adapters.Denied, adviceToken},
	"account_inactive":        {adapters.Denied, adviceToken},
	"token_revoked":           {adapters.Denied, adviceToken},
	"token_expired":           {adapters.Denied, adviceToken},
	"team_access_not_granted": {adapters.Denied, adviceToken},
	"org_login_required":      {adapters.Denied, adviceToken},
	"ekm_access_denied":       {adapters.Denied, advicePolicy},
	"missing_scope":           {adapters.Denied, adviceScope},
	"no_permission":           {adapters.Denied, adviceScope},
	"not_allowed_token_type":  {adapters.Denied, adviceScope},
	"access_denied":           {adapters.Denied, adviceScope},
}

// deliveryError says what to do about a failed call. It repeats no text that
// may hold an address or a token.
func deliveryError(method string, err error) error {
	if err == nil {
		return nil
	}
	e := classify(err)
	if method != methodPost && e.Kind == adapters.Unknown {
		e.Kind = adapters.Busy // doing it twice is harmless
	}
	if method == methodUpdate {
		switch e.Code {
		case "channel_not_found", "not_in_channel":
			e.Kind, e.Advice = adapters.Gone, ""
		case "is_archived":
			e.Kind, e.Advice = adapters.Frozen, ""
		}
	}
	return e
}

func classify(err error) *adapters.DeliveryError {
	if limited, ok := errors.AsType[*slackapi.RateLimitedError](err); ok {
		return &adapters.DeliveryError{Kind: adapters.Busy, Code: "ratelimited", RetryAfter: limited.RetryAfter}
	}
	if refused, ok := errors.AsType[slackapi.SlackErrorResponse](err); ok {
		v, known := verdicts[refused.Err]
		if !known {
			v.kind = adapters.Malformed
		}
		if refused.Needed != "" {
			v.advice += " It needs: " + refused.Needed + "."
		}
		return &adapters.DeliveryError{Kind: v.kind, Code: refused.Err, Advice: v.advice}
	}
	if status, ok := errors.AsType[slackapi.StatusCodeError](err); ok {
		return &adapters.DeliveryError{Kind: ofStatus(status.Code), Code: http.StatusText(status.Code)}
	}
	if fault.Unsent(err) {
		return &adapters.DeliveryError{Kind: adapters.Busy, Err: fault.Bare(err)}
	}
	return &adapters.DeliveryError{Kind: adapters.Unknown, Err: fault.Bare(err)}
}

func ofStatus(code int) adapters.DeliveryKind {
	switch {
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		return adapters.Busy
	case code >= http.StatusInternalServerError:
		return adapters.Unknown
	}
	return adapters.Malformed
}
