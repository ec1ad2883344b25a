package match_test

import (
	"strings"
	"testing"
	"time"

	"signoff/engine/expr"
	"signoff/engine/flow"
	"signoff/engine/trigger/match"
)

func template(t *testing.T, src string) *expr.Template {
	t.Helper()
	tpl, err := expr.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// subject is an execution that ended on Friday, the 25th of December 2026, at
// six in the evening in Berlin.
func subject() match.Subject {
	return match.Subject{
		At: time.Date(2026, 12, 25, 18, 0, 0, 0, time.FixedZone("CET", 3600)),
		Execution: &match.Execution{
			Namespace: "hr.ops", Flow: "vacation", State: "FAILED", Labels: map[string]string{"team": "red"}, Retried: true,
		},
		Env: expr.Env{Roots: map[string]any{"trigger": map[string]any{"date": "2026-12-27T10:00:00+01:00", "n": int64(3)}}},
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	friday := flow.Condition{Kind: flow.ConditionDayWeek, Days: []string{"FRIDAY"}}
	weekend := flow.Condition{Kind: flow.ConditionWeekend}
	for name, c := range map[string]struct {
		c    flow.Condition
		want bool
	}{
		"expression that holds":   {flow.Condition{Kind: flow.ConditionExpression, Expression: template(t, "{{ trigger.n > 2 }}")}, true},
		"expression that is zero": {flow.Condition{Kind: flow.ConditionExpression, Expression: template(t, "{{ trigger.n - 3 }}")}, false},
		"this flow":               {flow.Condition{Kind: flow.ConditionFlow, Namespace: "hr.ops", Flow: "vacation"}, true},
		"another flow":            {flow.Condition{Kind: flow.ConditionFlow, Namespace: "hr.ops", Flow: "travel"}, false},
		"another namespace":       {flow.Condition{Kind: flow.ConditionFlow, Namespace: "hr", Flow: "vacation"}, false},
		"namespace":               {flow.Condition{Kind: flow.ConditionNamespace, Namespace: "hr"}, false},
		"namespace by prefix":     {flow.Condition{Kind: flow.ConditionNamespace, Namespace: "hr", Compare: "PREFIX"}, true},
		"namespace by suffix":     {flow.Condition{Kind: flow.ConditionNamespace, Namespace: ".ops", Compare: "SUFFIX"}, true},
		"status in":               {flow.Condition{Kind: flow.ConditionStatus, In: []string{"FAILED", "KILLED"}}, true},
		"status not in":           {flow.Condition{Kind: flow.ConditionStatus, NotIn: []string{"FAILED"}}, false},
		"labels":                  {flow.Condition{Kind: flow.ConditionLabels, Labels: map[string]string{"team": "red"}}, true},
		"another label":           {flow.Condition{Kind: flow.ConditionLabels, Labels: map[string]string{"team": "red", "x": ""}}, false},
		"retried":                 {flow.Condition{Kind: flow.ConditionHasRetry, In: []string{"FAILED"}}, true},
		"retried, another state":  {flow.Condition{Kind: flow.ConditionHasRetry, In: []string{"SUCCESS"}}, false},
		"day":                     {friday, true},
		"day of a date":           {flow.Condition{Kind: flow.ConditionDayWeek, Days: []string{"sunday"}, Date: template(t, "{{ trigger.date }}")}, true},
		"weekend":                 {weekend, false},
		"holiday":                 {flow.Condition{Kind: flow.ConditionHoliday, Country: "DE"}, true},
		"holiday of a date":       {flow.Condition{Kind: flow.ConditionHoliday, Country: "DE-BY", Date: template(t, "2026-06-04")}, true},
		"holiday elsewhere":       {flow.Condition{Kind: flow.ConditionHoliday, Country: "DE", Date: template(t, "2026-06-04")}, false},
		"weekend of a date":       {flow.Condition{Kind: flow.ConditionWeekend, Date: template(t, "{{ trigger.date }}")}, true},
		"last friday":             {flow.Condition{Kind: flow.ConditionDayInMonth, Days: []string{"FRIDAY"}, DayInMonth: "LAST"}, true},
		"fourth friday":           {flow.Condition{Kind: flow.ConditionDayInMonth, Days: []string{"FRIDAY"}, DayInMonth: "FOURTH"}, true},
		"third friday":            {flow.Condition{Kind: flow.ConditionDayInMonth, Days: []string{"FRIDAY"}, DayInMonth: "THIRD"}, false},
		"after a date":            {flow.Condition{Kind: flow.ConditionDateBetween, After: "2026-12-24"}, true},
		"between dates":           {flow.Condition{Kind: flow.ConditionDateBetween, After: "2026-12-24T00:00:00Z", Before: "2026-12-25T17:00:00Z"}, false},
		"after an hour":           {flow.Condition{Kind: flow.ConditionTimeBetween, After: "17:59:59"}, true},
		"after an hour elsewhere": {flow.Condition{Kind: flow.ConditionTimeBetween, After: "17:00:00Z"}, false},
		"between hours":           {flow.Condition{Kind: flow.ConditionTimeBetween, After: "16:59Z", Before: "18:30"}, true},
		"not":                     {flow.Condition{Kind: flow.ConditionDayWeek, Days: []string{"FRIDAY"}, Not: true}, false},
		"none of":                 {flow.Condition{Kind: flow.ConditionNot, Of: []flow.Condition{weekend, friday}}, false},
		"none of one":             {flow.Condition{Kind: flow.ConditionNot, Of: []flow.Condition{weekend}}, true},
		"any of":                  {flow.Condition{Kind: flow.ConditionOr, Of: []flow.Condition{weekend, friday}}, true},
		"any of none":             {flow.Condition{Kind: flow.ConditionOr, Of: []flow.Condition{weekend}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := match.All([]flow.Condition{c.c}, subject())
			if err != nil || got != c.want {
				t.Errorf("All = %t, %v, want %t", got, err, c.want)
			}
		})
	}
}

// A condition that cannot be judged never holds, not under "not" either.
func TestConditionsThatCannotBeJudged(t *testing.T) {
	t.Parallel()
	clock := subject()
	clock.Execution = nil
	for name, c := range map[string]struct {
		c    flow.Condition
		s    match.Subject
		says string
	}{
		"an execution that is not there": {flow.Condition{Kind: flow.ConditionStatus}, clock, "it belongs to a Flow trigger"},
		"holidays":                       {flow.Condition{Kind: flow.ConditionHoliday, Country: "XX"}, subject(), "are not known"},
		"a missing name":                 {flow.Condition{Kind: flow.ConditionExpression, Expression: template(t, "{{ trigger.x }}")}, subject(), "condition Expression"},
		"no date":                        {flow.Condition{Kind: flow.ConditionWeekend, Date: template(t, "soon")}, subject(), `"soon" is not a date`},
		"no time":                        {flow.Condition{Kind: flow.ConditionTimeBetween, Before: "noon"}, subject(), `"noon" is not a time of day`},
		"an unknown kind":                {flow.Condition{Kind: "Moon"}, subject(), "not known"},
		"within not":                     {flow.Condition{Kind: flow.ConditionNot, Of: []flow.Condition{{Kind: "Moon"}}}, subject(), "not known"},
		"within or":                      {flow.Condition{Kind: flow.ConditionOr, Of: []flow.Condition{{Kind: "Moon"}, {Kind: flow.ConditionWeekend, Not: true}}}, subject(), "not known"},
		"negated":                        {flow.Condition{Kind: "Moon", Not: true}, subject(), "not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ok, err := match.All([]flow.Condition{c.c}, c.s)
			if ok || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("All = %t, %v, want an error with %q", ok, err, c.says)
			}
		})
	}
}

func TestTimeOnly(t *testing.T) {
	t.Parallel()
	weekend := flow.Condition{Kind: flow.ConditionWeekend}
	for name, c := range map[string]struct {
		c    []flow.Condition
		want bool
	}{
		"none":                  {nil, true},
		"the day":               {[]flow.Condition{weekend, {Kind: flow.ConditionDayWeek, Date: template(t, "{{ trigger.date }}")}}, true},
		"the day of some value": {[]flow.Condition{{Kind: flow.ConditionDayWeek, Date: template(t, "{{ kv('d') }}")}}, false},
		"either day":            {[]flow.Condition{{Kind: flow.ConditionOr, Of: []flow.Condition{weekend}}}, true},
		"an expression within":  {[]flow.Condition{{Kind: flow.ConditionOr, Of: []flow.Condition{weekend, {Kind: flow.ConditionExpression}}}}, false},
		"a state":               {[]flow.Condition{{Kind: flow.ConditionStatus}}, false},
	} {
		if got := match.TimeOnly(c.c); got != c.want {
			t.Errorf("%s: TimeOnly = %t, want %t", name, got, c.want)
		}
	}
}
