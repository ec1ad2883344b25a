package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// shown is what a digest covers, in this order. What stands here cannot change
// between the question and the answer without the digest changing too.
type shown struct {
	Flow        FlowRef               `json:"flow"`
	Source      string                `json:"source"` // digest of the revision
	Execution   ExecutionID           `json:"execution"`
	Run         TaskRunID             `json:"run"`
	Inputs      map[string]any        `json:"inputs"`
	Title       string                `json:"title"`
	Description string                `json:"description"`
	Facts       []Fact                `json:"facts"`
	Links       []Link                `json:"links"`
	Form        []flow.Field          `json:"form"`
	Verdict     string                `json:"verdict"`
	RejectNeeds string                `json:"rejectNeeds"`
	Policy      approval.Policy       `json:"policy"`
	Asked       [][]approval.PersonID `json:"asked"`
	Deadline    time.Time             `json:"deadline"`
	// What few requests have is left out where it is not there.
	Author   approval.PersonID `json:"author,omitempty"`
	Dropped  []string          `json:"dropped,omitempty"`
	Auto     string            `json:"auto,omitempty"`
	Editable []string          `json:"editable,omitempty"`
	Bound    map[string]any    `json:"bound,omitempty"`
	Round    int               `json:"round,omitempty"`
	Reasons  []string          `json:"reasons,omitempty"`
	HighRisk bool              `json:"highRisk,omitempty"`
}

// digest is the SHA-256, in hex, of what the request shows and binds.
func (m *machine) digest(run *TaskRun, r *Request) string {
	b, err := json.Marshal(shown{
		Flow: m.next.Flow, Source: m.facts.FlowDigest, Execution: m.next.ID, Run: run.ID,
		Inputs: m.next.Inputs, Title: r.Title, Description: r.Description, Facts: r.Facts,
		Links: r.Links, Form: r.Form, Verdict: r.Verdict, RejectNeeds: r.RejectNeeds,
		Policy: r.Policy, Asked: r.Asked, Deadline: r.Deadline.UTC(),
		Author: r.Author, Dropped: r.Dropped, Auto: r.Auto, Editable: r.Editable, Bound: r.Bound, Round: len(r.Rounds),
		Reasons: r.Reasons, HighRisk: r.HighRisk,
	})
	if err != nil {
		panic("engine: a request that is not data: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
