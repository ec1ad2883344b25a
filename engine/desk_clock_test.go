package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/approval"
)

// What clocks do at the desk: the work that is owed, on time and late.

// doOwed does a piece of work that is due, and settles it.
func (d *desk) doOwed(rt *rapid.T) {
	due := slices.DeleteFunc(slices.Sorted(maps.Keys(d.owed)), func(k engine.EffectKey) bool { return d.owed[k].Due.After(d.facts.Now) })
	if len(due) == 0 {
		rt.Skip("nothing is due")
	}
	key := rapid.SampledFrom(due).Draw(rt, "owed")
	e := d.owed[key]
	delete(d.owed, key)
	switch work := e.Work.(type) {
	case engine.Timer:
		if d.expect(rt, engine.Expire(work), true) {
			d.ends(engine.Expired)
		}
	case engine.StageTimer:
		if d.expect(rt, engine.StageOver(work), true) {
			d.ends(engine.Expired)
		}
	case engine.Climb:
		d.climb(rt, work)
	case engine.Reminder:
		d.expect(rt, engine.Remind(work), true)
	case engine.ReturnReminder:
		d.chase(rt, work)
	case engine.Deliver:
		d.show(rt, work)
	case engine.Tell:
		if who := d.facts.People.People[work.Person]; who.ID == "" {
			rt.Fatalf("%q, whom nobody knows, is told %s", work.Person, work.What)
		}
	case engine.Notice:
	default:
		rt.Fatalf("%T is owed", work)
	}
}

// chases are the moments of words about a request that was sent back: the stage's
// own reminders, and a day after the last.
func (d *desk) chases() []time.Time {
	var out []time.Time
	for _, after := range d.spec.Approval.Stages[d.stage].Remind {
		out = append(out, d.returned.Add(after))
	}
	return append(out, out[len(out)-1].Add(24*time.Hour))
}

func (d *desk) chase(rt *rapid.T, work engine.ReturnReminder) {
	last := work.N == len(d.chases())-1
	if !d.expect(rt, engine.RemindReturned(work), true) {
		return
	}
	if d.chased != work.N {
		rt.Fatalf("word %d of a request that was sent back, after %d", work.N, d.chased)
	}
	for d.chased++; d.chased < len(d.chases())-1 && !d.chases()[d.chased].After(d.facts.Now); {
		d.chased++
	}
	told := 0
	for key, e := range d.owed {
		tell, ok := e.Work.(engine.Tell)
		switch {
		case !ok || !strings.HasSuffix(string(key), fmt.Sprint("/", work.N)):
		case tell.What == engine.NewsToChange && tell.Person == "rob" && !last, tell.What == engine.NewsUnchanged && !barred(tell.Person) && last:
			told++
		}
	}
	if told == 0 {
		rt.Fatalf("nobody is told that it still waits, the last time %t: %v", last, slices.Sorted(maps.Keys(d.owed)))
	}
}

func (d *desk) climb(rt *rapid.T, work engine.Climb) {
	rung := d.spec.Approval.Stages[d.stage].Escalate[work.N]
	if d.expect(rt, engine.Escalate(work), true) {
		d.moves = append(d.moves, approval.Move{
			Kind: approval.Escalated, Stage: d.stage, Who: rung.To, Replace: rung.Replace, At: d.facts.Now,
		})
		d.version++
	}
}

// late lets a timer come that nobody waits for, or not yet.
func (d *desk) late(rt *rapid.T) {
	stage := rapid.IntRange(0, 1).Draw(rt, "stage")
	n := rapid.IntRange(0, 2).Draw(rt, "n")
	who := d.anybody(rt)
	for _, cmd := range []struct {
		key engine.EffectKey
		cmd engine.Command
	}{
		{"stage/1", engine.StageOver{Run: "1", Stage: stage}},
		{"climb/1", engine.Escalate{Run: "1", Stage: stage, N: n}},
		{"return/1", engine.RemindReturned{Run: "1", N: n}},
		{engine.EffectKey("remind/1/" + who), engine.Remind{Run: "1", Stage: stage, N: n, Person: who}},
	} {
		if e, ok := d.owed[cmd.key]; ok && !e.Due.After(d.facts.Now) {
			continue // it is on time
		}
		if e, ok := d.owed[cmd.key]; ok && cmd.key == "return/1" && !d.chases()[d.chased].After(d.facts.Now) && e.Due.After(d.facts.Now) {
			continue // the last word leaves time after a reminder that came late; said sooner, it is said once all the same
		}
		if _, ok := d.owed[cmd.key]; ok && strings.HasPrefix(string(cmd.key), "remind/") {
			continue // an earlier reminder of the same person may come twice
		}
		d.expect(rt, cmd.cmd, false)
	}
}
