package slack

import (
	"encoding/json"
	"fmt"

	"signoff/adapters"
)

// The payloads that are read. Slack sends more; what is not listed here is
// never decoded, because one unknown element in the blocks that Slack echoes
// must not cost a person their click.
const (
	blockActions   = "block_actions"
	viewSubmission = "view_submission"
	viewClosed     = "view_closed"
)

// payload is what an interaction says, as far as signoff needs it.
type payload struct {
	Type        string `json:"type"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	User        struct {
		ID       string `json:"id"`
		TeamID   string `json:"team_id"`
		Name     string `json:"name"`
		Username string `json:"username"`
	} `json:"user"`
	Team *struct {
		ID string `json:"id"`
	} `json:"team"`
	Container struct {
		ChannelID string `json:"channel_id"`
		MessageTS string `json:"message_ts"`
	} `json:"container"`
	Channel *struct {
		ID string `json:"id"`
	} `json:"channel"`
	Message *struct {
		TS string `json:"ts"`
	} `json:"message"`
	Actions []pressed `json:"actions"`
	View    *view     `json:"view"`
}

// pressed is a button.
type pressed struct {
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
}

// view is a submitted modal.
type view struct {
	ID         string `json:"id"`
	CallbackID string `json:"callback_id"`
	Metadata   string `json:"private_metadata"`
	Blocks     []struct {
		Type    string `json:"type"`
		BlockID string `json:"block_id"`
	} `json:"blocks"`
	State struct {
		Values map[string]map[string]element `json:"values"`
	} `json:"state"`
}

// decode reads a payload. What is not for signoff comes back with its type and
// nothing else.
func decode(raw []byte) (payload, error) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return payload{}, fmt.Errorf("decode the payload: %w", err)
	}
	switch kind.Type {
	case blockActions, viewSubmission:
	default:
		return payload{Type: kind.Type}, nil
	}
	var p payload
	if err := json.Unmarshal(raw, &p); err != nil {
		return payload{}, fmt.Errorf("decode a %s payload: %w", kind.Type, err)
	}
	return p, nil
}

// touched names the message that was touched.
func (p payload) touched() adapters.MessageRef {
	ref := adapters.MessageRef{Place: p.Container.ChannelID, Message: p.Container.MessageTS}
	if ref.Place == "" && p.Channel != nil {
		ref.Place = p.Channel.ID
	}
	if ref.Message == "" && p.Message != nil {
		ref.Message = p.Message.TS
	}
	return ref
}

// button returns the pressed button of ours; false if there is none.
func (p payload) button() (a aim, form, ok bool) {
	for _, b := range p.Actions {
		if a, form, err := parseButton(b.ActionID, b.Value); err == nil {
			return a, form, true
		}
	}
	return aim{}, false, false
}
