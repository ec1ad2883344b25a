package config

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/flow"
)

// reader walks YAML nodes and collects what is wrong with them.
type reader struct {
	file   string
	faults flow.Faults
}

func (r *reader) fault(n *yaml.Node, rule, format string, args ...any) {
	r.faults = append(r.faults, flow.Fault{
		File: r.file, Line: max(n.Line, 1), Col: max(n.Column, 1), Severity: flow.Error,
		Rule: rule, Message: fmt.Sprintf(format, args...),
	})
}

// keys says what may stand in a mapping and what reads it.
type keys map[string]func(*yaml.Node)

// mapping reads a mapping with known keys; what names it in messages.
func (r *reader) mapping(n *yaml.Node, what string, known keys) {
	r.entries(n, what, func(key, value *yaml.Node) {
		read, ok := known[key.Value]
		if !ok {
			names := slices.Sorted(func(yield func(string) bool) {
				for k := range known {
					if !yield(k) {
						return
					}
				}
			})
			r.fault(key, "unknown-key", "unexpected key %q in %s; expected one of %s", key.Value, what, strings.Join(names, ", "))
			return
		}
		read(value)
	})
}

// entries calls read for every entry of a mapping, once per key.
func (r *reader) entries(n *yaml.Node, what string, read func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "wrong-kind", "%s must be a mapping, not %s", what, kindOf(n))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.fault(key, "wrong-kind", "a key in %s must be a text, not %s", what, kindOf(key))
			continue
		}
		if line, ok := seen[key.Value]; ok {
			r.fault(key, "duplicate-key", "%q stands twice in %s, first in line %d", key.Value, what, line)
			continue
		}
		seen[key.Value] = key.Line
		read(key, value)
	}
}

// items calls read for every item of a list.
func (r *reader) items(n *yaml.Node, what string, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, "wrong-kind", "%s must be a list, not %s", what, kindOf(n))
		return
	}
	for _, item := range n.Content {
		read(item)
	}
}

// text reads a text into out. An empty one is a fault: leave the key out.
func (r *reader) text(out *string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			r.fault(n, "wrong-kind", "%s must be a text, not %s", what, kindOf(n))
			return
		}
		if strings.TrimSpace(n.Value) == "" {
			r.fault(n, "bad-value", "%s is empty", what)
			return
		}
		*out = n.Value
	}
}

// texts reads a list of texts.
func (r *reader) texts(out *[]string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.items(n, what, func(item *yaml.Node) {
			var s string
			r.text(&s, "an item of "+what)(item)
			if s != "" {
				*out = append(*out, s)
			}
		})
	}
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!null":
			return "nothing"
		case "!!bool":
			return "a boolean"
		case "!!int", "!!float":
			return "a number"
		default:
			return "a text"
		}
	case yaml.DocumentNode:
		return "a document"
	}
	return "something else"
}
