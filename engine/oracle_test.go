package engine_test

import (
	"fmt"
	"slices"
	"strings"

	"signoff/engine"
)

// The oracle says what must become of a drawn flow, from what each of its tasks
// is fated to do. It knows nothing of steps, effects or stores: it is the
// language told once more, as a recursion.

// fates collects what became of every run: "task.round.round STATE".
type fates []string

func (f *fates) add(b *branchy, at string, s engine.State) engine.State {
	*f = append(*f, b.id+at+" "+string(s))
	return s
}

func (f *fates) String() string {
	slices.Sort(*f)
	return strings.Join(*f, "\n")
}

// list is how a list of tasks ends: SUCCESS, WARNING or the state that stops it.
func (f *fates) list(tasks []*branchy, at string) engine.State {
	all := engine.Success
	for _, b := range tasks {
		if b.disabled {
			continue
		}
		s := f.task(b, at)
		if stops(s) {
			return s
		}
		if s == engine.Warning {
			all = s
		}
	}
	return all
}

func stops(s engine.State) bool {
	return s != engine.Success && s != engine.Skipped && s != engine.Warning
}

// together is how tasks end that all begin.
func (f *fates) together(states []engine.State) engine.State {
	all := engine.Success
	for _, s := range states {
		switch {
		case s == engine.Failed, s == engine.Warning && all == engine.Success:
			all = s
		}
	}
	return all
}

func (f *fates) task(b *branchy, at string) engine.State {
	if b.skipped {
		return f.add(b, at, engine.Skipped)
	}
	switch b.kind {
	case "return", "sleep":
		return f.add(b, at, engine.Success)
	case "fail":
		return f.add(b, at, b.bend(engine.Failed))
	case "call":
		if b.fails >= b.tries {
			return f.add(b, at, b.bend(engine.Failed))
		}
		return f.add(b, at, engine.Success)
	case "subflow":
		return f.add(b, at, b.bend(b.childEnds()))
	case "gate":
		return f.add(b, at, f.gate(b, at))
	}
	s := f.wind(b, at, f.inside(b, at))
	return f.add(b, at, b.bend(s))
}

// wind runs errors and finally after a main part.
func (f *fates) wind(b *branchy, at string, s engine.State) engine.State {
	if s == engine.Cancelled || s == engine.Killed {
		return s
	}
	if s == engine.Failed {
		if e := f.list(b.errors, at); e == engine.Cancelled || e == engine.Killed {
			return e
		}
	}
	if e := f.list(b.finally, at); stops(e) {
		return e
	}
	return s
}

func (f *fates) inside(b *branchy, at string) engine.State {
	switch b.kind {
	case "parallel", "dag":
		var states []engine.State
		for _, k := range b.kids {
			states = append(states, f.task(k, at))
		}
		return f.together(states)
	case "each", "eachAtOnce", "until":
		return f.loop(b, at)
	}
	return f.list(b.kids, at)
}

func (f *fates) loop(b *branchy, at string) engine.State {
	rounds := b.rounds
	if b.kind == "until" {
		rounds = max(rounds, 1)
	}
	var states []engine.State
	for i := range rounds {
		s := f.list(b.kids, fmt.Sprintf("%s.%d", at, i+1))
		if states = append(states, s); b.kind != "eachAtOnce" && s != engine.Success && s != engine.Warning {
			return s
		}
	}
	return f.together(states)
}

func (f *fates) gate(b *branchy, at string) engine.State {
	if b.onPause != nil {
		f.task(b.onPause, at)
	}
	s := engine.Success
	if b.verdict != engine.Approve {
		s = map[string]engine.State{
			"CONTINUE": engine.Success, "RESUME": engine.Success, "WARN": engine.Warning,
			"FAIL": engine.Failed, "CANCEL": engine.Cancelled,
		}[b.onNo]
	}
	if s == engine.Success || s == engine.Warning {
		if inner := f.list(b.kids, at); inner != engine.Success {
			s = inner
		}
	}
	return f.wind(b, at, s)
}

func (b *branchy) childEnds() engine.State {
	switch {
	case b.transmit:
		return b.ends
	case b.ends == engine.Killed, b.ends == engine.Cancelled:
		return engine.Failed
	}
	return engine.Success
}

func (b *branchy) bend(s engine.State) engine.State {
	stopped := b.kind == "subflow" && b.ends != engine.Failed // somebody ended it
	if s == engine.Failed && (b.allowFailure || b.kind == "allow") && !stopped {
		s = engine.Warning
	}
	if s == engine.Warning && b.allowWarning {
		s = engine.Success
	}
	return s
}

// told is what the engine says became of every run.
func told(x engine.Execution) fates {
	var out fates
	for _, run := range x.Runs {
		if run.Past {
			continue
		}
		at := ""
		for up := run; ; {
			if up.Iteration > 0 {
				at = fmt.Sprintf(".%d", up.Iteration) + at
			}
			parent, ok := x.Run(up.Parent)
			if !ok {
				break
			}
			up = parent
		}
		out = append(out, run.Task+at+" "+string(run.State))
	}
	return out
}
