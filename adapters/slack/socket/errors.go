package socket

import (
	"errors"

	"signoff/adapters"
)

//nolint:gosec // texts about tokens, no tokens
const (
	adviceAppToken  = "The Slack app-level token is not valid. On the app's page, under Basic Information, App-Level Tokens, make one with the scope connections:write and put it where slack.app_token says."
	adviceTokenType = "slack.app_token must be an app-level token (xapp-…): make one on the app's page, under Basic Information, App-Level Tokens, with the scope connections:write."
	adviceSwitchOn  = "Socket Mode is switched off for the Slack app. Switch it on, on the app's page under Socket Mode, or take slack.app_token out of the configuration and set slack.signing_secret to use HTTP."
	advicePolicy    = "The workspace does not let the bot write there. Ask a workspace administrator, or name another channel."
	adviceFewer     = "Slack allows ten sockets for an app, over all servers. Stop a server that should not run, or lower slack.sockets."
)

// adviceFor says what to do about a refused socket, by Slack's code. All but
// too_many_websockets are final.
func adviceFor(code string) string {
	switch code {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "team_access_not_granted":
		return adviceAppToken
	case "not_allowed_token_type", "missing_scope", "no_permission", "access_denied":
		return adviceTokenType
	case "link_disabled", "forbidden_team", "app_not_enabled", "socket_mode_not_enabled":
		return adviceSwitchOn
	case "org_login_required", "ekm_access_denied":
		return advicePolicy
	case "too_many_websockets":
		return adviceFewer
	}
	return ""
}

// advised gives a refusal the advice that fits the app-level token.
func advised(err error) error {
	e, ok := errors.AsType[*adapters.DeliveryError](err)
	if !ok {
		return err
	}
	if advice := adviceFor(e.Code); advice != "" {
		return refused(e.Code)
	}
	return err
}

// refused is why Slack gives no socket.
func refused(code string) error {
	e := &adapters.DeliveryError{Kind: adapters.Denied, Code: code, Advice: adviceFor(code)}
	if code == "too_many_websockets" {
		e.Kind = adapters.Busy
	}
	return e
}
