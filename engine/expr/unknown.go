package expr

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// unknownFilter notes that a template names a filter that does not exist.
func (p *parser) unknownFilter(t token) {
	p.unknown = append(p.unknown, &SyntaxError{
		Line: t.pos.line, Col: t.pos.col, Filter: t.text, Msg: fmt.Sprintf("there is no filter `%s`", t.text),
	})
}

// unknownTest notes that a template names a test that does not exist.
func (p *parser) unknownTest(t token) {
	p.unknown = append(p.unknown, &SyntaxError{
		Line: t.pos.line, Col: t.pos.col, Test: t.text, Msg: fmt.Sprintf("there is no test `%s`", t.text),
	})
}

// faults is all that is wrong with a template whose reading ended in err, as one
// error; nil if nothing is.
func (p *parser) faults(err error, outline *Template) error {
	all := slices.Clone(p.unknown)
	if e, ok := errors.AsType[*SyntaxError](err); ok {
		all = append(all, e)
	} else if err != nil {
		return err
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b *SyntaxError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	all[0].More, all[0].Outline = all[1:], outline
	return all[0]
}
