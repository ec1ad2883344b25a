package flow

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// maxFaults bounds what is reported of one file, so that a hostile one costs
// neither time nor memory to describe.
const maxFaults = 500

// Parse reads a flow, where no configuration maps any type of task; see
// [Loader.Parse].
func Parse(file string, src []byte) (*Flow, Faults) { return Loader{}.Parse(file, src) }

// Loader reads flows.
type Loader struct {
	// Mapped reports whether the configuration maps a type that signoff does not
	// run by itself to a command or an address; nil maps none.
	Mapped func(name string) bool
}

// Parse reads a flow. It reports everything that is wrong, in source order; the
// flow is nil if any of it is an error. The file name is used in faults only.
func (l Loader) Parse(file string, src []byte) (*Flow, Faults) {
	return l.parser(file, src).parse()
}

func (l Loader) parser(file string, src []byte) *parser {
	return &parser{
		mapped:    l.Mapped,
		file:      file,
		src:       readable(src),
		size:      len(src),
		reported:  map[Fault]bool{},
		badKeys:   map[*yaml.Node]bool{},
		templates: map[*yaml.Node]*expr.Template{},
		seats:     map[string]*seat{},
		settings:  map[string]*yaml.Node{},
		keys:      map[keyOf]Pos{},
	}
}

func (p *parser) parse() (*Flow, Faults) {
	var f *Flow
	if root := p.document(); root != nil {
		f = p.flow(root)
		p.checkUses()
		p.settle(f)
		if !p.faults.Stop() {
			p.review(f)
		}
	}
	faults := p.sorted()
	if faults.Stop() {
		return nil, faults
	}
	f.index()
	return f, faults
}

// readable cuts what is too large, so that refusing it costs nothing, and drops
// a byte order mark.
func readable(src []byte) source {
	return newSource(bytes.TrimPrefix(src[:min(len(src), maxBytes+1)], []byte("\xef\xbb\xbf")))
}

// parser reads one file. It never stops at a fault that it can read past.
type parser struct {
	file     string
	src      source
	size     int // of the file, of which src may be a part
	faults   Faults
	reported map[Fault]bool

	mapped  func(name string) bool
	spy     *spy
	badKeys map[*yaml.Node]bool // reported and not read
	// templates holds every text once, however often an alias repeats it.
	templates map[*yaml.Node]*expr.Template
	outlines  map[*yaml.Node]outline // of the texts that are broken
	symbols   int                    // in all templates so far
	repeated  int                    // the same, of those that aliases and defaults repeat
	defaults  []pluginDefault
	merged    int                   // values that defaults brought
	settings  map[string]*yaml.Node // the variables, by name
	keys      map[keyOf]Pos         // where the keys of tasks and triggers stand that the review points at
	uses      []use
	seats     map[string]*seat
	order     int
	pauses    []*gate
	// names are what expressions may use, for looking up and for guessing.
	names struct{ inputs, vars, outputs, functions vocabulary }
	// inputIDs are the ids of the flow's inputs, in full.
	inputIDs []string
	// foreign says that a task was not understood, so that it is unknown what
	// it reads.
	foreign bool
}

// keyOf names a key of the task or trigger at a place.
type keyOf struct {
	at  Pos
	key string
}

// full reports whether nothing more will be reported.
func (p *parser) full() bool { return len(p.faults) > maxFaults }

func (p *parser) errorf(at Pos, r rule, format string, args ...any) {
	p.report(at, Error, r, format, args)
}

func (p *parser) warnf(at Pos, r rule, format string, args ...any) {
	p.report(at, Warning, r, format, args)
}

func (p *parser) report(at Pos, s Severity, r rule, format string, args []any) {
	if p.full() {
		return
	}
	if len(p.faults) == maxFaults {
		s, r, format, args = Error, ruleLimit, "there are more than %d faults; the rest is not listed", []any{maxFaults}
	}
	at = p.src.clamp(at)
	f := Fault{
		File: p.file, Line: at.Line, Col: at.Col,
		Severity: s, Rule: string(r), Message: fmt.Sprintf(format, args...),
	}
	if p.reported[f] {
		return // an alias led here before
	}
	p.reported[f] = true
	p.faults = append(p.faults, f)
}

func (p *parser) sorted() Faults {
	slices.SortStableFunc(p.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule))
	})
	return p.faults
}

// pos is where a node begins.
func pos(n *yaml.Node) Pos { return Pos{Line: n.Line, Col: n.Column} }
