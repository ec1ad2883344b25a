package flow

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// roots are the names at the top of an expression, by zone, those that people
// need most first.
//
//nolint:gochecknoglobals // a table, never written
var roots = map[zone][]string{
	zoneInput:   {"inputs", "vars", "labels", "flow", "execution", "trigger", "namespace", "envs", "globals", "kestra"},
	zoneState:   taskRoots,
	zoneShown:   taskRoots,
	zoneCall:    callRoots,
	zoneForeign: callRoots,
	zoneFlow:    flowRoots,
	zoneTrigger: append([]string{"trigger", "namespace", "flowId", "state", "labels", "outputs", "hasRetryAttempt", "schedule"}, "inputs", "vars", "flow", "execution", "envs", "globals", "kestra"),
	zoneKey:     {"vars", "flow", "namespace", "envs", "globals", "kestra"},
}

//nolint:gochecknoglobals // tables, never written
var (
	flowRoots = []string{
		"inputs", "outputs", "vars", "trigger", "labels", "flow", "execution", "namespace", "tasks", "error", "envs", "globals", "kestra",
	}
	taskRoots = append(slices.Clip(flowRoots), "task", "taskrun", "item", "parent", "parents", "iteration")
	callRoots = append(slices.Clip(taskRoots), "workingDir", "outputDir", "outputFiles")
)

// shellFunctions come from whoever evaluates.
func shellFunctions() []string {
	return []string{
		"secret", "kv", "appLink", "now", "render", "renderOnce", "env", "errorLogs", "tasksWithState", "uuid", "id", "ksuid", "nanoId",
		"randomInt", "randomPort", "currentEachOutput", "loopOutputs", "read", "fileURI", "fileSize", "fileExists", "isFileEmpty", "encrypt", "decrypt", "http",
	}
}

// checkUses checks what every expression reads and calls, now that all names
// are known.
func (p *parser) checkUses() {
	p.names.outputs = slices.Sorted(maps.Keys(p.seats))
	p.names.functions = slices.Sorted(slices.Values(slices.Concat(shellFunctions(), expr.Functions())))
	for _, u := range p.uses {
		if p.full() {
			return
		}
		if u.in.zone == zoneVars {
			continue // checked where the variable is rendered
		}
		p.checkUse(u, map[string]bool{})
	}
}

// checkUse checks one expression, and those of the variables that it renders.
func (p *parser) checkUse(u use, rendered map[string]bool) {
	for _, ref := range u.template.Refs() {
		if !u.torn { // half a path is no name
			p.checkRef(u, ref)
		}
	}
	for _, at := range u.template.Unclear() {
		p.warnf(u.at(p, at.Line, at.Col), ruleOperatorOrder,
			"Kestra 1 did this operator before filters, ~, arithmetic and comparisons; here it comes after them, as in Kestra 2. Put what belongs together in parentheses")
	}
	for _, call := range u.template.Calls() {
		p.checkCall(u, call)
		name, ok := strings.CutPrefix(call.Literal, "vars.")
		name, _, _ = strings.Cut(name, ".")
		if n := p.settings[name]; ok && n != nil && !rendered[name] && (call.Name == "render" || call.Name == "renderOnce") {
			rendered[name] = true
			p.checkRendered(n, u.in, rendered)
		}
	}
}

// checkRendered checks the expressions in a variable where it is rendered.
func (p *parser) checkRendered(n *yaml.Node, in scope, rendered map[string]bool) {
	n = resolve(n)
	if t := p.templates[n]; t != nil && !t.Literal() && p.repeatable(n) {
		p.checkUse(use{node: n, template: t, in: in}, rendered)
	}
	if broken, ok := p.outlines[n]; ok && p.repeatable(n) {
		p.checkUse(use{node: n, template: broken.template, in: in, torn: broken.torn}, rendered)
	}
	for _, child := range n.Content {
		p.checkRendered(child, in, rendered)
	}
}

