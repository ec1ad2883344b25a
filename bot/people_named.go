package bot

import (
	"context"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// knowPeople makes sure that what decides about a flow's requests is young
// enough: links and absences, and the groups that the flow names.
func (b *Bot) knowPeople(ctx context.Context, f *flow.Flow, fallback []approval.Selector) error {
	if err := b.register.Learn(ctx); err != nil {
		return err
	}
	b.People.Fresh(ctx, named(f, fallback)...)
	return nil
}

// named are all selectors by which a flow lets people in, asks them or keeps
// them out. Where a Pause names nobody, the fallback counts.
func named(f *flow.Flow, fallback []approval.Selector) []approval.Selector {
	var all []approval.Selector
	for t := range f.Walk() {
		pause, ok := t.Spec.(*flow.Pause)
		switch {
		case !ok:
		case pause.Approval == nil || len(pause.Approval.Stages) == 0:
			all = append(all, fallback...)
			if pause.Approval != nil {
				all = append(all, pause.Approval.Exclude...)
			}
		default:
			all = append(all, pause.Approval.Exclude...)
			for _, s := range pause.Approval.Stages {
				all = append(all, ofStage(s)...)
			}
		}
	}
	return all
}

func ofStage(s approval.Stage) []approval.Selector {
	var all []approval.Selector
	for _, party := range s.Parties() {
		all = append(all, party.Who...)
	}
	for _, rung := range s.Escalate {
		all = append(all, rung.To...)
	}
	return all
}
