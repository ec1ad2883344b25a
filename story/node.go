package story

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/flow"
)

// The bounds of a story file. It is as trusted as the code beside it, so they
// only keep a mistake from being slow.
const (
	maxBytes  = 1 << 20
	maxValues = 50_000
	maxDepth  = 64
)

// The rules of story files; those of flows mean the same here.
const (
	ruleSyntax       = "yaml-syntax"
	ruleUnsupported  = "yaml-unsupported"
	ruleLimit        = "limit"
	ruleUnknownKey   = "unknown-key"
	ruleDuplicateKey = "duplicate-key"
	ruleMissingKey   = "missing-key"
	ruleConflict     = "key-conflict"
	ruleWrongKind    = "wrong-kind"
	ruleBadValue     = "bad-value"
	ruleBadDuration  = "bad-duration"
	ruleDuplicateID  = "duplicate-id"
	ruleUnknownTask  = "unknown-task"
	ruleUnknownName  = "unknown-name"
)

// reader walks YAML nodes and collects what is wrong with them.
type reader struct {
	file   string
	faults flow.Faults
	count  int // values so far
}

func at(n *yaml.Node) flow.Pos { return flow.Pos{Line: max(n.Line, 1), Col: max(n.Column, 1)} }

func (r *reader) fault(n *yaml.Node, rule, format string, args ...any) {
	r.faultAt(at(n), rule, format, args...)
}

func (r *reader) faultAt(p flow.Pos, rule, format string, args ...any) {
	f := flow.Fault{File: r.file, Line: p.Line, Col: p.Col, Severity: flow.Error, Rule: rule, Message: fmt.Sprintf(format, args...)}
	if !slices.Contains(r.faults, f) { // what a file says holds for each of its stories
		r.faults = append(r.faults, f)
	}
}

// sort puts the faults in the order of the source.
func (r *reader) sort() {
	slices.SortStableFunc(r.faults, func(a, b flow.Fault) int { return cmp.Or(a.Line-b.Line, a.Col-b.Col) })
}

// document returns the one value that a file holds.
func (r *reader) document(src []byte) *yaml.Node {
	if len(src) > maxBytes {
		r.fault(&yaml.Node{}, ruleLimit, "the file is larger than %d KiB", maxBytes>>10)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	doc, err := decode(dec)
	switch {
	case errors.Is(err, io.EOF):
		r.fault(&yaml.Node{}, ruleMissingKey, "the file is empty; it needs stories")
		return nil
	case err != nil:
		r.fault(&yaml.Node{Line: lineOf(err)}, ruleSyntax, "the YAML cannot be read: %s", strings.TrimPrefix(err.Error(), "yaml: "))
		return nil
	}
	if _, err := decode(dec); !errors.Is(err, io.EOF) {
		r.fault(&yaml.Node{}, ruleUnsupported, "the file holds more than one YAML document")
		return nil
	}
	if !r.bounded(doc, 0) {
		r.fault(doc.Content[0], ruleLimit, "the file holds more than %d values, or is nested deeper than %d", maxValues, maxDepth)
		return nil
	}
	return doc.Content[0]
}

// decode reads one document. yaml.v3 has panicked on odd input before.
func decode(d *yaml.Decoder) (n *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	n = new(yaml.Node)
	err = d.Decode(n)
	return n, err
}

// bounded counts values with aliases written out.
func (r *reader) bounded(n *yaml.Node, depth int) bool {
	if r.count++; r.count > maxValues || depth > maxDepth {
		return false
	}
	if n.Kind == yaml.AliasNode {
		return r.bounded(n.Alias, depth+1)
	}
	for _, c := range n.Content {
		if !r.bounded(c, depth+1) {
			return false
		}
	}
	return true
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// lineOf finds the place in a message of yaml.v3, which has no field for it.
func lineOf(err error) int {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return n
		}
	}
	return 1
}

// keys says what may stand in a map and what reads it.
type keys map[string]func(*yaml.Node)

func (k keys) names() []string {
	var names []string
	for name := range k {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// object reads a map with known keys, in the order of the source; what names it
// in messages.
func (r *reader) object(n *yaml.Node, what string, known keys) {
	r.entries(n, what, func(key, value *yaml.Node) {
		if read, ok := known[key.Value]; ok {
			read(value)
			return
		}
		names := known.names()
		guess := flow.DidYouMean(key.Value, names)
		if guess == "" {
			guess = "; there are " + strings.Join(names, ", ")
		}
		r.fault(key, ruleUnknownKey, "unknown key %q in %s%s", key.Value, what, guess)
	})
}

// entries calls read for every entry of a map, once per key.
func (r *reader) entries(n *yaml.Node, what string, read func(key, value *yaml.Node)) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		r.fault(n, ruleWrongKind, "%s must be a map, not %s", what, kindOf(n))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := resolve(n.Content[i]), resolve(n.Content[i+1])
		switch line, twice := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			r.fault(key, ruleWrongKind, "a key in %s must be a text, not %s", what, kindOf(key))
		case key.Tag == "!!merge":
			r.fault(key, ruleUnsupported, "merge keys (<<) are not supported; write the keys out")
		case twice:
			r.fault(key, ruleDuplicateKey, "the key %q stands here a second time; the first is at line %d", key.Value, line)
		default:
			seen[key.Value] = key.Line
			read(key, value)
		}
	}
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// items calls read for every entry of a list; a single value is a list of one.
func (r *reader) items(n *yaml.Node, read func(*yaml.Node)) {
	if n = resolve(n); n.Kind != yaml.SequenceNode {
		read(n)
		return
	}
	for _, item := range n.Content {
		read(resolve(item))
	}
}

func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a map"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	case n.Tag == "!!bool":
		return "true or false"
	case n.Tag == "!!int", n.Tag == "!!float":
		return "a number"
	}
	return "a text"
}
