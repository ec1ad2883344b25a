package engine_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// The desk is the model of one request and of all that people and clocks can do
// with it. It keeps its own books: which votes count, who has whose seat, in
// which round and stage it is, until when. Who may answer by those books is the
// rules' to say, and they have a model of their own; that the requester
// and whom the flow excludes never decide, nor who stands in for one of them by a
// seat that others gave them, is said here again.

func TestDeskModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"respond": d.respond, "respond again": d.respond, "override": d.override, "hand on": d.handOn, "send back": d.sendBack, "send back more": d.sendBack,
			"resubmit": d.resubmit, "resubmit more": d.resubmit, "comment": d.comment, "withdraw": d.withdraw, "wait": d.wait,
			"do": d.doOwed, "do more": d.doOwed, "late": d.late, "reorganise": d.reorganise, "late again": d.late, "cancel": d.cancel, "": d.check,
		})
	})
}

// desk is the model's own state.
type desk struct {
	world
	spec *flow.Pause

	asked   [][]approval.PersonID
	votes   []approval.Vote
	moves   []approval.Move
	stage   int
	version int
	since   int
	rounds  int
	said    int
	wanted  bool
	outcome engine.Outcome
	// deadline is that of the request; began and due are those of the stage.
	deadline, began, due time.Time
	// returned is when it was sent back, chased how often somebody was told since.
	returned time.Time
	chased   int
}

// The people of the desk. Rob asks; xia is excluded; zoe is unknown.
var deskPeople = []approval.PersonID{"ann", "ben", "cat", "dan", "eve", "rob", "xia"}

func newDesk(rt *rapid.T) *desk {
	f, faults := flow.Parse("desk.yaml", []byte(deskFlow(rt)))
	if faults.Stop() {
		rt.Fatal(faults)
	}
	d := &desk{world: world{flow: f, owed: map[engine.EffectKey]engine.Effect{}}}
	d.spec, _ = f.Task("gate").Spec.(*flow.Pause)
	d.facts = engine.Facts{
		Now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), People: deskDirectory(nil),
		Deliver: []flow.Destination{{Surface: "slack", To: "#room"}, {Surface: "slack", To: flow.Approvers}},
	}
	if err := d.apply(rt, engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 1}}); err != nil {
		rt.Fatal(err)
	}
	d.deadline = d.facts.Now.Add(30 * time.Hour)
	if asked, err := approval.Ask(d.books()); err != nil {
		rt.Skip("nobody could meet this")
	} else {
		d.opens(asked)
	}
	return d
}

// books is the case by the model's own books.
func (d *desk) books() approval.Case {
	return approval.Case{
		Policy: *d.spec.Approval, People: d.facts.People, Requester: "rob", Stage: d.stage,
		Asked: d.asked, Votes: d.votes, Moves: d.moves, Now: d.facts.Now,
	}
}

func (d *desk) opens(asked [][]approval.PersonID) {
	d.asked, d.votes, d.moves, d.wanted = asked, nil, nil, false
	d.version++
	d.since, d.stage = d.version, 0
	d.stageBegins()
}

func (d *desk) stageBegins() {
	d.began, d.due = d.facts.Now, time.Time{}
	if within := d.spec.Approval.Stages[d.stage].Within; within > 0 {
		d.due = d.began.Add(within)
	}
}

// barred are those who must never decide.
func barred(who approval.PersonID) bool {
	return who == "rob" || who == "xia" || who == "zoe" || who == ""
}

// standsIn reports whether somebody stands in for one of those, as things are and
// always were.
func (d *desk) standsIn(who approval.PersonID) bool {
	for of, seen := approval.PersonID("rob"), 0; seen < len(deskPeople); seen++ {
		away, ok := d.facts.People.Absent[of]
		if !ok || barred(away.StandIn) {
			return false
		}
		if of = away.StandIn; of == who {
			return true
		}
	}
	return false
}

// open reports whether anything can be done with the request; taking, whether
// it takes anything from those who are asked.
func (d *desk) open() bool {
	return d.outcome == "" && d.facts.Now.Before(d.deadline) && (d.due.IsZero() || d.facts.Now.Before(d.due))
}

