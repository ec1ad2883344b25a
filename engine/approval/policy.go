// Package approval decides who may answer a request and when enough people
// have: stages, quorum, exclusions, delegation, and the sentences that explain
// them.
//
// Everything here is a function of its arguments. People are counted, never
// accounts or seats in groups; an empty or unknown group is nobody.
package approval

import (
	"strconv"
	"time"
)

// PersonID is the one name under which the directory knows a human: a mail
// address or a configured name, in lower case.
type PersonID string

// SelectorKind says how a [Selector] names people.
type SelectorKind string

// The ways to name people.
const (
	User  SelectorKind = "user"
	Group SelectorKind = "group"
	// Role names everybody who has a role in the namespace of the flow.
	Role SelectorKind = "role"
	// ManagerOf names the manager of a person; "manager-of:requester" is that of
	// whoever began the execution.
	ManagerOf SelectorKind = "manager-of"
	// OnCall names who is on duty in a configured rota now.
	OnCall SelectorKind = "oncall"
)

// Requester is the name that stands for whoever began the execution, in
// `exclude` and behind "manager-of:".
const Requester = "requester"

// Selector names people: "user:dana@example.com", "group:finance".
type Selector struct {
	Kind SelectorKind `json:"kind"`
	Name string       `json:"name"`
}

func (s Selector) String() string { return string(s.Kind) + ":" + s.Name }

// Need is how many different people a group wants. Zero means any one.
type Need struct {
	All   bool `json:"all,omitempty"`
	Count int  `json:"count,omitempty"`
}

func (n Need) String() string {
	switch {
	case n.All:
		return "all"
	case n.Count <= 1:
		return "any"
	default:
		return strconv.Itoa(n.Count)
	}
}

// Stage is one step of a chain. Its members are asked in parallel.
type Stage struct {
	ID   string     `json:"id"`
	Who  []Selector `json:"who"`
	Need Need       `json:"need,omitzero"`
	// Groups are asked at the same time, and each has its own need; Who and Need
	// are then empty.
	Groups []Party `json:"groups,omitempty"`
	// Deny is how many people must reject to end the stage; 0 is 1.
	Deny int `json:"deny,omitempty"`
	// Within is how long the stage may take; 0 is as long as the request.
	Within time.Duration `json:"within,omitempty"`
	// Remind are the moments, after the stage began, at which whoever has not
	// answered is reminded; rising. Urgent reminds outside working hours, too.
	Remind []time.Duration `json:"remind,omitempty"`
	Urgent bool            `json:"urgent,omitempty"`
	// Escalate is the ladder: who else is asked when nobody answers; by rising After.
	Escalate []Rung `json:"escalate,omitempty"`
}

// Party is one of several groups that a stage asks at the same time.
type Party struct {
	ID   string     `json:"id"`
	Who  []Selector `json:"who"`
	Need Need       `json:"need,omitzero"`
}

// Rung is one step of a ladder.
type Rung struct {
	After time.Duration `json:"after"`
	To    []Selector    `json:"to"`
	// Replace takes the question away from those who were asked before; else
	// these are asked besides them.
	Replace bool `json:"replace,omitempty"`
}

// Parties are the groups of a stage; one that is written without groups is one.
func (s Stage) Parties() []Party {
	if len(s.Groups) > 0 {
		return s.Groups
	}
	return []Party{{ID: s.ID, Who: s.Who, Need: s.Need}}
}

// Policy is the approval block of a Pause, as it holds for one request: stages
// whose condition was false are not in it.
type Policy struct {
	Stages []Stage `json:"stages"`
	// AllowRequester lifts the default exclusion; the flow must say `exclude: []`.
	AllowRequester bool `json:"allowRequester,omitempty"`
	// ExcludeAuthor leaves out whoever wrote the revision of the flow.
	ExcludeAuthor bool `json:"excludeAuthor,omitempty"`
	// Exclude names people who may not answer besides the requester.
	Exclude []Selector `json:"exclude,omitempty"`
	// Repeat lets one person fill a seat in more than one stage; the flow must
	// say `distinct: false`.
	Repeat bool `json:"repeat,omitempty"`
	// NoDelegate forbids to hand a seat on; the flow must say `delegate: false`.
	NoDelegate bool `json:"noDelegate,omitempty"`
	// Hops is how often a seat may be handed on; 0 is once.
	Hops int `json:"hops,omitempty"`
}
