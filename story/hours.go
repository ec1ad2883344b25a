package story

import (
	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/zone"
)

// hours reads working hours as the configuration writes them.
func (r *reader) hours(out *approval.Hours) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var text string
		if r.text(&text, "hours")(n); text == "" {
			return
		}
		h, ok := approval.ParseHours(text)
		if !ok {
			r.fault(n, ruleBadValue, "hours: %q are no working hours such as 09:00-17:00 mon-fri", text)
		}
		*out = h
	}
}

// zone reads the name of a time zone.
func (r *reader) zone(out *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if r.text(out, "zone")(n); *out == "" {
			return
		}
		if _, err := zone.Load(*out); err != nil {
			r.fault(n, ruleBadValue, "zone: %v", err)
		}
	}
}
