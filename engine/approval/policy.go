// Package approval decides who may answer a request and when enough people
// have: stages, quorum, exclusions, and the sentences that explain them.
//
// Everything here is a function of its arguments. People are counted, never
// accounts or seats in groups; an empty or unknown group is nobody.
package approval

import "strconv"

// PersonID is the one name under which the directory knows a human: a mail
// address or a configured name, in lower case.
type PersonID string

// SelectorKind says how a [Selector] names people.
type SelectorKind string

// The ways to name people.
const (
	User  SelectorKind = "user"
	Group SelectorKind = "group"
)

// Selector names people: "user:dana@example.com", "group:finance".
type Selector struct {
	Kind SelectorKind `json:"kind"`
	Name string       `json:"name"`
}

func (s Selector) String() string { return string(s.Kind) + ":" + s.Name }

// Need is how many different people a stage wants. Zero means any one.
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
}

// Policy is the approval block of a Pause.
type Policy struct {
	Stages []Stage `json:"stages"`
	// AllowRequester lifts the default exclusion; the flow must say `exclude: []`.
	AllowRequester bool `json:"allowRequester,omitempty"`
	// Exclude names people who may not answer besides the requester.
	Exclude []Selector `json:"exclude,omitempty"`
	// Repeat lets one person fill a seat in more than one stage; the flow must
	// say `distinct: false`.
	Repeat bool `json:"repeat,omitempty"`
}
