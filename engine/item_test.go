package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nestedLoops are three Loops inside one another, whose tasks say what they see:
// directly, and by way of an If, a Sequential, a Parallel and a LoopUntil.
const nestedLoops = `  - id: buckets
    type: Loop
    values: [b1, {name: b2}]
    tasks:
      - {id: top, type: Return, format: "{{ [item.index, item.value, item.parents, item.parent is defined] }}"}
      - id: branch
        type: If
        condition: "{{ item.index < 2 }}"
        then:
          - id: years
            type: Loop
            values: [2025, 2026]
            tasks:
              - {id: second, type: Return, format: "{{ [item.value, item.parent.index, item.parent.value, item.parents] }}"}
              - id: group
                type: Sequential
                tasks:
                  - id: months
                    type: Loop
                    values: "{{ ['March', item.value ~ '/' ~ (item.parent.value.name ?? item.parent.value)] }}"
                    tasks:
                      - {id: leaf, type: Return, format: "{{ item.parents[1].value.name ?? item.parents[1].value }}_{{ item.parent.value }}_{{ item.value }}"}
                      - {id: counts, type: Return, format: "{{ item.parents[1].index }}{{ item.parents[0].index }}{{ item.index }}{{ item.parents | length }}"}
                      - id: sides
                        type: Parallel
                        tasks:
                          - id: choice
                            type: Switch
                            value: "{{ item.parent.value }}"
                            cases: {'2026': [{id: deep, type: Return, format: "{{ item.parents[1].index }}/{{ item.parent.value }}/{{ item.value }}/{{ parents[1].taskrun.value }}"}]}
                          - id: again
                            type: LoopUntil
                            condition: "{{ outputs.again.iterationCount == 2 }}"
                            checkFrequency: {interval: PT0S}
                            tasks: [{id: round, type: Return, format: "{{ item.value }}{{ item.parent.value }}{{ taskrun.value }}{{ taskrun.iteration }}"}]`

// TestItemOfNestedLoops: item is of the nearest loop, item.parent and
// item.parents are of those around it, the nearest first, whatever stands between.
func TestItemOfNestedLoops(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]any{
		"{{ outputs.top.b1.value }}":                                         `[0,"b1",[],false]`,
		"{{ (outputs.top | values | first).value }}":                         `[0,"b1",[],false]`,
		"{{ outputs.second.b1['2026'].value }}":                              `[2026,0,"b1",[{"index":0,"iteration":1,"value":"b1"}]]`,
		"{{ outputs.leaf.b1['2026'].March.value }}":                          "b1_2026_March",
		"{{ outputs.leaf['{\"name\":\"b2\"}']['2025'].March.value }}":        "b2_2025_March",
		"{{ outputs.leaf['{\"name\":\"b2\"}']['2025']['2025/b2'].value }}":   "b2_2025_2025/b2",
		"{{ outputs.counts['{\"name\":\"b2\"}']['2026']['2026/b2'].value }}": "1112",
		"{{ outputs.counts.b1['2025'].March.value }}":                        "0002",
		"{{ outputs.deep.b1['2026'].March.value }}":                          "0/2026/March/March",
		"{{ outputs.round.b1['2026'].March.value }}":                         "March2026March1",
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, valueIn(t, "", nestedLoops, strings.ReplaceAll(format, `"`, `\"`))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
