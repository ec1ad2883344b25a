package bot

import (
	"context"
	"slices"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// knowPeople makes sure that what decides about a flow's requests is young
// enough: links and absences, and the groups that the flow names.
func (b *Bot) knowPeople(ctx context.Context, f *flow.Flow, fallback []approval.Selector) error {
	if err := b.register.Learn(ctx); err != nil {
		return err
	}
	sels := named(f, fallback)
	b.People.Fresh(ctx, sels...)
	if b.People.HearsStatuses() && len(sels) > 0 {
		b.register.Hear(ctx, b.Directory(f.Namespace).Resolve(sels)...)
	}
	return nil
}

// knowAway makes sure that it is known whether those are away whom an execution asks,
// and those who are barred, by what they say of themselves elsewhere.
func (b *Bot) knowAway(ctx context.Context, x *engine.Execution) {
	if !b.People.HearsStatuses() {
		return
	}
	var who []approval.PersonID
	for _, run := range x.Runs {
		r := run.Request
		if r == nil || !r.Open() {
			continue
		}
		if r.Stage < len(r.Asked) {
			who = append(who, r.Asked[r.Stage]...)
		}
		for _, m := range r.Moves {
			if m.To != "" {
				who = append(who, m.To)
			}
		}
	}
	if len(who) == 0 {
		return
	}
	for _, by := range slices.Concat([]engine.Principal{x.Requester}, x.Origin, x.Restarted) {
		if by.Person != "" {
			who = append(who, by.Person)
		}
	}
	b.register.Hear(ctx, who...)
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
