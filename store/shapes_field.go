package store

import "signoff/engine/flow"

// fieldMore walks what only some types of question have, and what depends on
// the answers to others.
func (c *coder) fieldMore(f *flow.Field) {
	text(c, &f.Group)
	text(c, &f.Shortest)
	text(c, &f.Longest)
	c.bool(&f.First)
	text(c, &f.Items)
	text(c, &f.Schema)
	list(c, &f.Extensions, text[string])
	list(c, &f.DependsOn, text[string])
	c.bool(&f.Off)
	optional(c, &f.Late, (*coder).late)
}

func (c *coder) late(l *flow.Late) {
	list(c, &l.Conditions, text[string])
	text(c, &l.Label)
	text(c, &l.Description)
	c.value(&l.Default)
	c.value(&l.Prefill)
	c.value(&l.Choices)
	table(c, &l.Known, (*coder).value)
	table(c, &l.KV, (*coder).value)
}
