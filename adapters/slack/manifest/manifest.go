package manifest

// Manifest is a Slack app manifest, as far as signoff uses the format. The names
// are Slack's.
type Manifest struct {
	Display  Display  `json:"display_information" yaml:"display_information"`
	Features Feature  `json:"features" yaml:"features"`
	OAuth    OAuth    `json:"oauth_config" yaml:"oauth_config"`
	Settings Settings `json:"settings" yaml:"settings"`
}

// Display is what people read about the app.
type Display struct {
	Name            string `json:"name" yaml:"name"`
	Description     string `json:"description" yaml:"description"`
	LongDescription string `json:"long_description" yaml:"long_description"`
	BackgroundColor string `json:"background_color" yaml:"background_color"`
}

// Feature is what the app shows in Slack.
type Feature struct {
	AppHome       AppHome    `json:"app_home" yaml:"app_home"`
	BotUser       BotUser    `json:"bot_user" yaml:"bot_user"`
	Shortcuts     []Shortcut `json:"shortcuts" yaml:"shortcuts"`
	SlashCommands []Slash    `json:"slash_commands" yaml:"slash_commands"`
}

// AppHome says which tabs the app's own page has.
type AppHome struct {
	Home             bool `json:"home_tab_enabled" yaml:"home_tab_enabled"`
	Messages         bool `json:"messages_tab_enabled" yaml:"messages_tab_enabled"`
	MessagesReadOnly bool `json:"messages_tab_read_only_enabled" yaml:"messages_tab_read_only_enabled"`
}

// BotUser is the bot as a member of the workspace.
type BotUser struct {
	DisplayName  string `json:"display_name" yaml:"display_name"`
	AlwaysOnline bool   `json:"always_online" yaml:"always_online"`
}

// Shortcut is an entry of a menu: of the whole of Slack, or of a message.
type Shortcut struct {
	Name        string `json:"name" yaml:"name"`
	Type        string `json:"type" yaml:"type"`
	CallbackID  string `json:"callback_id" yaml:"callback_id"`
	Description string `json:"description" yaml:"description"`
}

// Slash is a command that people type.
type Slash struct {
	Command     string `json:"command" yaml:"command"`
	URL         string `json:"url,omitempty" yaml:"url,omitempty"`
	Description string `json:"description" yaml:"description"`
	UsageHint   string `json:"usage_hint,omitempty" yaml:"usage_hint,omitempty"`
	Escape      bool   `json:"should_escape" yaml:"should_escape"`
}

// OAuth is what the app may do, and where an install leads back to.
type OAuth struct {
	RedirectURLs []string `json:"redirect_urls,omitempty" yaml:"redirect_urls,omitempty"`
	Scopes       Granted  `json:"scopes" yaml:"scopes"`
}

// Granted are the permissions of the bot.
type Granted struct {
	Bot []string `json:"bot" yaml:"bot"`
}

// Settings say how Slack reaches the app.
type Settings struct {
	Events        Subscriptions `json:"event_subscriptions" yaml:"event_subscriptions"`
	Interactivity Interactivity `json:"interactivity" yaml:"interactivity"`
	OrgDeploy     bool          `json:"org_deploy_enabled" yaml:"org_deploy_enabled"`
	SocketMode    bool          `json:"socket_mode_enabled" yaml:"socket_mode_enabled"`
	TokenRotation bool          `json:"token_rotation_enabled" yaml:"token_rotation_enabled"`
}

// Subscriptions are the events that Slack tells.
type Subscriptions struct {
	RequestURL string   `json:"request_url,omitempty" yaml:"request_url,omitempty"`
	BotEvents  []string `json:"bot_events" yaml:"bot_events"`
}

// Interactivity is where presses, forms, shortcuts and the options of lists go.
type Interactivity struct {
	Enabled    bool   `json:"is_enabled" yaml:"is_enabled"`
	RequestURL string `json:"request_url,omitempty" yaml:"request_url,omitempty"`
	OptionsURL string `json:"message_menu_options_url,omitempty" yaml:"message_menu_options_url,omitempty"`
}
