package bot_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A process that dies before or after any of its commits, and starts again,
// starts every run of a schedule, and of the flow that listens to it, once.
func TestTriggersSurviveKillAtEachCommit(t *testing.T) {
	t.Parallel()
	atEachCommit(t, 14, func() lives {
		return lives{
			flows: []string{
				scheduled("clock", `cron: "0 * * * *"`),
				listener("ears", `    preconditions: {id: p, flows: [{namespace: hr, flowId: clock, states: [SUCCESS]}]}`),
			},
			first: func(_ *testing.T, w *world, dead <-chan struct{}) {
				go func() {
					select {
					case <-dead:
					case <-time.After(3 * time.Hour):
					}
					w.stop()
				}()
				pass(3*time.Hour + time.Minute)
			},
			second: startedOnce,
		}
	})
}

func startedOnce(t *testing.T, w *world) {
	pass(time.Hour)
	want := []string{"01 01:00:00", "01 02:00:00", "01 03:00:00", "01 04:00:00"}
	var got []string
	for _, date := range w.dates("clock") {
		got = append(got, date[:len("01 01:00:00")]) // whether it was late or not
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("schedule (-want +got):\n%s", diff)
	}
	if heard := len(w.executions("ears")); heard != len(want) {
		t.Errorf("the listener was started %d times, want %d", heard, len(want))
	}
}

// Of two processes on one store each run is started by one.
func TestScheduleRunsOnceWithTwoBots(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		defer w.twin()()
		w.save(scheduled("clock", `cron: "*/10 * * * *"`))
		pass(time.Hour + time.Second)
		want := []string{"01 00:10:00", "01 00:20:00", "01 00:30:00", "01 00:40:00", "01 00:50:00", "01 01:00:00"}
		if diff := cmp.Diff(want, w.dates("clock")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
