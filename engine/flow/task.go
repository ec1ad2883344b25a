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
	reach []set // of a Dag: what each of its tasks waits for
}

// path leads to a task through the branches around it, outermost first.
type path []branch

// branch is one list of tasks: "then" of task 4, or "errors" of the flow, whose
// task is nil.
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
		if p.tooMany(item) {
			break
		}
		if t := p.task(item, at); t != nil {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

func (p *parser) tooMany(n *yaml.Node) bool {
	if p.order < maxTasks {
		return false
	}
	p.errorf(pos(n), ruleLimit, "the flow has more than %d tasks", maxTasks)
	return true
}

// optionalTasks reads a list of tasks within a task; nil if absent.
func (p *parser) optionalTasks(s *section, at *seat, name string) []*Task {
	e := s.find(name)
	if e == nil {
		return nil
	}
	return p.tasks(e, inside(at, name))
}

// neededTasks is optionalTasks for a list that must be there.
func (p *parser) neededTasks(s *section, at *seat, name string) []*Task {
	if s.need(name) == nil {
		return nil
	}
	return p.optionalTasks(s, at, name)
}

// task reads a task of any type.
func (p *parser) task(n *yaml.Node, at path) *Task {
	s := p.section(n, "a task")
	if s == nil {
		return nil
	}
	name := p.typeName(s)
	d, others := taskType(name)
	p.applyDefaults(s, name, d)
	seat := p.seat(s, at)
	t := &Task{ID: seat.id, Description: s.text("description"), Pos: s.at}
	switch {
	case d != nil:
		s.define(d)
		t.Type = Type(d.Name)
		s.what = article(t.Type)
	case name != "" && len(others) == 0 && (foreign(name) || p.mapped != nil && p.mapped(name)):
		t.Type = TypeMapped
		s.define(lang.part("foreign task"))
		s.what = "a task"
	default:
		p.unknownType(s, name, others)
		p.foreign = true
		p.strange(s, seat)
		return t
	}
	seat.typ = t.Type
	t.Spec = p.spec(t.Type, s, seat, name)
	seat.spec = t.Spec
	t.Options = p.taskOptions(s, seat)
	s.remember("behavior", "uri", "body", "runIf", "condition", "conditions")
	s.done()
	return t
}

// typeName reads the type; "" if absent or reported.
func (p *parser) typeName(s *section) string {
	e := s.need("type")
	if e == nil {
		return ""
	}
	return p.word(e.value, `"type"`)
}

// unknownType reports a type that no configuration could map.
func (p *parser) unknownType(s *section, name string, others []string) {
	e := s.find("type")
	switch {
	case e == nil:
	case len(others) > 0:
		p.errorf(pos(e.value), ruleTaskUnknown, "the task type %s can mean %s; write one of them", quote(name), orList(others))
	case name != "" || e.value.Value == "" && e.value.Kind == yaml.ScalarNode:
		hint := nearType(name, SortTask)
		if hint == "" {
			hint = "; known are " + strings.Join(lang.shorts(SortTask), ", ")
		}
		p.errorf(pos(e.value), ruleTaskUnknown, "unknown task type %s%s", quote(name), hint)
	}
}

func article(t Type) string {
	if strings.ContainsRune("AEIOUeh", rune(t[0])) {
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

func (p *parser) spec(t Type, s *section, at *seat, name string) Spec {
	switch t {
	case TypePause, TypeHumanTask:
		return p.pause(s, at)
	case TypeLog:
		return p.log(s, at)
	case TypeReturn:
		return p.returns(s, at)
	case TypeOutputValues:
		return &OutputValues{Values: p.named(s.need("values"), scope{zone: zoneShown, seat: at})}
	case TypeLabels:
		return p.setLabels(s, at)
	case TypeFail:
		return p.fail(s, at)
	case TypeAssert:
		return p.assert(s, at)
	case TypeSleep:
		return p.sleep(s, at)
	case TypeIf:
		return p.branches(s, at)
	case TypeSwitch:
		return p.cases(s, at)
	case TypeSequential, TypeAllowFailure, TypeWorkingDirectory:
		return p.sequential(s, at)
	case TypeParallel:
		return p.parallel(s, at)
	case TypeDag:
		return p.dag(s, at)
	case TypeForEach, TypeLoop, TypeEachSequential, TypeEachParallel:
		return p.forEach(s, at)
	case TypeLoopUntil:
		return p.loopUntil(s, at)
	case TypeSubflow:
		return p.subflow(s, at)
	case TypeMapped:
		return p.foreignTask(s, at, name)
	case TypeHTTPRequest, TypeHTTPDownload, TypeSlackWebhook, TypeSlackExecution, TypeTeamsWebhook, TypeMailSend,
		TypeShellCommands, TypeShellScript, TypePythonCommands, TypePythonScript, TypeNodeCommands, TypeNodeScript,
		TypeKVSet, TypeKVGet, TypeKVDelete, TypeResume, TypeKill:
	}
	return p.call(t, s, at)
}

// call reads the tasks that touch the world.
func (p *parser) call(t Type, s *section, at *seat) Spec {
	switch t { //nolint:exhaustive // the rest is in spec
	case TypeHTTPRequest, TypeHTTPDownload:
		return p.httpRequest(s, at)
	case TypeSlackWebhook:
		return p.slackWebhook(s, at)
	case TypeSlackExecution:
		return p.slackExecution(s, at)
	case TypeTeamsWebhook:
		return p.teamsWebhook(s, at)
	case TypeMailSend:
		return p.mail(s, at)
	case TypeShellCommands:
		return p.script(s, at, Shell, true)
	case TypeShellScript:
		return p.script(s, at, Shell, false)
	case TypePythonCommands:
		return p.script(s, at, Python, true)
	case TypePythonScript:
		return p.script(s, at, Python, false)
	case TypeNodeCommands:
		return p.script(s, at, Node, true)
	case TypeNodeScript:
		return p.script(s, at, Node, false)
	case TypeKVSet, TypeKVGet, TypeKVDelete:
		return p.keyValue(t, s, at)
	case TypeResume, TypeKill:
		return p.otherExecution(t, s, at)
	}
	panic("flow: unknown task type " + string(t))
}

// strange reads what can be read of a task that is not understood: the tasks
// within it, so that their ids are known and their faults are told.
func (p *parser) strange(s *section, at *seat) {
	for _, name := range taskLists() {
		if e := s.find(name); e != nil && e.value.Kind == yaml.SequenceNode {
			p.tasks(e, inside(at, name))
		}
	}
}

// taskLists are the keys under which tasks hold tasks.
func taskLists() []string { return []string{"tasks", "then", "else", "defaults", "errors", "finally"} }

// inside is the path of the tasks in one list of a task, or of the flow.
func inside(at *seat, name string) path {
	if at == nil {
		return path{{name: name}}
	}
	return append(slices.Clip(at.path), branch{task: at, name: name})
}