func (p *parser) checkRef(u use, ref expr.Ref) {
	if len(ref.Path) == 0 {
		return
	}
	allowed := roots[u.in.zone]
	root := ref.Path[0]
	if !slices.Contains(allowed, root) {
		p.unknownRoot(u, ref, allowed)
		return
	}
	if root == "item" {
		p.checkItem(u, ref)
	}
	if len(ref.Path) < 2 {
		return
	}
	name := ref.Path[1]
	switch {
	case u.in.zone == zoneTrigger: // of another execution
	case root == "outputs":
		p.checkOutput(u, ref)
	case root == "inputs" && !p.names.inputs.has(name) && !u.in.form.has(name):
		p.absent(u, ref, ruleUnknownInput, "the flow has no input %s%s", quote(name), p.names.inputs.hint(root, name))
	case root == "inputs" && p.names.inputs.has(name):
		p.checkNested(u, ref)
	case root == "vars" && !p.names.vars.has(name):
		p.absent(u, ref, ruleUnknownVar, "the flow has no variable %s%s", quote(name), p.names.vars.hint(root, name))
	default:
		p.checkFixed(u, ref)
	}
}

// absent reports a name that does not exist: a fault, unless the expression says
// what holds without it.
func (p *parser) absent(u use, ref expr.Ref, r rule, format string, args ...any) {
	at := u.at(p, ref.Line, ref.Col)
	if ref.Spared {
		p.warnf(at, r, format, args...)
		return
	}
	p.errorf(at, r, format, args...)
}

func (u use) at(p *parser, line, col int) Pos { return p.src.locate(u.node, line, col) }

func (p *parser) unknownRoot(u use, ref expr.Ref, allowed []string) {
	root, at := ref.Path[0], u.at(p, ref.Line, ref.Col)
	everywhere := taskRoots
	switch {
	case u.in.zone == zoneInput && slices.Contains(everywhere, root):
		p.errorf(at, ruleUnknownRoot, "%s is not known yet when the execution starts", quote(root))
	default:
		p.errorf(at, ruleUnknownRoot, "unknown name %s%s", quote(root), orKnown(root, allowed))
	}
}

func (p *parser) checkOutput(u use, ref expr.Ref) {
	id, at := ref.Path[1], func() Pos { return u.at(p, ref.Line, ref.Col) }
	target, ok := p.seats[id]
	if !ok {
		p.absent(u, ref, ruleUnknownOutput, "no task has the id %s%s", quote(id), p.names.outputs.hint("outputs", id))
		return
	}
	if u.in.seat != nil {
		switch why, race := u.in.seat.blind(target); {
		case race:
			p.warnf(at(), ruleOutputRace, "the task %s %s", quote(id), why)
		case why != "":
			p.absent(u, ref, ruleUnknownOutput, "the task %s %s", quote(id), why)
			return
		}
	}
	if target.repeated() {
		return // its outputs stand under the values of the loop
	}
	if pause, ok := target.spec.(*Pause); ok {
		p.checkPauseOutput(at, pause, ref.Path)
		return
	}
	known := outputsOf(target.spec)
	if known != nil && len(known) == 0 {
		p.warnf(at(), ruleUnknownOutput, "%s has no outputs", article(target.typ))
		return
	}
	if len(ref.Path) > 2 && known != nil && !slices.Contains(known, ref.Path[2]) {
		p.warnf(at(), ruleUnknownOutput, "%s has no output %s%s", article(target.typ), quote(ref.Path[2]), orKnown(ref.Path[2], known))
	}
}

// outputsOf are the outputs of a task, where they are known; nil if not.
func outputsOf(s Spec) []string {
	switch s := s.(type) {
	case *Return, *KVGet:
		return []string{"value"}
	case *Sequential:
		if len(s.OutputFiles) > 0 {
			return []string{"outputFiles"}
		}
	case *OutputValues:
		return []string{"values"}
	case *If:
		return []string{"evaluationResult"}
	case *Switch:
		return []string{"value", "defaults"}
	case *LoopUntil:
		return []string{"iterationCount"}
	case *Subflow:
		return []string{"executionId", "state", "outputs", "rejected"}
	case *KVDelete:
		return []string{"deleted"}
	case *Log, *Labels, *Fail, *Sleep:
		return []string{} // none
	case *Assert:
		return []string{"failed"}
	case *Pause, *Parallel, *Dag, *ForEach, *HTTPRequest, *SlackWebhook,
		*TeamsWebhook, *MailSend, *Script, *KVSet, *ResumeExecution, *KillExecution, *Mapped:
	}
	return nil
}

