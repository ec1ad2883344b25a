package story

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/flow"
)

// surfaces are where people can answer.
func surfaces() []string { return []string{"slack", "teams", "email", "web", "api"} }

// step reads a map of one key.
func (r *reader) step(n *yaml.Node) Step {
	var out Step
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		r.fault(n, ruleWrongKind, "a step is a map of one key, such as wait: PT4H, not %s", kindOf(n))
		return nil
	}
	act := func(v Verb) func(*yaml.Node) {
		return func(value *yaml.Node) { out = r.act(v, value) }
	}
	known := keys{
		"wait": func(value *yaml.Node) {
			w := Wait{Pos: at(value)}
			r.duration(&w.For, "wait")(value)
			out = w
		},
		"until": func(value *yaml.Node) {
			u := Until{Pos: at(value)}
			r.moment(&u.At, "until")(value)
			out = u
		},
		"start": func(value *yaml.Node) {
			s := &Start{Pos: at(value)}
			r.begin(s, value, "start")
			if s.As == "" {
				r.fault(value, ruleMissingKey, `a start among the steps needs the key "as", by which later steps name it`)
			}
			out = s
		},
		"answer": func(value *yaml.Node) { out = r.answer(value) },
		"expect": func(value *yaml.Node) { out = Check{r.expect(value)} },
	}
	for _, v := range verbs() {
		known[string(v)] = act(v)
	}
	for _, k := range deeds() {
		known[string(k)] = func(value *yaml.Node) { out = r.deed(k, value) }
	}
	known["away"] = func(value *yaml.Node) { out = r.away(value, false) }
	known["back"] = func(value *yaml.Node) { out = r.away(value, true) }
	r.object(n, "a step", known)
	return out
}

func (r *reader) begin(s *Start, n *yaml.Node, what string) {
	s.Pos = at(n)
	r.object(n, what, keys{
		"as": r.text(&s.As, "as"), "flow": r.text(&s.Flow, "flow"), "by": r.text(&s.By, "by"),
		"inputs": r.values(&s.Inputs, "inputs"), "labels": r.texts(&s.Labels, "labels"),
		"refused": r.refusal(&s.Refused),
		"webhook": r.text(&s.Webhook, "webhook"),
		"body":    func(v *yaml.Node) { s.Body = r.any(v) },
		"headers": r.texts(&s.Headers, "headers"), "parameters": r.texts(&s.Parameters, "parameters"),
	})
	if s.Webhook == "" && (s.Body != nil || s.Headers != nil || s.Parameters != nil) {
		r.fault(n, ruleMissingKey, `"body", "headers" and "parameters" belong to a webhook, which the key "webhook" names`)
	}
	if s.Webhook != "" && (s.Inputs != nil || s.Labels != nil || s.By != "") {
		r.fault(n, ruleConflict, `a webhook has inputs and labels of its own, and nobody calls it; leave out "inputs", "labels" and "by"`)
	}
}

func (r *reader) answer(n *yaml.Node) *Answer {
	a := &Answer{Pos: at(n), On: "slack"}
	var verdict *bool
	r.object(n, "an answer", keys{
		"of":        r.text(&a.Of, "of"),
		"gate":      r.gate(&a.Gate),
		"value":     r.text(&a.Gate.Value, "value"),
		"iteration": r.number(&a.Gate.Iteration, "iteration"),
		"by":        r.placed(&a.By, "by"),
		"on": func(v *yaml.Node) {
			if a.On = v.Value; !slices.Contains(surfaces(), a.On) {
				r.fault(v, ruleBadValue, "on must be one of %s%s", strings.Join(surfaces(), ", "), flow.DidYouMean(a.On, surfaces()))
			}
		},
		"approve": func(v *yaml.Node) {
			var yes bool
			r.flag(&yes, "approve")(v)
			verdict = &yes
		},
		"press":   r.text(&a.Press, "press"),
		"values":  r.values(&a.Values, "values"),
		"seen":    r.number(&a.Seen, "seen"),
		"refused": r.refusal(&a.Refused),
		"invalid": r.invalid(&a.Invalid),
	})
	if n.Kind != yaml.MappingNode {
		return a
	}
	if a.Gate.Task == "" {
		r.fault(n, ruleMissingKey, `an answer needs the key "gate"`)
	}
	if a.By.Text == "" {
		r.fault(n, ruleMissingKey, `an answer needs the key "by"`)
	}
	if verdict != nil {
		if a.Press != "" {
			r.fault(n, ruleConflict, `"approve" and "press" say the same thing; write one of them`)
		}
		a.Press = map[bool]string{true: "approve", false: "reject"}[*verdict]
	}
	if a.Refused != nil && a.Invalid != nil {
		r.fault(n, ruleConflict, `an answer is either refused or invalid; write one of them`)
	}
	return a
}

