package engine

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"time"

	"signoff/engine/audit"
	"signoff/engine/flow"
)

// retryOf is the retry that holds for a task: its own, else that of the nearest
// task around it, else the flow's. A Pause is never tried again: nobody is asked
// twice because they said no.
func (m *machine) retryOf(t *flow.Task, run *TaskRun) *flow.Retry {
	if _, gate := t.Spec.(*flow.Pause); gate {
		return nil
	}
	for {
		if t != nil && t.Retry != nil {
			return t.Retry
		}
		if run = m.run(run.Parent); run == nil {
			return m.flow.Retry
		}
		t = m.task(run)
	}
}

// retryLater puts the next try of a run that failed; false if there is none.
func (m *machine) retryLater(t *flow.Task, run *TaskRun, why string) bool {
	policy := m.retryOf(t, run)
	if policy == nil || policy.NewExecution || run.saidNo() != "" {
		return false // nobody is asked twice because they said no
	}
	run.Attempt = max(run.Attempt, 1)
	if run.First.IsZero() {
		run.First = run.Started
	}
	wait := m.wait(policy, run.Attempt, string(run.ID))
	due := m.facts.Now.Add(wait)
	if !another(policy, run.Attempt) || policy.MaxDuration > 0 && due.Sub(run.First) > policy.MaxDuration {
		return false
	}
	run.Problem, run.Due = why, due
	m.become(run, Retrying)
	m.put(timerKey(run.ID), Effect{Due: due, Work: Timer{Run: run.ID}})
	m.record(audit.TaskRetried, run, itself(), map[string]any{
		"attempt": run.Attempt, "problem": why, "next": stamp(due),
	})
	return true
}

// another reports whether the policy allows one more try after so many.
func another(policy *flow.Retry, tries int) bool {
	limit := maxTries
	if policy.MaxAttempts > 0 {
		limit = min(limit, policy.MaxAttempts)
	}
	return tries < limit
}

// tryAgain begins the next try once its time has come.
func (m *machine) tryAgain(t *flow.Task, run *TaskRun) {
	switch {
	case !m.isDue(run):
		return
	case m.frozen:
		m.wants = true
		return
	}
	m.drop(timerKey(run.ID))
	run.Due, run.Problem, run.Outputs, run.Child = time.Time{}, "", nil, ""
	m.become(run, Running)
	if !countsItself(t.Spec) {
		run.Attempt++
	}
	m.do(t, run)
}

// countsItself reports whether a task counts its own attempts, because each is
// one call to the outside.
func countsItself(s flow.Spec) bool {
	_, sub := s.(*flow.Subflow)
	return sub || flow.Calls(s)
}

// wait is how long to wait after so many tries. A random wait is the same
// whenever the step is taken again.
func (m *machine) wait(policy *flow.Retry, tries int, of string) time.Duration {
	switch policy.Kind {
	case flow.RetryConstant:
		return policy.Interval
	case flow.RetryExponential:
		factor := policy.Factor
		if factor < 1 {
			factor = 2
		}
		longest := float64(longestWait)
		if policy.MaxInterval > 0 {
			longest = min(longest, float64(policy.MaxInterval))
		}
		grown := float64(policy.Interval)
		for n := 1; n < tries && grown < longest; n++ {
			grown *= factor
		}
		return time.Duration(min(grown, longest))
	case flow.RetryRandom:
		span := policy.MaxInterval - policy.Interval
		if span <= 0 {
			return policy.Interval
		}
		return policy.Interval + time.Duration(m.chance("retry", of, strconv.Itoa(tries))%uint64(span)) //nolint:gosec // below span
	}
	panic("engine: unknown retry " + string(policy.Kind))
}

// chance is a number that depends on the execution and the words alone.
func (m *machine) chance(words ...string) uint64 {
	sum, n := m.hash(words...), uint64(0)
	for _, b := range sum[:8] {
		n = n<<8 | uint64(b)
	}
	return n
}

func (m *machine) hash(words ...string) [sha256.Size]byte {
	return sha256.Sum256([]byte(string(m.next.ID) + "\x00" + strings.Join(words, "\x00")))
}
