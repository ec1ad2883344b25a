package flow

import (
	"errors"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A value never becomes part of a script. It is in the environment, and where
// its expression stood is a reference that the shell expands to one word,
// whatever the value holds: "${V}" outside of quotes, ${V} inside double ones,
// '"${V}"' inside single ones. Where a shell would read the value as a program
// of its own, in arithmetic, eval and the like, there is no such reference, and
// the expression is a fault.

// maxOpenings bounds what a script with expressions may open, and so how deep
// its grammar is read.
const maxOpenings = 4_000

// shell reads commands, or a script of the shell.
func (r *scriptReader) shell(e *entry, interpreter []string) string {
	if e == nil {
		return ""
	}
	s := r.take(e)
	if s == nil || len(s.marks) == 0 {
		return s.plain()
	}
	if len(interpreter) > 0 && !isShell(interpreter[0]) {
		r.unsafeHere(s.marks[0], "an expression in a script for "+quote(interpreter[0])+" cannot be made safe")
		return ""
	}
	file, err := parseShell(s.text)
	if err != nil {
		r.unsafeHere(s.marks[0], "an expression stands in a script that cannot be read: "+shellProblem(err))
		return ""
	}
	w := &shellWalk{s: s, uses: make([]shellUse, len(s.marks))}
	for i := range w.uses {
		w.uses[i].problem = "an expression cannot stand here"
	}
	syntax.Walk(file, w.visit)
	with := make([]string, len(s.marks))
	for i, m := range s.marks {
		u := w.uses[i]
		switch {
		case u.problem != "":
			r.unsafeHere(m, u.problem)
		case u.comment:
			with[i] = markPrefix
		default:
			with[i] = u.before + "${" + r.valueOf(m.expression, false) + "}" + u.after
		}
	}
	return s.replace(with)
}

// plain is the text of a source without expressions; empty if it was reported.
func (s *scriptText) plain() string {
	if s == nil {
		return ""
	}
	return s.text
}

func isShell(name string) bool {
	return slices.Contains([]string{"sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"}, name[strings.LastIndexByte(name, '/')+1:])
}

func parseShell(text string) (*syntax.File, error) {
	openings := 0
	for _, opening := range []string{"(", "{", "`", "!", "if", "while", "until", "for", "case", "select", "time", "coproc", "function"} {
		openings += strings.Count(text, opening)
	}
	if openings > maxOpenings {
		return nil, errors.New("it opens more than " + decimal(maxOpenings) + " brackets and blocks")
	}
	return syntax.NewParser(syntax.KeepComments(true), syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
}

// shellProblem is a syntax error in words, without its place: that is counted
// in the text without the expressions.
func shellProblem(err error) string {
	if e, ok := errors.AsType[syntax.ParseError](err); ok {
		return printable(e.Text)
	}
	return printable(err.Error())
}

// shellUse is how a mark is replaced.
type shellUse struct {
	problem       string // empty: it can be
	comment       bool
	before, after string
}

// shellWalk finds the quotes around each mark.
type shellWalk struct {
	s     *scriptText
	uses  []shellUse
	stack []syntax.Node
}

func (w *shellWalk) visit(n syntax.Node) bool {
	if n == nil {
		w.stack = w.stack[:len(w.stack)-1]
		return true
	}
	switch n := n.(type) {
	case *syntax.Comment:
		w.each(n, n.Text, func(int) shellUse { return shellUse{comment: true} })
	case *syntax.SglQuoted:
		w.each(n, n.Value, func(int) shellUse { return w.single(n) })
	case *syntax.Lit:
		w.each(n, n.Value, w.literal)
	}
	w.stack = append(w.stack, n)
	return true
}

// each asks for the use of every mark in a leaf. A mark that the leaf's own
// text does not show was not read as we did.
func (w *shellWalk) each(n syntax.Node, value string, use func(offset int) shellUse) {
	begin, end := int(n.Pos().Offset()), int(n.End().Offset())
	i, _ := slices.BinarySearchFunc(w.s.marks, begin, func(m mark, at int) int { return m.offset - at })
	for ; i < len(w.s.marks) && w.s.marks[i].end() <= end; i++ {
		m := w.s.marks[i]
		if strings.Contains(value, w.s.text[m.offset:m.end()]) {
			w.uses[i] = use(m.offset)
		}
	}
}

func (w *shellWalk) single(n *syntax.SglQuoted) shellUse {
	if n.Dollar {
		return shellUse{problem: "an expression cannot stand within $'…'"}
	}
	if why := w.place(n); why != "" {
		return shellUse{problem: why}
	}
	return shellUse{before: `'"`, after: `"'`}
}

func (w *shellWalk) literal(offset int) shellUse {
	if escaped(w.s.text, offset) {
		return shellUse{problem: "a backslash stands before the expression"}
	}
	if why := w.place(nil); why != "" {
		return shellUse{problem: why}
	}
	for i, n := range slices.Backward(w.stack) {
		switch n := n.(type) {
		case *syntax.DblQuoted:
			return shellUse{}
		case *syntax.Redirect:
			if n.Hdoc != nil && w.stack[i+1] == syntax.Node(n.Hdoc) {
				return shellUse{}
			}
			return shellUse{before: `"`, after: `"`}
		case *syntax.CmdSubst, *syntax.Stmt:
			return shellUse{before: `"`, after: `"`}
		}
	}
	return shellUse{before: `"`, after: `"`}
}
