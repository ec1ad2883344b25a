package card

// Verb is what a person can do with a request besides answering it.
type Verb string

// The verbs.
const (
	Delegate Verb = "delegate" // somebody else may answer for them
	Reassign Verb = "reassign" // somebody else has a seat from now on
	SendBack Verb = "changes"  // the requester is to change something
	Resubmit Verb = "resubmit" // the requester did, and asks anew
	Comment  Verb = "comment"  // a question, or the requester's reply
	Withdraw Verb = "withdraw" // the requester takes it back
	Remind   Verb = "remind"   // the requester has those who are missing reminded
	Again    Verb = "again"    // the requester asks once more, after a no or silence
	Override Verb = "override" // break-glass: approved by one with the right to
)
