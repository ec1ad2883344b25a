package engine

import (
	"strings"
	"time"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// RequestID names a request: the execution and the task run that asks. It is
// opaque to every surface.
type RequestID string

// NewRequestID joins the parts. See [RequestID.Split].
func NewRequestID(x ExecutionID, run TaskRunID) RequestID {
	return RequestID(string(x) + "." + string(run))
}

// Split takes a request id apart. It reports false for what is not one.
func (id RequestID) Split() (ExecutionID, TaskRunID, bool) {
	x, run, ok := strings.Cut(string(id), ".")
	return ExecutionID(x), TaskRunID(run), ok && x != "" && run != "" && !strings.Contains(run, ".")
}

// Outcome is how a request ended. Five different things and one that replaced
// it; never merged, so that silence is never reported as a person's no.
type Outcome string

// The outcomes. Empty is "still open".
const (
	Approved   Outcome = "approved"
	Rejected   Outcome = "rejected"
	Answered   Outcome = "answered"
	Expired    Outcome = "expired"
	Withdrawn  Outcome = "cancelled"
	Superseded Outcome = "superseded"
)

// Verdict is what one person said.
type Verdict string

// The verdicts. None is an answer without a yes or no.
const (
	Approve Verdict = "approve"
	Reject  Verdict = "reject"
	None    Verdict = "none"
)

// Request is what people are asked at one Pause, frozen as it was shown.
type Request struct {
	// Version counts visible changes from 1. A copy that shows version n is out
	// of date when the request has a higher one.
	Version int `json:"v"`
	// Since is the first version whose buttons still mean what they say. It
	// moves with the stage, the content and the end; not with a vote beside it.
	Since int `json:"since"`

	Title string `json:"title"`
	// Description is CommonMark with its values shielded; see [Unshield].
	Description string `json:"desc,omitempty"`
	Facts       []Fact `json:"facts,omitempty"`
	Links       []Link `json:"links,omitempty"`
	// Form is the questions as shown, texts and defaults rendered.
	Form []flow.Field `json:"form,omitempty"`
	// Verdict names the form field that carries yes or no; empty if none does.
	Verdict string `json:"verdict,omitempty"`
	// RejectNeeds names the field that a rejection must carry.
	RejectNeeds string `json:"rejectNeeds,omitempty"`
	// Reasons are common answers to it, to choose from.
	Reasons []string `json:"reasons,omitempty"`
	// HighRisk: whoever answers, but for a rejection, is asked once more before it
	// counts.
	HighRisk bool `json:"highRisk,omitempty"`

	Policy approval.Policy `json:"policy"`
	// Stage is the index of the stage that is being asked.
	Stage int `json:"stage,omitempty"`
	// Asked holds, for each stage, who could answer when the request was made.
	Asked [][]approval.PersonID `json:"asked,omitempty"`

	Opened   time.Time `json:"open"`
	Deadline time.Time `json:"deadline,omitzero"`
	// Digest is the SHA-256, in hex, of what was shown and what it binds.
	Digest string `json:"digest"`

	Responses []Response `json:"resp,omitempty"`
	Outcome   Outcome    `json:"outcome,omitempty"`
	Closed    time.Time  `json:"closed,omitzero"`
	Copies    []Copy     `json:"copies,omitempty"`

	// Author wrote the revision of the flow; empty if it is not known.
	Author approval.PersonID `json:"author,omitempty"`
	// StageAt is when the stage that is asked began, and StageDue when it ends by
	// itself; zero if it may take as long as the request.
	StageAt  time.Time `json:"stageAt,omitzero"`
	StageDue time.Time `json:"stageDue,omitzero"`
	// Moves are how the question moved between people, in this round.
	Moves []approval.Move `json:"moves,omitempty"`
	// Reminded are those who get reminders of the stage that is asked.
	Reminded []approval.PersonID `json:"reminded,omitempty"`
	// Comments are what was said about the request, in all rounds.
	Comments []Remark `json:"comments,omitempty"`
	// Wanted is what somebody wants to be changed; while it is set, the request
	// lies with the requester and nobody can answer it.
	Wanted string `json:"wanted,omitempty"`
	// Chased counts how often somebody was told since that it still waits.
	Chased int `json:"chased,omitempty"`
	// Editable are the inputs that the requester may change then; without any,
	// nobody can ask for changes.
	Editable []string `json:"editable,omitempty"`
	// Rounds are how it was asked before, the oldest first.
	Rounds []Round `json:"rounds,omitempty"`
	// Dropped are the stages that were left out because their condition was false.
	Dropped []string `json:"dropped,omitempty"`
	// Auto is why nobody was asked: the reason of the rule that approved.
	Auto string `json:"auto,omitempty"`
	// Bound are the values of kv() that were true when people were asked; a name
	// that is not in it had no value. Nil: the flow names none.
	Bound map[string]any `json:"bound,omitempty"`
	// Log is what happened to it, in all rounds, for those who read it below its
	// copies; nil where nobody does.
	Log []Entry `json:"log,omitempty"`
	// Nudges counts how often the requester had people reminded, the last time at
	// Nudged.
	Nudges int       `json:"nudges,omitempty"`
	Nudged time.Time `json:"nudged,omitzero"`
}

// Open reports whether an answer is still wanted.
func (r *Request) Open() bool { return r.Outcome == "" }

// Fact is a label and its value.
type Fact struct {
	Label string `json:"l"`
	Value string `json:"v"`
}

// Link is a text and where it leads; the scheme is http or https.
type Link struct {
	Text string `json:"t"`
	URL  string `json:"u"`
}

// Response is one person's answer.
type Response struct {
	By      Principal      `json:"by"`
	At      time.Time      `json:"at"`
	Stage   int            `json:"stage,omitempty"`
	Verdict Verdict        `json:"verdict"`
	Values  map[string]any `json:"values,omitempty"`
	// For is whose seat the answer fills, when it is not the person's own.
	For approval.PersonID `json:"for,omitempty"`
	// Parties are the groups of the stage for which the answer may count; nil
	// where the stage has one.
	Parties []int `json:"parties,omitempty"`
	// Override is why the person decided over the heads of those who were asked;
	// empty: they did not.
	Override string `json:"override,omitempty"`
}

// Remark is something that was said about a request.
type Remark struct {
	By   Principal  `json:"by"`
	At   time.Time  `json:"at"`
	Kind RemarkKind `json:"kind"`
	Text string     `json:"text"`
}

// RemarkKind says what a remark is for.
type RemarkKind string

// The kinds of remark.
const (
	Question    RemarkKind = "question"    // by somebody who can answer
	Reply       RemarkKind = "reply"       // by the requester
	Changes     RemarkKind = "changes"     // what is to be changed
	Resubmitted RemarkKind = "resubmitted" // what the requester says to it
	Reason      RemarkKind = "reason"      // of a withdrawal
)

// Round is how a request was asked before it was asked anew.
type Round struct {
	Digest    string     `json:"digest"`
	Responses []Response `json:"resp,omitempty"`
	// Moves are how the question moved between people.
	Moves []approval.Move `json:"moves,omitempty"`
	Ended time.Time       `json:"ended"`
	// Why says in a sentence why it was asked anew.
	Why string `json:"why,omitempty"`
}

// Votes are the answers so far, for the rules.
func (r *Request) Votes() []approval.Vote {
	votes := make([]approval.Vote, len(r.Responses))
	for i, a := range r.Responses {
		votes[i] = approval.Vote{Person: a.By.Person, For: a.For, Parties: a.Parties, Stage: a.Stage, Approve: a.Verdict != Reject}
	}
	return votes
}

// Copy is one posted rendering of the request.
type Copy struct {
	// ID counts the copies of a request from 1.
	ID int `json:"id"`
	// Surface names the adapter: slack, teams, email.
	Surface string `json:"surface"`
	// Place is a channel or conversation as the flow names it; empty for a
	// direct message.
	Place string `json:"place,omitempty"`
	// Person is whose direct message it is; empty for a channel.
	Person approval.PersonID `json:"person,omitempty"`
	// Ref is where it was posted; zero until then.
	Ref CopyRef `json:"ref,omitzero"`
	// Shown is the request version that the copy shows; zero until posted.
	Shown int `json:"shown,omitempty"`
	// Problem says why the copy cannot be delivered; set means given up.
	Problem string `json:"problem,omitempty"`
	// Role says for whom it is.
	Role Role `json:"role,omitempty"`
	// Told is how many entries of the request's log stand below it.
	Told int `json:"told,omitempty"`
}

// CopyRef is a surface's own name for a posted message.
type CopyRef struct {
	Place   string `json:"p"`
	Message string `json:"m"`
}
