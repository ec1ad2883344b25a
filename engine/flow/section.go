package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// section reads one map. Keys are asked for by name; [section.done] reports
// those that nobody asked for.
type section struct {
	p    *parser
	what string // "a Pause", for messages
	at   Pos
	keys []entry
	// def defines the keys; nil where the code that asks for them is all there is.
	def *Definition
	// asked are the names that were asked for.
	asked []string
	later []string // names that Kestra has and this version has not
}

type entry struct {
	name  string
	at    Pos
	value *yaml.Node
	asked bool
	// byDefault: it comes from defaults for several types, some of which may not
	// have it.
	byDefault bool
}

// section opens a map. It reports anything else and returns nil.
func (p *parser) section(n *yaml.Node, what string) *section {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		p.errorf(pos(n), ruleWrongKind, "%s must be a map, not %s", what, kindOf(n))
		return nil
	}
	s := &section{p: p, what: what, at: pos(n)}
	s.keys = p.entries(n)
	return s
}

// remember keeps the place of keys that the review may point at. The place of
// the section names it, as that of the task or trigger does.
func (s *section) remember(names ...string) {
	for _, name := range names {
		if e := s.lookup(name); e != nil {
			s.p.keys[keyOf{s.at, name}] = e.at
		}
	}
}

// part opens a map that is a defined part of the language.
func (p *parser) part(n *yaml.Node, what, name string) *section {
	s := p.section(n, what)
	if s != nil {
		s.define(lang.part(name))
	}
	return s
}

// define says what the keys of the section are.
func (s *section) define(d *Definition) {
	s.def = d
	for _, name := range s.asked {
		s.p.spy.ask(d, name)
	}
}

// entries lists the keys of a map. What checkKeys reported is left out.
func (p *parser) entries(n *yaml.Node) []entry {
	list := make([]entry, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		if p.badKeys[n.Content[i]] {
			continue
		}
		key := resolve(n.Content[i])
		list = append(list, entry{name: key.Value, at: pos(n.Content[i]), value: resolve(n.Content[i+1])})
	}
	return list
}

// find returns a key's entry, or nil if it is absent. A key without a value
// counts as absent, as it does in Kestra.
func (s *section) find(name string) *entry {
	e := s.present(name)
	if e == nil || isNull(e.value) {
		return nil
	}
	return e
}

// present is find that also sees a key without a value.
func (s *section) present(name string) *entry {
	if !slices.Contains(s.asked, name) {
		s.asked = append(s.asked, name)
		s.p.spy.ask(s.def, name)
	}
	e := s.lookup(name)
	if e != nil {
		e.asked = true
	}
	return e
}

// lookup returns a key without asking for it: it stays unknown.
func (s *section) lookup(name string) *entry {
	for i := range s.keys {
		if s.keys[i].name == name {
			return &s.keys[i]
		}
	}
	return nil
}

// need is find that reports an absent key.
func (s *section) need(name string) *entry {
	e := s.find(name)
	if e == nil {
		s.missing(name)
	}
	return e
}

// needItems is need that reports an empty list or map, too.
func (s *section) needItems(name string) *entry {
	e := s.need(name)
	if e != nil && e.value.Kind != yaml.ScalarNode && len(e.value.Content) == 0 {
		s.p.errorf(pos(e.value), ruleMissingKey, "%s must not be empty", quote(name))
		return nil
	}
	return e
}

func (s *section) missing(name string) {
	at := s.at
	if e := s.present(name); e != nil {
		at = e.at
	}
	s.p.errorf(at, ruleMissingKey, "%s needs the key %s", s.what, quote(name))
}

// notYet names keys that Kestra has here and this version does not run.
func (s *section) notYet(names ...string) { s.later = append(s.later, names...) }

// belong reports keys that belong somewhere else.
func (s *section) belong(where string, names ...string) {
	for _, name := range names {
		if e := s.lookup(name); e != nil && !e.asked && !e.byDefault {
			e.asked = true
			s.p.errorf(e.at, ruleUnknownKey, "%s belongs to %s, not to %s", quote(name), where, s.what)
		}
	}
}

