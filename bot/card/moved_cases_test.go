package card

import (
	"slices"
	"strings"

	"signoff/engine"
	"signoff/engine/approval"
)

// movedViews are cards of requests that moved between people, or came back.
func movedViews() map[string]View {
	said := func(kind engine.RemarkKind, by engine.Principal, text string) engine.Remark {
		return engine.Remark{By: by, At: at(10, 0), Kind: kind, Text: text}
	}
	alex, dana, kim := principal("alex@corp.example", "Alex"), principal("dana", "Dana"), principal("kim", "Kim")
	return map[string]View{
		"delegated": moved(approval.Move{Kind: approval.Delegated, From: "dana", To: "kim", By: "dana", At: at(9, 30), Until: at(17, 0), Reason: "I am in the air"}),
		"delegated_and_run_out": moved(
			approval.Move{Kind: approval.Delegated, From: "dana", To: "kim", By: "dana", At: at(9, 30), Until: at(9, 45)}),
		"delegated_and_answered": vacation(func(x *engine.Execution, r *engine.Request) {
			answer(r, engine.Approve, kim, nil)
			r.Responses[0].For = "dana"
			closeAs(r, engine.Approved)
			x.State = engine.Running
		}),
		"moved_too_often": moved(slices.Repeat([]approval.Move{
			{Kind: approval.Delegated, From: "lee", To: "kim", By: "lee", At: at(9, 30), Reason: strings.Repeat("why ", 500)},
		}, 9)...),
		"hostile_moves": hostileMoves(),
		"reassigned":    moved(approval.Move{Kind: approval.Reassigned, From: "dana", To: "kim", By: "lee", At: at(9, 30), Reason: "Dana has left"}),
		"escalated": moved(
			approval.Move{Kind: approval.Escalated, Who: []approval.Selector{{Kind: approval.Group, Name: "leads"}, {Kind: approval.User, Name: "kim"}}, At: at(9, 30)}),
		"escalated_instead": moved(
			approval.Move{Kind: approval.Escalated, Who: []approval.Selector{{Kind: approval.ManagerOf, Name: approval.Requester}}, Replace: true, At: at(9, 30)}),
		"stand_in": absent(vacation(nil), "dana", approval.Absence{From: at(8, 0), Until: at(20, 0), StandIn: "kim"}),
		"changes_wanted": vacation(func(_ *engine.Execution, r *engine.Request) {
			r.Editable, r.Wanted = []string{"start_date", "end_date"}, "Not in the last week of the year."
			r.Comments = []engine.Remark{said(engine.Changes, dana, r.Wanted)}
		}),
		"changes_possible": vacation(func(_ *engine.Execution, r *engine.Request) { r.Editable = []string{"start_date"} }),
		"asked_anew": vacation(func(_ *engine.Execution, r *engine.Request) {
			r.Editable = []string{"start_date"}
			r.Rounds = []engine.Round{{Digest: "old", Ended: at(11, 0), Why: "Changed by Alex."}}
			r.Comments = []engine.Remark{
				said(engine.Question, kim, "Who covers?"), said(engine.Reply, alex, "Lee does."),
				said(engine.Changes, dana, "Start a day later."), said(engine.Resubmitted, alex, "Done."),
			}
		}),
		"not_to_be_delegated": vacation(func(_ *engine.Execution, r *engine.Request) { r.Policy.NoDelegate = true }),
		"withdrawn": vacation(func(x *engine.Execution, r *engine.Request) {
			r.Comments = []engine.Remark{said(engine.Reason, alex, "I am ill.")}
			closeAs(r, engine.Withdrawn)
			x.State = engine.Cancelled
		}),
		"overridden": vacation(func(x *engine.Execution, r *engine.Request) {
			answer(r, engine.Approve, kim, nil)
			r.Responses[0].Override = "Production is down and Dana sleeps."
			closeAs(r, engine.Approved)
			x.State = engine.Running
		}),
		"approved_by_a_rule": vacation(func(x *engine.Execution, r *engine.Request) {
			r.Auto, r.Asked = "Below 50 nobody needs to look.", [][]approval.PersonID{nil}
			closeAs(r, engine.Approved)
			x.State = engine.Running
		}),
		"groups": vacation(func(_ *engine.Execution, r *engine.Request) {
			who := func(names ...string) (out []approval.Selector) {
				for _, n := range names {
					out = append(out, approval.Selector{Kind: approval.User, Name: n})
				}
				return out
			}
			r.Policy.Stages = []approval.Stage{{ID: "review", Groups: []approval.Party{
				{ID: "ops", Who: who("dana", "kim"), Need: approval.Need{Count: 2}},
				{ID: "security", Who: who("lee")},
				{ID: "all", Who: who("lee"), Need: approval.Need{All: true}},
			}}}
			r.Asked = [][]approval.PersonID{ids("dana", "kim", "lee")}
			answer(r, engine.Approve, dana, nil)
			r.Responses[0].Parties = []int{0}
		}),
		"steps_dropped_and_in_time": deploy(func(_ *engine.Execution, r *engine.Request) {
			r.Dropped = []string{"board"}
			r.StageAt, r.StageDue = at(9, 0), at(12, 0)
		}),
		"in_time": vacation(func(_ *engine.Execution, r *engine.Request) { r.StageAt, r.StageDue = at(9, 0), at(12, 0) }),
	}
}

// moved is the plainest card at ten, after some moves.
func moved(moves ...approval.Move) View {
	v := vacation(func(_ *engine.Execution, r *engine.Request) {
		r.Policy.Stages[0].Who = []approval.Selector{{Kind: approval.User, Name: "dana"}}
		r.Moves = moves
	})
	v.Now = at(10, 0)
	return v
}

// hostileMoves is full of texts that would like to be something else.
func hostileMoves() View {
	const evil = "x\u202e\n\n<!channel> @here\u200b"
	by := engine.Principal{Person: evil, Name: evil}
	var who []approval.Selector
	for _, kind := range []approval.SelectorKind{approval.Group, approval.User, approval.Role, approval.ManagerOf, approval.OnCall} {
		who = append(who, approval.Selector{Kind: kind, Name: evil})
	}
	v := moved(
		approval.Move{Kind: approval.Delegated, From: evil, To: evil, By: evil, At: at(9, 30), Until: at(17, 0), Reason: evil},
		approval.Move{Kind: approval.Reassigned, From: evil, To: evil, By: "lee", At: at(9, 30), Reason: evil},
		approval.Move{Kind: approval.Escalated, Who: who, At: at(9, 30)})
	r := v.Run.Request
	r.Dropped = []string{evil}
	r.Rounds = []engine.Round{{Digest: evil, Ended: at(9, 0), Why: evil}}
	r.Comments = []engine.Remark{{By: by, At: at(9, 0), Kind: engine.Question, Text: evil}, {By: by, At: at(9, 0), Kind: engine.Changes, Text: evil}}
	answer(r, engine.Approve, by, nil)
	r.Responses[0].For, r.Responses[0].Override = evil, evil
	return v
}

func absent(v View, who approval.PersonID, a approval.Absence) View {
	v.Now = at(10, 0)
	v.People.Absent = map[approval.PersonID]approval.Absence{who: a}
	return v
}
