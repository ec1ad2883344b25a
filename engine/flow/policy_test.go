package flow

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/engine/approval"
)

// pauseOf reads the approval block of a Pause, which must load.
func pauseOf(t *testing.T, block string) *Pause {
	t.Helper()
	src := "id: demo\nnamespace: demo\ninputs: [{id: amount, type: INT}, {id: note, type: STRING}]\n" +
		"tasks:\n  - id: ask\n    type: Pause\n    request: {title: \"{{ inputs }}\"}\n    onResume: [{id: ok, type: BOOL}]\n    onReject: FAIL\n    approval:\n" +
		"      " + strings.ReplaceAll(strings.TrimSpace(block), "\n", "\n      ") + "\n"
	f, faults := Parse("f.yaml", []byte(src))
	if f == nil {
		t.Fatalf("%v\n%s", faults, src)
	}
	w, ok := f.Tasks[0].Spec.(*Pause)
	if !ok {
		t.Fatalf("%T", f.Tasks[0].Spec)
	}
	return w
}

func inGroup(name string) approval.Selector {
	return approval.Selector{Kind: approval.Group, Name: name}
}

func TestApprovalBlockMeans(t *testing.T) {
	t.Parallel()
	const plain = "stages: [{id: a, who: 'group:a'}]\n"
	a := []approval.Stage{{ID: "a", Who: []approval.Selector{inGroup("a")}}}
	for name, c := range map[string]struct {
		block string
		want  approval.Policy
	}{
		"the default":                    {plain, approval.Policy{Stages: a}},
		"author":                         {plain + "exclude: [requester, author]", approval.Policy{Stages: a, ExcludeAuthor: true}},
		"author keeps the requester out": {plain + "exclude: [author]", approval.Policy{Stages: a, ExcludeAuthor: true}},
		"nobody is excluded":             {plain + "exclude: []", approval.Policy{Stages: a, AllowRequester: true}},
		"delegate":                       {plain + "delegate: true", approval.Policy{Stages: a}},
		"delegate never":                 {plain + "delegate: false", approval.Policy{Stages: a, NoDelegate: true}},
		"delegate twice":                 {plain + "delegate: 2", approval.Policy{Stages: a, Hops: 2}},
		"delegate by a map":              {plain + "delegate: {hops: 3}", approval.Policy{Stages: a, Hops: 3}},
		"delegate never, map":            {plain + "delegate: {hops: false}", approval.Policy{Stages: a, NoDelegate: true}},
		"every way to name people": {
			"stages: [{id: a, who: ['user:Dana', 'group:Ops', 'role:Lead', 'manager-of:requester', 'manager-of:Kim@X.org', 'oncall:Payments']}]",
			approval.Policy{Stages: []approval.Stage{{ID: "a", Who: []approval.Selector{
				{Kind: approval.User, Name: "dana"},
				inGroup("Ops"),
				{Kind: approval.Role, Name: "Lead"},
				{Kind: approval.ManagerOf, Name: approval.Requester},
				{Kind: approval.ManagerOf, Name: "kim@x.org"},
				{Kind: approval.OnCall, Name: "Payments"},
			}}}},
		},
		"groups": {
			"stages: [{id: a, groups: [{id: x, who: 'group:x', need: 2}, {id: y, who: 'group:y', need: all}]}]",
			approval.Policy{Stages: []approval.Stage{{ID: "a", Groups: []approval.Party{
				{ID: "x", Who: []approval.Selector{inGroup("x")}, Need: approval.Need{Count: 2}},
				{ID: "y", Who: []approval.Selector{inGroup("y")}, Need: approval.Need{All: true}},
			}}}},
		},
		"times": {
			"stages: [{id: a, who: 'group:a', deny: 2, within: P5D, remind: [PT4H, P1D], urgent: true,\n" +
				"  escalate: [{after: P2D, to: 'group:b'}, {after: P3D, to: ['group:c'], replace: true}]}]",
			approval.Policy{Stages: []approval.Stage{{
				ID: "a", Who: []approval.Selector{inGroup("a")}, Deny: 2, Within: 5 * 24 * time.Hour,
				Remind: []time.Duration{4 * time.Hour, 24 * time.Hour}, Urgent: true,
				Escalate: []approval.Rung{
					{After: 2 * 24 * time.Hour, To: []approval.Selector{inGroup("b")}},
					{After: 3 * 24 * time.Hour, To: []approval.Selector{inGroup("c")}, Replace: true},
				},
			}}},
		},
		"one reminder, one step": {
			"stages: [{id: a, who: 'group:a', remind: P1D, escalate: {after: P2D, to: 'group:b'}}]",
			approval.Policy{Stages: []approval.Stage{{
				ID: "a", Who: []approval.Selector{inGroup("a")}, Remind: []time.Duration{24 * time.Hour},
				Escalate: []approval.Rung{{After: 2 * 24 * time.Hour, To: []approval.Selector{inGroup("b")}}},
			}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, *pauseOf(t, c.block).Approval); diff != "" {
				t.Errorf("the policy of\n%s\n(-want +got):\n%s", c.block, diff)
			}
		})
	}
}

