package flow

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// scriptText is the source of a script in which each expression has given way
// to a word that any language reads as a name.
type scriptText struct {
	text  string
	marks []mark // in the order of the text
}

// mark is where an expression stood.
type mark struct {
	offset, length int
	expression     string
	at             Pos // in the file
}

func (m mark) end() int { return m.offset + m.length }

// take reads a text, or a list of lines as a text. It returns nil after a
// report, and if there is nothing to read.
func (r *scriptReader) take(e *entry) *scriptText {
	nodes := []*yaml.Node{e.value}
	if e.value.Kind == yaml.SequenceNode {
		nodes = r.p.list(e)
	}
	var b strings.Builder
	out := &scriptText{}
	for i, n := range nodes {
		if i > 0 {
			b.WriteByte('\n')
		}
		if !r.takeNode(n, e.name, out, &b) {
			return nil
		}
	}
	out.text = b.String()
	return out
}

func (r *scriptReader) takeNode(n *yaml.Node, key string, out *scriptText, b *strings.Builder) bool {
	t := r.p.template(n, quote(key), r.in)
	if t == nil {
		return false
	}
	if strings.ContainsRune(t.Source(), 0) {
		r.p.errorf(pos(n), ruleBadValue, "%s holds a NUL character, which no script can", quote(key))
		return false
	}
	pieces, err := expr.Pieces(t.Source())
	if err != nil {
		r.p.brokenExpression(n, err)
		return false
	}
	r.warnOfSecrets(n, t)
	for _, piece := range pieces {
		at := func() Pos { return r.p.src.locate(n, piece.Line, piece.Col) }
		switch {
		case piece.Tag != "":
			r.p.errorf(at(), ruleExpressionInScript, "{%% %s %%} would build a script from values; decide in the script itself, and give it the value in env", printable(piece.Tag))
			return false
		case piece.Expression != "":
			word := markPrefix + decimal(len(out.marks)+1) + "x"
			out.marks = append(out.marks, mark{offset: b.Len(), length: len(word), expression: piece.Expression, at: at()})
			b.WriteString(word)
		default:
			b.WriteString(piece.Text)
		}
	}
	return true
}

const markPrefix = "SIGNOFFx"

func decimal(n int) string { return strconv.Itoa(n) }

func (r *scriptReader) warnOfSecrets(n *yaml.Node, t *expr.Template) {
	for _, call := range t.Calls() {
		if call.Name == "secret" {
			r.p.warnf(r.p.src.locate(n, call.Line, call.Col), ruleSecretInScript,
				"the secret is given to the script, and everything that the script starts can read it")
		}
	}
}

// unsafeHere says that no reference can stand for the value at a mark.
func (r *scriptReader) unsafeHere(m mark, why string) {
	r.p.errorf(m.at, ruleExpressionInScript, "%s; give the value a name in env and use that", why)
}

// replace puts a text at each mark. A nil reference was reported.
func (s *scriptText) replace(with []string) string {
	var b strings.Builder
	last := 0
	for i, m := range s.marks {
		b.WriteString(s.text[last:m.offset])
		b.WriteString(with[i])
		last = m.end()
	}
	b.WriteString(s.text[last:])
	return b.String()
}

// escaped reports whether an odd number of backslashes stands before i.
func escaped(text string, i int) bool {
	n := 0
	for i > n && text[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}
