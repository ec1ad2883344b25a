package flow

// reachFunctions reach for what is outside of the engine, which only a call can.
func reachFunctions() []string {
	return []string{"read", "fileURI", "fileSize", "fileExists", "isFileEmpty", "encrypt", "decrypt", "http"}
}

// checkReach checks where such a function stands. A task that only prints becomes
// a call by it; what decides, or is shown to people before anything ran, cannot.
func (p *parser) checkReach(u use, name string, at func() Pos) {
	switch u.in.zone {
	case zoneCall, zoneForeign:
		return
	case zoneShown:
		if u.in.seat != nil && reaches(u.in.seat.spec) {
			return
		}
	case zoneInput, zoneVars, zoneState, zoneFlow, zoneTrigger, zoneKey:
	}
	p.errorf(at(), ruleNotYet,
		"%s() works in tasks that call out, and in Log, Return and OutputValues; put it into a Return, and read outputs.ID.value here", name)
}

// reaches makes a call of a task that only prints; false if it is no such task.
func reaches(s Spec) bool {
	switch s := s.(type) {
	case *Log:
		s.Reaches = true
	case *Return:
		s.Reaches = true
	case *OutputValues:
		s.Reaches = true
	default:
		return false
	}
	return true
}
