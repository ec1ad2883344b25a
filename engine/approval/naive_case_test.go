package approval_test

import (
	"fmt"
	"time"

	"signoff/engine/approval"
)

func id(i int) approval.PersonID {
	if i < 0 {
		return ""
	}
	return person(i)
}

var groupNames = [3]string{"g0", "g1", "g2"}

func chosen(who int) []approval.Selector {
	var out []approval.Selector
	for g, name := range groupNames {
		if who&(1<<g) != 0 {
			out = append(out, approval.Selector{Kind: approval.Group, Name: name})
		}
	}
	if who&8 != 0 {
		out = append(out, approval.Selector{Kind: approval.ManagerOf, Name: approval.Requester})
	}
	return out
}

func hoursAgo(n int) time.Time { return today.Add(-time.Duration(n) * time.Hour) }

// cas is the organisation as the rules see it.
func (o *org) cas() approval.Case {
	return approval.Case{
		Policy: o.policy(), People: o.directory(), Requester: id(o.requester), Author: id(o.author),
		Origin: o.first.people(), Restarted: o.again.people(),
		Stage: o.stage, Asked: o.asked(), Votes: o.given(), Moves: o.made(), Now: today,
	}
}

func (o *org) policy() approval.Policy {
	p := approval.Policy{
		AllowRequester: o.allow, ExcludeAuthor: o.noAuthor, Repeat: o.repeat, NoDelegate: o.rigid, Hops: o.hops,
	}
	for i := range o.size {
		if o.exclude.has(i) {
			p.Exclude = append(p.Exclude, approval.Selector{Kind: approval.User, Name: string(person(i))})
		}
	}
	for _, s := range o.stages {
		stage := approval.Stage{Deny: s.deny}
		for i, side := range s.parties {
			party := approval.Party{ID: fmt.Sprint("p", i), Who: chosen(side.who), Need: approval.Need{All: side.need < 0, Count: max(side.need, 0)}}
			if len(s.parties) == 1 {
				stage.Who, stage.Need = party.Who, party.Need
				continue
			}
			stage.Groups = append(stage.Groups, party)
		}
		p.Stages = append(p.Stages, stage)
	}
	return p
}

func (o *org) directory() *approval.Directory {
	d := &approval.Directory{People: make(map[approval.PersonID]approval.Person, o.size), Groups: make(map[string][]approval.PersonID, 3)}
	for i := range o.size {
		d.People[person(i)] = approval.Person{ID: person(i), Inactive: o.inactive.has(i), Manager: id(o.manager[i])}
		if o.standIn[i] >= 0 {
			if d.Absent == nil {
				d.Absent = map[approval.PersonID]approval.Absence{}
			}
			d.Absent[person(i)] = approval.Absence{From: hoursAgo(o.away[i]), StandIn: person(o.standIn[i])}
		}
	}
	for g, members := range o.groups {
		d.Groups[groupNames[g]] = members.people()
	}
	if o.unsure >= 0 {
		d.Unsure = map[approval.Selector]string{{Kind: approval.Group, Name: groupNames[o.unsure]}: "timeout"}
	}
	return d
}

func (o *org) given() []approval.Vote {
	var out []approval.Vote
	for _, v := range o.votes {
		vote := approval.Vote{Person: person(v.who), Stage: v.stage, Approve: v.approve}
		if v.seat != v.who {
			vote.For = person(v.seat)
		}
		if len(o.stages[v.stage].parties) > 1 {
			for i := range o.stages[v.stage].parties {
				if v.parties&(1<<i) != 0 {
					vote.Parties = append(vote.Parties, i)
				}
			}
		}
		out = append(out, vote)
	}
	return out
}

func (o *org) made() []approval.Move {
	var out []approval.Move
	for _, m := range o.moves {
		move := approval.Move{Kind: m.kind, Stage: o.stage, From: id(m.from), To: id(m.to), Replace: m.replace, By: id(m.from), At: hoursAgo(m.ago)}
		switch m.kind {
		case approval.Escalated:
			move.From, move.To, move.By, move.Who = "", "", "", chosen(m.who)
		case approval.Reassigned:
			if m.byOther {
				move.By = "operator"
			}
		case approval.Delegated:
			move.Until = today.Add(time.Hour)
			if m.expired {
				move.Until = today
			}
		}
		out = append(out, move)
	}
	return out
}
