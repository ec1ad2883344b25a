package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// A bubble's clock begins on Saturday, the 1st of January 2000, at midnight UTC.

// pass lets time pass and waits until everything that came due is done.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// dates lists for which times of the month a flow's schedule started executions; a "*" marks one that began at another time.
func (w *world) dates(id string) []string {
	w.t.Helper()
	var out []string
	for _, x := range w.executions(id) {
		date, _ := x.Trigger["date"].(string)
		at, err := time.Parse(time.RFC3339, date)
		if err != nil {
			w.t.Errorf("execution %s has the date %q", x.ID, date)
		}
		text := at.UTC().Format("02 15:04:05")
		if late := x.Started.Sub(at); late < 0 || late > time.Second {
			text += "*"
		}
		out = append(out, text)
	}
	slices.Sort(out) // those that began in the same millisecond have no order
	return out
}

func (w *world) executions(id string) []engine.Execution {
	w.t.Helper()
	all, err := w.store.Executions(w.t.Context(), store.Query{Namespace: "hr", Flow: id, Oldest: true, Limit: 10_000})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// events lists what the trail says of a trigger's flow.
func (w *world) events(id string, events ...audit.Event) []audit.Record {
	w.t.Helper()
	var out []audit.Record
	for _, r := range w.trail() {
		for _, e := range events {
			if r.Flow == id && r.Event == e {
				out = append(out, r)
			}
		}
	}
	return out
}

// scheduled is a flow of one task with a schedule.
func scheduled(id, properties string) string {
	return fmt.Sprintf(`
id: %s
namespace: hr
tasks:
  - {id: say, type: Log, message: "{{ trigger.date }}"}
triggers:
  - id: tick
    type: io.kestra.plugin.core.trigger.Schedule
    %s
`, id, strings.ReplaceAll(strings.TrimSpace(properties), "\n", "\n    "))
}

// waiting is the scheduled flow clock whose execution waits for two hours and five minutes.
func waiting(properties string) string {
	return strings.Replace(scheduled("clock", properties), `{id: say, type: Log, message: "{{ trigger.date }}"}`, `{id: rest, type: Pause, pauseDuration: PT125M}`, 1)
}

func TestScheduleStartsOnTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		properties string
		pass       time.Duration
		want       []string
	}{
		"every twenty minutes":   {`cron: "*/20 * * * *"`, 61 * time.Minute, []string{"01 00:20:00", "01 00:40:00", "01 01:00:00"}},
		"on the clocks of Tokyo": {"cron: \"0 9 * * *\"\ntimezone: Asia/Tokyo", 49 * time.Hour, []string{"02 00:00:00", "03 00:00:00"}},
		"by the second":          {"cron: \"*/30 0 1 * * *\"\nwithSeconds: true", 2 * time.Hour, []string{"01 01:00:00", "01 01:00:30"}},
		"by a name":              {`cron: "@daily"`, 50 * time.Hour, []string{"02 00:00:00", "03 00:00:00"}},
		"never while disabled":   {"cron: \"* * * * *\"\ndisabled: true", time.Hour, nil},
		"when the condition holds": {`cron: "0 12 * * *"
conditions:
  - {type: io.kestra.plugin.core.condition.Weekend}`, 9 * 24 * time.Hour, []string{"01 12:00:00", "02 12:00:00", "08 12:00:00", "09 12:00:00"}},
		"when the expression holds": {`cron: "0 12 * * *"
when: "{{ trigger.date | date('d') == '3' }}"`, 5 * 24 * time.Hour, []string{"03 12:00:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				w.save(scheduled("clock", c.properties))
				pass(c.pass)
				if diff := cmp.Diff(c.want, w.dates("clock")); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if got := len(w.events("clock", audit.TriggerFired)); got != len(c.want) {
					t.Errorf("%d lines say that it fired, want %d", got, len(c.want))
				}
			})
		})
	}
}

