package expr

// Comparison is == or != between something that a template reads and a literal.
type Comparison struct {
	Path []string // from the root, without a computed part
	// Value is the literal: nil, bool, int64, float64 or string.
	Value     any
	Unequal   bool // it is !=
	Line, Col int  // of the operator
}

// compared notes a comparison of a path with a literal.
func (p *parser) compared(op string, at pos, left, right node) {
	if op != "==" && op != "!=" {
		return
	}
	if _, ok := left.(*constant); ok {
		left, right = right, left
	}
	read, isPath := left.(*path)
	literal, isConstant := right.(*constant)
	if !isPath || !isConstant || read.slot != 0 {
		return
	}
	names := []string{read.root}
	for _, s := range read.steps {
		names = append(names, keyText(s.key))
	}
	p.compares = append(p.compares, Comparison{Path: names, Value: literal.value, Unequal: op == "!=", Line: at.line, Col: at.col})
}
