package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
	"signoff/engine"
)

// queryFlags are the flags that select executions.
type queryFlags struct {
	namespace, flow, requester, parent, original, text, after string
	states, labels                                            []string
	since, until                                              string
	limit                                                     int
	oldest                                                    bool
}

func (q *queryFlags) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&q.namespace, "namespace", "", "only this namespace and those below it")
	f.StringVar(&q.flow, "flow", "", "only this flow")
	f.StringSliceVar(&q.states, "state", nil, "only these states")
	f.StringArrayVar(&q.labels, "with-label", nil, "only with this label, name=value; may be given again")
	f.StringVar(&q.since, "since", "", "only started from then on: a duration back (36h) or a time (2026-11-22T09:00:00Z)")
	f.StringVar(&q.until, "until", "", "only started before then")
	f.StringVar(&q.requester, "requester", "", "only of this person")
	f.StringVar(&q.parent, "parent", "", "only subflows of this execution")
	f.StringVar(&q.original, "original", "", "only replays of this execution")
	f.StringVar(&q.text, "text", "", "only with this text in the id, flow, labels, requester or titles")
}

// filter is what the flags select.
func (q *queryFlags) filter(now time.Time) (api.Filter, error) {
	f := api.Filter{
		Namespace: q.namespace, Flow: q.flow, Requester: q.requester, Parent: q.parent, Original: q.original,
		Text: q.text, After: q.after, Oldest: q.oldest, Limit: q.limit,
	}
	if q.limit < 0 {
		return f, usagef("--limit %d is less than nothing", q.limit)
	}
	for _, s := range q.states {
		f.States = append(f.States, engine.State(strings.ToUpper(s)))
	}
	var err error
	if len(q.labels) > 0 {
		if f.Labels, err = pairs("--with-label", q.labels); err != nil {
			return f, err
		}
	}
	if f.StartedAfter, err = moment("--since", q.since, now); err != nil {
		return f, err
	}
	f.StartedBefore, err = moment("--until", q.until, now)
	return f, err
}

// moment reads a time, or a duration back from now.
func moment(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, usagef("%s %s is neither a duration, such as 36h, nor a time, such as 2026-11-22T09:00:00Z", flag, text)
	}
	return t, nil
}
