package story

import (
	"gopkg.in/yaml.v3"
)

// deeds are what can be done with a request besides answering it.
func deeds() []DeedKind {
	return []DeedKind{Delegate, Reassign, SendBack, Resubmit, Comment, Withdraw, Override}
}

// deed reads what a person does with a request.
func (r *reader) deed(k DeedKind, n *yaml.Node) *Deed {
	d := &Deed{Pos: at(n), Do: k}
	known := keys{
		"of": r.text(&d.Of, "of"), "gate": r.gate(&d.Gate),
		"value": r.text(&d.Gate.Value, "value"), "iteration": r.number(&d.Gate.Iteration, "iteration"),
		"by": r.placed(&d.By, "by"), "refused": r.refusal(&d.Refused), "invalid": r.invalid(&d.Invalid),
	}
	must := []string{"gate", "by"}
	switch k {
	case Delegate:
		known["to"], known["until"], known["reason"] = r.text(&d.To, "to"), r.text(&d.Until, "until"), r.text(&d.Text, "reason")
		must = append(must, "to")
	case Reassign:
		known["from"], known["to"], known["reason"] = r.text(&d.From, "from"), r.text(&d.To, "to"), r.text(&d.Text, "reason")
		must = append(must, "from", "to")
	case SendBack, Comment:
		known["text"] = r.text(&d.Text, "text")
	case Resubmit:
		known["inputs"], known["text"] = r.values(&d.Values, "inputs"), r.text(&d.Text, "text")
	case Withdraw:
		known["reason"] = r.text(&d.Text, "reason")
	case Override:
		known["reason"], known["values"] = r.text(&d.Text, "reason"), r.values(&d.Values, "values")
	}
	r.object(n, string(k), known)
	r.must(n, string(k), must...)
	if d.Refused != nil && d.Invalid != nil {
		r.fault(n, ruleConflict, `what is done is either refused or invalid; write one of them`)
	}
	return d
}

// away reads that somebody is away, or is back. A text alone says who.
func (r *reader) away(n *yaml.Node, back bool) *Away {
	a := &Away{Pos: at(n), Back: back}
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		r.placed(&a.By, "by")(n)
		return a
	}
	what := "away"
	known := keys{"by": r.placed(&a.By, "by"), "refused": r.refusal(&a.Refused)}
	if back {
		what = "back"
	} else {
		known["from"], known["until"] = r.moment(&a.From, "from"), r.moment(&a.Until, "until")
		known["stand_in"] = r.text(&a.StandIn, "stand_in")
	}
	r.object(n, what, known)
	r.must(n, what, "by")
	return a
}

// must reports keys of a map that are not there.
func (r *reader) must(n *yaml.Node, what string, names ...string) {
	if n.Kind != yaml.MappingNode {
		return
	}
	there := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		there[n.Content[i].Value] = true
	}
	for _, name := range names {
		if !there[name] {
			r.fault(n, ruleMissingKey, "%s needs the key %q", what, name)
		}
	}
}
