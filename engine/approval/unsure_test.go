package approval

import (
	"errors"
	"testing"
	"time"
)

// TestUnsureAbsence: an absence that cannot be read now lets nobody stand in, and
// what bars a stand-in of somebody excluded holds all the same.
func TestUnsureAbsence(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	people := func(absent map[PersonID]Absence) *Directory {
		return &Directory{
			People: map[PersonID]Person{"dana": {ID: "dana", Name: "Dana"}, "kim": {ID: "kim", Name: "Kim"}, "alex": {ID: "alex", Name: "Alex"}},
			Absent: absent,
		}
	}
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for name, c := range map[string]struct {
		absent map[PersonID]Absence
		kind   RefusalKind // empty: Kim may answer
		why    string
	}{
		"sure":   {map[PersonID]Absence{"dana": {From: ago(1), StandIn: "kim", Source: "Slack status"}}, "", "for Dana, who is away, says their Slack status"},
		"unsure": {map[PersonID]Absence{"dana": {From: ago(1), StandIn: "kim", Source: "Slack status", Unsure: true}}, Unverified, ""},
		"over":   {map[PersonID]Absence{"dana": {From: ago(2), Until: ago(1), StandIn: "kim", Unsure: true}}, NotEligible, ""},
		"barred_by_an_unsure_one": {map[PersonID]Absence{
			"alex": {From: ago(2), StandIn: "kim", Unsure: true}, "dana": {From: ago(1), StandIn: "kim"},
		}, StandIn, ""},
		"barred_and_unsure": {map[PersonID]Absence{
			"alex": {From: ago(2), StandIn: "kim", Unsure: true}, "dana": {From: ago(1), StandIn: "kim", Unsure: true},
		}, NotEligible, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cs := Case{
				Policy: Policy{Stages: []Stage{{ID: "one", Who: []Selector{{Kind: User, Name: "dana"}}}}},
				People: people(c.absent), Requester: "alex", Asked: [][]PersonID{{"dana"}}, Now: now,
			}
			seat, err := cs.May("kim")
			no, refused := errors.AsType[*RefusalError](err)
			switch {
			case refused && no.Kind != c.kind, !refused && c.kind != "":
				t.Errorf("May = %+v, %v, want %q", seat, err, c.kind)
			case !refused:
				if got := cs.standsFor("kim", seat.For); got != c.why {
					t.Errorf("why = %q, want %q", got, c.why)
				}
			}
			if _, err := cs.May("dana"); err != nil {
				t.Errorf("Dana: %v", err)
			}
		})
	}
}

func TestAwayNamesItsSource(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]Absence{
		"":                          {},
		", says their Slack status": {Source: "Slack status"},
		", says their Slack status, which lets nobody stand in: it names nobody": {Source: "Slack status", Note: "names nobody"},
		", said their Slack status, which cannot be read now":                    {Source: "Slack status", Unsure: true},
	} {
		if got := a.said(); got != want {
			t.Errorf("said(%+v) = %q, want %q", a, got, want)
		}
	}
}
