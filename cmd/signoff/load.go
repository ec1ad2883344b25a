package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"signoff/bot"
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
		_, faults, err := b.SaveFlow(ctx, c.file, c.source, fromFiles())
		if err != nil {
			return fmt.Errorf("load the flow %s: %w", c.file, err)
		}
		if faults.Stop() {
			return fmt.Errorf("load the flow %s: %s", c.file, faults[0])
		}
	}
	return nil
}

// readPaths reads every file that the paths stand for, for a server to check.
func readPaths(paths []string) ([]checked, error) {
	files, err := flowFiles(paths)
	if err != nil {
		return nil, err
	}
	var all []checked
	for _, file := range files {
		src, err := readFlow(file)
		if err != nil {
			return nil, err
		}
		all = append(all, checked{file: file, source: src})
	}
	return all, nil
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

// ofConfig marks the values that the configuration sets.
const ofConfig = "set by the configuration"

// setKV gives each namespace the values of the configuration, and takes those
// away that an earlier configuration gave it. What flows and people set under
// other keys stays.
func setKV(ctx context.Context, st store.Store, values map[string]map[string]any) error {
	namespaces, err := st.Namespaces(ctx)
	if err != nil {
		return fmt.Errorf("list the namespaces: %w", err)
	}
	namespaces = slices.AppendSeq(namespaces, maps.Keys(values))
	slices.Sort(namespaces)
	for _, ns := range slices.Compact(namespaces) {
		have, err := st.KV(ctx, ns)
		if err != nil {
			return fmt.Errorf("read the values of %s: %w", ns, err)
		}
		set, err := configured(have, values[ns])
		if err == nil && len(set) > 0 {
			err = st.Commit(ctx, store.Commit{KV: &store.Values{Namespace: ns, Set: set}})
		}
		if err != nil {
			return fmt.Errorf("set the values of %s: %w", ns, err)
		}
	}
	return nil
}

// configured is what must change for a namespace to hold the configured values.
func configured(have map[string]store.Entry, want map[string]any) (map[string]*store.Entry, error) {
	set := make(map[string]*store.Entry)
	for key, e := range have {
		if _, keep := want[key]; !keep && e.Description == ofConfig {
			set[key] = nil
		}
	}
	for key, value := range want {
		e, err := bot.NewValue("", value)
		if err != nil {
			return nil, err
		}
		e.Description = ofConfig
		set[key] = &e
	}
	return set, nil
}
