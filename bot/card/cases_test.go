package card

import (
	"fmt"
	"maps"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// cardViews are the cards of testdata/cards.txtar by name.
func cardViews() map[string]View {
	views := map[string]View{}
	for _, cases := range []map[string]View{openViews(), partlyViews(), closedViews(), formViews(), hostileViews(), movedViews(), requesterViews()} {
		maps.Copy(views, cases)
	}
	return views
}

func openViews() map[string]View {
	bare := vacation(func(x *engine.Execution, r *engine.Request) {
		x.Requester, x.Inputs = engine.Principal{}, nil
		r.Deadline = r.Closed
	})
	bare.BaseURL, bare.InputOrder = "", nil
	return map[string]View{
		"pending":                  vacation(nil),
		"pending_with_everything":  deploy(nil),
		"pending_without_anything": bare,
		"pending_by_a_service": vacation(func(x *engine.Execution, _ *engine.Request) {
			x.Requester = engine.Principal{Name: "ci", Account: "api::ci"}
		}),
		"pending_by_somebody_who_left": vacation(func(x *engine.Execution, _ *engine.Request) { x.Requester = principal("zoe@corp.example", "Zoe") }),
		"pending_of_three":             vacation(func(_ *engine.Execution, r *engine.Request) { r.Asked[0] = ids("dana", "kim", "lee") }),
		"pending_two_of_three":         vacation(func(_ *engine.Execution, r *engine.Request) { needTwo(r) }),
		"pending_all": vacation(func(_ *engine.Execution, r *engine.Request) {
			needTwo(r)
			r.Policy.Stages[0].Need = approval.Need{All: true}
		}),
		"pending_with_a_lost_copy":      vacation(func(_ *engine.Execution, r *engine.Request) { loseCopies(r) }),
		"pending_inputs_of_every_type":  vacation(func(x *engine.Execution, _ *engine.Request) { x.Inputs = everyValue() }),
		"pending_reject_needs_a_reason": vacation(func(_ *engine.Execution, r *engine.Request) { r.RejectNeeds = "reason"; r.Form[1].Required = false }),
	}
}

func needTwo(r *engine.Request) {
	r.Asked[0] = ids("dana", "kim", "lee")
	r.Policy.Stages[0].Need = approval.Need{Count: 2}
}

func loseCopies(r *engine.Request) {
	r.Copies = []engine.Copy{
		{ID: 1, Surface: "slack", Place: "#vacation-approvals", Problem: "it cannot be reached there (channel_not_found). Invite signoff to the channel"},
		{ID: 2, Surface: "teams", Person: "dana", Problem: "x"},
		{ID: 3, Surface: "slack", Person: "dana"},
	}
}

func everyValue() map[string]any {
	return map[string]any{
		"nothing": nil, "yes": true, "no": false, "number": int64(12), "decimal": 12.5, "big": 1e21,
		"list": []any{"a", int64(1)}, "map": map[string]any{"b": 1, "a": "<x>"}, "empty": "", "lines": "a\nb",
	}
}

func partlyViews() map[string]View {
	return map[string]View{
		"partly_one_of_two": vacation(func(_ *engine.Execution, r *engine.Request) {
			needTwo(r)
			answer(r, engine.Approve, principal("kim", "Kim"), map[string]any{"approved": true, "reason": "fine by me"})
		}),
		"partly_second_step": deploy(func(_ *engine.Execution, r *engine.Request) {
			answer(r, engine.Approve, principal("dana", "Dana"), nil)
			r.Stage = 1
		}),
		"partly_second_step_again": deploy(func(_ *engine.Execution, r *engine.Request) {
			answer(r, engine.Approve, principal("dana", "Dana"), nil)
			r.Stage = 1
			answer(r, engine.Approve, principal("lee", "Lee"), nil)
		}),
	}
}

func closedViews() map[string]View {
	views := map[string]View{}
	for name, outcome := range map[string]engine.Outcome{"expired": engine.Expired, "cancelled": engine.Withdrawn, "superseded": engine.Superseded} {
		views[name] = vacation(func(x *engine.Execution, r *engine.Request) {
			x.State = engine.Cancelled
			closeAs(r, outcome)
		})
	}
	for _, state := range []engine.State{engine.Running, engine.Paused, engine.Success, engine.Warning, engine.Failed, engine.Killed} {
		views[fmt.Sprintf("approved_%s", state)] = approved(state)
	}
	views["rejected"] = vacation(func(x *engine.Execution, r *engine.Request) {
		needTwo(r)
		answer(r, engine.Approve, principal("kim", "Kim"), nil)
		answer(r, engine.Reject, principal("dana", "Dana"), map[string]any{"approved": false, "reason": "No cover\nthat week."})
		closeAs(r, engine.Rejected)
		x.State, x.Problem = engine.Failed, "Rejected by Dana."
	})
	views["approved_by_two"] = vacation(func(x *engine.Execution, r *engine.Request) {
		needTwo(r)
		answer(r, engine.Approve, principal("kim", "Kim"), nil)
		answer(r, engine.Approve, principal("lee", "Lee"), nil)
		closeAs(r, engine.Approved)
		x.State = engine.Running
	})
	views["approved_by_many"] = vacation(func(x *engine.Execution, r *engine.Request) {
		for i := range 13 {
			answer(r, engine.Approve, principal(approval.PersonID(fmt.Sprint("p", i)), fmt.Sprint("P", i)), nil)
		}
		closeAs(r, engine.Approved)
		x.State = engine.Running
	})
	return views
}

func approved(state engine.State) View {
	return vacation(func(x *engine.Execution, r *engine.Request) {
		answer(r, engine.Approve, principal("dana", "Dana"), map[string]any{"approved": true, "reason": "enjoy"})
		closeAs(r, engine.Approved)
		x.State = state
		if state == engine.Failed {
			x.Problem = "update_hr_system: the server answered 500"
		}
	})
}

func formViews() map[string]View {
	low, high := 0.5, 1e6
	form := func(fields ...flow.Field) func(*engine.Execution, *engine.Request) {
		return func(_ *engine.Execution, r *engine.Request) { r.Form, r.Verdict = fields, "" }
	}
	options := []flow.Option{{Value: "s", Label: "Small"}, {Value: "l"}}
	size := flow.Field{ID: "size", Type: flow.Select, Label: "How big?", Required: true, Values: options}
	return map[string]View{
		"asks_nothing":         vacation(form()),
		"asks_nothing_resumed": vacation(answered(form(), nil)),
		"asks_one_of_few":      vacation(form(size)),
		"asks_one_of_few_done": vacation(answered(form(size), map[string]any{"size": "s"})),
		"asks_one_of_many": vacation(form(flow.Field{
			ID: "size", Type: flow.Select, Values: append(options, flow.Option{Value: "1"}, flow.Option{Value: "2"}, flow.Option{Value: "3"}, flow.Option{Value: "4"}),
		})),
		"asks_one_of_few_or_another": vacation(form(flow.Field{ID: "size", Type: flow.Select, Values: options, AllowCustom: true, Prefill: "xl"})),
		"asks_every_type": vacation(form(
			flow.Field{ID: "a_text", Type: flow.String, Label: "Text", Description: "Any words", Default: "hello", Validator: "[a-z]+"},
			flow.Field{ID: "an_int", Type: flow.Int, Min: &low, Max: &high, Required: true, Default: int64(7)},
			flow.Field{ID: "a_float", Type: flow.Float, Prefill: 2.50},
			flow.Field{ID: "a_bool", Type: flow.Bool, Default: false},
			flow.Field{ID: "a_date", Type: flow.Date, After: "2026-01-01", Before: "2026-12-31", Description: "When?"},
			flow.Field{ID: "a_moment", Type: flow.DateTime, After: "2026-01-01T00:00:00Z"},
			flow.Field{ID: "a_choice", Type: flow.Select, Values: options, Prefill: "l", Default: "s"},
			flow.Field{ID: "no_such_choice", Type: flow.Select, Values: options, Prefill: "xl"},
		)),
		"asks_one_field_and_verdict": deploy(func(_ *engine.Execution, r *engine.Request) {
			r.Form = append(r.Form, size)
			r.Form[0].Label = "Shall we?"
			r.Policy.Stages = r.Policy.Stages[:1]
		}),
	}
}

// answered ends a form with an answer.
func answered(form func(*engine.Execution, *engine.Request), values map[string]any) func(*engine.Execution, *engine.Request) {
	return func(x *engine.Execution, r *engine.Request) {
		form(x, r)
		answer(r, engine.None, principal("dana", "Dana"), values)
		closeAs(r, engine.Answered)
		x.State = engine.Success
	}
}

// hostileViews are full of texts that would like to be something else.
func hostileViews() map[string]View {
	const evil = "x\u202e\n\n<!channel> @here\u200b"
	return map[string]View{
		"hostile_texts": deploy(func(x *engine.Execution, r *engine.Request) {
			x.Requester = engine.Principal{Name: evil, Account: evil}
			x.Problem = evil
			r.Title, r.Description = evil, evil
			r.Facts = []engine.Fact{{Label: evil, Value: evil}}
			r.Links = []engine.Link{{Text: evil, URL: "https://a.example"}, {Text: evil, URL: evil}, {URL: "https://b.example/x"}}
			r.Form[0].Label, r.Form[0].Description = evil, evil
			r.Form = append(r.Form, flow.Field{ID: "f", Type: flow.Select, Label: evil, Description: evil, Values: []flow.Option{{Value: "v", Label: evil}}})
			r.Policy.Stages[0].ID = evil
			r.Copies = []engine.Copy{{Surface: evil, Place: evil, Problem: evil}}
			answer(r, engine.Approve, engine.Principal{Name: evil}, map[string]any{"f": evil})
		}),
		"hostile_stage":  deploy(func(_ *engine.Execution, r *engine.Request) { r.Stage = 7 }),
		"hostile_people": peopleless(deploy(nil)),
		"long_texts": deploy(func(_ *engine.Execution, r *engine.Request) {
			for i := range 10 {
				r.Facts = append(r.Facts, engine.Fact{Label: fmt.Sprint("F", i), Value: fmt.Sprintf("%0200d", i)})
			}
		}),
	}
}

func peopleless(v View) View {
	v.People = nil
	return v
}
