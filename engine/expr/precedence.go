package expr

// moved reports whether an operator binds less tightly in Kestra 2 than it did in
// Kestra 1, where it came before filters, arithmetic and ~.
func moved(op token) bool { return op.text == "??" || op.text == "???" || op.text == "isIn" }

// unlike notes an operator that Kestra 1 would read otherwise: what is joined on
// either side of it, it would have taken apart.
func (p *parser) unlike(op, before token) {
	if moved(op) && (p.joined || precedence(before) >= precedenceCompare && !moved(before)) {
		p.unclear = append(p.unclear, Place{Line: op.pos.line, Col: op.pos.col})
	}
}

// spare marks what an operation reads on its left if it takes what is not there
// for an answer, or if nobody knows what it does.
func spare(n node, left []Ref) {
	catches := false
	switch n := n.(type) {
	case *binary:
		catches = n.op == "??" || n.op == "???"
	case *test:
		def, known := tests[n.name]
		catches = def.catches || !known
	case *filtered:
		def, known := filters[n.name]
		catches = def.catches || !known
	}
	for i := range left {
		left[i].Spared = left[i].Spared || catches
	}
}
