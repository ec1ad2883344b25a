package config

import (
	"slices"
	"strings"
)

// Default places of the secrets, used where the file names none.
const (
	TokenEnv         = "SIGNOFF_SLACK_TOKEN"
	AppTokenEnv      = "SIGNOFF_SLACK_APP_TOKEN"      //nolint:gosec // the variable's name, not a token
	ClientSecretEnv  = "SIGNOFF_SLACK_CLIENT_SECRET"  //nolint:gosec // the variable's name, not a secret
	SigningSecretEnv = "SIGNOFF_SLACK_SIGNING_SECRET" //nolint:gosec // the variable's name, not a secret
)

// Gap is something that `signoff serve` cannot do without.
type Gap struct {
	Key string // as in the file
	How string // how to get it and where to put it
}

// WithDefaults names the default environment variables where the file names no
// place for a secret.
func (c Config) WithDefaults(getenv func(string) string) Config {
	if c.Slack.Token.IsZero() && getenv(TokenEnv) != "" {
		c.Slack.Token = SecretRef{Env: TokenEnv}
	}
	if c.Slack.AppToken.IsZero() && getenv(AppTokenEnv) != "" {
		c.Slack.AppToken = SecretRef{Env: AppTokenEnv}
	}
	if c.Slack.ClientSecret.IsZero() && c.Slack.ClientID != "" && getenv(ClientSecretEnv) != "" {
		c.Slack.ClientSecret = SecretRef{Env: ClientSecretEnv}
	}
	if len(c.Slack.SigningSecrets) == 0 && getenv(SigningSecretEnv) != "" {
		c.Slack.SigningSecrets = []SecretRef{{Env: SigningSecretEnv}}
	}
	return c
}

// Gaps lists all that is missing, in the order in which one would mend it.
func (c Config) Gaps() []Gap {
	var gaps []Gap
	want := func(missing bool, key, how string) {
		if missing {
			gaps = append(gaps, Gap{key, how})
		}
	}
	want(c.BaseURL == "", "base_url",
		"the https address under which people reach this server, such as https://signoff.example.com")
	want(c.Slack.Token.IsZero() && !c.Slack.Installs(), "slack.token",
		"create the app at https://api.slack.com/apps from manifest.yaml, install it, copy the Bot User OAuth Token (xoxb-…) into a file and write {file: PATH}, or set "+TokenEnv)
	want(c.Slack.AppToken.IsZero() && len(c.Slack.SigningSecrets) == 0, "slack.app_token",
		"on the same app's page under Basic Information, App-Level Tokens, make one with the scope connections:write (xapp-…); write {file: PATH}, or set "+AppTokenEnv+
			". If Slack shall call this server instead: slack.signing_secret, under App Credentials; write {file: PATH}, or set "+SigningSecretEnv)
	want(c.Slack.Installs() && c.SecretKey.IsZero(), "secret_key",
		"the tokens of workspaces that install the app are kept sealed: 32 random bytes in base64, as openssl rand -base64 32 prints them; write {file: PATH}")
	want(c.Slack.ClientID != "" && c.Slack.ClientSecret.IsZero(), "slack.client_secret",
		"on the app's page under Basic Information, App Credentials; write {file: PATH}, or set "+ClientSecretEnv)
	want(c.Slack.ClientID == "" && !c.Slack.ClientSecret.IsZero(), "slack.client_id",
		"on the app's page under Basic Information, App Credentials")
	want(c.Slack.Installs() && c.Slack.Workspace == "" && c.namesBareAccounts(), "slack.workspace",
		"people have Slack ids without a workspace, which may mean others elsewhere: name the workspace of those here, such as T012AB3CD, or write slack: T012AB3CD:U012AB3CD")
	want(len(c.People) == 0, "people",
		"who may answer, each with id, name, email and, if it differs, the Slack user id: - {id: dana@example.com, name: Dana, slack: U012AB3CD}")
	want(c.Flows == "", "flows",
		"the folder with your flow files; try them first with: signoff validate FOLDER")
	return gaps
}

// namesBareAccounts reports whether a person has a Slack id without a workspace.
func (c Config) namesBareAccounts() bool {
	return slices.ContainsFunc(c.People, func(p Person) bool { return p.Slack != "" && !strings.Contains(p.Slack, ":") })
}
