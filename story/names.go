package story

import (
	"slices"
	"strings"

	"signoff/engine/flow"
)

// names checks what stories call tasks, people and executions, so that a typing
// mistake is not taken for something that did not happen.
func (r *reader) names(s *Suite) {
	var tasks, gates, types, flows []string
	for _, l := range s.flows {
		flows = append(flows, l.flow.ID, l.flow.Namespace+"/"+l.flow.ID)
		for t := range l.flow.Walk() {
			tasks = append(tasks, t.ID)
			types = append(types, typeName(t), string(t.Type))
			if p, ok := t.Spec.(*flow.Pause); ok && !p.Timer() {
				gates = append(gates, t.ID)
			}
		}
	}
	n := namer{r, s, tasks, gates, slices.Concat(tasks, types), flows, nil}
	for _, story := range s.File.Stories {
		n.story(story)
	}
}

// namer checks the names of one story.
type namer struct {
	*reader
	suite                      *Suite
	tasks, gates, stubs, flows []string
	executions                 []string
}

func (n *namer) story(s *Story) {
	n.executions = slices.Clone(n.flows)
	for _, name := range s.stubs.order {
		list := s.stubs.byName[name]
		if len(list) > 0 {
			n.known(list[0].pos, name, "the flow has no task and no type of task", n.stubs)
		}
	}
	if s.Start != nil {
		n.start(s.Start, s)
	}
	for _, step := range s.Steps {
		n.step(step, s)
	}
	for _, e := range s.Expect {
		n.expect(e)
	}
}

func (n *namer) known(at flow.Pos, name, what string, all []string) {
	if !slices.Contains(all, name) {
		n.faultAt(at, ruleUnknownTask, "%s %q%s", what, name, flow.DidYouMean(name, all))
	}
}

func (n *namer) person(at flow.Pos, id string, s *Story) {
	var ids []string
	for _, p := range s.people {
		ids = append(ids, string(p.id))
	}
	if id != "" && !slices.Contains(ids, strings.ToLower(id)) {
		n.faultAt(at, ruleUnknownName, "nobody under people has the id %q%s", id, flow.DidYouMean(id, ids))
	}
}

func (n *namer) start(st *Start, s *Story) {
	by := st.By
	if by == "" {
		by = s.by
	}
	n.person(st.Pos, by, s)
	if st.Flow != "" {
		n.known(st.Pos, st.Flow, "the file loads no flow", n.flows)
	}
	if f, ok := n.suite.find(st.Flow); ok && st.Webhook != "" {
		var hooks []string
		for _, t := range f.Triggers {
			if _, ok := t.Spec.(*flow.Webhook); ok {
				hooks = append(hooks, t.ID)
			}
		}
		n.known(st.Pos, st.Webhook, "the flow has no webhook", hooks)
	}
	if st.As != "" {
		n.executions = append(n.executions, st.As)
	}
}

func (n *namer) step(step Step, s *Story) {
	switch step := step.(type) {
	case Wait, Until:
	case *Start:
		n.start(step, s)
	case *Answer:
		n.of(step.Pos, step.Of)
		n.known(step.Gate.Pos, step.Gate.Task, "the flow has no Pause that asks people with the id", n.gates)
	case *Deed:
		n.of(step.Pos, step.Of)
		n.known(step.Gate.Pos, step.Gate.Task, "the flow has no Pause that asks people with the id", n.gates)
		n.person(step.Pos, step.From, s)
	case *Away:
	case *Act:
		n.of(step.Pos, step.Of)
		n.person(step.Pos, step.By, s)
		if step.From != "" {
			n.known(step.Pos, step.From, "the flow has no task", n.tasks)
		}
		if step.As != "" {
			n.executions = append(n.executions, step.As)
		}
	case Check:
		n.expect(step.Expect)
	}
}

func (n *namer) of(at flow.Pos, name string) {
	if name != "" {
		n.known(at, name, "no execution is called, and no flow has the id", n.executions)
	}
}

func (n *namer) expect(e *Expect) {
	n.of(e.Pos, e.Of)
	for _, item := range e.Items {
		task, _ := cutValue(item.Key)
		switch item.Kind {
		case Gates, Responses, Can, Cannot:
			n.known(item.Pos, task, "the flow has no Pause that asks people with the id", n.gates)
		case Tasks, Calls:
			n.known(item.Pos, task, "the flow has no task", n.tasks)
		case Subflows:
			n.known(item.Pos, item.Key, "no execution is called, and no flow has the id", n.executions)
		case State, Problem, Open, Outputs, Returns, Labels, Inputs, Logs, Cards, Told, Trail, KV, That:
		}
	}
}
