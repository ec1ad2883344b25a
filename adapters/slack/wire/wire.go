package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"signoff/adapters"
)

// The payloads that are read. Slack sends more; what is not listed here is
// never decoded, because one unknown element in the blocks that Slack echoes
// must not cost a person their click.
const (
	BlockActions   = "block_actions"
	ViewSubmission = "view_submission"
	ViewClosed     = "view_closed"
)

// Callback names our forms among the modals of the workspace's other apps.
const Callback = "signoff:answer"

// Payload is what an interaction says, as far as signoff needs it.
type Payload struct {
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
	Actions []Pressed `json:"actions"`
	View    *View     `json:"view"`
}

// Pressed is a button.
type Pressed struct {
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
}

// View is a submitted modal.
type View struct {
	ID         string `json:"id"`
	CallbackID string `json:"callback_id"`
	Metadata   string `json:"private_metadata"`
	Blocks     []struct {
		Type    string `json:"type"`
		BlockID string `json:"block_id"`
	} `json:"blocks"`
	State struct {
		Values map[string]map[string]Element `json:"values"`
	} `json:"state"`
}

// Decode reads a payload. What is not for signoff comes back with its type and
// nothing else.
func Decode(raw []byte) (Payload, error) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return Payload{}, fmt.Errorf("decode the payload: %w", err)
	}
	switch kind.Type {
	case BlockActions, ViewSubmission:
	default:
		return Payload{Type: kind.Type}, nil
	}
	var p Payload
	if err := json.Unmarshal(raw, &p); err != nil {
		return Payload{}, fmt.Errorf("decode a %s payload: %w", kind.Type, err)
	}
	return p, nil
}

// Name is the same for every delivery of an interaction over a socket, in hex.
// Slack makes a trigger for each; raw is the whole payload, for one without.
func (p Payload) Name(raw []byte) string {
	id := raw
	if p.TriggerID != "" {
		id = []byte(p.Type + "\n" + p.User.ID + "\n" + p.TriggerID)
	}
	sum := sha256.Sum256(append([]byte("interaction\n"), id...))
	return hex.EncodeToString(sum[:])
}

// Touched names the message that was touched.
func (p Payload) Touched() adapters.MessageRef {
	ref := adapters.MessageRef{Place: p.Container.ChannelID, Message: p.Container.MessageTS}
	if ref.Place == "" && p.Channel != nil {
		ref.Place = p.Channel.ID
	}
	if ref.Message == "" && p.Message != nil {
		ref.Message = p.Message.TS
	}
	return ref
}

// Button returns the pressed button of ours; false if there is none.
func (p Payload) Button() (a Aim, form, ok bool) {
	for _, b := range p.Actions {
		if a, form, err := ParseButton(b.ActionID, b.Value); err == nil {
			return a, form, true
		}
	}
	return Aim{}, false, false
}
