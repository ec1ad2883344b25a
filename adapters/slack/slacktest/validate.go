package slacktest

import "strings"

// blocksValidate says what is wrong with blocks, a message or a view, by the
// rules that hold for posting them. It needs no token. Each fault has a pointer
// that begins at what was sent.
func (s *Server) blocksValidate(a args) (object, error) {
	given := 0
	for _, key := range []string{"blocks", "message", "view"} {
		if a.has(key) {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, refuse("invalid_arguments", "[ERROR] must have exactly one of blocks, message and view")
	case a.has("view"):
		return s.validateView([]byte(a.text("view")))
	case a.has("message"):
		body, ok := decodeObject([]byte(a.text("message")))
		if !ok {
			return nil, refuse("invalid_arguments", "[ERROR] must be an object [json-pointer:/message]")
		}
		return verdict("invalid_message", "", s.check.message(list(body, "blocks")))
	default:
		blocks, ok := decodeList([]byte(a.text("blocks")))
		if !ok {
			return nil, refuse("invalid_arguments", "[ERROR] must be an array [json-pointer:/blocks]")
		}
		return verdict("invalid_blocks", "/blocks", s.check.message(blocks))
	}
}

func (s *Server) validateView(raw []byte) (object, error) {
	body, ok := decodeObject(raw)
	if !ok {
		return nil, refuse("invalid_arguments", "[ERROR] must be an object [json-pointer:/view]")
	}
	surface := onModal
	if str(body, "type") == onHome {
		surface = onHome
	}
	return verdict("invalid_view", "/view", s.check.view(surface, body))
}

// verdict is the answer with these faults, whose pointers lose what stands for
// the argument.
func verdict(code, argument string, faults []complaint) (object, error) {
	if len(faults) == 0 {
		return object{}, nil
	}
	all := []any{}
	for _, f := range faults {
		all = append(all, object{
			"pointer": strings.TrimPrefix(f.at, argument), "code": "failed_constraint", "message": f.text,
		})
	}
	return nil, &refusal{code: code, more: object{"errors": all}}
}