// gate reads which request is meant.
func (r *reader) gate(g *Gate) func(*yaml.Node) {
	return func(v *yaml.Node) {
		var text string
		r.text(&text, "gate")(v)
		g.Task, g.Value = cutValue(text)
		g.Pos = at(v)
	}
}

// invalid reads what must be told of each field.
func (r *reader) invalid(out *map[string]Text) func(*yaml.Node) {
	return func(v *yaml.Node) {
		*out = map[string]Text{}
		r.patterns(v)
		r.entries(v, "invalid", func(key, value *yaml.Node) {
			t := Text{}
			r.placed(&t, "invalid."+key.Value)(value)
			(*out)[key.Value] = t
		})
	}
}

// cutValue takes "gate[b]" apart.
func cutValue(text string) (task, value string) {
	task, rest, ok := strings.Cut(text, "[")
	if value, closed := strings.CutSuffix(rest, "]"); ok && closed {
		return task, strings.Trim(value, `'"`)
	}
	return text, ""
}

// act reads what is done to an execution. A text alone says by whom.
func (r *reader) act(v Verb, n *yaml.Node) *Act {
	a := &Act{Pos: at(n), Verb: v}
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		a.By = n.Value
		return a
	}
	known := keys{"of": r.text(&a.Of, "of"), "by": r.text(&a.By, "by"), "refused": r.refusal(&a.Refused)}
	switch v {
	case Cancel:
		known["reason"] = r.text(&a.Reason, "reason")
	case Relabel:
		known["labels"] = r.texts(&a.Labels, "labels")
	case Replay:
		known["from"], known["as"] = r.text(&a.From, "from"), r.text(&a.As, "as")
		known["inputs"] = r.values(&a.Inputs, "inputs")
	case Kill, Hold, Release, Restart, ForceRun:
	}
	if n.Tag != "!!null" {
		r.object(n, string(v), known)
	}
	if v == Replay && a.As == "" {
		r.fault(n, ruleMissingKey, `a replay needs the key "as", by which later steps name the new execution`)
	}
	return a
}

// lists are the kinds whose value is looked at as a whole; the others are maps
// of names.
func lists() []Kind { return []Kind{State, Problem, Open, Logs, Cards, Told, Trail, That} }

func tables() []Kind {
	return []Kind{Gates, Outputs, Returns, Labels, Inputs, Tasks, Calls, Subflows, KV, Responses, Can, Cannot}
}

func (r *reader) expect(n *yaml.Node) *Expect {
	e := &Expect{Pos: at(n)}
	known := keys{"of": r.text(&e.Of, "of")}
	for _, k := range lists() {
		known[string(k)] = func(v *yaml.Node) {
			if r.fits(k, v) {
				e.Items = append(e.Items, Item{Pos: at(v), Kind: k, Want: r.any(v)})
			}
		}
	}
	for _, k := range tables() {
		known[string(k)] = func(v *yaml.Node) {
			r.entries(v, string(k), func(key, value *yaml.Node) {
				e.Items = append(e.Items, Item{Pos: at(key), Kind: k, Key: key.Value, Want: r.any(value)})
			})
		}
	}
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" { // expect: SUCCESS
		e.Items = append(e.Items, Item{Pos: at(n), Kind: State, Want: n.Value})
		return e
	}
	r.object(n, "expect", known)
	r.patterns(n)
	return e
}

// fits reports whether a value is of the shape that its kind wants.
func (r *reader) fits(k Kind, n *yaml.Node) bool {
	isList := n.Kind == yaml.SequenceNode
	switch {
	case (k == State || k == Problem) && n.Kind != yaml.ScalarNode:
		r.fault(n, ruleWrongKind, "%s must be a text, not %s", k, kindOf(n))
	case k == Cards && !isList:
		r.fault(n, ruleWrongKind, "cards must be a list of maps, not %s", kindOf(n))
	default:
		return true
	}
	return false
}
