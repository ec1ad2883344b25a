package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

const maxDefaults = 100

// pluginDefault holds keys for all tasks and triggers of a type.
type pluginDefault struct {
	// name is a type, or the beginning of several up to a dot.
	name   string
	forced bool
	values []entry
	size   int // of the values, in YAML nodes
	at     Pos
	used   bool
}

// pluginDefaults reads what holds for all tasks of a type, also under its older
// name.
func (p *parser) pluginDefaults(s *section) {
	for _, key := range []string{"pluginDefaults", "taskDefaults"} {
		for _, item := range p.listOf(s, key, maxDefaults) {
			d := p.part(item, "an item of "+quote(key), "pluginDefault")
			if d == nil {
				continue
			}
			one := pluginDefault{at: d.at, forced: d.flag("forced", false)}
			if d.need("type") != nil {
				one.name = d.word("type")
			}
			if e := d.need("values"); e != nil {
				one.values = p.pairs(e)
				one.size = size(e.value)
			}
			d.done()
			if one.name != "" {
				p.defaults = append(p.defaults, one)
			}
		}
	}
}

// checkDefaultsUsed tells which defaults are for no task or trigger of the flow.
func (p *parser) checkDefaultsUsed() {
	for _, d := range p.defaults {
		if !d.used {
			p.warnf(d.at, ruleDefaultUnused, "no task or trigger of the flow is of the type %s", quote(d.name))
		}
	}
}

func size(n *yaml.Node) int {
	sum := 1
	for _, child := range resolve(n).Content {
		sum += size(child)
	}
	return sum
}

// applyDefaults puts the defaults of its type into a section. What a section
// says itself counts, unless the default is forced; maps are put together. Of
// several defaults the first counts.
func (p *parser) applyDefaults(s *section, written string, d *Definition) {
	if written == "" {
		return
	}
	// Those that are not forced come later, so that they only fill what is left.
	for _, forced := range []bool{true, false} {
		for i := range p.defaults {
			def := &p.defaults[i]
			fits, exact := def.fits(written, d)
			def.used = def.used || fits
			if def.forced != forced || !fits || !p.affordable(s, def) {
				continue
			}
			for _, e := range def.values {
				if e.name != "id" && e.name != "type" {
					s.merge(e, forced, !exact)
				}
			}
		}
	}
}

// affordable reports whether a default may be put in once more: what looks
// small in the file must not become large by repetition.
func (p *parser) affordable(s *section, d *pluginDefault) bool {
	if p.merged > maxExpanded {
		return false
	}
	if p.merged += d.size; p.merged > maxExpanded {
		p.errorf(s.at, ruleLimit, "the defaults put more than %d values into tasks", maxExpanded)
		return false
	}
	return true
}

// fits reports whether a default is for a type, and whether it is for no other.
func (d *pluginDefault) fits(written string, def *Definition) (fits, exact bool) {
	names := []string{written}
	if def != nil {
		names = append(names, def.Names...)
		names = append(names, def.Name)
	}
	if slices.Contains(names, d.name) {
		return true, true
	}
	prefix := strings.TrimSuffix(d.name, ".") + "."
	return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, prefix) }), false
}

// merge puts one key in.
func (s *section) merge(e entry, forced, byDefault bool) {
	e.byDefault = byDefault
	mine := s.lookup(e.name)
	switch {
	case mine == nil:
		s.keys = append(s.keys, e)
	case mine.value.Kind == yaml.MappingNode && e.value.Kind == yaml.MappingNode:
		mine.value = mergeMaps(mine.value, e.value, forced)
	case forced, isNull(mine.value): // which counts as absent
		*mine = e
	}
}

// mergeMaps puts two maps together; the second one wins if it is forced.
func mergeMaps(own, other *yaml.Node, forced bool) *yaml.Node {
	both := *own
	both.Content = slices.Clone(own.Content)
	for i := 0; i+1 < len(other.Content); i += 2 {
		key, value := other.Content[i], resolve(other.Content[i+1])
		at := keyIndex(&both, resolve(key).Value)
		switch {
		case at < 0:
			both.Content = append(both.Content, key, value)
		case resolve(both.Content[at+1]).Kind == yaml.MappingNode && value.Kind == yaml.MappingNode:
			both.Content[at+1] = mergeMaps(resolve(both.Content[at+1]), value, forced)
		case forced:
			both.Content[at], both.Content[at+1] = key, value
		}
	}
	return &both
}

func keyIndex(n *yaml.Node, name string) int {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if resolve(n.Content[i]).Value == name {
			return i
		}
	}
	return -1
}
