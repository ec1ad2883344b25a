package flow

import (
	"gopkg.in/yaml.v3"
)

// bounded checks the whole tree once: its size with and without aliases, its
// tags, and that no key stands twice in a map. It reports false if the tree is
// not safe to read.
func (p *parser) bounded(root *yaml.Node) bool {
	c := &census{p: p, sizes: map[*yaml.Node]extent{}, open: map[*yaml.Node]bool{}}
	c.visit(root, 1)
	if c.bad {
		return false
	}
	total := c.extent(root)
	byAlias := total.nodes - (c.nodes - c.repeats)
	switch {
	case c.bad:
	case total.bytes > 2*maxBytes:
		c.refuse(pos(c.firstAlias), "the aliases expand to %d bytes; at most %d are allowed", total.bytes, 2*maxBytes)
	case byAlias > maxExpanded:
		c.refuse(pos(c.firstAlias), "the aliases expand to %d values; at most %d are allowed", byAlias, maxExpanded)
	case total.depth > maxDepth:
		c.refuse(pos(root), "the YAML is nested deeper than %d", maxDepth)
	}
	return !c.bad
}

// census counts the nodes of a tree.
type census struct {
	p          *parser
	nodes      int
	aliases    int // and anchors
	repeats    int // aliases alone
	firstAlias *yaml.Node
	sizes      map[*yaml.Node]extent // of anchored nodes
	open       map[*yaml.Node]bool   // anchored nodes that are being measured
	bad        bool
}

// extent is how large a node is with its aliases written out.
type extent struct{ nodes, bytes, depth int }

func (c *census) refuse(at Pos, format string, args ...any) {
	c.bad = true
	c.p.errorf(at, ruleLimit, format, args...)
}

func (c *census) visit(n *yaml.Node, depth int) {
	if c.bad {
		return
	}
	c.nodes++
	if n.Anchor != "" || n.Kind == yaml.AliasNode {
		c.aliases++
	}
	if n.Kind == yaml.AliasNode {
		c.repeats++
		if c.firstAlias == nil {
			c.firstAlias = n
		}
	}
	switch {
	case c.nodes > maxNodes:
		c.refuse(pos(n), "the file holds more than %d YAML values", maxNodes)
		return
	case c.aliases > maxAliases:
		c.refuse(pos(n), "the file holds more than %d anchors and aliases", maxAliases)
		return
	case depth > maxDepth:
		c.refuse(pos(n), "the YAML is nested deeper than %d", maxDepth)
		return
	}
	c.p.checkTag(n)
	if n.Kind == yaml.MappingNode {
		c.p.checkKeys(n)
	}
	for _, child := range n.Content {
		c.visit(child, depth+1)
	}
}

func (c *census) extent(n *yaml.Node) extent {
	if n.Kind == yaml.AliasNode {
		return c.extent(n.Alias)
	}
	if e, ok := c.sizes[n]; ok {
		return e
	}
	if c.open[n] {
		c.refuse(pos(n), "the anchor &%s contains itself", n.Anchor)
		return extent{}
	}
	if n.Anchor != "" {
		c.open[n] = true
		defer delete(c.open, n)
	}
	e := extent{nodes: 1, bytes: len(n.Value)}
	for _, child := range n.Content {
		inner := c.extent(child)
		e.nodes += inner.nodes
		e.bytes += inner.bytes
		e.depth = max(e.depth, inner.depth)
	}
	e.depth++
	if n.Anchor != "" {
		c.sizes[n] = e
	}
	return e
}

// checkTag refuses tags that make a value something else than it looks like.
func (p *parser) checkTag(n *yaml.Node) {
	if n.Style&yaml.TaggedStyle == 0 {
		return
	}
	switch n.Tag {
	case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq":
	default:
		p.errorf(pos(n), ruleUnsupported, "the YAML tag %s is not supported", quote(n.Tag))
	}
}

// checkKeys refuses keys that stand twice and keys that are no text.
func (p *parser) checkKeys(n *yaml.Node) {
	first := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		at, key := n.Content[i], resolve(n.Content[i])
		switch before := first[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			p.badKey(at, ruleWrongKind, "a key must be a text, not %s", kindOf(key))
		case key.Tag == "!!merge":
			p.badKey(at, ruleUnsupported, "merge keys (<<) are not supported; write the keys out")
		case before != nil:
			p.badKey(at, ruleDuplicateKey, "the key %s stands here a second time; the first is at line %d", quote(key.Value), before.Line)
		default:
			first[key.Value] = at
		}
	}
}

// badKey reports a key and leaves it out of what follows.
func (p *parser) badKey(n *yaml.Node, r rule, format string, args ...any) {
	p.badKeys[n] = true
	p.errorf(pos(n), r, format, args...)
}
