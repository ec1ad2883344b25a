package wire

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"signoff/adapters"
)

// What a button carries. The action_id says what pressing does: "act:approve"
// answers, "form:reject" opens a modal first. The value says of which request,
// at which version: "1|<request>|<version>", and names the action once more if
// it is too long for an action_id.
const (
	ActPrefix  = "act:"
	FormPrefix = "form:"
	longAction = "~" // "act:~2": the third button, whose action is in the value

	valueFormat = "1"
)

// Slack's limits of what is carried to a person and back, in Unicode code
// points.
const (
	// MaxID is the length of a block_id, an action_id or a callback_id.
	MaxID = 255
	// MaxPrivateMetadata is the length of what a view carries.
	MaxPrivateMetadata = 3000
)

var (
	errValue    = errors.New("not a button value of ours")
	errMetadata = errors.New("not a form of ours")
)

// Aim is what a button or a modal answers.
type Aim struct {
	Request string
	Version int
	Action  string
}

// ButtonID is the action_id of the n-th button of a card; prefix is [ActPrefix]
// or [FormPrefix].
func ButtonID(prefix string, action string, n int) string {
	if id := prefix + action; utf8.RuneCountInString(id) <= MaxID && !strings.HasPrefix(action, longAction) {
		return id
	}
	return prefix + longAction + strconv.Itoa(n)
}

// ButtonValue is the value of the button with that action_id.
func ButtonValue(a Aim, id string) string {
	value := strings.Join([]string{valueFormat, pack(a.Request), strconv.Itoa(a.Version)}, "|")
	if _, action, _ := strings.Cut(id, ":"); action != a.Action {
		value += "|" + pack(a.Action)
	}
	return value
}

// ParseButton reads back what ButtonID and ButtonValue wrote. It reports
// whether the button opens a form.
func ParseButton(id, value string) (a Aim, form bool, err error) {
	action, act := strings.CutPrefix(id, ActPrefix)
	if !act {
		if action, form = strings.CutPrefix(id, FormPrefix); !form {
			return Aim{}, false, errValue
		}
	}
	parts := strings.Split(value, "|")
	if len(parts) < 3 || len(parts) > 4 || parts[0] != valueFormat {
		return Aim{}, false, errValue
	}
	version, err := strconv.Atoi(parts[2])
	if err != nil || version < 0 {
		return Aim{}, false, errValue
	}
	if len(parts) == 4 {
		action = unpack(parts[3])
	}
	a = Aim{Request: unpack(parts[1]), Version: version, Action: action}
	if a.Request == "" || a.Action == "" {
		return Aim{}, false, errValue
	}
	return a, form, nil
}

func pack(s string) string {
	if !strings.ContainsAny(s, "%|") {
		return s
	}
	return strings.NewReplacer("%", "%25", "|", "%7C").Replace(s)
}

func unpack(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	return strings.NewReplacer("%25", "%", "%7C", "|").Replace(s)
}

// metadata is what a modal carries from its opening to its submission: names
// only, which are checked again.
type metadata struct {
	Request string `json:"r"`
	Version int    `json:"v"`
	Action  string `json:"a"`
	Channel string `json:"c,omitempty"`
	Message string `json:"t,omitempty"`
}

// NewMetadata is the private_metadata of a form; touched is the message in which
// it was asked for. It fails for more than Slack carries.
func NewMetadata(a Aim, touched adapters.MessageRef) (string, error) {
	b, err := json.Marshal(metadata{a.Request, a.Version, a.Action, touched.Place, touched.Message})
	if err != nil || utf8.RuneCount(b) > MaxPrivateMetadata {
		return "", errMetadata
	}
	return string(b), nil
}

// ParseMetadata reads back what NewMetadata wrote.
func ParseMetadata(s string) (Aim, adapters.MessageRef, error) {
	var m metadata
	if err := json.Unmarshal([]byte(s), &m); err != nil || m.Request == "" || m.Action == "" || m.Version < 0 {
		return Aim{}, adapters.MessageRef{}, errMetadata
	}
	return Aim{m.Request, m.Version, m.Action}, adapters.MessageRef{Place: m.Channel, Message: m.Message}, nil
}
