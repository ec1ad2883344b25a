package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"signoff/adapters"
)

// The payloads that are read. Slack sends more; what is not listed here is
// never decoded, because one unknown element in the blocks that Slack echoes
// must not cost a person their click.
const (
	BlockActions   = "block_actions"
	ViewSubmission = "view_submission"
	ViewClosed     = "view_closed"
	// Shortcut and MessageAction are entries of menus: of Slack, and of a message.
	Shortcut      = "shortcut"
	MessageAction = "message_action"
	// BlockSuggestion asks for options while somebody types.
	BlockSuggestion = "block_suggestion"
)

// Callback names our forms among the modals of the workspace's other apps.
const Callback = "signoff:answer"

// Payload is what an interaction says, as far as signoff needs it.
type Payload struct {
	Type        string `json:"type"`
	AppID       string `json:"api_app_id"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	CallbackID  string `json:"callback_id"` // of a shortcut
	// BlockID and Value are where somebody types, and what.
	BlockID string `json:"block_id"`
	Value   string `json:"value"`
	User    struct {
		ID       string `json:"id"`
		TeamID   string `json:"team_id"`
		Name     string `json:"name"`
		Username string `json:"username"`
	} `json:"user"`
	Team *struct {
		ID     string `json:"id"`
		Domain string `json:"domain"`
	} `json:"team"`
	Enterprise *struct {
		ID string `json:"id"`
	} `json:"enterprise"`
	Container struct {
		ChannelID string `json:"channel_id"`
		MessageTS string `json:"message_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Channel *struct {
		ID string `json:"id"`
	} `json:"channel"`
	Message *struct {
		TS       string `json:"ts"`
		ThreadTS string `json:"thread_ts"`
		Text     string `json:"text"`
	} `json:"message"`
	Actions []Pressed `json:"actions"`
	View    *View     `json:"view"`
}

// Pressed is a button, or a field that was changed.
type Pressed struct {
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
	BlockID  string `json:"block_id"`
	Value    string `json:"value"`
	At       string `json:"action_ts"`
}

// View is a modal.
type View struct {
	ID         string `json:"id"`
	Kind       string `json:"type"` // "modal" or "home"
	Hash       string `json:"hash"`
	Below      string `json:"previous_view_id"` // the view on which it lies
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
	case BlockActions, ViewSubmission, Shortcut, MessageAction, BlockSuggestion:
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
	if p.TriggerID == "" {
		return named("interaction", string(raw))
	}
	return named("interaction", p.Type, p.User.ID, p.TriggerID)
}

// At is when the person did it; empty if Slack does not say.
func (p Payload) At() string {
	if len(p.Actions) == 0 {
		return ""
	}
	return p.Actions[0].At
}

// Submission is the same for every submission of one view by one person, until
// the view is drawn anew: two presses make one request.
func (p Payload) Submission() string {
	return named("submission", p.User.TeamID, p.User.ID, p.View.ID, p.View.Hash)
}

func named(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:])
}

// Touched names the message that was touched; zero for one that only the person
// sees, which is no copy of anything.
func (p Payload) Touched() adapters.MessageRef {
	if p.Container.Ephemeral {
		return adapters.MessageRef{}
	}
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
