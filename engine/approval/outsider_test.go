package approval_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"signoff/engine/approval"
)

// compareWithOutsider adds somebody whom no policy names, with a group, a role
// and a duty of their own, who has a member stand in for them: it changes nothing
// for anybody.
func compareWithOutsider(o *org, c approval.Case) error {
	const outsider = "outsider"
	with := c
	d := *c.People
	with.People = &d
	d.People = maps.Clone(d.People)
	d.People[outsider] = approval.Person{ID: outsider, Name: "a", Manager: person(0)}
	d.Groups = maps.Clone(d.Groups)
	d.Groups["others"] = []approval.PersonID{outsider}
	d.Roles = map[string][]approval.PersonID{"g0": {outsider}}
	d.OnCall = map[string][]approval.PersonID{"g1": {outsider}}
	d.Aliases = map[string]approval.PersonID{"g2": outsider}
	d.Absent = maps.Clone(d.Absent)
	if d.Absent == nil {
		d.Absent = map[approval.PersonID]approval.Absence{}
	}
	d.Absent[outsider] = approval.Absence{From: today, StandIn: person(0)}
	for who := range o.size {
		was, errWas := c.May(person(who))
		is, errIs := with.May(person(who))
		if (errWas == nil) != (errIs == nil) || was.For != is.For || !slices.Equal(was.Parties, is.Parties) {
			return fmt.Errorf("%v\nwith an outsider May(%s) = %v, %w; without %v, %w", o, person(who), is, errIs, was, errWas)
		}
	}
	if _, err := with.May(outsider); err == nil {
		return fmt.Errorf("%v\nan outsider may answer", o)
	}
	if c.Tally() != with.Tally() || c.Stuck() != with.Stuck() {
		return fmt.Errorf("%v\nan outsider changes how it stands", o)
	}
	return nil
}

// compareWithNaming has somebody who may not answer go away after all that
// happened, and name somebody: it changes nothing for anybody.
func compareWithNaming(o *org, c approval.Case) error {
	for who := range o.size {
		in := (who + 1 + int(o.before[1])%(o.size-1)) % o.size
		if !o.barred().has(who) || o.standIn[who] >= 0 {
			continue
		}
		c.Now = today.Add(time.Minute)
		with, d := c, *c.People
		with.People = &d
		if d.Absent = maps.Clone(d.Absent); d.Absent == nil {
			d.Absent = map[approval.PersonID]approval.Absence{}
		}
		d.Absent[person(who)] = approval.Absence{From: today.Add(time.Second), StandIn: person(in)}
		for i := range o.size {
			was, errWas := c.May(person(i))
			is, errIs := with.May(person(i))
			if (errWas == nil) != (errIs == nil) || was.For != is.For || !slices.Equal(was.Parties, is.Parties) {
				return fmt.Errorf("%v\nwith %s named by %s May(%s) = %v, %w; else %v, %w", o, person(in), person(who), person(i), is, errIs, was, errWas)
			}
		}
		if c.Tally() != with.Tally() || c.Stuck() != with.Stuck() {
			return fmt.Errorf("%v\nwith %s named by %s it stands otherwise", o, person(in), person(who))
		}
	}
	return nil
}
