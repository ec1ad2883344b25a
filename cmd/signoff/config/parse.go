package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// maxBytes bounds the file; yaml.v3 is slow on hostile anchors, and nobody
// writes this file but the operator.
const maxBytes = 1 << 20

// Parse checks a configuration. It returns every fault in source order, and a
// configuration that may be used only if none of them stops.
func Parse(file string, src []byte) (Config, flow.Faults) {
	r := &reader{file: file}
	c := Config{
		Listen: DefaultListen, Groups: map[string][]approval.PersonID{}, Elsewhere: map[string]Elsewhere{}, OnCall: map[string]Rota{},
		Namespaces: map[string]Namespace{}, KV: map[string]map[string]any{},
	}
	root, ok := r.document(src)
	if !ok {
		return c, r.faults
	}
	p := &parser{reader: r, c: &c}
	p.root(root)
	p.references()
	slices.SortStableFunc(r.faults, func(a, b flow.Fault) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return c, r.faults
}

// document returns the one mapping that a file holds; an empty file holds none.
func (r *reader) document(src []byte) (*yaml.Node, bool) {
	if len(src) > maxBytes {
		r.fault(&yaml.Node{}, "limit", "the file is larger than %d KiB", maxBytes>>10)
		return nil, false
	}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if !errors.Is(err, io.EOF) {
			r.fault(&yaml.Node{Line: lineOf(err)}, "yaml-syntax", "not YAML: %v", err)
		}
		return nil, false
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.fault(&yaml.Node{}, "yaml-unsupported", "the file holds more than one document")
		return nil, false
	}
	return doc.Content[0], true
}

// lineOf finds the place in a message of yaml.v3, which has no field for it.
func lineOf(err error) int {
	m := regexp.MustCompile(`line (\d+)`).FindStringSubmatch(err.Error())
	if m == nil {
		return 1
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 1
	}
	return n
}
