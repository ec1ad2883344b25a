package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/flow"
	"signoff/flows"
	"signoff/store"
)

// loadFlows saves every flow as a revision. If any has a fault, all faults are
// told and nothing is saved.
func (p *program) loadFlows(ctx context.Context, b *bot.Bot, all []checked) error {
	twice(all, flow.Error)
	for _, c := range all {
		if c.faults.Stop() {
			return p.tellFaults(all)
		}
	}
	for _, c := range all {
		_, faults, err := b.SaveFlow(ctx, c.file, c.source, engine.Principal{Name: "flow files", Via: "engine"})
		if err != nil {
			return fmt.Errorf("load the flow %s: %w", c.file, err)
		}
		if faults.Stop() {
			return fmt.Errorf("load the flow %s: %s", c.file, faults[0])
		}
	}
	return nil
}

// shippedFlows are the flows that come with the binary, without those that
// others replace.
func shippedFlows(others []checked) []checked {
	replaced := func(f *flow.Flow) bool {
		return slices.ContainsFunc(others, func(o checked) bool {
			return o.flow != nil && o.flow.Namespace == f.Namespace && o.flow.ID == f.ID
		})
	}
	var all []checked
	for _, f := range flows.All() {
		parsed, faults := flow.Parse(f.Name, f.Source)
		if parsed == nil || !replaced(parsed) {
			all = append(all, checked{file: f.Name, source: f.Source, flow: parsed, faults: faults})
		}
	}
	return all
}

// setKV makes each namespace hold exactly the given values.
func setKV(ctx context.Context, st store.Store, values map[string]map[string]any) error {
	for _, ns := range slices.Sorted(maps.Keys(values)) {
		have, err := st.KV(ctx, ns)
		if err != nil {
			return fmt.Errorf("read the values of %s: %w", ns, err)
		}
		set := make(map[string]*store.Entry)
		for k, v := range values[ns] {
			set[k] = &store.Entry{Value: v}
		}
		for k := range have {
			if _, keep := set[k]; !keep {
				set[k] = nil
			}
		}
		if err := st.Commit(ctx, store.Commit{KV: &store.Values{Namespace: ns, Set: set}}); err != nil {
			return fmt.Errorf("set the values of %s: %w", ns, err)
		}
	}
	return nil
}