// checkNested checks a name below an input whose id has dots.
func (p *parser) checkNested(u use, ref expr.Ref) {
	var nested []string
	want := strings.Join(ref.Path[1:], ".")
	for _, id := range p.inputIDs {
		if id == want || strings.HasPrefix(id, want+".") || strings.HasPrefix(want, id+".") {
			return
		}
		if topName(id) == ref.Path[1] {
			nested = append(nested, id)
		}
	}
	if len(nested) > 0 {
		p.errorf(u.at(p, ref.Line, ref.Col), ruleUnknownInput, "the flow has no input %s%s", quote(want), orKnown(want, nested))
	}
}

// checkPauseOutput checks the part behind outputs.<id>, which is known for a
// Pause.
func (p *parser) checkPauseOutput(at func() Pos, w *Pause, path []string) {
	if len(path) < 3 {
		return
	}
	known := []string{"onResume", "outcome", "resumed", "responses", "rounds", "comments"}
	if !slices.Contains(known, path[2]) {
		p.errorf(at(), ruleUnknownOutput, "a Pause has no output %s%s", quote(path[2]), orKnown(path[2], known))
		return
	}
	if len(path) < 4 {
		return
	}
	switch path[2] {
	case "onResume":
		known = make([]string, len(w.OnResume))
		for i, in := range w.OnResume {
			known[i] = topName(in.ID)
		}
	case "resumed":
		known = []string{"by", "on", "to", "via"}
	default:
		return
	}
	if !slices.Contains(known, path[3]) {
		p.errorf(at(), ruleUnknownOutput, "%s of the task %s has no %s%s",
			path[2], quote(path[1]), quote(path[3]), didYouMean(path[3], known))
	}
}

func (p *parser) checkCall(u use, call expr.CallRef) {
	at := func() Pos { return u.at(p, call.Line, call.Col) }
	switch {
	case call.Name == "secret":
		p.checkSecret(u, at)
	case slices.Contains(reachFunctions(), call.Name):
		p.checkReach(u, call.Name, at)
	case call.Name == "isPublicHoliday":
		p.checkHoliday(call, at)
	case p.names.functions.has(call.Name):
	case call.Name == "subflow":
		p.errorf(at(), ruleNotYet, "subflow() would run a flow while a form is looked at; run it before, with a Subflow task, and read outputs.ID.outputs here")
	case expr.Known(call.Name):
		p.errorf(at(), ruleUnknownFunction, "%s is a filter, not a function; write VALUE | %s", quote(call.Name), call.Name)
	default:
		p.errorf(at(), ruleUnknownFunction, "unknown function %s%s", quote(call.Name), didYouMean(call.Name, p.names.functions))
	}
}

func (p *parser) checkSecret(u use, at func() Pos) {
	switch u.in.zone {
	case zoneCall, zoneForeign, zoneKey:
	case zoneShown:
		p.warnf(at(), ruleSecretMasked, "a secret is shown as ****** here")
	case zoneInput, zoneVars, zoneState, zoneFlow, zoneTrigger:
		p.errorf(at(), ruleSecretInState, "a secret must not stand here, because the value is stored or shown; use secret() in the task that calls out")
	}
}

// collect notes what an expression reads from outside, and which inputs.
func (p *parser) collect(f *Flow, u use, kv, read map[string]bool) {
	for _, ref := range u.template.Refs() {
		switch {
		case len(ref.Path) == 0 || ref.Path[0] != "inputs":
		case len(ref.Path) == 1:
			read[""] = true // all of them, or a computed one
		default:
			read[ref.Path[1]] = true
		}
	}
	for _, call := range u.template.Calls() {
		switch {
		case call.Name != "kv":
		case call.Computed:
			f.Uses.KVAny = true
		case call.Literal != "":
			kv[call.Literal] = true
		}
	}
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }
