package flow

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxTasks bounds the tasks of a flow, those within others included.
const maxTasks = 1_000

// seat is where a task stands in the flow: what runs before it, what around it.
type seat struct {
	id    string
	at    Pos
	order int
	path  path
	typ   Type
	spec  Spec
}

// path leads to a task through the branches around it, outermost first.
type path []branch

// branch is one list of tasks within a task: "then" of task 4.
type branch struct {
	task *seat
	name string
}

// tasks reads a list of tasks.
func (p *parser) tasks(e *entry, at path) []*Task {
	items := p.list(e)
	if items != nil && len(items) == 0 {
		p.errorf(pos(e.value), ruleMissingKey, "%s must hold at least one task", quote(e.name))
	}
	var tasks []*Task
	for _, item := range items {
		if p.order == maxTasks {
			p.errorf(pos(item), ruleLimit, "the flow has more than %d tasks", maxTasks)
			break
		}
		if t := p.task(item, at); t != nil {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// task reads a task of any type.
func (p *parser) task(n *yaml.Node, at path) *Task {
	s := p.section(n, "a task")
	if s == nil {
		return nil
	}
	seat := p.seat(s, at)
	t := &Task{ID: seat.id, Description: s.text("description"), Pos: s.at}
	e := s.need("type")
	if e == nil {
		p.strange(s, seat)
		return t
	}
	name := p.word(e.value, `"type"`)
	t.Type = typeOf(name)
	if t.Type == "" {
		if name != "" || e.value.Value == "" && e.value.Kind == yaml.ScalarNode {
			p.errorf(pos(e.value), ruleTaskUnknown, "%s", unknownType(name))
		}
		p.strange(s, seat)
		return t
	}
	seat.typ = t.Type
	s.what = article(t.Type)
	s.notYet("retry", "timeout", "runIf", "disabled", "allowFailure", "allowWarning", "logLevel", "logToFile",
		"taskCache", "workerSelector", "workerGroup", "version", "assets", "errors", "finally")
	t.Spec = p.spec(t.Type, s, seat)
	seat.spec = t.Spec
	s.done()
	return t
}

func article(t Type) string {
	if strings.ContainsRune("AEIOUh", rune(t[0])) {
		return "an " + string(t)
	}
	return "a " + string(t)
}

// seat reads the id and gives the task its place in the order.
func (p *parser) seat(s *section, at path) *seat {
	st := &seat{id: s.id("id", taskID, maxTaskID), order: p.order, path: at}
	p.order++
	if st.id == "" {
		return st
	}
	if first, twice := p.seats[st.id]; twice {
		p.errorf(pos(s.find("id").value), ruleDuplicateID, "the task id %s is used twice; the first is at line %d", quote(st.id), first.at.Line)
		return st
	}
	st.at = s.at
	p.seats[st.id] = st
	return st
}

func (p *parser) spec(t Type, s *section, at *seat) Spec {
	switch t {
	case TypePause:
		return p.pause(s, at)
	case TypeLog:
		return p.log(s, at)
	case TypeReturn:
		return p.returns(s, at)
	case TypeIf:
		return p.branches(s, at)
	case TypeSequential:
		return p.sequential(s, at)
	case TypeHTTPRequest:
		return p.httpRequest(s, at)
	case TypeSlackWebhook:
		return p.slackWebhook(s, at)
	}
	panic("flow: unknown task type " + string(t))
}

// strange reads what can be read of a task that is not understood: the tasks
// within it, so that their ids are known and their faults are told.
func (p *parser) strange(s *section, at *seat) {
	p.foreign = true
	for _, name := range []string{"tasks", "then", "else", "errors", "finally"} {
		if e := s.find(name); e != nil && e.value.Kind == yaml.SequenceNode {
			p.tasks(e, inside(at, name))
		}
	}
}

// inside is the path of the tasks in one list of a task.
func inside(at *seat, name string) path {
	return append(slices.Clip(at.path), branch{task: at, name: name})
}
