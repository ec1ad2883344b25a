package bot

import (
	"maps"
	"time"

	"signoff/engine/trigger/match"
)

// What a flow trigger that waits for several executions remembers is kept in
// its state's Data: by the key of what it waits for, when it was met and what
// "trigger" held then.
const (
	memoryMet       = "met"
	memoryAt        = "at"
	memoryExecution = "execution"
	memoryTrigger   = "trigger"
)

// meeting reads what is remembered. What cannot be read was not met.
func meeting(data map[string]any) match.Meeting {
	out := match.Meeting{}
	all, _ := data[memoryMet].(map[string]any)
	for key, v := range all {
		one, _ := v.(map[string]any)
		text, _ := one[memoryAt].(string)
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			continue
		}
		x, _ := one[memoryExecution].(string)
		root, _ := one[memoryTrigger].(map[string]any)
		out[key] = match.Met{At: at, Execution: x, Trigger: root}
	}
	return out
}

// remembered writes what [meeting] reads.
func remembered(m match.Meeting) map[string]any {
	if len(m) == 0 {
		return nil
	}
	all := make(map[string]any, len(m))
	for key, met := range m {
		all[key] = map[string]any{memoryAt: stamp(met.At), memoryExecution: met.Execution, memoryTrigger: met.Trigger}
	}
	return map[string]any{memoryMet: all}
}

// together is the root "trigger" when several executions came together: that of
// the last one, with the outputs of all of them, the later over the earlier,
// and a list of them.
func together(m match.Meeting, last map[string]any) map[string]any {
	root, outputs := maps.Clone(last), map[string]any{}
	var executions []any
	chain := last[chainKey]
	for _, met := range m.InOrder() {
		if out, ok := met.Trigger["outputs"].(map[string]any); ok {
			maps.Copy(outputs, out)
		}
		one := maps.Clone(met.Trigger)
		if n, ok := one[chainKey].(int64); ok && n > number(chain) {
			chain = n
		}
		delete(one, chainKey)
		executions = append(executions, one)
	}
	root["outputs"], root["executions"], root[chainKey] = outputs, executions, chain
	return root
}

func number(v any) int64 {
	n, _ := v.(int64)
	return n
}
