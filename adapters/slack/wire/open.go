package wire

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Callbacks of our own views, beside [Callback] of forms.
const (
	// SheetCallback names forms that belong to no card.
	SheetCallback = "signoff:sheet"
	// ReviewCallback names a card that is shown in a modal.
	ReviewCallback = "signoff:review"
)

// The shortcuts of the manifest.
const (
	NewShortcut   = "signoff.new"
	AboutShortcut = "signoff.about"
)

// What a button opens. It decides nothing.
const (
	// ReviewAction opens a request in a modal, with its buttons; its value is that
	// of [ButtonValue].
	ReviewAction = "see:review"
	// DetailsAction opens the whole of a request, and why these people are asked.
	DetailsAction = "see:details"
	// SheetAction opens a form; its value is the subject. What follows the colon
	// only tells several buttons in one block apart.
	SheetAction = "sheet:"
)

// Seen returns the request whose whole text a button asks for, and whether with
// the reasons; false if no button does.
func (p Payload) Seen() (a Aim, reasons, ok bool) {
	for _, b := range p.Actions {
		if b.ActionID != ReviewAction && b.ActionID != DetailsAction {
			continue
		}
		parts := strings.Split(b.Value, "|")
		if len(parts) != 3 {
			continue
		}
		// The same form as a button that acts, but for the action.
		if a, _, err := ParseButton(ActPrefix+"see", b.Value); err == nil {
			a.Action = ""
			return a, b.ActionID == DetailsAction, true
		}
	}
	return Aim{}, false, false
}

// Subject returns the form that a button opens; false if none does.
func (p Payload) Subject() (string, bool) {
	for _, b := range p.Actions {
		if strings.HasPrefix(b.ActionID, SheetAction) && b.Value != "" {
			return b.Value, true
		}
	}
	return "", false
}

// Changed reports whether a field of one of our forms was changed while it is
// open.
func (p Payload) Changed() bool {
	if p.View == nil || p.View.CallbackID != Callback && p.View.CallbackID != SheetCallback {
		return false
	}
	for _, b := range p.Actions {
		if strings.HasPrefix(b.BlockID, FieldPrefix) && b.Type != "button" {
			return true
		}
	}
	return false
}

// Sheet is what the view of a form that belongs to no card carries: names, and
// what is offered to the person anyway. Nothing of it is believed.
type Sheet struct {
	Subject string `json:"s"`
	About   string `json:"l,omitempty"` // a link
	Quote   string `json:"q,omitempty"`
	Place   string `json:"c,omitempty"`
}

// maxQuote bounds what is carried of a message.
const maxQuote = 1500

// Metadata is the private_metadata. Of the quote it keeps as much as Slack
// carries; it fails if the names alone are too long.
func (s Sheet) Metadata() (string, error) {
	if runes := []rune(s.Quote); len(runes) > maxQuote {
		s.Quote = cutMark(runes[:maxQuote-1])
	}
	for {
		b, err := json.Marshal(s)
		if err != nil {
			return "", errMetadata
		}
		if utf8.RuneCount(b) <= MaxPrivateMetadata {
			return string(b), nil
		}
		runes := []rune(s.Quote)
		if len(runes) == 0 {
			return "", errMetadata
		}
		s.Quote = cutMark(runes[:max(0, len(runes)/2-1)])
	}
}

// cutMark is the beginning of a text, and says that it is only that.
func cutMark(runes []rune) string {
	if len(runes) == 0 {
		return ""
	}
	return string(runes) + "…"
}

// ParseSheet reads back what [Sheet.Metadata] wrote.
func ParseSheet(metadata string) (Sheet, error) {
	var s Sheet
	if err := json.Unmarshal([]byte(metadata), &s); err != nil || s.Subject == "" {
		return Sheet{}, errMetadata
	}
	return s, nil
}
