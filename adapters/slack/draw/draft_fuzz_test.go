package draw

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// FuzzDraft: whatever Slack says that somebody typed, the form can be drawn
// again, and it is one that Slack takes.
func FuzzDraft(f *testing.F) {
	f.Add([]byte(`{"f:text":{"value":{"type":"plain_text_input","value":"x"}},"f:rich":{"value":{"rich_text_value":{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]}}}}`))
	f.Add([]byte(`{"f:person":{"value":{"selected_user":"<!channel>"}},"f:select_external":{"value":{"selected_option":{"value":"","text":{"text":"x"}}}},"f:int":{"value":{"value":"9e99"}}}`))
	var fields []adapters.Field
	for name, field := range kinds() {
		field.ID, field.Label = name, name
		fields = append(fields, field)
	}
	slices.SortFunc(fields, func(a, b adapters.Field) int { return strings.Compare(a.ID, b.ID) })
	f.Fuzz(func(t *testing.T, raw []byte) {
		var open wire.View
		if json.Unmarshal(raw, &open.State.Values) != nil {
			return
		}
		card, action := asking(fields...)
		view, err := ModalAgain(card, action, adapters.MessageRef{}, open)
		if errors.Is(err, errTooBig) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(view); err != nil {
			t.Fatal(err)
		}
		stateOf(t, view).Values()
	})
}
