package engine

import (
	"slices"
	"strconv"
	"time"

	"signoff/engine/approval"
	"signoff/engine/audit"
)

// A request keeps a log for surfaces on which something can be said below a
// message: one entry for each line of the trail that concerns its readers,
// written by the same step. It is only added to, so a copy needs to remember no
// more than how many entries it has told.

// maxLog bounds the log of a request; what comes after is on the card and in the
// trail.
const maxLog = 500

// remindersTogether is how long a reminder waits for others, so that people who
// are reminded together are named in one line.
const remindersTogether = 10 * time.Second

// Entry is one thing that happened to a request.
type Entry struct {
	At   time.Time   `json:"at"`
	What audit.Event `json:"what"`
	By   Principal   `json:"by,omitzero"`
	// Round and N say where the rest of it stands: the answer in Responses, the
	// move in Moves, both of the round that is numbered from 0, the remark in
	// Comments, or the stage.
	Round int `json:"round,omitempty"`
	N     int `json:"n,omitempty"`
	// Who was reminded.
	Who []approval.PersonID `json:"who,omitempty"`
	// Text is why it is asked anew, or how the execution ended.
	Text string `json:"text,omitempty"`
}

// Log asks that a copy's log be brought up to date.
type Log struct {
	Run  TaskRunID `json:"run"`
	Copy int       `json:"copy"`
}

func (Log) work() {}

// Logged says how many entries of the log a copy has told.
type Logged struct {
	Run  TaskRunID
	Copy int
	Told int
}

func (Logged) command() {}

func (m *machine) logged(c Logged) error {
	run, cp := m.copyOf(c.Run, c.Copy)
	if cp == nil || c.Told <= cp.Told || c.Told > len(run.Request.Log) {
		return reject(Settled, "This was said before.")
	}
	cp.Told = c.Told
	m.record(audit.CopyTold, run, itself(), where(cp, map[string]any{"told": c.Told}))
	m.oweLog(run, cp, time.Time{})
	return nil
}

// note adds what was just recorded to the log of its request, if anybody reads
// one.
func (m *machine) note(run *TaskRun, event audit.Event, by Principal, data map[string]any) {
	r := run.Request
	if r == nil || len(r.Log) >= maxLog || !slices.ContainsFunc(r.Copies, m.keepsLog) {
		return
	}
	e := Entry{At: m.facts.Now, What: event, By: by, Round: len(r.Rounds)}
	var due time.Time
	switch event { //nolint:exhaustive // the rest is not for the readers of a request
	case audit.ResponseRecorded:
		e.N = len(r.Responses) - 1
	case audit.RequestDelegated, audit.RequestReassigned, audit.RequestEscalated:
		e.N = len(r.Moves) - 1
	case audit.RequestReturned, audit.RequestCommented:
		e.N = len(r.Comments) - 1
	case audit.RequestReminded:
		e.Who, due = reminded(data), m.facts.Now.Add(remindersTogether)
	case audit.RequestOpened:
		if e.N = r.Stage; r.Stage == 0 {
			return // the card itself says so, and of a new round its own entry
		}
	case audit.RequestSuperseded:
		e.Text, _ = data["why"].(string)
	case audit.ExecutionEnded:
		e.Text, _ = data["state"].(string)
	case audit.RequestApproved, audit.RequestRejected, audit.RequestAnswered, audit.RequestExpired, audit.RequestCancelled,
		audit.RequestAutoApproved, audit.RequestOverridden:
	default:
		return
	}
	r.Log = append(r.Log, e)
	for i := range r.Copies {
		m.oweLog(run, &r.Copies[i], due)
	}
}

// reminded are the people of a reminder's record.
func reminded(data map[string]any) []approval.PersonID {
	if one, ok := data["person"].(string); ok {
		return []approval.PersonID{approval.PersonID(one)}
	}
	var out []approval.PersonID
	all, _ := data["asked"].([]any)
	for _, p := range all {
		if s, ok := p.(string); ok {
			out = append(out, approval.PersonID(s))
		}
	}
	return out
}

// keepsLog reports whether something is said below a copy: in channels, and for
// whoever asked, where the surface can.
func (m *machine) keepsLog(c Copy) bool {
	return (c.Place != "" || c.Role == ForRequester) && c.Problem == "" && slices.Contains(m.facts.Threads, c.Surface)
}

// oweLog owes what a copy has not told yet, once it is posted.
func (m *machine) oweLog(run *TaskRun, c *Copy, due time.Time) {
	if c.Ref != (CopyRef{}) && c.Told < len(run.Request.Log) && m.keepsLog(*c) {
		m.put(logKey(run.ID, c.ID), Effect{Due: due, Work: Log{Run: run.ID, Copy: c.ID}})
	}
}

func logKey(run TaskRunID, id int) EffectKey {
	return EffectKey("log/" + string(run) + "/" + strconv.Itoa(id))
}
