package probe

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Owner is whose a token is.
type Owner struct {
	Team, TeamID, EnterpriseID string
	Org                        bool // it is an organisation's
	Bot                        bool // and not a person's
	BotUser                    string
	Scopes                     []string
	// Date is Slack's clock, to the second; zero if it did not say.
	Date time.Time
}

// Auth asks whose a bot token is.
func (c *Client) Auth(ctx context.Context, token string) (Owner, error) {
	var a struct {
		Team         string `json:"team"`
		TeamID       string `json:"team_id"`
		UserID       string `json:"user_id"`
		BotID        string `json:"bot_id"`
		EnterpriseID string `json:"enterprise_id"`
		Org          bool   `json:"is_enterprise_install"`
	}
	h, err := c.call(ctx, "auth.test", token, nil, &a)
	o := Owner{Date: h.date}
	if err != nil {
		return o, err
	}
	o.Team, o.TeamID, o.EnterpriseID, o.Org, o.Bot, o.BotUser = a.Team, a.TeamID, a.EnterpriseID, a.Org, a.BotID != "", a.UserID
	for scope := range strings.SplitSeq(h.header.Get("X-Oauth-Scopes"), ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			o.Scopes = append(o.Scopes, scope)
		}
	}
	return o, nil
}

// Sockets asks whether an app-level token opens sockets. None is opened.
func (c *Client) Sockets(ctx context.Context, appToken string) error {
	var a struct {
		URL string `json:"url"`
	}
	_, err := c.call(ctx, "apps.connections.open", appToken, nil, &a)
	if err == nil && a.URL == "" {
		return ErrUnheard
	}
	return err
}

// Channel is a channel as the bot sees it.
type Channel struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Member   bool   `json:"is_member"`
	Private  bool   `json:"is_private"`
	Archived bool   `json:"is_archived"`
	// Shared: people of other workspaces are in it.
	Shared bool `json:"is_ext_shared"`
}

// ErrNoChannel says that the bot sees no such channel: there is none, or it is
// private and the bot is not in it.
var ErrNoChannel = errors.New("the bot sees no such channel")

// Channel looks a channel up, by its id. team is its workspace, which the token
// of an organisation must say.
func (c *Client) Channel(ctx context.Context, token, team, id string) (Channel, error) {
	var a struct {
		Channel Channel `json:"channel"`
	}
	_, err := c.call(ctx, "conversations.info", token, url.Values{"channel": {id}, "team_id": {team}}, &a)
	if refused, ok := errors.AsType[*RefusedError](err); ok && refused.Code == "channel_not_found" {
		return Channel{}, ErrNoChannel
	}
	return a.Channel, err
}

const (
	pageSize = 1000
	maxPages = 20 // of channels; Slack lets a page be asked for every three seconds
)

// Channels lists the channels that the bot sees, by name. The second result says
// that there are more.
func (c *Client) Channels(ctx context.Context, token, team string) (map[string]Channel, bool, error) {
	all, cursor := map[string]Channel{}, ""
	for range maxPages {
		var a struct {
			Channels []Channel `json:"channels"`
			Metadata struct {
				Cursor string `json:"next_cursor"`
			} `json:"response_metadata"`
		}
		form := url.Values{"limit": {strconv.Itoa(pageSize)}, "types": {"public_channel,private_channel"}, "exclude_archived": {"false"}}
		if cursor != "" {
			form.Set("cursor", cursor)
		}
		if team != "" {
			form.Set("team_id", team)
		}
		if _, err := c.call(ctx, "conversations.list", token, form, &a); err != nil {
			return all, true, err
		}
		for _, ch := range a.Channels {
			all[ch.Name] = ch
		}
		if cursor = a.Metadata.Cursor; cursor == "" {
			return all, false, nil
		}
	}
	return all, true, nil
}

// Validate asks whether Slack would take something: what is "blocks", "message"
// or "view", and raw its JSON. It returns what is wrong with it, with places, and
// needs no token.
func (c *Client) Validate(ctx context.Context, what string, raw []byte) ([]string, error) {
	var a struct {
		Errors []struct {
			Pointer string `json:"pointer"` // begins at what was sent
			Message string `json:"message"`
		} `json:"errors"`
		Metadata struct {
			Messages []string `json:"messages"`
		} `json:"response_metadata"`
	}
	_, err := c.call(ctx, "blocks.validate", "", url.Values{what: {string(raw)}}, &a)
	refused, ok := errors.AsType[*RefusedError](err)
	switch {
	case ok && len(a.Errors) > 0:
		var wrong []string
		for _, e := range a.Errors {
			wrong = append(wrong, e.Pointer+": "+e.Message)
		}
		return wrong, nil
	case ok && len(a.Metadata.Messages) > 0:
		return a.Metadata.Messages, nil
	case ok && (refused.Code == "invalid_blocks" || refused.Code == "invalid_blocks_format" || refused.Code == "invalid_arguments"):
		return []string{refused.Code}, nil
	}
	return nil, err
}
