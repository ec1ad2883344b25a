package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"signoff/engine"
)

// Filter selects executions. The zero value selects all.
type Filter struct {
	Namespace string         `json:"namespace,omitempty"` // and those below it
	Flow      string         `json:"flow,omitempty"`
	States    []engine.State `json:"states,omitempty"`
	// Labels selects those that carry all of them.
	Labels map[string]string `json:"labels,omitempty"`
	// The times are from, and to but not including.
	StartedAfter  time.Time `json:"startedAfter,omitzero"`
	StartedBefore time.Time `json:"startedBefore,omitzero"`
	EndedAfter    time.Time `json:"endedAfter,omitzero"`
	EndedBefore   time.Time `json:"endedBefore,omitzero"`
	// Requester is a person's id.
	Requester string `json:"requester,omitempty"`
	// Parent selects the subflows of an execution, Original its replays.
	Parent   string `json:"parent,omitempty"`
	Original string `json:"original,omitempty"`
	// Text occurs in the id, the flow, a label, the requester or a title.
	Text string `json:"text,omitempty"`

	// Oldest lists the oldest first, After goes on behind an execution, and Limit
	// is the most to list; 0 is the service's default.
	Oldest bool   `json:"-"`
	After  string `json:"-"`
	Limit  int    `json:"-"`
}

// Given reports whether the filter selects by anything.
func (f Filter) Given() bool {
	texts := f.Namespace + f.Flow + f.Requester + f.Parent + f.Original + f.Text
	return texts != "" || len(f.States) > 0 || len(f.Labels) > 0 ||
		!f.StartedAfter.IsZero() || !f.StartedBefore.IsZero() || !f.EndedAfter.IsZero() || !f.EndedBefore.IsZero()
}

// normal checks the states of a filter and writes them as they are stored.
func (f Filter) normal() (Filter, error) {
	f.States = slices.Clone(f.States)
	for i, s := range f.States {
		f.States[i] = engine.State(strings.ToUpper(string(s)))
		if !slices.Contains(states(), f.States[i]) {
			return f, badRequest("There is no state " + strconv.Quote(string(s)) + ".")
		}
	}
	return f, nil
}

func states() []engine.State {
	return []engine.State{
		engine.Created, engine.Queued, engine.Running, engine.Paused, engine.Retrying, engine.Success, engine.Warning,
		engine.Failed, engine.Killed, engine.Cancelled, engine.Skipped,
	}
}

// values writes a filter as the parameters of a URL.
func (f Filter) values() url.Values {
	q := url.Values{}
	set := func(k, v string) {
		if v != "" {
			q.Add(k, v)
		}
	}
	at := func(k string, t time.Time) {
		if !t.IsZero() {
			q.Set(k, t.Format(time.RFC3339Nano))
		}
	}
	set("namespace", f.Namespace)
	set("flow", f.Flow)
	for _, s := range f.States {
		set("state", string(s))
	}
	for k, v := range f.Labels {
		q.Add("label", k+":"+v)
	}
	at("startedAfter", f.StartedAfter)
	at("startedBefore", f.StartedBefore)
	at("endedAfter", f.EndedAfter)
	at("endedBefore", f.EndedBefore)
	set("requester", f.Requester)
	set("parent", f.Parent)
	set("original", f.Original)
	set("text", f.Text)
	set("after", f.After)
	if f.Oldest {
		q.Set("oldest", "true")
	}
	if f.Limit > 0 {
		q.Set("limit", strconv.Itoa(f.Limit))
	}
	return q
}

// filterOf reads the parameters of a URL. One that is not known is refused: it
// would select more than was meant.
func filterOf(r *http.Request) (Filter, error) {
	q, f := r.URL.Query(), Filter{}
	texts := map[string]*string{
		"namespace": &f.Namespace, "flow": &f.Flow, "requester": &f.Requester, "parent": &f.Parent,
		"original": &f.Original, "text": &f.Text, "after": &f.After,
	}
	times := map[string]*time.Time{
		"startedAfter": &f.StartedAfter, "startedBefore": &f.StartedBefore,
		"endedAfter": &f.EndedAfter, "endedBefore": &f.EndedBefore,
	}
	for name, given := range q {
		last := given[len(given)-1]
		var err error
		switch {
		case texts[name] != nil:
			*texts[name] = last
		case times[name] != nil:
			*times[name], err = instant(name, last)
		case name == "state":
			for _, s := range given {
				f.States = append(f.States, engine.State(s))
			}
		case name == "label":
			f.Labels, err = labelsOf(given)
		case name == "oldest":
			f.Oldest, err = yes(name, last)
		case name == "limit":
			f.Limit, err = limit(last)
		default:
			err = badRequest("There is no filter " + strconv.Quote(name) + ": use namespace, flow, state, label, startedAfter, startedBefore, " +
				"endedAfter, endedBefore, requester, parent, original, text, after, oldest or limit.")
		}
		if err != nil {
			return Filter{}, err
		}
	}
	return f.normal()
}

func instant(name, text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, badRequest(name + " must be a moment with its zone, such as 2026-11-22T09:00:00Z.")
	}
	return t, nil
}

func labelsOf(given []string) (map[string]string, error) {
	out := map[string]string{}
	for _, pair := range given {
		k, v, ok := strings.Cut(pair, ":")
		if !ok || k == "" {
			return nil, badRequest("label must be of the form name:value.")
		}
		out[k] = v
	}
	return out, nil
}

func yes(name, text string) (bool, error) {
	switch text {
	case "true", "":
		return true, nil
	case "false":
		return false, nil
	}
	return false, badRequest(name + " must be true or false.")
}

func limit(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxList {
		return 0, badRequest("limit must be a number from 1 to " + strconv.Itoa(maxList) + ".")
	}
	return n, nil
}
