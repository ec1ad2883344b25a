package flow

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// place says why a value cannot stand where the walk is, within the leaf that
// is looked at; empty if it can. Only places that are known to take a value as
// data are let through.
func (w *shellWalk) place(leaf syntax.Node) string {
	if why := w.around(); why != "" {
		return why
	}
	if why := w.fed(); why != "" {
		return why
	}
	// The word that the leaf is part of, directly or in double quotes.
	i := len(w.stack) - 1
	if i >= 0 {
		if _, ok := w.stack[i].(*syntax.DblQuoted); ok && leaf == nil {
			i--
		}
	}
	if i < 1 {
		return "an expression cannot stand here"
	}
	word, ok := w.stack[i].(*syntax.Word)
	if !ok {
		return "an expression cannot be a name, or part of one"
	}
	switch n := w.stack[i-1].(type) {
	case *syntax.CallExpr:
		return w.argument(n, word)
	case *syntax.Assign:
		return assigned(n, word, w.stack[i-2])
	case *syntax.Redirect:
		return redirected(w.s.text, n, word)
	case *syntax.UnaryTest:
		if n.Op == syntax.TsVarSet || n.Op == syntax.TsRefVar {
			return "an expression cannot be the name of a variable"
		}
		return ""
	case *syntax.BinaryTest:
		if isNumeric(n.Op) {
			return "[[ … ]] would compute the value; compare with [ … ] instead"
		}
		return ""
	case *syntax.ArrayElem:
		if n.Value == word {
			return ""
		}
	case *syntax.WordIter, *syntax.CaseClause, *syntax.CaseItem, *syntax.ParenTest, *syntax.TestClause:
		return ""
	}
	return "an expression cannot stand here"
}

// around looks at everything that encloses the place.
func (w *shellWalk) around() string {
	for _, n := range w.stack {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			if n.Backquotes {
				return "an expression cannot stand within `…`; write $(…)"
			}
		case *syntax.ArithmExp, *syntax.ArithmCmd, *syntax.BinaryArithm, *syntax.UnaryArithm, *syntax.ParenArithm,
			*syntax.LetClause, *syntax.CStyleLoop:
			return "the shell would compute the value"
		case *syntax.ParamExp:
			return "an expression cannot stand within ${…}"
		case *syntax.ExtGlob:
			return "an expression cannot stand within a pattern such as @(…)"
		}
	}
	return ""
}

func isNumeric(op syntax.BinTestOperator) bool {
	return slices.Contains([]syntax.BinTestOperator{
		syntax.TsEql, syntax.TsNeq, syntax.TsLeq, syntax.TsGeq, syntax.TsLss, syntax.TsGtr,
	}, op)
}

// assigned lets a value be assigned, but not computed on the way.
func assigned(a *syntax.Assign, word *syntax.Word, around syntax.Node) string {
	if a.Value != word || a.Name == nil || a.Index != nil {
		return "an expression cannot be the name of a variable"
	}
	if d, ok := around.(*syntax.DeclClause); ok {
		for _, arg := range d.Args {
			if arg.Name == nil && arg.Value != nil {
				if lit := arg.Value.Lit(); strings.HasPrefix(lit, "-") && strings.ContainsAny(lit, "inaA") || lit == "" {
					return d.Variant.Value + " with these options would compute the value"
				}
			}
		}
	}
	return ""
}

func redirected(text string, r *syntax.Redirect, word *syntax.Word) string {
	if r.Hdoc == nil {
		return ""
	}
	if word != r.Hdoc {
		return "an expression cannot end a here-document"
	}
	delimiter := text[r.Word.Pos().Offset():r.Word.End().Offset()]
	if strings.ContainsAny(delimiter, `'"\`) {
		return "the here-document " + quote(delimiter) + " takes its text as it is"
	}
	return ""
}
