package approval

import "time"

// Case is one request as the rules see it: what the flow asks for, who people
// are now, and what has happened so far.
type Case struct {
	Policy Policy
	People *Directory
	// Requester began the execution, Author wrote the revision of its flow; empty
	// for a service.
	Requester PersonID
	Author    PersonID
	// Origin are those who asked for it first, where it is done anew for somebody
	// else; Restarted those who had it run again. What holds for the requester
	// holds for them.
	Origin    []PersonID
	Restarted []PersonID
	// Stage is the index of the stage that is asked.
	Stage int
	// Asked holds, for each stage, who could answer when the request was made.
	Asked [][]PersonID
	Votes []Vote
	Moves []Move
	Now   time.Time
	// Times are for what explains the case; no rule looks at them.
	Times Times
}

// MoveKind says how a question moved from one person to another.
type MoveKind string

// The kinds of move.
const (
	// Delegated: From lets To answer for them; both can, once.
	Delegated MoveKind = "delegated"
	// Reassigned: To has the seat of From, who has it no more.
	Reassigned MoveKind = "reassigned"
	// Escalated: the people of Who are asked, besides the others or, with
	// Replace, instead of them.
	Escalated MoveKind = "escalated"
)

// Move is a change to who is asked at one stage. Exclusions hold over all moves.
type Move struct {
	Kind  MoveKind `json:"kind"`
	Stage int      `json:"stage"`
	From  PersonID `json:"from,omitempty"`
	To    PersonID `json:"to,omitempty"`
	// Who and Replace are those of the rung, for Escalated.
	Who     []Selector `json:"who,omitempty"`
	Replace bool       `json:"replace,omitempty"`
	// By is who moved it; empty for the ladder.
	By     PersonID  `json:"by,omitempty"`
	At     time.Time `json:"at"`
	Until  time.Time `json:"until,omitzero"` // for Delegated; zero is to the end
	Reason string    `json:"reason,omitempty"`
}

// Absence is when somebody is away, and who answers for them meanwhile.
type Absence struct {
	From, Until time.Time // Until is not part of it; zero is open
	StandIn     PersonID  // empty: nobody
	// Source is where it is said, if they did not tell signoff: "Slack status".
	// Digest is that of what is said there, and Note why it lets nobody stand in.
	Source, Digest, Note string
	// Unsure says that the source could not be read within the last minute. Nobody
	// answers by it then, but whoever stands in for somebody excluded still does.
	Unsure bool
}

// Covers reports whether the absence holds at a moment.
func (a Absence) Covers(at time.Time) bool {
	return !at.Before(a.From) && (a.Until.IsZero() || at.Before(a.Until))
}

// Hours are the hours in which somebody works. The zero value is always.
type Hours struct {
	// Zone is an IANA name; empty is UTC.
	Zone string `json:"zone,omitempty"`
	// From and To are minutes after midnight, From before To.
	From int `json:"from"`
	To   int `json:"to"`
	// Days are the days of work, Sunday is 0.
	Days []time.Weekday `json:"days,omitempty"`
}
