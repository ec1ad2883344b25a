package engine_test

import "testing"

// Published flows read what a task of a Sequential gave under the Sequential:
// outputs.block.task.x, beside outputs.task.x.
func TestASequentialShowsWhatItsTasksGave(t *testing.T) {
	t.Parallel()
	s := newStory(t, flowOf(`
tasks:
  - id: block
    type: Sequential
    tasks:
      - {id: a, type: Return, format: 1st}
      - {id: b, type: Return, format: 2nd}
      - {id: bad, type: Fail}
errors:
  - {id: undo, type: Return, format: "{{ outputs.block.a.value }} {{ outputs.block.b.value }} {{ outputs.a.value }}"}
`)).start()
	if got := outputOf(t, s.x, "undo"); got != "1st 2nd 1st" {
		t.Errorf("undo read %v", got)
	}
	s = newStory(t, flowOf(`
tasks:
  - id: loop
    type: ForEach
    values: [x, y]
    tasks:
      - id: block
        type: Sequential
        tasks: [{id: a, type: Return, format: "{{ parent.taskrun.value }}"}]
  - {id: all, type: Return, format: "{{ outputs.block['x'].a.value }}{{ outputs.block['y'].a.value }}"}
`)).start()
	if got := outputOf(t, s.x, "all"); got != "xy" {
		t.Errorf("after the loop %v was read", got)
	}
}
