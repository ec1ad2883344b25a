package config

import (
	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/zone"
)

// hours reads when somebody works: "09:00-17:00 mon-fri". Without days it is
// every day.
func (p *parser) hours(n *yaml.Node, out *approval.Hours) {
	var text string
	p.text(&text, "hours")(n)
	if text == "" {
		return
	}
	h, ok := approval.ParseHours(text)
	if !ok {
		p.fault(n, "hours", "%q are no working hours; write for example 09:00-17:00 mon-fri", text)
		return
	}
	h.Zone = out.Zone
	*out = h
}

// zone reads the zone in which somebody's hours are meant.
func (p *parser) zone(n *yaml.Node, name string, out *approval.Hours) {
	if _, err := zone.Load(name); err != nil {
		p.fault(n, "hours", "%s", err)
		return
	}
	out.Zone = name
}
