package engine

import (
	"slices"
	"strings"
	"time"

	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// ending is how a request and its run end.
type ending struct {
	outcome Outcome
	by      Principal
	state   State
	why     string // what the run says when it did not succeed
	reason  string // why somebody took it back
}

// close ends a request; its run is ended by whoever closes.
func (m *machine) close(run *TaskRun, e ending) {
	r := run.Request
	m.stageEnds(run)
	r.Outcome, r.Closed, r.Wanted, r.Chased = e.outcome, m.facts.Now, "", 0
	m.redraw(run)
	r.Since = r.Version
	m.recordOutcome(run, e)
	run.Outputs = map[string]any{
		"onResume":  m.resumeValues(r),
		"outcome":   string(e.outcome),
		"responses": responses(r.Responses, r.Policy.Stages),
		"resumed":   resumed(e.by, m.facts.Now, e.state),
		"rounds":    rounded(r),
		"comments":  remarks(r),
	}
	m.noteOutputs(run)
	m.noteBound(run)
}

// recordOutcome writes down how a request ended, and why, where somebody or a
// rule said so.
func (m *machine) recordOutcome(run *TaskRun, e ending) {
	r := run.Request
	event, data := outcomeEvent(e.outcome), map[string]any{"digest": r.Digest}
	if a, ok := r.Overridden(); ok {
		event, data["reason"] = audit.RequestOverridden, a.Override
	}
	if r.Auto != "" && e.outcome == Approved {
		event, data["reason"] = audit.RequestAutoApproved, r.Auto
	}
	if e.reason != "" {
		data["reason"] = e.reason
	}
	m.record(event, run, e.by, data)
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
	var given map[string]any
	if r.Auto != "" && r.Verdict != "" {
		given = map[string]any{r.Verdict: true}
	}
	values, _ := flow.Bind(optional, given)
	return orEmpty(values)
}

// responses are answers as expressions see them, with the stages that were asked;
// those of an earlier round are without, as it may have had others.
func responses(given []Response, stages []approval.Stage) []any {
	out := make([]any, len(given))
	for i, a := range given {
		one := map[string]any{
			"by": nilIfEmpty(string(a.By.Person)), "on": stamp(a.At), "via": a.By.Via,
			"verdict": string(a.Verdict), "values": orEmpty(flow.HideAll(a.Values)),
		}
		if a.Stage < len(stages) {
			one["stage"] = stages[a.Stage].ID
		}
		if a.For != "" {
			one["for"] = string(a.For)
		}
		if a.Override != "" {
			one["override"] = a.Override
		}
		out[i] = one
	}
	return out
}

// rounded are the rounds before the last, as expressions see them.
func rounded(r *Request) []any {
	out := make([]any, len(r.Rounds))
	for i, o := range r.Rounds {
		out[i] = map[string]any{
			"digest": o.Digest, "on": stamp(o.Ended), "why": o.Why, "responses": responses(o.Responses, nil),
		}
	}
	return out
}

// remarks are what was said, as expressions see it.
func remarks(r *Request) []any {
	out := make([]any, len(r.Comments))
	for i, c := range r.Comments {
		out[i] = map[string]any{
			"by": nilIfEmpty(string(c.By.Person)), "on": stamp(c.At), "kind": string(c.Kind), "text": c.Text,
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
	if a, ok := r.Overridden(); ok {
		return "Already decided by an override of " + a.By.String() + ", " + at + ". The reason: " + a.Override
	}
	if r.Auto != "" && r.Outcome == Approved {
		return "Already approved by a rule of the flow, " + at + ". The reason: " + r.Auto
	}
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
