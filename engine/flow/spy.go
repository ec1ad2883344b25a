package flow

// spy sees which keys the parser asks for, so that a test can hold them against
// the definitions. There is none outside of tests.
type spy struct {
	asked map[*Definition]map[string]bool
}

func (s *spy) ask(d *Definition, key string) {
	if s == nil || d == nil {
		return
	}
	if s.asked[d] == nil {
		s.asked[d] = map[string]bool{}
	}
	s.asked[d][key] = true
}
