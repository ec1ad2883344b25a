package engine

import (
	"errors"
	"fmt"
	"strings"

	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// decideWho settles who is asked: nobody, if the flow's own rule approves; else
// the people of those stages whose conditions hold.
func (m *machine) decideWho(r *Request, run *TaskRun, spec *flow.Pause) error {
	var err error
	if r.Auto, err = m.auto(run, spec); err != nil {
		return err
	}
	if r.Policy, err = m.policy(spec); err != nil {
		return err
	}
	if r.Auto != "" {
		r.Asked = make([][]approval.PersonID, len(r.Policy.Stages))
		return nil
	}
	if err := m.dropStages(r, run, spec); err != nil {
		return err
	}
	asked, err := approval.Ask(approval.Case{
		Policy: r.Policy, People: m.people(), Requester: m.next.Requester.Person, Author: r.Author, Now: m.facts.Now,
		Origin: People(m.next.Origin), Restarted: People(m.next.Restarted),
	})
	if unmet, ok := errors.AsType[*approval.UnmetError](err); ok && unmet.Unsure {
		m.unread = unmet.Text
	}
	if err != nil {
		return err
	}
	r.Asked = asked
	return m.checkPlaces(spec, asked)
}

// auto says why nobody needs to look, by the flow's own rule; empty if somebody
// must. Only true approves: what the truth rules take for true besides, such as a
// number or the text "no", has people asked.
func (m *machine) auto(run *TaskRun, spec *flow.Pause) (string, error) {
	if spec.Auto == nil {
		return "", nil
	}
	v, err := spec.Auto.When.Eval(m.env(run))
	if err != nil {
		return "", fmt.Errorf("approval.auto.when: %w", err)
	}
	if yes, ok := v.(bool); !ok || !yes {
		return "", nil
	}
	const unsaid = "A rule of the flow approves this."
	if spec.Auto.Reason == nil {
		return unsaid, nil
	}
	why, err := spec.Auto.Reason.Render(m.env(run))
	if err != nil {
		return "", fmt.Errorf("approval.auto.reason: %w", err)
	}
	if why = strings.TrimSpace(why); why == "" {
		return unsaid, nil
	}
	return why, nil
}

// autoApproved lets a request through without a person. Channels see it; nobody
// is written to.
func (m *machine) autoApproved(run *TaskRun, spec *flow.Pause) {
	for _, c := range m.wanted(spec, nil) {
		m.addCopy(run, c)
	}
	m.record(audit.RequestOpened, run, itself(), opened(run.Request))
	m.decided(run, ending{outcome: Approved, by: itself(), state: Success})
}

func (m *machine) policy(spec *flow.Pause) (approval.Policy, error) {
	if spec.Approval != nil {
		return *spec.Approval, nil
	}
	if len(m.facts.Approvers) == 0 {
		return approval.Policy{}, fmt.Errorf(
			"nobody is named to answer; add approval.stages to the task, or approvers for the namespace %s to the configuration",
			m.flow.Namespace)
	}
	return approval.Policy{Stages: []approval.Stage{{ID: "approval", Who: m.facts.Approvers}}}, nil
}

// dropStages leaves out the stages whose condition is false now. If none is
// left, nobody would approve, and that takes a rule which says so.
func (m *machine) dropStages(r *Request, run *TaskRun, spec *flow.Pause) error {
	if len(spec.When) == 0 {
		return nil
	}
	var stages []approval.Stage
	for i, s := range r.Policy.Stages {
		if i < len(spec.When) && spec.When[i] != nil {
			v, err := spec.When[i].Eval(m.env(run))
			if err != nil {
				return fmt.Errorf("approval.stages.%s.when: %w", s.ID, err)
			}
			if !expr.Truthy(v) {
				r.Dropped = append(r.Dropped, s.ID)
				continue
			}
		}
		stages = append(stages, s)
	}
	if len(stages) == 0 {
		return errors.New("no stage of the approval applies, so nobody would be asked; add a stage without \"when\", or a rule in approval.auto")
	}
	r.Policy.Stages = stages
	return nil
}
