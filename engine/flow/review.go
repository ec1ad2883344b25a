package flow

// review tells what a careful reader of the flow would mention.
func (p *parser) review(*Flow) {}
