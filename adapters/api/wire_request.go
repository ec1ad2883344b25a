package api

import (
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// Request is what people are or were asked.
type Request struct {
	ID          string         `json:"id"`
	Version     int            `json:"version"`
	Title       string         `json:"title"`
	Description string         `json:"description,omitempty"`
	Facts       []Fact         `json:"facts,omitempty"`
	Form        []flow.Field   `json:"form,omitempty"`
	Verdict     string         `json:"verdict,omitempty"`
	Stage       int            `json:"stage"`
	Asked       [][]string     `json:"asked,omitempty"`
	Opened      time.Time      `json:"opened"`
	Deadline    time.Time      `json:"deadline,omitzero"`
	Closed      time.Time      `json:"closed,omitzero"`
	Outcome     engine.Outcome `json:"outcome,omitempty"`
	Digest      string         `json:"digest"`
	Responses   []Response     `json:"responses,omitempty"`
	Copies      []Copy         `json:"copies,omitempty"`
	// StageDue is when the open stage ends by itself.
	StageDue time.Time `json:"stageDue,omitzero"`
	// Moves are how the question moved between people, in this round.
	Moves []Move `json:"moves,omitempty"`
	// Comments are what was said about it, in all rounds.
	Comments []Remark `json:"comments,omitempty"`
	// Wanted is what the requester is to change before anybody can answer;
	// Editable are the inputs that they may change.
	Wanted   string   `json:"wanted,omitempty"`
	Editable []string `json:"editable,omitempty"`
	// Rounds are how it was asked before, the oldest first.
	Rounds []Round `json:"rounds,omitempty"`
	// Dropped are the stages whose condition does not hold; Auto is the reason of
	// the rule that approved it, without asking anybody.
	Dropped []string `json:"dropped,omitempty"`
	Auto    string   `json:"auto,omitempty"`
}

// Open reports whether an answer is still wanted.
func (r *Request) Open() bool { return r.Outcome == "" }

// Fact is a label and its value.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Response is one person's answer.
type Response struct {
	By      Actor          `json:"by"`
	At      time.Time      `json:"at"`
	Stage   int            `json:"stage"`
	Verdict engine.Verdict `json:"verdict"`
	Values  map[string]any `json:"values,omitempty"`
	// For is whose seat it fills, when it is not the person's own.
	For string `json:"for,omitempty"`
	// Override is why they decided over the heads of those who were asked.
	Override string `json:"override,omitempty"`
}

// Move says how a question went from one person to others.
type Move struct {
	Kind  approval.MoveKind `json:"kind"`
	Stage int               `json:"stage"`
	From  string            `json:"from,omitempty"`
	To    string            `json:"to,omitempty"`
	// Who are those of an escalation; Replace: they alone.
	Who     []string  `json:"who,omitempty"`
	Replace bool      `json:"replace,omitempty"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at"`
	Until   time.Time `json:"until,omitzero"`
	Reason  string    `json:"reason,omitempty"`
}

// Remark is something that was said about a request.
type Remark struct {
	By   Actor             `json:"by"`
	At   time.Time         `json:"at"`
	Kind engine.RemarkKind `json:"kind"`
	Text string            `json:"text"`
}

// Round is how a request was asked before.
type Round struct {
	Digest    string     `json:"digest"`
	Ended     time.Time  `json:"ended"`
	Why       string     `json:"why,omitempty"`
	Responses []Response `json:"responses,omitempty"`
}

// Copy is one posted rendering of a request.
type Copy struct {
	Surface string `json:"surface"`
	Place   string `json:"place,omitempty"`
	Person  string `json:"person,omitempty"`
	Shown   int    `json:"shown"`
	Problem string `json:"problem,omitempty"`
}

func viewRequest(id engine.RequestID, r *engine.Request) *Request {
	if r == nil {
		return nil
	}
	v := &Request{
		ID: string(id), Version: r.Version, Title: r.Title, Description: engine.Unshield(r.Description),
		Form: r.Form, Verdict: r.Verdict, Stage: r.Stage, Opened: r.Opened, Deadline: r.Deadline,
		Closed: r.Closed, Outcome: r.Outcome, Digest: r.Digest, Responses: viewResponses(r.Responses),
		StageDue: r.StageDue, Wanted: r.Wanted, Editable: r.Editable, Dropped: r.Dropped, Auto: r.Auto,
	}
	for _, f := range r.Facts {
		v.Facts = append(v.Facts, Fact{f.Label, f.Value})
	}
	for _, stage := range r.Asked {
		people := make([]string, 0, len(stage))
		for _, p := range stage {
			people = append(people, string(p))
		}
		v.Asked = append(v.Asked, people)
	}
	for _, c := range r.Copies {
		v.Copies = append(v.Copies, Copy{Surface: c.Surface, Place: c.Place, Person: string(c.Person), Shown: c.Shown, Problem: c.Problem})
	}
	for _, m := range r.Moves {
		v.Moves = append(v.Moves, viewMove(m))
	}
	for _, c := range r.Comments {
		v.Comments = append(v.Comments, Remark{By: viewActor(c.By), At: c.At, Kind: c.Kind, Text: c.Text})
	}
	for _, o := range r.Rounds {
		v.Rounds = append(v.Rounds, Round{Digest: o.Digest, Ended: o.Ended, Why: o.Why, Responses: viewResponses(o.Responses)})
	}
	return v
}

func viewResponses(given []engine.Response) []Response {
	var out []Response
	for _, a := range given {
		out = append(out, Response{
			By: viewActor(a.By), At: a.At, Stage: a.Stage, Verdict: a.Verdict, Values: flow.HideAll(a.Values),
			For: string(a.For), Override: a.Override,
		})
	}
	return out
}

func viewMove(m approval.Move) Move {
	v := Move{
		Kind: m.Kind, Stage: m.Stage, From: string(m.From), To: string(m.To), Replace: m.Replace,
		By: string(m.By), At: m.At, Until: m.Until, Reason: m.Reason,
	}
	for _, s := range m.Who {
		v.Who = append(v.Who, s.String())
	}
	return v
}
