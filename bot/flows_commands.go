package bot

import (
	"context"
	"slices"

	"signoff/engine"
	"signoff/engine/flow"
)

// parsedFile is a flow that is to be saved.
type parsedFile struct {
	name string
	flow *flow.Flow
}

// commandsTaken reports the commands of flows that others own: one another, or one
// that is stored and not about to go.
func (b *Bot) commandsTaken(ctx context.Context, files []parsedFile, gone []engine.FlowRef) (flow.Faults, error) {
	stored, err := b.Commands(ctx)
	if err != nil {
		return nil, err
	}
	var flows []*flow.Flow
	for _, f := range files {
		flows = append(flows, f.flow)
		gone = append(gone, engine.FlowRef{Namespace: f.flow.Namespace, ID: f.flow.ID}) // as it was
	}
	stored = slices.DeleteFunc(stored, func(c flow.Command) bool {
		return slices.Contains(gone, engine.FlowRef{Namespace: c.Namespace, ID: c.Flow})
	})
	others := append(stored, flow.Commands(flows)...)
	var faults flow.Faults
	for _, f := range files {
		faults = append(faults, flow.CommandsTaken(f.flow, f.name, others)...)
	}
	return faults, nil
}

// commandsOfFiles is commandsTaken of what is to be applied.
func (b *Bot) commandsOfFiles(ctx context.Context, changes []FlowChange) (flow.Faults, error) {
	var files []parsedFile
	var gone []engine.FlowRef
	for _, c := range changes {
		if c.flow != nil {
			files = append(files, parsedFile{c.File, c.flow})
			continue
		}
		gone = append(gone, engine.FlowRef{Namespace: c.Ref.Namespace, ID: c.Ref.ID})
	}
	return b.commandsTaken(ctx, files, gone)
}
