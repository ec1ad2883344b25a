package adaptertest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
)

func testForm(t *testing.T, f fixture) {
	f.needPress(t)
	card := Asking()
	f.desk.show(card)
	ref := f.post(t, card)
	values := map[string]any{
		"note": "fine *by* <me>", "count": "3", "amount": "12.50", "sure": false,
		"day": "2026-12-01", "moment": "2026-12-01T09:30:00Z", "color": "blue",
		"hour": "09:30", "tags": []any{"a", "c"}, "mail": "dana@example.com", "page": "https://example.com/x", "pin": "0815",
	}
	if fb := f.press(t, Press{By: f.Dana, Ref: ref, Action: "answer", Values: values}); fb.Form || fb.Notice != "" {
		t.Errorf("after a recorded answer: %+v", fb)
	}
	clicks := f.desk.seen()
	if len(clicks) != 1 {
		t.Fatalf("one submission made %d clicks", len(clicks))
	}
	if diff := cmp.Diff(values, clicks[0].Values); diff != "" {
		t.Errorf("values (-want +got)\n%s", diff)
	}
	want := adapters.Click{Actor: f.Dana.Account, Request: card.Request, Version: 1, Action: "answer", Copy: ref}
	got := clicks[0]
	got.Values, got.Once, got.Evidence, got.WantCard = nil, "", "", false
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("click (-want +got)\n%s", diff)
	}
}

func testFormEmpty(t *testing.T, f fixture) {
	f.needPress(t)
	card := Asking()
	f.desk.show(card)
	ref := f.post(t, card)
	f.press(t, Press{By: f.Dana, Ref: ref, Action: "answer", Values: map[string]any{}})
	clicks := f.desk.seen()
	if len(clicks) != 1 {
		t.Fatalf("one submission made %d clicks", len(clicks))
	}
	want := map[string]any{}
	for _, field := range card.Form {
		want[field.ID] = nil
	}
	if diff := cmp.Diff(want, clicks[0].Values); diff != "" {
		t.Errorf("values (-want +got)\n%s", diff)
	}
}

func testFormVersion(t *testing.T, f fixture) {
	f.needPress(t)
	ref := f.post(t, Pending())
	newer := Pending()
	newer.Version = 7
	f.desk.show(newer)
	f.press(t, Press{By: f.Dana, Ref: ref, Action: "reject", Values: map[string]any{"reason": "no cover"}})
	clicks := f.desk.seen()
	if len(clicks) != 1 || clicks[0].Version != 7 {
		t.Errorf("a form that showed version 7 answered %+v", clicks)
	}
}

func testLookRefused(t *testing.T, f fixture) {
	f.needPress(t)
	f.desk.replyLook(adapters.Answer{Kind: adapters.Refused, Text: "Already approved by Dana at 14:02 UTC."})
	ref := f.post(t, Pending())
	if fb := f.press(t, Press{By: f.Kim, Ref: ref, Action: "reject"}); fb.Form {
		t.Errorf("the form opened: %+v", fb)
	}
	wantTold(t, f, f.Kim, "Already approved by Dana at 14:02 UTC.")
	if clicks := f.desk.seen(); len(clicks) != 0 {
		t.Errorf("opening a form clicked: %+v", clicks)
	}
}

func testInvalid(t *testing.T, f fixture) {
	f.needPress(t)
	card := Asking()
	f.desk.show(card)
	ref := f.post(t, card)
	f.desk.reply(adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"count": "At most 3 days are left."}}, nil)
	values := map[string]any{"note": "a long text", "count": "5", "amount": "1.5", "sure": true, "day": "2026-12-01", "moment": "2026-12-01T09:30:00Z", "color": "red"}
	fb := f.press(t, Press{By: f.Dana, Ref: ref, Action: "answer", Values: values})
	want := Feedback{Form: true, Fields: map[string]string{"count": "At most 3 days are left."}, Filled: values}
	if diff := cmp.Diff(want, fb); diff != "" {
		t.Errorf("feedback (-want +got)\n%s", diff)
	}
}

func testFormRefused(t *testing.T, f fixture) {
	f.needPress(t)
	f.desk.show(Pending())
	ref := f.post(t, Pending())
	f.desk.reply(adapters.Answer{Kind: adapters.Refused, Text: "Already approved by Kim at 14:02 UTC."}, nil)
	fb := f.press(t, Press{By: f.Dana, Ref: ref, Action: "reject", Values: map[string]any{"reason": "late"}})
	if fb.Notice != "Already approved by Kim at 14:02 UTC." {
		t.Errorf("feedback = %+v, want the reason in the place of the form", fb)
	}
}
