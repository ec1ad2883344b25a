package store

import (
	"signoff/engine"
	"signoff/engine/approval"
)

// requestMore walks what few requests have: who moved it, what was said, how it
// was asked before.
func (c *coder) requestMore(r *engine.Request) {
	text(c, &r.Author)
	c.time(&r.StageAt)
	c.time(&r.StageDue)
	list(c, &r.Moves, (*coder).move)
	list(c, &r.Reminded, text[approval.PersonID])
	list(c, &r.Comments, (*coder).remark)
	text(c, &r.Wanted)
	list(c, &r.Editable, text[string])
	list(c, &r.Rounds, (*coder).round)
	list(c, &r.Dropped, text[string])
	text(c, &r.Auto)
	table(c, &r.Bound, (*coder).value)
	list(c, &r.Log, (*coder).entryOfLog)
	c.count(&r.Nudges)
	c.time(&r.Nudged)
	list(c, &r.Reasons, text[string])
	c.bool(&r.HighRisk)
	c.count(&r.Chased)
}

func (c *coder) entryOfLog(e *engine.Entry) {
	c.time(&e.At)
	text(c, &e.What)
	c.principal(&e.By)
	c.count(&e.Round)
	c.count(&e.N)
	list(c, &e.Who, text[approval.PersonID])
	text(c, &e.Text)
}

func (c *coder) move(m *approval.Move) {
	text(c, &m.Kind)
	c.count(&m.Stage)
	text(c, &m.From)
	text(c, &m.To)
	list(c, &m.Who, (*coder).selector)
	c.bool(&m.Replace)
	text(c, &m.By)
	c.time(&m.At)
	c.time(&m.Until)
	text(c, &m.Reason)
}

func (c *coder) remark(r *engine.Remark) {
	c.principal(&r.By)
	c.time(&r.At)
	text(c, &r.Kind)
	text(c, &r.Text)
}

func (c *coder) round(r *engine.Round) {
	text(c, &r.Digest)
	list(c, &r.Responses, (*coder).response)
	list(c, &r.Moves, (*coder).move)
	c.time(&r.Ended)
	text(c, &r.Why)
}
