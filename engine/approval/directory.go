package approval

// Person is what the rules need to know of a human.
type Person struct {
	ID   PersonID `json:"id"`
	Name string   `json:"name"`
	// Inactive people left or were switched off; they may not answer.
	Inactive bool `json:"inactive,omitempty"`
}

// Directory is a snapshot of people and groups. The rules read it and never
// change it; it may be shared.
type Directory struct {
	People map[PersonID]Person
	Groups map[string][]PersonID
}
