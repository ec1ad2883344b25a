// Package match says whether something that happened starts a flow: Kestra's
// older conditions, the upstream executions that a trigger waits for, and the
// windows of time in which they must come together.
//
// Everything here is a function of its arguments: what happened is a [Subject],
// and what was remembered comes in and goes out as data.
package match

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Subject is what a condition looks at.
type Subject struct {
	// At is the moment, on the clocks of the trigger's zone.
	At time.Time
	// Execution is what changed its state; nil for a schedule or a webhook.
	Execution *Execution
	// Env is what expressions see: the root "trigger" above all.
	Env expr.Env
}

// Execution is what conditions may know of an execution that changed its state.
type Execution struct {
	Namespace, Flow string
	State           string
	Labels          map[string]string
	// Retried: a task run needed more than one try.
	Retried bool
}

// All reports whether every condition holds. An error says which one cannot be
// judged, in words for the flow's author; it never counts as holding.
func All(conditions []flow.Condition, s Subject) (bool, error) {
	for i := range conditions {
		if ok, err := holds(&conditions[i], s); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func holds(c *flow.Condition, s Subject) (bool, error) {
	ok, err := judge(c, s)
	if err != nil {
		return false, fmt.Errorf("condition %s: %w", c.Kind, err)
	}
	return ok != c.Not, nil
}

func judge(c *flow.Condition, s Subject) (bool, error) {
	switch c.Kind {
	case flow.ConditionExpression:
		return Truth(c.Expression, s.Env)
	case flow.ConditionOr:
		return anyOf(c.Of, s)
	case flow.ConditionNot:
		ok, err := anyOf(c.Of, s)
		return !ok, err
	case flow.ConditionFlow, flow.ConditionNamespace, flow.ConditionStatus, flow.ConditionLabels, flow.ConditionHasRetry:
		if s.Execution == nil {
			return false, fmt.Errorf("it looks at an execution, and here is none; it belongs to a Flow trigger")
		}
		return ofExecution(c, s.Execution), nil
	case flow.ConditionDayWeek, flow.ConditionDayInMonth, flow.ConditionWeekend, flow.ConditionHoliday, flow.ConditionDateBetween, flow.ConditionTimeBetween:
		return ofTime(c, s)
	}
	return false, fmt.Errorf("it is not known here")
}

// Truth evaluates a template by the rules of truth; nil is true.
func Truth(t *expr.Template, env expr.Env) (bool, error) {
	if t == nil {
		return true, nil
	}
	v, err := t.Eval(env)
	if err != nil {
		return false, err
	}
	return expr.Truthy(v), nil
}

func anyOf(conditions []flow.Condition, s Subject) (bool, error) {
	for i := range conditions {
		if ok, err := holds(&conditions[i], s); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func ofExecution(c *flow.Condition, x *Execution) bool {
	switch c.Kind { //nolint:exhaustive // the others are for other subjects
	case flow.ConditionFlow:
		return x.Namespace == c.Namespace && x.Flow == c.Flow
	case flow.ConditionNamespace:
		return compares(c.Compare, x.Namespace, c.Namespace)
	case flow.ConditionStatus:
		return oneOf(c, x.State)
	case flow.ConditionLabels:
		return Labelled(x.Labels, c.Labels)
	}
	return x.Retried && oneOf(c, x.State)
}

func compares(how, have, want string) bool {
	switch how {
	case "PREFIX":
		return strings.HasPrefix(have, want)
	case "SUFFIX":
		return strings.HasSuffix(have, want)
	}
	return have == want
}

// oneOf reads in and notIn; one that is not written allows everything.
func oneOf(c *flow.Condition, state string) bool {
	return (len(c.In) == 0 || slices.Contains(c.In, state)) && !slices.Contains(c.NotIn, state)
}

// Labelled reports whether an execution's labels hold all that are wanted.
func Labelled(have, want map[string]string) bool {
	for k, v := range want {
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// TimeOnly reports whether the conditions ask for nothing but the time, so that
// they can be judged before it has come.
func TimeOnly(conditions []flow.Condition) bool {
	return !slices.ContainsFunc(conditions, func(c flow.Condition) bool {
		switch c.Kind {
		case flow.ConditionDayWeek, flow.ConditionDayInMonth, flow.ConditionWeekend, flow.ConditionHoliday, flow.ConditionDateBetween, flow.ConditionTimeBetween:
			return c.Date != nil && !c.Date.Literal() && strings.TrimSpace(c.Date.Source()) != "{{ trigger.date }}"
		case flow.ConditionOr, flow.ConditionNot:
			return !TimeOnly(c.Of)
		case flow.ConditionExpression, flow.ConditionFlow, flow.ConditionNamespace, flow.ConditionStatus, flow.ConditionLabels,
			flow.ConditionHasRetry:
		}
		return true
	})
}