func (d *desk) taking(version int) bool {
	return d.open() && !d.wanted && version >= d.since && version <= d.version
}

func (d *desk) anybody(rt *rapid.T) approval.PersonID {
	return rapid.SampledFrom(append(slices.Clone(deskPeople), "zoe", "")).Draw(rt, "who")
}

// fitting is mostly somebody who may answer, so that histories get somewhere.
func (d *desk) fitting(rt *rapid.T) approval.PersonID {
	var may []approval.PersonID
	for _, p := range deskPeople {
		if _, err := d.books().May(p); err == nil {
			may = append(may, p)
		}
	}
	if len(may) == 0 || rapid.IntRange(0, 2).Draw(rt, "anybody") == 0 {
		return d.anybody(rt)
	}
	return rapid.SampledFrom(may).Draw(rt, "who may")
}

func (d *desk) anyVersion(rt *rapid.T) int {
	return rapid.SampledFrom([]int{d.version, d.version, d.version, d.since, d.since - 1, d.version + 1}).Draw(rt, "version")
}

// expect takes a step and compares what is said of it.
func (d *desk) expect(rt *rapid.T, cmd engine.Command, want bool) bool {
	if err := d.apply(rt, cmd); (err == nil) != want {
		rt.Fatalf("Step(%+v) = %v, the books say %t\n%s", cmd, err, want, dump(d.x.Runs))
	}
	return want
}

func (d *desk) respond(rt *rapid.T) {
	who, version := d.fitting(rt), d.anyVersion(rt)
	verdict := rapid.SampledFrom([]engine.Verdict{engine.Approve, engine.Approve, engine.Approve, engine.Reject}).Draw(rt, "verdict")
	seat, err := d.books().May(who)
	if err == nil && (barred(who) || seat.For != "" && d.standsIn(who)) {
		rt.Fatalf("the rules let %s in for %q", who, seat.For)
	}
	if !d.expect(rt, engine.Respond{Run: "1", Version: version, By: person(who), Verdict: verdict}, d.taking(version) && err == nil) {
		return
	}
	d.votes = append(d.votes, approval.Vote{
		Person: who, For: seat.For, Parties: seat.Parties, Stage: d.stage, Approve: verdict == engine.Approve,
	})
	d.version++
	switch d.books().Tally() {
	case approval.Waiting:
	case approval.Refused:
		d.outcome, d.since = engine.Rejected, d.version
	case approval.Passed:
		if d.since = d.version; d.stage == 1 {
			d.outcome = engine.Approved
			return
		}
		d.stage++
		d.stageBegins()
	}
}

func (d *desk) override(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "really") > 0 {
		rt.Skip("seldom")
	}
	who, version := d.anybody(rt), d.anyVersion(rt)
	cmd := engine.Respond{Run: "1", Version: version, By: person(who), Verdict: engine.Approve, Override: "fire"}
	seen := d.open() && version >= d.since && version <= d.version // also what was sent back
	if d.expect(rt, cmd, seen && !barred(who) && !d.standsIn(who)) {
		d.votes = append(d.votes, approval.Vote{Person: who, Stage: d.stage, Approve: true})
		d.version++
		d.outcome, d.since = engine.Approved, d.version
	}
}

func (d *desk) handOn(rt *rapid.T) {
	cmd := engine.Move{Run: "1", Version: d.anyVersion(rt), By: person(d.anybody(rt)), Operator: rapid.Bool().Draw(rt, "operator")}
	cmd.Move = approval.Move{
		Kind: rapid.SampledFrom([]approval.MoveKind{approval.Delegated, approval.Delegated, approval.Reassigned}).Draw(rt, "kind"),
		From: rapid.SampledFrom([]approval.PersonID{"", cmd.By.Person, "ann"}).Draw(rt, "from"), To: d.anybody(rt),
	}
	if cmd.Move.Kind == approval.Delegated && rapid.Bool().Draw(rt, "for a time") {
		cmd.Move.Until = d.facts.Now.Add(time.Hour)
	}
	mv := cmd.Move
	mv.Stage, mv.By, mv.At = d.stage, cmd.By.Person, d.facts.Now
	if mv.From == "" {
		mv.From = cmd.By.Person
	}
	var err error
	if cmd.Operator {
		err = d.books().MayForce(mv)
	} else {
		err = d.books().MayMove(mv.By, mv)
	}
	if d.expect(rt, cmd, d.taking(cmd.Version) && cmd.By.Person != "" && err == nil) {
		d.moves = append(d.moves, mv)
		d.version++
	}
}

