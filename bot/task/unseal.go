package task

import (
	"maps"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Unsealer opens answers to SECRET inputs.
type Unsealer interface {
	Unseal(sealed string) (string, error)
}

// withAnswers returns env with the sealed answers in inputs and outputs opened,
// and remembers each for the mask. One that cannot be opened stays sealed: the
// call then carries something useless, never something foreign.
func (x *run) withAnswers(env expr.Env) expr.Env {
	if x.Unseal == nil {
		return env
	}
	roots := maps.Clone(env.Roots)
	for _, name := range []string{"inputs", "outputs", "parent", "parents"} {
		if v, ok := roots[name]; ok {
			roots[name] = flow.Reveal(v, x.open)
		}
	}
	env.Roots = roots
	return env
}

func (x *run) open(sealed string) string {
	text, err := x.Unseal.Unseal(sealed)
	if err != nil {
		return sealed
	}
	x.mask.add(text)
	return text
}
