package flow

import (
	"slices"
	"unicode/utf8"
)

// The bounds of the common reasons for a rejection: what people take in at a
// glance, and what chats can show on one line.
const (
	maxReasons = 5
	maxReason  = 75
)

// reasons reads common answers to what a rejection needs. Each must be one that
// the input takes.
func (p *parser) reasons(e *entry, w *Pause, in *Input) {
	if e == nil {
		return
	}
	if in.Type != String && in.Type != LongText && in.Type != "" {
		p.errorf(e.at, ruleBadValue, `"reasons" are texts, but the input %s that a rejection needs is %s; make it a STRING`, quote(in.ID), in.Type)
		return
	}
	items := p.list(e)
	if items != nil && (len(items) == 0 || len(items) > maxReasons) {
		p.errorf(pos(e.value), ruleBadValue, `"reasons" must hold 1 to %d texts, not %d`, maxReasons, len(items))
		return
	}
	f := in.blank()
	if in.Type == "" {
		f.Type = String // reported before
	}
	for _, item := range items {
		text := p.word(item, "a reason")
		switch problem := misfit(f.Validator, text); {
		case text == "":
		case utf8.RuneCountInString(text) > maxReason:
			p.errorf(pos(item), ruleBadValue, "a reason must have at most %d characters, so that all can be seen at once", maxReason)
		case slices.Contains(w.Reasons, text):
			p.errorf(pos(item), ruleDuplicateID, "the reason %s stands here a second time", quote(text))
		case problem != "":
			p.errorf(pos(item), ruleBadValue, "the reason %s is none that the input %s takes: it %s", quote(text), quote(in.ID), problem)
		default:
			w.Reasons = append(w.Reasons, text)
		}
	}
}