// done reports the keys that nobody asked for.
func (s *section) done() {
	for i := range s.keys {
		e := &s.keys[i]
		if e.asked || s.p.full() {
			continue
		}
		var known *Property
		if s.def != nil {
			known = s.def.property(e.name)
		}
		switch {
		case known != nil && known.Loses != "" && !isNull(e.value):
			s.p.warnf(e.at, ruleKeyIgnored, "%s in %s has no effect here: %s", quote(e.name), s.what, known.Loses)
		case known != nil:
		case slices.Contains(s.later, e.name):
			s.p.errorf(e.at, ruleNotYet, "%s in %s is not supported yet", quote(e.name), s.what)
		case e.byDefault:
		default:
			s.p.errorf(e.at, ruleUnknownKey, "unknown key %s in %s%s", quote(e.name), s.what, s.hint(e.name))
		}
	}
}

// forgive takes all keys as they are, where one fault says enough.
func (s *section) forgive() {
	for i := range s.keys {
		s.keys[i].asked = true
	}
}

func (s *section) hint(name string) string {
	known := s.asked
	if s.def != nil {
		known = s.def.keys()
	}
	if near := nearest(name, known); near != "" {
		return "; did you mean " + quote(near) + "?"
	}
	return "; known are " + strings.Join(known, ", ")
}

// list returns the items of a list, or nil after a report.
func (p *parser) list(e *entry) []*yaml.Node {
	if e.value.Kind != yaml.SequenceNode {
		p.errorf(pos(e.value), ruleWrongKind, "%s must be a list, not %s", quote(e.name), kindOf(e.value))
		return nil
	}
	items := make([]*yaml.Node, len(e.value.Content))
	for i, n := range e.value.Content {
		items[i] = resolve(n)
	}
	return items
}

// pairs returns the entries of a map, or nil after a report.
func (p *parser) pairs(e *entry) []entry {
	if e.value.Kind != yaml.MappingNode {
		p.errorf(pos(e.value), ruleWrongKind, "%s must be a map, not %s", quote(e.name), kindOf(e.value))
		return nil
	}
	return p.entries(e.value)
}

// word returns a plain text in which no expression may stand; "" if absent or
// reported.
func (s *section) word(name string) string {
	e := s.find(name)
	if e == nil {
		return ""
	}
	return s.p.word(e.value, quote(e.name))
}

func (p *parser) word(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode {
		p.errorf(pos(n), ruleWrongKind, "%s must be a text, not %s", what, kindOf(n))
		return ""
	}
	if strings.Contains(n.Value, "{{") || strings.Contains(n.Value, "{%") {
		p.errorf(pos(n), ruleNotYet, "%s must be written out; an expression is not supported here yet", what)
		return ""
	}
	return n.Value
}

// flag returns true or false, and the default if absent or reported.
func (s *section) flag(name string, otherwise bool) bool {
	e := s.find(name)
	if e == nil {
		return otherwise
	}
	switch text := strings.ToLower(s.p.word(e.value, quote(name))); text {
	case "true":
		return true
	case "false":
		return false
	case "":
	default:
		s.p.errorf(pos(e.value), ruleBadValue, "%s must be true or false, not %s", quote(name), quote(text))
	}
	return otherwise
}

// choice returns one of the words of the key's definition, or "" if absent or
// reported. Case counts, as it does in Kestra.
func (s *section) choice(name string) string {
	return s.oneOf(name, s.word(name))
}

// choiceOrText is choice for a key that may hold an expression instead: it
// returns the word or the expression, or neither if absent or reported.
func (s *section) choiceOrText(name string, in scope) (string, *expr.Template) {
	t := s.template(name, in)
	switch {
	case t == nil:
		return "", nil
	case t.Literal():
		return s.oneOf(name, t.Source()), nil
	}
	return "", t
}

func (s *section) oneOf(name, text string) string {
	words := s.def.property(name).Enum
	if text == "" || slices.Contains(words, text) {
		return text
	}
	s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s must be %s, not %s%s",
		quote(name), orList(words), quote(text), didYouMean(text, words))
	return ""
}
