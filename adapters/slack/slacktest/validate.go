package slacktest

// blocksValidate says what is wrong with blocks, a message or a view, by the
// rules that hold for posting them. It needs no token.
func (s *Server) blocksValidate(a args) (object, error) {
	switch {
	case a.has("view"):
		body, ok := decodeObject([]byte(a.text("view")))
		if !ok {
			return nil, refuse("invalid_arguments", "[ERROR] must be an object [json-pointer:/view]")
		}
		surface := onModal
		if str(body, "type") == onHome {
			surface = onHome
		}
		return verdict(s.check.view(surface, body))
	case a.has("message"):
		body, ok := decodeObject([]byte(a.text("message")))
		if !ok {
			return nil, refuse("invalid_arguments", "[ERROR] must be an object [json-pointer:/message]")
		}
		return verdict(within("/message", s.check.message(list(body, "blocks"))))
	case a.has("blocks"):
		blocks, ok := decodeList([]byte(a.text("blocks")))
		if !ok {
			return nil, refuse("invalid_blocks_format")
		}
		return verdict(s.check.message(blocks))
	default:
		return nil, refuse("invalid_arguments", "[ERROR] missing required field: blocks [json-pointer:/blocks]")
	}
}

func verdict(faults []string) (object, error) {
	if len(faults) > 0 {
		return nil, refuse("invalid_blocks", faults...)
	}
	return object{}, nil
}
