package story

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"signoff/bot"
	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/flow"
)

// far is everything outside: it writes down what would be sent, and answers with
// the story's stubs.
type far struct {
	runner *task.Runner
	clock  *clock
	stubs  stubs
	given  map[*stub]int
	calls  []call
	// lacks tells of a call that the story has no answer for.
	lacks func(text string)
	note  func(format string, args ...any)
}

var _ bot.Tasks = (*far)(nil)

// call is one that was made, or would have been.
type call struct {
	execution engine.ExecutionID
	task      string
	sent      map[string]any
}

// Run answers a call. What fails before anything is sent fails here, too.
func (f *far) Run(ctx context.Context, c task.Call) task.Result {
	sent, problem := f.runner.Sketch(ctx, c)
	if problem != "" {
		f.note("call %s: not made: %s", c.Task.ID, problem)
		return task.Result{Problem: problem}
	}
	if folder, ok := c.Task.Spec.(*flow.Sequential); ok && !f.stubbed(c.Task) {
		return f.keep(ctx, c, folder)
	}
	f.calls = append(f.calls, call{c.Execution, c.Task.ID, sent})
	f.note("call %s: %s", c.Task.ID, where(sent))
	s, found := f.pick(c.Task, sent)
	switch {
	case s != nil:
		return f.answer(s, c)
	case found:
		f.lacks(fmt.Sprintf("the task %s made one more call than its stubs allow: %s", c.Task.ID, brief(sent)))
	case within(c.Task.Spec) && sent["http"] == nil:
		return f.runner.Run(ctx, c)
	case f.stubs.rest:
		return task.Result{}
	default:
		f.lacks(fmt.Sprintf("the task %s (%s) calls out, and no stub answers it; write one under stubs: %s:, or stubs: {default: ok}. It would send %s",
			c.Task.ID, typeName(c.Task), c.Task.ID, brief(sent)))
	}
	return task.Result{Problem: "the story has no stub for this call"}
}

// within reports whether a call stays within signoff, so that it can be made.
func within(s flow.Spec) bool {
	switch s.(type) {
	case *flow.KVSet, *flow.KVGet, *flow.KVDelete, *flow.ResumeExecution, *flow.KillExecution,
		*flow.Log, *flow.Return, *flow.OutputValues:
		return true
	default:
		return false
	}
}

// stubbed reports whether the story says anything of what the task answers.
func (f *far) stubbed(t *flow.Task) bool {
	return slices.ContainsFunc(names(t), func(name string) bool { return len(f.stubs.byName[name]) > 0 })
}

// keep answers for a WorkingDirectory, in which no script of a story has written
// anything: each file that it names is there, and empty.
func (f *far) keep(ctx context.Context, c task.Call, folder *flow.Sequential) task.Result {
	kept := map[string]any{}
	for _, name := range folder.OutputFiles {
		if strings.ContainsAny(name, "*?[") {
			continue
		}
		file, err := f.runner.Files.Put(ctx, string(c.Execution), path.Base(name), strings.NewReader(""), 1)
		if err != nil {
			return task.Result{Problem: err.Error()}
		}
		kept[name] = file.URI
	}
	return task.Result{Outputs: map[string]any{"outputFiles": kept}}
}

// names are those under which a stub may answer for a task.
func names(t *flow.Task) []string { return []string{t.ID, typeName(t), string(t.Type)} }

// pick finds the stub: by the task's id before its type, in the order of the
// list, each once or as often as it says, and the last for all that follow.
func (f *far) pick(t *flow.Task, sent map[string]any) (answer *stub, found bool) {
	for _, name := range names(t) {
		list := slices.DeleteFunc(slices.Clone(f.stubs.byName[name]), func(s *stub) bool {
			return s.match != nil && !fits(s.match, sent)
		})
		for i, s := range list {
			most := s.times
			if most == 0 && i < len(list)-1 {
				most = 1
			}
			if most == 0 || f.given[s] < most {
				f.given[s]++
				return s, true
			}
		}
		found = found || len(f.stubs.byName[name]) > 0
	}
	return nil, found
}

func (f *far) answer(s *stub, c task.Call) task.Result {
	if s.takes > 0 {
		takes := s.takes
		if c.Timeout > 0 && c.Timeout < takes {
			f.clock.to(f.clock.now.Add(c.Timeout))
			return task.Result{Problem: "no complete answer within " + c.Timeout.String()}
		}
		f.clock.to(f.clock.now.Add(takes))
	}
	out := task.Result{Outputs: s.outputs, Problem: s.problem}
	for _, l := range s.logs {
		out.Logs = append(out.Logs, engine.LogLine{At: f.clock.now, Level: l.level, Text: l.text})
	}
	return out
}

// typeName is a task's type as people write stubs for it.
func typeName(t *flow.Task) string {
	if m, ok := t.Spec.(*flow.Mapped); ok {
		return m.Name
	}
	return string(t.Type)
}

// where says in a few words what a call is.
func where(sent map[string]any) string {
	if url, ok := sent["url"].(string); ok {
		return fmt.Sprint(sent["method"]) + " " + url
	}
	return brief(sent)
}

// brief is what would be sent, short enough for a line.
func brief(sent map[string]any) string {
	const most = 400
	text := strings.Join(strings.Fields(string(pretty(sent))), " ")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + " … (cut)"
	}
	return text
}

// secrets are those that the story gives, by name, whatever the case.
type secrets map[string]string

// Secret returns a secret.
func (s secrets) Secret(_ context.Context, _, name string) (string, error) {
	for have, v := range s {
		if strings.EqualFold(have, name) {
			return v, nil
		}
	}
	return "", task.ErrNoSecret
}