func TestScheduleGivesWhatItKnows(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(`
id: report
namespace: hr
inputs:
  - {id: day, type: DATE}
tasks:
  - {id: say, type: Log, message: "{{ trigger.previous }} {{ inputs.day }} {{ trigger.next }}"}
triggers:
  - id: daily
    type: Schedule
    cron: "0 9 * * *"
    timezone: Europe/Berlin
    inputs: {day: "{{ trigger.date | date('yyyy-MM-dd') }}"}
    labels: {kind: daily}
`)
		pass(24 * time.Hour)
		all := w.executions("report")
		if len(all) != 1 {
			t.Fatalf("%d executions, want 1: %v", len(all), w.events("report", audit.TriggerFailed))
		}
		x := all[0]
		if got, want := x.Runs[0].Logs[0].Text, "1999-12-31T09:00:00+01:00 2000-01-01 2000-01-02T09:00:00+01:00"; got != want {
			t.Errorf("it said %q, want %q", got, want)
		}
		if x.Labels["kind"] != "daily" || x.Requester.Via != "schedule" || x.Requester.Person != "" {
			t.Errorf("labels %v, requester %+v", x.Labels, x.Requester)
		}
	})
}

// What was missed while no bot ran.
func TestMissedRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		properties string
		triggers   bot.Triggers
		down       time.Duration
		want       []string
		skipped    int
	}{
		"all, by default":        {``, bot.Triggers{}, 3*time.Hour + time.Minute, []string{"01 01:00:00*", "01 02:00:00*", "01 03:00:00*", "01 04:00:00"}, 0},
		"the last alone":         {`recoverMissedSchedules: LAST`, bot.Triggers{}, 3*time.Hour + time.Minute, []string{"01 03:00:00*", "01 04:00:00"}, 1},
		"none":                   {`recoverMissedSchedules: NONE`, bot.Triggers{}, 3*time.Hour + 2*time.Minute, []string{"01 04:00:00"}, 1},
		"none, by configuration": {``, bot.Triggers{Missed: flow.MissedNone}, 3*time.Hour + 2*time.Minute, []string{"01 04:00:00"}, 1},
		"none, but a moment ago": {`recoverMissedSchedules: NONE`, bot.Triggers{}, 3*time.Hour + 5*time.Second, []string{"01 03:00:00*", "01 04:00:00"}, 1},
		"none that is too late":  {`lateMaximumDelay: PT90M`, bot.Triggers{}, 3*time.Hour + time.Minute, []string{"01 02:00:00*", "01 03:00:00*", "01 04:00:00"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, w *world) {
				w.triggers = c.triggers
				w.save(scheduled("clock", "cron: \"0 * * * *\"\n"+c.properties))
				pass(time.Second)
				w.stop()
				pass(c.down)
				w.run()
				pass(time.Hour)
				if diff := cmp.Diff(c.want, w.dates("clock")); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if got := len(w.events("clock", audit.TriggerSkipped)); got != c.skipped {
					t.Errorf("%d lines say that runs were left out, want %d", got, c.skipped)
				}
			})
		})
	}
}

// However long nothing ran, there is an end to what is made up.
func TestMissedRunsAreBounded(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.triggers.PerMinute = 100_000
		w.save(scheduled("clock", `cron: "* * * * *"`))
		pass(time.Second)
		w.stop()
		pass(30 * 24 * time.Hour)
		w.run()
		pass(10 * time.Second)
		got := w.dates("clock")
		if len(got) != 1000 || got[0] != "30 07:21:00*" || got[999] != "31 00:00:00*" {
			t.Errorf("%d were made up, from %s to %s", len(got), got[0], got[len(got)-1])
		}
	})
}

// A missed run that is made up waits for the end of the one before it.
func TestMissedRunsComeOneAfterTheOther(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(waiting(`cron: "0 0,1,2 * * *"`))
		pass(time.Second)
		w.stop()
		pass(3 * time.Hour)
		w.run()
		pass(5 * time.Hour)
		all := w.executions("clock")
		if len(all) != 2 || all[1].Started.Before(all[0].Ended) {
			t.Errorf("executions: %+v", all)
		}
		if n := len(w.events("clock", audit.TriggerSkipped)); n != 0 {
			t.Errorf("%d runs were left out", n)
		}
	})
}

func TestScheduleIsLockedWhileItsExecutionRuns(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(waiting(`cron: "*/30 * * * *"`))
		pass(5*time.Hour + time.Minute)
		if diff := cmp.Diff([]string{"01 00:30:00", "01 03:00:00"}, w.dates("clock")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got := w.events("clock", audit.TriggerSkipped); len(got) != 2 || !strings.Contains(fmt.Sprint(got[0].Data["why"]), "has not ended") {
			t.Errorf("lines of what was left out: %v, want one for each execution that was in the way", got)
		}
	})
}

