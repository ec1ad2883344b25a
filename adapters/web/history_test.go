package web_test

import (
	"net/http"
	"strings"
	"testing"

	"signoff/engine"
	"signoff/engine/approval"
)

// moves are one of each kind, whose every text is s.
func moves(s string) []approval.Move {
	id := approval.PersonID(s)
	return []approval.Move{
		{Kind: approval.Delegated, From: id, To: id, By: id, At: noon, Until: noon, Reason: s},
		{Kind: approval.Reassigned, From: id, To: id, By: id, At: noon, Reason: s},
		{Kind: approval.Escalated, Who: []approval.Selector{{Kind: approval.Group, Name: s}}, At: noon},
	}
}

func TestPageTellsWhatHappenedWithARequest(t *testing.T) {
	t.Parallel()
	p := newProduct(t, "text")
	said := func(k engine.RemarkKind, by string) engine.Remark {
		return engine.Remark{By: engine.Principal{Name: by}, At: noon, Kind: k, Text: "Words of " + by}
	}
	at := ", 22 Nov 2026, 12:00:00 UTC"
	p.execution.Runs[2].Request = &engine.Request{
		Version: 4, Title: "Buy", Wanted: "Less", Dropped: []string{"board"},
		Moves: []approval.Move{
			{Kind: approval.Delegated, From: "dana", To: "kim", By: "dana", At: noon, Until: noon, Reason: "in a train"},
			{Kind: approval.Reassigned, From: "dana", To: "kim", By: "lee", At: noon},
			{Kind: approval.Escalated, Who: []approval.Selector{{Kind: approval.Group, Name: "leads"}}, Replace: true, At: noon},
		},
		Comments: []engine.Remark{
			said(engine.Question, "Dana"), said(engine.Reply, "Alex"), said(engine.Changes, "Kim"), said(engine.Resubmitted, "Alex"), said(engine.Reason, "Alex"),
		},
		Rounds:    []engine.Round{{Digest: "abc", Ended: noon, Why: "Changed by Alex.", Responses: []engine.Response{{By: engine.Principal{Name: "Lee"}, For: "dana", At: noon, Verdict: engine.Approve}}}},
		Responses: []engine.Response{{By: engine.Principal{Name: "Sam"}, At: noon, Verdict: engine.Approve, Override: "Fire"}},
	}
	body := get(t, handler(t, p, ""), http.MethodGet, "/executions/x1", nil).Body.String()
	for _, want := range []string{
		"Round 1 ended 22 Nov 2026, 12:00:00 UTC. Changed by Alex. The digest was abc.",
		"In round 1 Lee, for dana, approved" + at,
		"Left out, because its condition does not hold: board",
		"kim answers for dana until 22 Nov 2026, 12:00:00 UTC: in a train" + at,
		"kim is asked instead of dana, by lee" + at,
		"Nobody answered in time, so it now asks group:leads alone" + at,
		"Dana asked" + at + ": Words of Dana", "Alex replied", "Kim wanted changes", "Alex changed it and asked anew", "Alex took it back",
		"Nobody can answer until the requester asks anew.",
		"Break-glass: they decided alone, because: <bdi>Fire</bdi>",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
