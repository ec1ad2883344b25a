package slacktest

import (
	"encoding/json"
	"maps"
)

// View is a modal that a user has open, or their Home tab.
type View struct {
	ID   string
	User string
	// Install is the workspace or organisation whose install of the app drew it.
	Install string
	// Home is a Home tab; otherwise it is a modal.
	Home       bool
	Hash       string
	CallbackID string
	ExternalID string
	// Root and Previous are the first view of the stack and the one below.
	Root     string
	Previous string
	Metadata string
	// Raw is the view as the app sent it, with ids where it named none.
	Raw json.RawMessage
	// Errors are the texts that stand under the fields, by block id, since the
	// last submission.
	Errors map[string]string
}

func (v View) clone() View {
	v.Errors = maps.Clone(v.Errors)
	return v
}

// redrawn takes over what the app sent.
func redrawn(v *View, d drawing) {
	body := d.body
	v.Raw = d.raw
	v.CallbackID, _ = body["callback_id"].(string)
	v.ExternalID, _ = body["external_id"].(string)
	v.Metadata, _ = body["private_metadata"].(string)
	v.Errors = nil
}