// Each condition belongs to the stage beside which it stands.
func TestStageConditionsKeepTheirPlace(t *testing.T) {
	t.Parallel()
	w := pauseOf(t, "stages:\n  - {id: a, who: 'group:a'}\n  - {id: b, who: 'group:b', when: \"{{ inputs.amount > 9 }}\"}\n  - {id: c, who: 'group:c'}")
	var got []string
	for _, when := range w.When {
		if when == nil {
			got = append(got, "")
		} else {
			got = append(got, when.Source())
		}
	}
	if diff := cmp.Diff([]string{"", "{{ inputs.amount > 9 }}", ""}, got); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
	if w := pauseOf(t, "stages: [{id: a, who: 'group:a'}]"); w.When != nil {
		t.Errorf("When = %v where nobody wrote one", w.When)
	}
}

func TestPauseKeepsItsRules(t *testing.T) {
	t.Parallel()
	w := pauseOf(t, "stages: [{id: a, who: 'group:a'}]\nauto: {when: \"{{ inputs.amount < 5 }}\", reason: Small.}\nchanges: [note, amount]\noverride: false")
	if w.Auto == nil || w.Auto.When.Source() != "{{ inputs.amount < 5 }}" || w.Auto.Reason.Source() != "Small." {
		t.Errorf("Auto = %+v", w.Auto)
	}
	if diff := cmp.Diff([]string{"note", "amount"}, w.Changes); diff != "" || !w.NoOverride {
		t.Errorf("Changes (-want +got):\n%s\nNoOverride = %v", diff, w.NoOverride)
	}
	if w := pauseOf(t, "stages: [{id: a, who: 'group:a'}]"); w.Auto != nil || w.Changes != nil || w.NoOverride {
		t.Errorf("a Pause without rules has %+v", w)
	}
}

// Seats are filled exactly where some way to fill them exists.
func TestSeatingFindsAWayIfThereIsOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		person := rapid.SampledFrom([]string{"a", "b", "c", "d"})
		seats := rapid.SliceOfN(rapid.SliceOfNDistinct(person, 0, 3, rapid.ID), 0, 5).Draw(t, "seats")
		var row seating
		if got, want := row.fill(seats), someWay(seats, nil); got != want {
			t.Fatalf("fill(%v) = %v, want %v", seats, got, want)
		}
	})
}

// someWay tries everybody on every seat.
func someWay(seats [][]string, sitting []string) bool {
	if len(seats) == 0 {
		return true
	}
	return slices.ContainsFunc(seats[0], func(name string) bool {
		return !slices.Contains(sitting, name) && someWay(seats[1:], append(slices.Clip(sitting), name))
	})
}

// A hostile file costs no more than its size: many seats with the same names.
func TestSeatingIsBounded(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range maxSelectors {
		names = append(names, "user:p"+strings.Repeat("x", i))
	}
	one := "{who: &w [" + strings.Join(names, ", ") + "], need: 100, id: s0}"
	stages := []string{one}
	for i := 1; i < maxStages; i++ {
		stages = append(stages, "{who: *w, need: 200, id: s"+strings.Repeat("y", i)+"}")
	}
	src := "id: demo\nnamespace: demo\ntasks:\n  - id: ask\n    type: Pause\n    onResume: [{id: ok, type: BOOL}]\n    onReject: FAIL\n    approval:\n      stages: [" +
		strings.Join(stages, ", ") + "]\n"
	begin := time.Now()
	if _, faults := Parse("f.yaml", []byte(src)); faults.Stop() {
		t.Fatalf("%v", faults)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("parsing took %s", took)
	}
}
