package flow

import (
	"slices"
	"strings"
)

// review tells what a careful reader of the flow would mention.
func (p *parser) review(f *Flow) {
	r := reviewer{p: p, flow: f}
	for _, list := range [][]*Task{f.Tasks, f.Errors, f.Finally, f.AfterExecution} {
		r.tasks(list, true)
	}
	r.comparisons()
	r.slot()
	r.triggers()
	p.checkDefaultsUsed()
}

// reviewer reads a flow that could be read.
type reviewer struct {
	p    *parser
	flow *Flow
}

func (r reviewer) warnf(at Pos, rule rule, format string, args ...any) {
	r.p.warnf(at, rule, format, args...)
}

func (r reviewer) tasks(list []*Task, inOrder bool) {
	ended := ""
	for _, t := range list {
		if ended != "" {
			r.warnf(t.Pos, ruleUnreachable, "%s never runs, because %s before it always fails", quote(t.ID), quote(ended))
			ended = "" // once is enough
		}
		if inOrder && t.fails() {
			ended = t.ID
		}
		r.task(t)
		for i, inner := range t.Lists() {
			r.tasks(inner, i > 0 || !t.atOnce())
		}
	}
}

// atOnce reports whether the first list of the task is run at the same time.
func (t *Task) atOnce() bool {
	switch t.Type { //nolint:exhaustive // the two
	case TypeParallel, TypeDag:
		return true
	}
	return false
}

// fails reports whether the task always fails the list in which it stands.
func (t *Task) fails() bool {
	fail, ok := t.Spec.(*Fail)
	return ok && fail.Condition == nil && t.RunIf == nil && !t.Disabled && !t.AllowFailure
}

func (r reviewer) task(t *Task) {
	if t.Retry != nil && t.asks() {
		r.warnf(t.Pos, ruleAsksAgain, "a retry of %s asks people again, also those who have answered", quote(t.ID))
	}
	if t.RunIf != nil && t.RunIf.Literal() && !truthy(t.RunIf.Source()) {
		r.warnf(t.Pos, ruleUnreachable, `%s never runs: "runIf" is always false`, quote(t.ID))
	}
	r.conditions(t)
	switch spec := t.Spec.(type) {
	case *Pause:
		r.pause(t, spec)
	case *If:
		r.branch(t, spec)
	case *Switch:
		r.choice(spec)
	case *Subflow:
		r.subflow(t, spec)
	case *HTTPRequest:
		r.request(t, spec)
	case *ForEach:
		r.rounds(t, spec)
	case *Log, *Return, *OutputValues, *Labels, *Fail, *Assert, *Sleep, *Sequential, *Parallel, *Dag, *LoopUntil,
		*SlackWebhook, *TeamsWebhook, *MailSend, *Script, *KVSet, *KVGet, *KVDelete, *ResumeExecution, *KillExecution, *Mapped:
	}
}

// asks reports whether people are asked in the task or below it.
func (t *Task) asks() bool {
	if w, ok := t.Spec.(*Pause); ok && !w.Timer() {
		return true
	}
	return slices.ContainsFunc(t.Lists(), func(list []*Task) bool { return slices.ContainsFunc(list, (*Task).asks) })
}

// pause finds a question whose silence is taken for a yes.
func (r reviewer) pause(t *Task, w *Pause) {
	decides := w.Verdict != "" || w.Approval != nil
	if decides && w.Duration != nil && (w.Behavior == BehaviorResume || w.Behavior == BehaviorWarn) {
		r.warnf(r.within(t, "behavior"), ruleSilenceApproves,
			"%s goes on although nobody has approved it. Write FAIL or CANCEL, unless silence shall mean consent", quote(t.ID))
	}
}

// branch finds a branch that is never taken.
func (r reviewer) branch(t *Task, i *If) {
	if i.Condition == nil || !i.Condition.Literal() {
		return
	}
	if truthy(i.Condition.Source()) {
		if len(i.Else) > 0 {
			r.warnf(i.Else[0].Pos, ruleUnreachable, `the "else" of %s never runs: its condition is always true`, quote(t.ID))
		}
		return
	}
	if len(i.Then) > 0 {
		r.warnf(i.Then[0].Pos, ruleUnreachable, `the "then" of %s never runs: its condition is always false`, quote(t.ID))
	}
}

// choice finds cases that are never chosen.
func (r reviewer) choice(s *Switch) {
	if s.Value == nil {
		return
	}
	possible := r.possible(s)
	for _, c := range s.Cases {
		if possible != nil && len(c.Tasks) > 0 && !slices.Contains(possible, c.Value) {
			r.warnf(c.Tasks[0].Pos, ruleUnreachable, "the case %s never runs; the value can be %s", quote(c.Value), orList(possible))
		}
	}
}

// possible lists the values that a Switch looks up, where they are known: a
// literal, or a choice that people are offered. Nil: any.
func (r reviewer) possible(s *Switch) []string {
	if s.Value.Literal() {
		return []string{s.Value.Source()}
	}
	refs := s.Value.Refs()
	if len(refs) != 1 || strings.Trim(s.Value.Source(), "{} ") != strings.Join(refs[0].Path, ".") {
		return nil // it is more than the answer itself
	}
	in := r.input(refs[0].Path)
	switch {
	case in == nil:
		return nil
	case in.Type == Bool:
		return []string{"true", "false"}
	}
	return choicesOf(in)
}

// input finds the input that a path reads: of the flow, or of a Pause.
func (r reviewer) input(path []string) *Input {
	list := r.flow.Inputs
	id := strings.Join(path[min(1, len(path)):], ".")
	if len(path) > 3 && path[0] == "outputs" && path[2] == "onResume" {
		t := r.flow.Task(path[1])
		if t == nil {
			return nil
		}
		w, ok := t.Spec.(*Pause)
		if !ok {
			return nil
		}
		list, id = w.OnResume, strings.Join(path[3:], ".")
	} else if len(path) == 0 || path[0] != "inputs" {
		return nil
	}
	i := slices.IndexFunc(list, func(in Input) bool { return in.ID == id })
	if i < 0 {
		return nil
	}
	return &list[i]
}

func (r reviewer) subflow(t *Task, s *Subflow) {
	if s.Namespace == nil || s.Flow == nil || t.RunIf != nil {
		return
	}
	here := s.Namespace.Source() == r.flow.Namespace || s.Namespace.Source() == "{{ flow.namespace }}"
	if here && (s.Flow.Source() == r.flow.ID || s.Flow.Source() == "{{ flow.id }}") && slices.Contains(r.flow.Tasks, t) {
		r.warnf(t.Pos, ruleSubflowLoop, "%s starts this flow again, each time; give it a runIf that ends", quote(t.ID))
	}
}

// slot finds a question that keeps other executions from running.
func (r reviewer) slot() {
	if c := r.flow.Concurrency; c == nil || c.ReleasePaused {
		return
	}
	for t := range r.flow.Walk() {
		if w, ok := t.Spec.(*Pause); ok && !w.Timer() {
			r.warnf(t.Pos, ruleGateHoldsSlot, "while %s waits for people, it keeps one of the places of \"concurrency\"; write \"releaseOnPause: true\" to give it back", quote(t.ID))
			return
		}
	}
}

// within is where a key of a task stands, or the task itself.
func (r reviewer) within(t *Task, key string) Pos {
	if at, ok := r.p.keys[keyOf{t.Pos, key}]; ok {
		return at
	}
	return t.Pos
}

// truthy is Kestra's truth of a text.
func truthy(text string) bool {
	switch strings.TrimSpace(text) {
	case "", "false", "0", "-0":
		return false
	}
	return true
}
