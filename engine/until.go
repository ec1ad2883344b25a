package engine

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// loopUntil runs rounds until the condition is true. The output iterationCount
// is the round that is under way.
func (m *machine) loopUntil(spec *flow.LoopUntil, id TaskRunID) standing {
	warned := m.warnedBefore(id)
	for {
		run := m.run(id)
		if !run.Due.IsZero() { // between two rounds
			switch {
			case !m.isDue(run):
				return standing{at: waiting}
			case m.frozen:
				m.wants = true
				return standing{at: waiting}
			}
			m.drop(timerKey(id))
			run.Due = time.Time{}
			m.countRound(run, rounds(run)+1)
		}
		if rounds(run) == 0 {
			m.countRound(run, 1)
		}
		s := m.list(spec.Tasks, place{parent: id, iteration: rounds(run)})
		warned = warned || s.warned
		over := true
		if s.at == done {
			s, over = m.roundEnds(spec, id)
		}
		if s.warned = warned; over {
			return s
		}
	}
}

func rounds(run *TaskRun) int {
	n, _ := run.Outputs["iterationCount"].(int64)
	return int(n)
}

func (m *machine) countRound(run *TaskRun, n int) {
	run.Outputs = map[string]any{"iterationCount": int64(n)}
	m.noteOutputs(run)
}

// warnedBefore reports whether any round so far warned.
func (m *machine) warnedBefore(id TaskRunID) bool {
	m.index()
	for round := range rounds(m.run(id)) {
		for _, kid := range m.kids[place{parent: id, iteration: round + 1}] {
			if m.run(kid).State == Warning {
				return true
			}
		}
	}
	return false
}

// roundEnds decides after a round: the loop is over, or another round follows,
// at once or later. over is false if the next round may begin at once.
func (m *machine) roundEnds(spec *flow.LoopUntil, id TaskRunID) (s standing, over bool) {
	run := m.run(id)
	v, err := spec.Condition.Eval(m.env(run))
	if err != nil {
		return standing{at: failed, why: taskProblem(run, "condition", err)}, true
	}
	if expr.Truthy(v) {
		return standing{}, true
	}
	limits, why := m.untilLimits(spec, run)
	if why != "" {
		return standing{at: failed, why: why}, true
	}
	next := m.facts.Now.Add(limits.interval)
	if why := limits.passed(run, next); why != "" {
		if spec.FailOnMax || limits.byDefault {
			return standing{at: failed, why: run.Task + ": " + why}, true
		}
		return standing{}, true
	}
	if limits.interval == 0 && !m.frozen {
		m.countRound(run, rounds(run)+1)
		return standing{}, false
	}
	run.Due = next
	m.put(timerKey(id), Effect{Due: next, Work: Timer{Run: id}})
	return standing{at: waiting}, true
}

// untilLimits are the bounds of a LoopUntil as they are after a round.
type untilLimits struct {
	interval time.Duration
	rounds   int
	duration time.Duration // 0: none
	// byDefault: the flow names no bound, so that reaching ours is a failure.
	byDefault bool
}

func (l untilLimits) passed(run *TaskRun, next time.Time) string {
	switch {
	case rounds(run) >= l.rounds:
		return fmt.Sprintf("the condition was not true after %d rounds", rounds(run))
	case l.duration > 0 && next.Sub(run.Started) > l.duration:
		return fmt.Sprintf("the condition was not true after %s", l.duration)
	}
	return ""
}

func (m *machine) untilLimits(spec *flow.LoopUntil, run *TaskRun) (untilLimits, string) {
	l := untilLimits{rounds: usualRounds, byDefault: spec.MaxIterations == nil && spec.MaxDuration == nil}
	var err error
	if l.interval, err = m.duration(run, spec.Interval); err != nil {
		return l, taskProblem(run, "checkFrequency.interval", err)
	}
	if l.duration, err = m.duration(run, spec.MaxDuration); err != nil {
		return l, taskProblem(run, "checkFrequency.maxDuration", err)
	}
	if spec.MaxIterations == nil {
		if spec.MaxDuration != nil {
			l.rounds = maxRounds
		}
		return l, ""
	}
	text, err := spec.MaxIterations.Render(m.env(run))
	if err != nil {
		return l, taskProblem(run, "checkFrequency.maxIterations", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 {
		return l, run.Task + ".checkFrequency.maxIterations: it must be a whole number from 1"
	}
	if n > maxRounds {
		n, l.byDefault = maxRounds, true
	}
	l.rounds = n
	return l, ""
}

// duration renders a duration; none is zero.
func (m *machine) duration(run *TaskRun, t *expr.Template) (time.Duration, error) {
	if t == nil {
		return 0, nil
	}
	text, err := t.Render(m.env(run))
	if err != nil {
		return 0, err
	}
	return flow.ParseDuration(strings.TrimSpace(text))
}
