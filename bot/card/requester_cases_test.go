package card

import (
	"testing"

	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// requesterViews are the copies of whoever asked, and those of approvers once
// nothing is to do.
func requesterViews() map[string]View {
	return map[string]View{
		"requester_pending": asRequester(vacation(nil)),
		"requester_sent_back": asRequester(vacation(func(_ *engine.Execution, r *engine.Request) {
			r.Wanted, r.Editable = "Fewer days.", []string{"end_date"}
		})),
		"requester_rejected": asRequester(vacation(func(_ *engine.Execution, r *engine.Request) {
			answer(r, engine.Reject, principal("dana", "Dana"), map[string]any{"approved": false, "reason": "No cover."})
			closeAs(r, engine.Rejected)
		})),
		"requester_expired": asRequester(vacation(func(_ *engine.Execution, r *engine.Request) { closeAs(r, engine.Expired) })),
		"requester_of_a_subflow": asRequester(vacation(func(x *engine.Execution, r *engine.Request) {
			x.Parent = &engine.ParentRef{Execution: "01JDXYA", Run: "1"}
			closeAs(r, engine.Expired)
		})),
		"nothing_to_do_for_kim": forKim(approved(engine.Running)),
		"nothing_to_do_expired": forKim(vacation(func(_ *engine.Execution, r *engine.Request) { closeAs(r, engine.Expired) })),
	}
}

func asRequester(v View) View {
	v.Copy = engine.Copy{ID: 3, Surface: "slack", Person: "alex@corp.example", Role: engine.ForRequester}
	v.Inputs = []flow.Field{
		{ID: "employee", Type: flow.String, Required: true},
		{ID: "start_date", Type: flow.Date, Required: true},
		{ID: "end_date", Type: flow.Date},
		{ID: "pin", Type: flow.Secret},
		{ID: "note", Type: flow.File},
	}
	return v
}

func forKim(v View) View {
	v.Copy = engine.Copy{ID: 2, Surface: "slack", Person: "kim"}
	return v
}

// Whatever a log holds, telling it comes to an end, and no entry is left out or
// told twice.
func TestSayTellsEveryLog(t *testing.T) {
	t.Parallel()
	events := []audit.Event{
		audit.ResponseRecorded, audit.RequestCommented, audit.RequestReturned, audit.RequestReminded, audit.RequestDelegated,
		audit.RequestReassigned, audit.RequestEscalated, audit.RequestOpened, audit.RequestSuperseded, audit.RequestApproved,
		audit.RequestRejected, audit.RequestExpired, audit.RequestCancelled, audit.RequestOverridden, audit.ExecutionEnded, "unheard.of",
	}
	rapid.Check(t, func(rt *rapid.T) {
		v := deploy(func(x *engine.Execution, r *engine.Request) {
			r.Comments = []engine.Remark{{By: principal("kim", "Kim"), Kind: engine.Question, Text: rapid.String().Draw(rt, "question")}}
			r.Moves = []approval.Move{{Kind: approval.Escalated, Who: []approval.Selector{{Kind: approval.User, Name: "lee"}}}, {Kind: approval.Delegated, From: "dana", To: "lee"}}
			answer(r, engine.Approve, principal("kim", "Kim"), map[string]any{"reason": rapid.String().Draw(rt, "reason")})
			if rapid.Bool().Draw(rt, "closed") {
				closeAs(r, rapid.SampledFrom([]engine.Outcome{engine.Approved, engine.Rejected, engine.Expired, engine.Withdrawn, engine.Superseded}).Draw(rt, "outcome"))
				x.State = engine.Success
			}
		})
		r := v.Run.Request
		for range rapid.IntRange(1, 8).Draw(rt, "entries") {
			e := engine.Entry{
				At: at(14, rapid.IntRange(0, 2).Draw(rt, "minute")), What: rapid.SampledFrom(events).Draw(rt, "event"),
				Round: rapid.IntRange(0, 1).Draw(rt, "round"), N: rapid.IntRange(-1, 2).Draw(rt, "n"), By: principal("kim", "Kim"),
				Who: ids("kim", "zoe"),
			}
			if e.What == audit.ExecutionEnded {
				e.Text = string(engine.Success)
			}
			r.Log = append(r.Log, e)
		}
		v.Copy = engine.Copy{ID: 1, Surface: "slack", Place: "#a"}
		if rapid.Bool().Draw(rt, "requester") {
			v.Copy.Role = engine.ForRequester
		}
		for told := 0; told < len(r.Log); {
			s := Say(v, told)
			if s.Entries < 1 || told+s.Entries > len(r.Log) {
				rt.Fatalf("of %d entries it tells %d from %d on", len(r.Log), s.Entries, told)
			}
			if !r.Open() && len(s.Mention) > 0 {
				rt.Fatalf("%q are called to a request that is over", s.Mention)
			}
			told += s.Entries
		}
	})
}
