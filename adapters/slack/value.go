package slack

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
	actPrefix  = "act:"
	formPrefix = "form:"
	longAction = "~" // "act:~2": the third button, whose action is in the value

	valueFormat = "1"
)

var (
	errValue    = errors.New("not a button value of ours")
	errMetadata = errors.New("not a form of ours")
)

// aim is what a button or a modal answers.
type aim struct {
	request string
	version int
	action  string
}

// buttonID and buttonValue name the n-th button of a card.
func buttonID(prefix string, action string, n int) string {
	if id := prefix + action; utf8.RuneCountInString(id) <= MaxID && !strings.HasPrefix(action, longAction) {
		return id
	}
	return prefix + longAction + strconv.Itoa(n)
}

func buttonValue(a aim, id string) string {
	value := strings.Join([]string{valueFormat, pack(a.request), strconv.Itoa(a.version)}, "|")
	if _, action, _ := strings.Cut(id, ":"); action != a.action {
		value += "|" + pack(a.action)
	}
	return value
}

// parseButton reads back what buttonID and buttonValue wrote. It reports
// whether the button opens a form.
func parseButton(id, value string) (a aim, form bool, err error) {
	action, act := strings.CutPrefix(id, actPrefix)
	if !act {
		if action, form = strings.CutPrefix(id, formPrefix); !form {
			return aim{}, false, errValue
		}
	}
	parts := strings.Split(value, "|")
	if len(parts) < 3 || len(parts) > 4 || parts[0] != valueFormat {
		return aim{}, false, errValue
	}
	version, err := strconv.Atoi(parts[2])
	if err != nil || version < 0 {
		return aim{}, false, errValue
	}
	if len(parts) == 4 {
		action = unpack(parts[3])
	}
	a = aim{request: unpack(parts[1]), version: version, action: action}
	if a.request == "" || a.action == "" {
		return aim{}, false, errValue
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

func newMetadata(a aim, touched adapters.MessageRef) (string, error) {
	b, err := json.Marshal(metadata{a.request, a.version, a.action, touched.Place, touched.Message})
	if err != nil || utf8.RuneCount(b) > MaxPrivateMetadata {
		return "", errMetadata
	}
	return string(b), nil
}

func parseMetadata(s string) (aim, adapters.MessageRef, error) {
	var m metadata
	if err := json.Unmarshal([]byte(s), &m); err != nil || m.Request == "" || m.Action == "" || m.Version < 0 {
		return aim{}, adapters.MessageRef{}, errMetadata
	}
	return aim{m.Request, m.Version, m.Action}, adapters.MessageRef{Place: m.Channel, Message: m.Message}, nil
}
