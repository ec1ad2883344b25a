package bolt_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

var (
	noon   = time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.UTC)
	dana   = approval.PersonID("dana@example.com")
	hrFlow = engine.FlowRef{Namespace: "hr.operations", ID: "vacation_approval", Revision: 1}
)

func newFile(t testing.TB) string { return filepath.Join(t.TempDir(), "signoff.db") }

// vacation is the commits of an execution of the vacation flow up to its Pause,
// with both its copies delivered: about what the engine makes of it.
func vacation(i int) []store.Commit {
	id := engine.ExecutionID(fmt.Sprintf("01jd%06d", i) + rand.Text()[:16])
	at := noon.Add(time.Duration(i) * time.Millisecond)
	kim := engine.Principal{Person: "kim@example.com", Name: "Kim Example", Account: "slack:T0123456789:U0123456789", Via: "slack"}
	x := engine.Execution{
		ID: id, Flow: hrFlow, Version: 1, State: engine.Running, Requester: kim, Started: at,
		Inputs: map[string]any{"employee": "Kim Example", "start_date": "2026-12-21", "end_date": "2027-01-03"},
		Runs:   []engine.TaskRun{{ID: "1", Task: "notify_manager", State: engine.Running, Attempt: 1, Started: at}},
	}
	started := store.Commit{Transition: &engine.Transition{
		Next:    x,
		Records: []audit.Record{record(x, audit.ExecutionStarted, "", "", kim, map[string]any{"inputs": x.Inputs, "flowDigest": request(noon).Digest}), record(x, audit.TaskStarted, "notify_manager", "1", engine.Principal{Via: "engine"}, nil)},
		Effects: []engine.Effect{{Execution: id, Key: "call/1", Due: at, Work: engine.Call{Run: "1", Attempt: 1}}},
	}}
	return append([]store.Commit{started}, pause(x, at)...)
}

func pause(x engine.Execution, at time.Time) []store.Commit {
	bot := engine.Principal{Via: "engine"}
	x.Version, x.State = 2, engine.Paused
	x.Runs = []engine.TaskRun{x.Runs[0], {ID: "2", Task: "await_decision", State: engine.Paused, Started: at, Request: request(at)}}
	digest := x.Runs[1].Request.Digest
	x.Runs[0].State, x.Runs[0].Ended = engine.Success, at
	asked := store.Commit{Transition: &engine.Transition{
		Next: x,
		Records: []audit.Record{
			record(x, audit.TaskEnded, "notify_manager", "1", bot, map[string]any{"state": "SUCCESS"}),
			record(x, audit.TaskStarted, "await_decision", "2", bot, nil),
			record(x, audit.RequestOpened, "await_decision", "2", bot, map[string]any{"digest": digest, "stage": "approvers", "title": "Vacation for Kim Example", "asked": []any{string(dana)}, "deadline": "2026-11-25T12:00:00Z"}),
		},
		Drop: []engine.EffectKey{"call/1"},
		Effects: []engine.Effect{
			{Execution: x.ID, Key: "copy/2/1", Due: at, Work: engine.Deliver{Run: "2", Copy: 1}},
			{Execution: x.ID, Key: "copy/2/2", Due: at, Work: engine.Deliver{Run: "2", Copy: 2}},
			{Execution: x.ID, Key: "timer/2", Due: at.Add(72 * time.Hour), Work: engine.Timer{Run: "2"}},
		},
	}}
	all := []store.Commit{asked}
	for n := range 2 {
		x.Version++
		r := *x.Runs[1].Request
		r.Copies = append([]engine.Copy(nil), r.Copies...)
		r.Copies[n].Ref, r.Copies[n].Shown = engine.CopyRef{Place: "C0123456789", Message: "1763812345.123456"}, 1
		x.Runs = []engine.TaskRun{x.Runs[0], x.Runs[1]}
		x.Runs[1].Request = &r
		all = append(all, store.Commit{Transition: &engine.Transition{
			Next:    x,
			Records: []audit.Record{record(x, audit.CopyPosted, "await_decision", "2", bot, map[string]any{"copy": n + 1, "surface": "slack", "place": "C0123456789", "digest": digest, "shown": 1})},
			Drop:    []engine.EffectKey{engine.EffectKey(fmt.Sprintf("copy/2/%d", n+1))},
		}})
	}
	return all
}

func request(at time.Time) *engine.Request {
	sum := sha256.Sum256([]byte(at.String()))
	return &engine.Request{
		Version: 1, Since: 1, Title: "Vacation for Kim Example", Description: "2026-12-21 to 2027-01-03, cover: Alex Example",
		Form: []flow.Field{
			{ID: "approved", Type: flow.Bool, Label: "Approve this request?", Required: true},
			{ID: "reason", Type: flow.String, Label: "reason", Description: "Decision notes"},
		},
		Verdict:  "approved",
		Policy:   approval.Policy{Stages: []approval.Stage{{ID: "approvers", Who: []approval.Selector{{Kind: approval.User, Name: string(dana)}}}}},
		Asked:    [][]approval.PersonID{{dana}},
		Opened:   at,
		Deadline: at.Add(72 * time.Hour),
		Digest:   hex.EncodeToString(sum[:]),
		Copies:   []engine.Copy{{ID: 1, Surface: "slack", Place: "#vacation-approvals"}, {ID: 2, Surface: "slack", Person: dana}},
	}
}

func record(x engine.Execution, event audit.Event, task, run string, by engine.Principal, data map[string]any) audit.Record {
	return audit.Record{
		At: x.Started, Event: event, Namespace: x.Flow.Namespace, Flow: x.Flow.ID, Revision: x.Flow.Revision,
		Execution: string(x.ID), Task: task, TaskRun: run, Data: data,
		Actor: audit.Actor{Person: string(by.Person), Name: by.Name, Account: by.Account, Via: by.Via},
	}
}
