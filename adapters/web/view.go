package web

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"signoff/engine"
)

// The views are what the templates draw: texts, ready and clean.

type listed struct {
	Rows []row
	More bool // there are older ones
}

type row struct {
	ID, Flow, State, Started, By string
}

func listView(xs []engine.Execution) listed {
	var l listed
	for _, x := range xs {
		l.Rows = append(l.Rows, row{
			ID: string(x.ID), Flow: x.Flow.String(), State: string(x.State),
			Started: moment(x.Started), By: name(x.Requester),
		})
	}
	return l
}

type execution struct {
	row

	Revision string
	Ended    string
	Took     string
	Problem  string
	Open     bool
	Inputs   []pair
	Labels   []pair
	Outputs  []pair
	// Parent and Original are ids of other executions; empty is none.
	Parent, Original string
	Held             bool
	Requests         []request
	Tasks            []task
	Trail            trail
}

// pair is a name and a value; Block says that the value has many lines.
type pair struct {
	Name, Value string
	Block       bool
}

type task struct {
	Name, State, Started, Took, Problem, Attempt string
	Nested                                       bool
	// Child is the execution that a Subflow started.
	Child   string
	Outputs []pair
	// More is what few look at; the page folds it away.
	More     []pair
	MoreName string
	Logs     []logLine
}

type logLine struct{ At, Level, Text string }

// executionView draws an execution; who says of each open request who can decide
// it.
func (s *server) executionView(x engine.Execution, who explanations) execution {
	v := execution{
		row: listView([]engine.Execution{x}).Rows[0], Revision: strconv.Itoa(x.Flow.Revision),
		Ended: moment(x.Ended), Took: took(x.Started, x.Ended), Problem: clean(x.Problem),
		Open: !x.State.Final(), Labels: texts(x.Labels), Outputs: pairs(x.Outputs),
		Original: string(x.Original), Held: x.Held,
	}
	if x.Parent != nil {
		v.Parent = string(x.Parent.Execution)
	}
	for _, t := range x.Runs {
		v.Tasks = append(v.Tasks, taskView(t))
		if t.Request != nil {
			v.Requests = append(v.Requests, s.requestView(t, who[t.ID]))
		}
	}
	return v
}

func taskView(t engine.TaskRun) task {
	v := task{
		Name: clean(t.Task), State: string(t.State), Started: clock(t.Started), Took: took(t.Started, t.Ended),
		// The problem begins with the task's name, and so does its place on the page.
		Problem: clean(strings.TrimPrefix(t.Problem, t.Task+": ")), Nested: t.Parent != "", Child: string(t.Child),
	}
	v.outputs(t)
	if t.Attempt > 1 {
		v.Attempt = "attempt " + strconv.Itoa(t.Attempt)
	}
	for _, l := range t.Logs {
		v.Logs = append(v.Logs, logLine{At: clock(l.At), Level: clean(l.Level), Text: clean(l.Text)})
	}
	return v
}

// outputs are shown, but for the headers of an HTTP answer, and for what a
// Pause repeats of its request.
func (v *task) outputs(t engine.TaskRun) {
	headers, call := t.Outputs["headers"].(map[string]any)
	switch {
	case t.Request != nil:
		v.More, v.MoreName = pairs(t.Outputs), "Outputs"
	case call:
		rest := maps.Clone(t.Outputs)
		delete(rest, "headers")
		v.Outputs = pairs(rest)
		v.More, v.MoreName = pairs(headers), "Headers of the answer"
	default:
		v.Outputs = pairs(t.Outputs)
	}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 Jan 2006, 15:04:05 UTC")
}

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("15:04:05.000")
}

func took(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	d := to.Sub(from)
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	default:
		return d.Round(time.Second).String()
	}
}

func name(p engine.Principal) string {
	switch {
	case p.Name != "":
		return clean(p.Name)
	case p.Person != "":
		return clean(string(p.Person))
	case p.Account != "":
		return clean(p.Account)
	default:
		return "signoff"
	}
}
