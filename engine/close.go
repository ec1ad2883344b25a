package engine

import (
	"slices"
	"strings"
	"time"

	"signoff/engine/audit"
	"signoff/engine/flow"
)

// ending is how a request and its run end.
type ending struct {
	outcome Outcome
	by      Principal
	state   State
	why     string // what the run says when it did not succeed
}

// close ends a request; its run is ended by whoever closes.
func (m *machine) close(run *TaskRun, e ending) {
	r := run.Request
	r.Outcome, r.Closed = e.outcome, m.facts.Now
	m.redraw(run)
	r.Since = r.Version
	m.record(outcomeEvent(e.outcome), run, e.by, map[string]any{"digest": r.Digest})
	run.Outputs = map[string]any{
		"onResume":  m.resumeValues(r),
		"outcome":   string(e.outcome),
		"responses": responses(r),
		"resumed":   resumed(e.by, m.facts.Now, e.state),
	}
	m.noteOutputs(run)
}

// resumed says who ended a Pause, when, and in which state.
func resumed(by Principal, at time.Time, to State) map[string]any {
	return map[string]any{"by": nilIfEmpty(string(by.Person)), "on": stamp(at), "to": string(to), "via": by.Via}
}

func outcomeEvent(o Outcome) audit.Event {
	switch o {
	case Approved:
		return audit.RequestApproved
	case Rejected:
		return audit.RequestRejected
	case Answered:
		return audit.RequestAnswered
	case Expired:
		return audit.RequestExpired
	case Withdrawn:
		return audit.RequestCancelled
	case Superseded:
		return audit.RequestSuperseded
	}
	panic("engine: unknown outcome " + string(o))
}

// resumeValues is always a full map: the deciding answer, or the defaults.
func (m *machine) resumeValues(r *Request) map[string]any {
	if n := len(r.Responses); n > 0 && (r.Outcome == Approved || r.Outcome == Rejected || r.Outcome == Answered) {
		return orEmpty(r.Responses[n-1].Values)
	}
	optional := slices.Clone(r.Form)
	for i := range optional {
		optional[i].Required = false
	}
	values, _ := flow.Bind(optional, nil)
	return orEmpty(values)
}

func responses(r *Request) []any {
	out := make([]any, len(r.Responses))
	for i, a := range r.Responses {
		out[i] = map[string]any{
			"by": nilIfEmpty(string(a.By.Person)), "on": stamp(a.At), "via": a.By.Via,
			"verdict": string(a.Verdict), "stage": r.Policy.Stages[a.Stage].ID, "values": orEmpty(flow.HideAll(a.Values)),
		}
	}
	return out
}

func nilIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// deciders names everybody whose answer brought the outcome about: those who
// approved, or the one who rejected.
func (r *Request) deciders() string {
	var who []string
	for _, a := range r.Responses {
		if (a.Verdict == Reject) == (r.Outcome == Rejected) {
			who = append(who, a.By.String())
		}
	}
	if n := len(who); n > 1 {
		return strings.Join(who[:n-1], ", ") + " and " + who[n-1]
	}
	return strings.Join(who, "")
}

// Ending says in a sentence how a closed request ended, by whom and when.
func (r *Request) Ending() string {
	at := clock(r.Closed)
	by := ""
	if who := r.deciders(); who != "" {
		by = " by " + who
	}
	switch r.Outcome {
	case Approved:
		return "Already approved" + by + ", " + at + "."
	case Rejected:
		return "Already rejected" + by + ", " + at + "."
	case Answered:
		return "Already answered" + by + ", " + at + "."
	case Expired:
		return "Nobody decided in time; it expired " + at + "."
	case Withdrawn:
		return "The request was cancelled, " + at + "."
	case Superseded:
		return "The request was replaced by a newer one, " + at + "."
	}
	return "The request is still open."
}
