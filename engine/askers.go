package engine

import (
	"slices"

	"signoff/engine/approval"
)

// Whoever brings an execution about asks what its gates ask. That is its
// requester, and it stays so for what others make of it: a replay is asked for by
// those who asked for the original, a restart by who restarts, too, and what an
// execution sets off by those who asked for that. Else one would have the other
// ask, and approve.

// Askers are those who asked for executions of which another follows, besides
// whoever asks for that: each once. A service asks for nobody.
func Askers(now Principal, of ...Execution) []Principal {
	var all []Principal
	for _, x := range of {
		all = join(join(join(all, x.Origin...), x.Requester), x.Restarted...)
	}
	return slices.DeleteFunc(all, func(p Principal) bool { return p.Person == now.Person })
}

// join adds people to a list, each once. A service asks for nobody.
func join(list []Principal, more ...Principal) []Principal {
	out := slices.Clone(list)
	for _, p := range more {
		if p.Person != "" && !slices.ContainsFunc(out, func(o Principal) bool { return o.Person == p.Person }) {
			out = append(out, p)
		}
	}
	return out
}

// People are the persons of a list.
func People(list []Principal) []approval.PersonID {
	out := make([]approval.PersonID, len(list))
	for i, p := range list {
		out[i] = p.Person
	}
	return out
}

// Asked reports whether a person asked for an execution: they made the request,
// made it first, or restarted the execution.
func (x Execution) Asked(who approval.PersonID) bool {
	by := func(p Principal) bool { return p.Person == who }
	return who != "" && (by(x.Requester) || slices.ContainsFunc(x.Origin, by) || slices.ContainsFunc(x.Restarted, by))
}
