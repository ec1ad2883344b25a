package flow

// triggers reads what starts the flow by itself.
func (p *parser) triggers(s *section) []*Trigger {
	s.find("triggers")
	return nil
}
