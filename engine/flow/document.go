package flow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The bounds of a file. They are checked before the cost of passing them is
// paid: bytes and lines before decoding, the rest before reading values.
const (
	maxBytes    = 256 << 10
	maxLines    = 20_000
	maxDepth    = 64
	maxNodes    = 50_000
	maxAliases  = 50 // anchors and aliases together
	maxExpanded = 10_000
)

// document decodes the file into its one root node, or reports why not.
func (p *parser) document() *yaml.Node {
	if !p.acceptable() {
		return nil
	}
	d := yaml.NewDecoder(strings.NewReader(p.src.text))
	first, err := decode(d)
	switch {
	case errors.Is(err, io.EOF):
		p.errorf(Pos{1, 1}, ruleMissingKey, "the file is empty; a flow has id, namespace and tasks")
		return nil
	case err != nil:
		p.malformed(err)
		return nil
	}
	switch second, err := decode(d); {
	case errors.Is(err, io.EOF):
	case err != nil:
		p.malformed(err)
		return nil
	default:
		p.errorf(pos(second), ruleUnsupported, "the file holds more than one YAML document; write each flow into its own file")
		return nil
	}
	root := first.Content[0]
	if !p.bounded(root) {
		return nil
	}
	return root
}

// acceptable checks what can be seen without decoding.
func (p *parser) acceptable() bool {
	text := p.src.text
	switch {
	case p.size > maxBytes:
		p.errorf(Pos{1, 1}, ruleLimit, "the file has %d bytes; a flow has at most %d", p.size, maxBytes)
		return false
	case !utf8.ValidString(text):
		p.errorf(p.src.pos(firstInvalid(text)), ruleSyntax, "the file is not UTF-8")
		return false
	case len(p.src.lines) > maxLines:
		p.errorf(Pos{maxLines, 1}, ruleLimit, "the file has %d lines; a flow has at most %d", len(p.src.lines), maxLines)
		return false
	}
	for i, start := range p.src.lines {
		// yaml.v3 compares each directive with all before it.
		if strings.HasPrefix(text[start:], "%") {
			p.errorf(Pos{i + 1, 1}, ruleUnsupported, "YAML directives (lines that begin with %%) are not supported")
			return false
		}
	}
	return true
}

func firstInvalid(text string) int {
	for i, r := range text {
		if r != utf8.RuneError {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
			return i
		}
	}
	return 0
}

// decode reads one document. yaml.v3 has panicked on odd input before; a flow
// must not be able to end the process.
func decode(d *yaml.Decoder) (n *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: cannot be read: %v", r)
		}
	}()
	n = new(yaml.Node)
	err = d.Decode(n)
	return n, err
}

var (
	yamlLine     = regexp.MustCompile(`^yaml: line (\d+): `)
	yamlQuestion = regexp.MustCompile(`[{\[,].*\?\s*[}\],]`)
	yamlAnchor   = regexp.MustCompile(`^yaml: unknown anchor '(.*)' referenced`)
)

// malformed turns the decoder's error into a fault at the first visible
// character of its line, for the decoder names no column.
func (p *parser) malformed(err error) {
	text := err.Error()
	at := Pos{1, 1}
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		at.Line, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
		at = p.src.indented(p.brokenLine(at.Line, err))
	} else if m := yamlAnchor.FindStringSubmatch(text); m != nil {
		text = fmt.Sprintf("*%s is used, but no &%s stands before it", cut(m[1]), cut(m[1]))
		at = p.src.pos(max(0, strings.Index(p.src.text, "*"+m[1])))
	}
	if strings.Contains(text, "max depth") {
		p.errorf(at, ruleLimit, "the YAML is nested deeper than %d", maxDepth)
		return
	}
	if line := p.src.line(at.Line); strings.Contains(line[:len(line)-len(strings.TrimLeft(line, " \t"))], "\t") {
		p.errorf(at, ruleSyntax, "a tab indents this line; write spaces, not tabs")
		return
	}
	p.errorf(at, ruleSyntax, "the YAML cannot be read: %s%s", printable(strings.TrimPrefix(text, "yaml: ")), p.toQuote(at.Line, text))
}

// toQuote says which text of a broken line wants quotes, if one of the two
// mistakes that people make with plain texts is there.
func (p *parser) toQuote(line int, problem string) string {
	switch text := bare(p.src.line(line)); {
	case yamlQuestion.MatchString(text):
		return `; quote the text that ends with "?"`
	case strings.HasPrefix(problem, "mapping values are not allowed") && strings.Count(text, ": ") > 1:
		return `; quote the text that holds ": "`
	}
	return ""
}

// bare is a line without its quoted texts.
func bare(line string) string {
	var b strings.Builder
	quoted, before := rune(0), ' '
	for _, r := range line {
		switch {
		case quoted != 0:
			if r == quoted {
				quoted = 0
			}
		case (r == '"' || r == '\'') && strings.ContainsRune(" {[,", before):
			quoted = r
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

// brokenLine finds the line on which reading stopped. For most mistakes in the
// structure yaml.v3 names the line above the one where the map or list began.
// The first line that makes the same error is where a person must look.
func (p *parser) brokenLine(named int, err error) int {
	const affordable = 32 << 10
	lines := p.src.lines
	if !strings.Contains(err.Error(), "did not find expected") || len(p.src.text) > affordable {
		return named
	}
	return min(len(lines), 1+sort.Search(len(lines)-1, func(n int) bool {
		_, short := decode(yaml.NewDecoder(strings.NewReader(p.src.text[:lines[n+1]])))
		return short != nil && short.Error() == err.Error()
	}))
}

// line is the text of a line, from 1.
func (s source) line(n int) string {
	text := s.text[s.offset(Pos{Line: max(n, 1), Col: 1}):]
	if end := strings.IndexFunc(text, lineBreak); end >= 0 {
		text = text[:end]
	}
	return text
}

// indented is the place of the first visible character of a line.
func (s source) indented(line int) Pos {
	line = min(line, len(s.lines))
	i := s.lines[line-1]
	return s.pos(i + len(s.text[i:]) - len(bytes.TrimLeft([]byte(s.text[i:]), " \t")))
}