func (d *desk) sendBack(rt *rapid.T) {
	who, version := d.fitting(rt), d.anyVersion(rt)
	_, err := d.books().May(who)
	if d.expect(rt, engine.SendBack{Run: "1", Version: version, By: person(who), Text: "less"}, d.taking(version) && err == nil) {
		d.wanted, d.due = true, time.Time{}
		d.returned, d.chased = d.facts.Now, 0
		d.said++
		d.version++
		d.since = d.version
	}
}

func (d *desk) resubmit(rt *rapid.T) {
	if !d.wanted && rapid.IntRange(0, 9).Draw(rt, "although nobody wants it") > 0 {
		rt.Skip("seldom")
	}
	who := rapid.SampledFrom([]approval.PersonID{"rob", "rob", "ann", ""}).Draw(rt, "who")
	c := d.books()
	c.Votes, c.Moves, c.Stage, c.Asked = nil, nil, 0, nil
	asked, err := approval.Ask(c)
	cmd := engine.Resubmit{Run: "1", By: person(who), Inputs: map[string]any{"amount": d.rounds + 2}}
	if d.expect(rt, cmd, d.open() && d.wanted && who == "rob" && err == nil) {
		d.rounds++
		d.opens(asked)
	}
}

func (d *desk) comment(rt *rapid.T) {
	who := d.anybody(rt)
	_, err := d.books().May(who)
	no, ok := errors.AsType[*approval.RefusalError](err)
	answered := ok && (no.Kind == approval.AlreadyAnswered || no.Kind == approval.SeatTaken)
	if d.said > 70 {
		rt.Skip("enough was said")
	}
	may := d.open() && who != "" && (who == "rob" || err == nil || answered)
	if d.expect(rt, engine.Comment{Run: "1", By: person(who), Text: "Hm?"}, may) {
		d.said++
		d.version++
	}
}

func (d *desk) withdraw(rt *rapid.T) {
	if rapid.IntRange(0, 14).Draw(rt, "really") > 0 {
		rt.Skip("seldom")
	}
	who := d.anybody(rt)
	if d.expect(rt, engine.Withdraw{Run: "1", By: person(who)}, d.open() && who == "rob") {
		d.ends(engine.Withdrawn)
	}
}

func (d *desk) cancel(rt *rapid.T) {
	if rapid.IntRange(0, 19).Draw(rt, "really") > 0 {
		rt.Skip("seldom")
	}
	if d.expect(rt, engine.Cancel{By: person("eve")}, d.outcome == "") {
		d.ends(engine.Withdrawn)
	}
}

func (d *desk) ends(outcome engine.Outcome) {
	d.version++
	d.outcome, d.since = outcome, d.version
}

// wait lets some time pass, or all until something is due.
func (d *desk) wait(rt *rapid.T) {
	var next time.Time
	for _, e := range d.owed {
		if e.Due.After(d.facts.Now) && (next.IsZero() || e.Due.Before(next)) {
			next = e.Due
		}
	}
	if !next.IsZero() && rapid.IntRange(0, 2).Draw(rt, "until something is due") > 0 {
		d.facts.Now = next
		return
	}
	d.facts.Now = d.facts.Now.Add(rapid.SampledFrom([]time.Duration{
		time.Nanosecond, time.Minute, time.Hour - time.Nanosecond, 4 * time.Hour,
	}).Draw(rt, "wait"))
}

// reorganise lets people go away, with others in their place.
func (d *desk) reorganise(rt *rapid.T) {
	away := map[approval.PersonID]approval.Absence{}
	for _, p := range []approval.PersonID{"rob", "ann"} {
		if rapid.Bool().Draw(rt, "away") {
			away[p] = approval.Absence{StandIn: rapid.SampledFrom([]approval.PersonID{"", "ben", "dan", "eve"}).Draw(rt, "stand-in")}
		}
	}
	d.facts.People = deskDirectory(away)
}
