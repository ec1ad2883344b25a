package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// deliver reads where copies go: maps of one key each.
func (p *parser) deliver(e *entry) []Destination {
	if e == nil || isNull(e.value) {
		return nil
	}
	items := p.list(e)
	if e.value.Kind == yaml.SequenceNode && len(items) == 0 {
		p.errorf(pos(e.value), ruleMissingKey, `"deliver" must name at least one place; leave it out for the usual ones`)
	}
	var list []Destination
	for _, item := range items {
		if item.Kind != yaml.MappingNode || len(item.Content) != 2 {
			p.errorf(pos(item), ruleWrongKind, "a place is a map of one key, such as slack: \"#channel\", not %s", kindOf(item))
			continue
		}
		surfaces := []string{"slack", "teams", "email"}
		for _, pair := range p.entries(item) {
			to := p.word(pair.value, quote(pair.name))
			switch {
			case pair.name == Requester:
				if to != "" && to != "none" {
					p.errorf(pair.at, ruleWrongKind, `"requester" can only be none; for a copy of their own write slack: requester`)
				}
				list = append(list, Destination{Surface: Requester, To: "none"})
			case !slices.Contains(surfaces, pair.name):
				p.errorf(pair.at, ruleUnknownKey, "unknown surface %s%s", quote(pair.name), orKnown(pair.name, append(surfaces, Requester)))
			case to == "" && pair.value.Kind == yaml.ScalarNode && strings.TrimSpace(pair.value.Value) == "":
				p.errorf(pair.at, ruleMissingKey, "%s names no place", quote(pair.name))
			case to != "":
				list = append(list, Destination{Surface: pair.name, To: to})
			}
		}
	}
	return list
}
