package expr

import "strings"

// render reads render(vars.x), which evaluates what stands in the flow's own
// text. So its argument is a path below vars, written out: never a value, which
// is data. The environment's function render gets the path as a list of names,
// vars first, and `recursive` if that was given; renderOnce says it is false.
func (p *parser) render(name token, args []node) (node, error) {
	x, ok := args[0].(*path)
	if !ok || x.slot != 0 || x.root != "vars" || len(x.steps) == 0 {
		return nil, name.pos.syntax("`%s` takes a variable of the flow, written out, such as %s(vars.greeting): values are never read as expressions",
			name.text, name.text)
	}
	keys := []any{x.root}
	for _, s := range x.steps {
		keys = append(keys, keyText(s.key))
	}
	out := &outsideCall{pos: name.pos, name: "render", args: []node{&constant{keys}}}
	recursive := node(&constant{false})
	if name.text == "render" {
		recursive = nil
		if len(args) > 1 {
			recursive = args[1]
		}
	}
	if recursive != nil {
		out.args, out.names = append(out.args, recursive), []string{"recursive"}
	}
	ref := &p.calls[len(p.calls)-1] // it has been noted as computed
	ref.Literal, ref.Computed = strings.Join(textsOf(keys), "."), false
	ref.Args[0] = ArgRef{Name: ref.Args[0].Name, Value: ref.Literal}
	return out, nil
}

func textsOf(keys []any) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i], _ = k.(string)
	}
	return out
}