func TestScheduleMayRunConcurrently(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(waiting("cron: \"*/30 * * * *\"\nallowConcurrent: true"))
		pass(91 * time.Minute)
		if got := w.dates("clock"); len(got) != 3 {
			t.Errorf("started: %v, want 3", got)
		}
	})
}

func TestScheduleStopsAfter(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(strings.Replace(scheduled("clock", "cron: \"0 * * * *\"\nstopAfter: [FAILED]"), `Log, message: "{{ trigger.date }}"`, "Fail", 1))
		pass(5 * time.Hour)
		if got := w.dates("clock"); len(got) != 1 {
			t.Errorf("started: %v, want 1", got)
		}
		if got := w.events("clock", audit.TriggerDisabled); len(got) != 1 {
			t.Errorf("lines: %v, want one that it was switched off", got)
		}
	})
}

// A start that the flow refuses is written down, and the next one goes on.
func TestScheduleThatCannotStartGoesOn(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(`
id: picky
namespace: hr
inputs:
  - {id: n, type: INT, max: 2}
tasks:
  - {id: say, type: Log, message: "{{ inputs.n }}"}
triggers:
  - {id: tick, type: Schedule, cron: "0 1-4 * * *", inputs: {n: "{{ trigger.date | date('H') | number }}"}}
  - {id: tock, type: Schedule, cron: "0 1-2 * * *", inputs: {n: "{{ trigger.nothing }}"}}
`)
		pass(5 * time.Hour)
		if got := w.dates("picky"); len(got) != 2 {
			t.Errorf("started: %v, want those of one and two o'clock", got)
		}
		problems := w.events("picky", audit.TriggerFailed)
		if len(problems) != 4 {
			t.Fatalf("%d problems, want 4: %v", len(problems), problems)
		}
		for _, p := range problems {
			if text := fmt.Sprint(p.Data["problem"]); !strings.Contains(text, "at most 2") && !strings.Contains(text, "input n") {
				t.Errorf("problem: %s", text)
			}
		}
	})
}

func TestNewRevisionIsReckonedAnew(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(scheduled("clock", `cron: "0 * * * *"`))
		pass(90 * time.Minute)
		w.save(scheduled("clock", `cron: "45 * * * *"`))
		pass(time.Hour)
		w.save(scheduled("clock", "cron: \"45 * * * *\"\ndisabled: true"))
		pass(3 * time.Hour)
		w.save(scheduled("clock", `cron: "45 * * * *"`))
		pass(20 * time.Minute) // 05:50
		if diff := cmp.Diff([]string{"01 01:00:00", "01 01:45:00", "01 05:45:00"}, w.dates("clock")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if err := w.bot.RemoveFlow(t.Context(), engine.FlowRef{Namespace: "hr", ID: "clock"}, engine.Principal{Via: "test"}); err != nil {
			t.Fatal(err)
		}
		pass(3 * time.Hour)
		if states, err := w.store.Triggers(t.Context()); err != nil || len(states) != 0 || len(w.dates("clock")) != 3 {
			t.Errorf("after its removal: %v, %v, %v", states, err, w.dates("clock"))
		}
	})
}

// A clock that was set back, or a hundred flows: what is due comes, and comes once.
func TestManySchedulesOfOneMinute(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		for i := range 60 {
			w.save(scheduled(fmt.Sprintf("clock%d", i), `cron: "0 1 * * *"`))
		}
		pass(90 * time.Minute)
		for i := range 60 {
			if diff := cmp.Diff([]string{"01 01:00:00"}, w.dates(fmt.Sprintf("clock%d", i))); diff != "" {
				t.Errorf("clock%d (-want +got):\n%s", i, diff)
			}
		}
	})
}

// Q3: a schedule that starts too much is held back, and people are told; nothing
// is lost.
func TestQ3_StormWaits(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.stop()
		w.triggers.PerMinute = 10
		w.run()
		w.save(scheduled("clock", "cron: \"*/2 0-1 0 * * *\"\nwithSeconds: true"))
		pass(time.Minute - time.Second)
		if n := len(w.dates("clock")); n != 10 {
			t.Errorf("%d started in the first minute, want 10", n)
		}
		if told := w.chat.heard(); len(told) != 1 || !strings.Contains(told[0], "The triggers of hr started 10 executions") {
			t.Errorf("told: %q", told)
		}
		pass(10 * time.Minute)
		if n := len(w.dates("clock")); n != 59 {
			t.Errorf("%d started in all, want 59", n)
		}
	})
}

func (c *chat) heard() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.told)
}
